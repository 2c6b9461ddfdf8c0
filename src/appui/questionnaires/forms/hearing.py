"""The form of a consultation."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from appui.questionnaires.models import Consultation
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.ui.forms import MultilingualFormField


class ConsultationForm(RecordForm):
    model = Consultation
    sections = (
        (_("When and where"), "", ("title", "starts_on", "ends_on", "places")),
        (
            _("What was asked and said"),
            _("Write no names of persons: say “a herder”, “the women of the market”."),
            ("asked", "said"),
        ),
        (
            _("Who was heard"),
            _("Leave a number empty when it is not stated. Zero says that nobody was there."),
            ("people", "women", "men", "youth", "with_disabilities", "organisations", "note"),
        ),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("asked", "said"):
            self.fields[name] = MultilingualFormField(label=self.fields[name].label, rows=4)
