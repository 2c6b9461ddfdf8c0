"""Forms of sources and figures."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Figure, Source
from appui.kernel.access import Reader
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.registry.models import Organisation, Visibility
from appui.ui.forms import PageForm

LARGEST_FILE = 5 * 1024 * 1024


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


class ImportForm(PageForm):
    """A table of figures to take in."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx) or CSV, at most 5 MB and 20,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )
    owner = forms.ModelChoiceField(
        label=_("Belongs to"), queryset=Organisation.objects.none(), empty_label=None
    )
    visibility = forms.ChoiceField(
        label=_("Who can see it"),
        choices=[item for item in Visibility.choices if item[0] != Visibility.PARTNERS],
    )

    def __init__(self, *args: Any, owners: QuerySet[Organisation], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["owner"]
        chosen.queryset = owners

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refused above 5 MB."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 5 MB: split it."))
        return file


def owners_of(reader: Reader) -> QuerySet[Organisation]:
    """The organisations for which the reader may record figures."""
    workspaces = Organisation.objects.filter(is_workspace=True)
    if reader.is_superuser:
        return workspaces
    return workspaces.filter(pk__in=list(reader.organisation_ids(RecordForm.role)))
