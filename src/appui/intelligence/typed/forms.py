"""The form of a published table: what it is, and its lines pasted, typed or in a file."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from appui.intelligence.ingest.rates import is_currency
from appui.intelligence.typed.reading import Usual
from appui.intelligence.words import FLOW_TYPES
from appui.registry.models import Code, Location
from appui.ui.forms import PageForm

KINDS = ("spend", "commitment", "pledge")
LONGEST_PASTE = 500_000

LARGEST_FILE = 5 * 1024 * 1024


class TableForm(PageForm):
    """A published table to take in."""

    source = forms.CharField(
        label=_("Source"),
        max_length=200,
        help_text=_(
            "The name of the series, written the same for each edition: that is how a newer "
            "edition supersedes an older one."
        ),
    )
    published_on = forms.DateField(
        label=_("Published on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The edition: of two that speak of the same, the later counts."),
    )
    page = forms.CharField(label=_("Page or section"), max_length=120, required=False)
    url = forms.URLField(label=_("Address"), max_length=500, required=False, assume_scheme="https")
    recipient = forms.ChoiceField(label=_("Country that receives"), required=False)
    sector = forms.ChoiceField(label=_("Sector"), required=False)
    flow_type = forms.ChoiceField(
        label=_("Kind of flow"), choices=[(kind, FLOW_TYPES[kind]) for kind in KINDS]
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, initial="USD", help_text=_("ISO 4217 code.")
    )
    pasted = forms.CharField(
        label=_("Lines"),
        required=False,
        strip=False,
        max_length=LONGEST_PASTE,
        widget=forms.Textarea(attrs={"rows": 12, "dir": "ltr", "spellcheck": "false"}),
        help_text=_("Type them, or paste from a sheet; a tab or a semicolon between cells."),
    )
    file = forms.FileField(
        label=_("Or a file"),
        required=False,
        help_text=_("Excel (.xlsx) or CSV, at most 5 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv"}),
    )

    sections = (
        (
            _("Where it is published"),
            _("Each line keeps its source, edition and page."),
            ("source", "published_on", "page", "url"),
        ),
        (
            _("What all lines are about"),
            _("A column of the table of the same name goes before what is said here."),
            ("recipient", "sector", "flow_type", "currency"),
        ),
        (_("The table"), "", ("pasted", "file")),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = [(place.code, str(place)) for place in Location.objects.filter(parent=None)]
        sectors = [(c.code, f"{c.code} · {c}") for c in Code.objects.of("Sector").order_by("code")]
        recipient: Any = self.fields["recipient"]
        sector: Any = self.fields["sector"]
        recipient.choices = [("", "—"), *sorted(places, key=lambda place: place[1])]
        sector.choices = [("", "—"), *sectors]

    def clean_currency(self) -> str:
        """In capitals; refused when it is no code."""
        code = str(self.cleaned_data["currency"]).strip().upper()
        if not is_currency(code):
            raise ValidationError(_("Not a code of ISO 4217, such as USD or EUR."))
        return code

    def clean_file(self) -> "UploadedFile[bytes] | None":
        """Refused above 5 MB."""
        file: UploadedFile[bytes] | None = self.cleaned_data["file"]
        if file is not None and (file.size or 0) > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 5 MB: split it."))
        return file

    def clean(self) -> dict[str, Any]:
        """Either lines or a file, not both."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if bool((data.get("pasted") or "").strip()) == bool(data.get("file")):
            self.add_error("pasted", _("Give the lines here or a file, one of the two."))
        return data

    @property
    def usual(self) -> Usual:
        """What all lines are about."""
        data = self.cleaned_data
        names = ("source", "published_on", "recipient", "sector", "currency", "flow_type", "page")
        return Usual(**{name: data[name] for name in names})
