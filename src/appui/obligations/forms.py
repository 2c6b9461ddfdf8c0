"""Forms of obligations."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Role
from appui.obligations.models import Obligation, ObligationRule, TreatyDuty
from appui.registry.forms import NO_SUCH_DAY, OWNERSHIP, RecordForm
from appui.ui.forms import PageForm


class FulfilForm(RecordForm):
    """The document that fulfils it: a source, an address or a file."""

    model = Obligation
    sections = (
        (_("When"), "", ("done_on",)),
        (
            _("By which document"),
            _("One of the three is enough."),
            ("document", "document_url", "file"),
        ),
        ("", "", ("note",)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["done_on"] = forms.DateField(
            label=_("Done on"),
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
            error_messages={"invalid": NO_SUCH_DAY},
        )
        self.fields["document"].help_text = _("A source recorded in Appui.")
        self.fields["file"] = forms.FileField(
            label=_("File"), required=False, help_text=_("At most 5 MB; kept with the obligation.")
        )

    def act_data(self) -> dict[str, Any]:
        """With the file as its name and content."""
        data = super().act_data()
        sent = data.pop("file", None)
        return data | {"file": (sent.name, sent.read()) if sent else None}


class WaiveForm(PageForm):
    """Why it need not be done."""

    reason = forms.CharField(
        label=_("Why"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AssignForm(RecordForm):
    model = Obligation
    sections = (("", "", ("responsible", "note")),)


class RuleForm(RecordForm):
    model = ObligationRule
    role = Role.MANAGER
    sections = (
        (
            _("What is due"),
            _("One language is enough; the first written is the fallback."),
            ("owner", "code", "title", "subject"),
        ),
        (
            _("Which agreements"),
            _("Left empty, it does not matter."),
            ("donor", "fund", "kind", "minimum_months"),
        ),
        (_("Which treaty"), _("For a rule of a treaty only."), ("treaty",)),
        (
            _("On which day"),
            _("A month after 31 January is the last day of February."),
            ("anchor", "months", "days", "every_months", "fixed_month", "fixed_day"),
        ),
        (
            _("Where it is written"),
            "",
            ("citation", "citation_url", "is_day_stated", "valid_from", "valid_to"),
        ),
        (_("Reminder"), "", ("remind_days",)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["owner"].required = self.obj is None
        if self.obj is not None:
            del self.fields["owner"]


class DutyForm(RecordForm):
    model = TreatyDuty
    role = Role.MANAGER
    sections = (
        (_("The treaty"), "", ("treaty", "starts_on", "ends_on", "responsible", "note")),
        OWNERSHIP,
    )
