"""Forms of sources and figures."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Figure, Source
from appui.registry.forms import OWNERSHIP, RecordForm


class SourceForm(RecordForm):
    model = Source
    sections = (
        (
            _("What was published"),
            _("As a reader would look for it; the date is that of the publication."),
            ("publisher", "title", "published_on", "page", "url", "language", "note"),
        ),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].help_text = _("Two letters: fr, en, es, ar, km…")
        self.fields["publisher"].help_text = _(
            "Write a publisher the same way each time: sources of two publishers are compared."
        )


class FigureForm(RecordForm):
    model = Figure
    sections = (
        (
            _("What it measures"),
            _("Only figures of one measure, place, detail and unit are compared."),
            ("measure", "detail", "location", "value", "unit"),
        ),
        (
            _("When"),
            _("A date for a state of things, or both ends of a period for what happened in it."),
            ("as_of", "period_start", "period_end"),
        ),
        (_("Who says so"), "", ("source", "confidence", "note")),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _allow_below_zero(self.fields["value"])


class RevisionForm(RecordForm):
    """A new vintage: what may differ from the figure it replaces."""

    model = Figure
    sections = (
        (
            _("The new value"),
            _("The earlier value stays and is shown as replaced."),
            ("value", "as_of", "period_start", "period_end"),
        ),
        (_("Who says so"), "", ("source", "confidence", "note")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.pop("value", None)
        _allow_below_zero(self.fields["value"])


def _allow_below_zero(field: Any) -> None:
    """The unit decides whether a value may be negative, so the model judges it."""
    field.allow_negative = True


class AnnotationForm(RecordForm):
    """What of a figure may change after it is recorded."""

    model = Figure
    sections = (
        (
            "",
            _("What a figure says never changes; to correct it, record a revision."),
            ("confidence", "note", "visibility", "shared_with"),
        ),
    )
