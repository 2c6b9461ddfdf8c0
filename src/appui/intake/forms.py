"""Forms of intake."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from openpyxl.utils import get_column_letter

from appui.intake.actions import LARGEST_FILE
from appui.intake.cells import text_of
from appui.intake.columns import LIKELY, SURE, Field, fields_of
from appui.intake.comparing import Difference
from appui.intake.models import Batch, KindOfRow
from appui.intake.reading import MOST_ROWS
from appui.kernel.access import Reader
from appui.registry.forms import RecordForm
from appui.registry.models import Code, Organisation, Visibility
from appui.ui import formats
from appui.ui.forms import LANGUAGE_NAMES, PageForm

SAMPLES = 3


class UploadForm(PageForm):
    """The file, and whose the new records will be."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("Excel (.xlsx), CSV or IATI (.xml), at most 20 MB and 100,000 rows."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.xlsm,.csv,.xml"}),
    )
    owner = forms.ModelChoiceField(
        label=_("Belongs to"), queryset=Organisation.objects.none(), empty_label=None
    )
    record_visibility = forms.ChoiceField(
        label=_("Who can see the new records"),
        choices=[item for item in Visibility.choices if item[0] != Visibility.PARTNERS],
        help_text=_("The file itself stays private to the organisation."),
    )

    def __init__(self, *args: Any, reader: Reader, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["owner"]
        chosen.queryset = _owners(reader)
        self.initial.setdefault("owner", reader.workspace_id)

    def clean_file(self) -> "UploadedFile[bytes]":
        """Refused above 20 MB."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST_FILE:
            raise ValidationError(_("The file is larger than 20 MB: split it."))
        return file


class ChooseForm(PageForm):
    """What the rows are, and where they stand; the sheets of an IATI file are its kinds."""

    kind = forms.ChoiceField(label=_("What each row is"), widget=forms.RadioSelect)
    sheet = forms.ChoiceField(label=_("Sheet"))
    header_row = forms.IntegerField(
        label=_("Row of the headings"),
        min_value=0,
        max_value=MOST_ROWS,
        required=False,
        help_text=_("Rows above it are left aside. Left empty, it is looked for."),
    )
    text_language = forms.ChoiceField(
        label=_("Language of the texts"),
        choices=list(LANGUAGE_NAMES.items()),
        help_text=_("Titles and descriptions are stored in this language."),
    )

    def __init__(
        self,
        *args: Any,
        kinds: Sequence[KindOfRow],
        sheets: Sequence[str],
        of_iati: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        chosen: Any = self.fields["kind"]
        offered = [kind for kind in kinds if not of_iati or kind in sheets]
        chosen.choices = [(kind.value, kind.label) for kind in offered]
        if len(sheets) > 1 and not of_iati:
            names: Any = self.fields["sheet"]
            names.choices = [(name, name) for name in sheets]
        else:
            del self.fields["sheet"]

    def act_data(self) -> dict[str, Any]:
        """No row of headings is looked for."""
        data = super().act_data()
        return data | {"header_row": data.get("header_row") or 0}


class CompareForm(PageForm):
    """A tick for each field in which the file differs: theirs instead of ours."""

    def __init__(self, *args: Any, differences: Sequence[Difference], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activity"] = forms.IntegerField(
            widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1
        )
        for item in differences:
            self.fields[f"take_{item.name}"] = forms.BooleanField(
                label=_("%(field)s: take “%(theirs)s”")
                % {"field": item.label, "theirs": item.theirs},
                required=False,
                help_text=_("Ours: %(ours)s") % {"ours": item.ours},
            )

    def act_data(self) -> dict[str, Any]:
        """``names`` of the fields to take, from the project and the version of it that was seen."""
        ticked = [name for name, value in self.cleaned_data.items() if value is True]
        names = [name.removeprefix("take_") for name in ticked]
        seen = {name: self.cleaned_data[name] for name in ("activity", "version")}
        return {"names": names, **seen}


@dataclass(frozen=True, slots=True)
class MappingRow:
    """One field as shown: where it stands, what it always is, how sure that is, samples."""

    label: str
    required: bool
    column: forms.BoundField
    same: forms.BoundField
    sureness: str | Promise
    tone: str
    samples: str


class ColumnsForm(PageForm):
    """Which column is which; ``rows`` are the first ones of the file, for samples."""

    def __init__(
        self, *args: Any, batch: Batch, rows: Sequence[Sequence[Any]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.batch, self.rows = batch, rows
        self.known: Mapping[str, Field] = fields_of(batch.kind)
        columns = [
            (str(place), f"{get_column_letter(place + 1)} · {header or '—'}")
            for place, header in enumerate(batch.headers)
        ]
        for name, about in self.known.items():
            self._add(name, about, columns)

    def _add(self, name: str, about: Field, columns: list[tuple[str, str]]) -> None:
        proposed = self.batch.columns.get(name, {})
        label = about.label
        self.fields[f"column_{name}"] = forms.ChoiceField(
            label=label,
            required=False,
            choices=[("", _("No column")), *columns],
            initial=str(proposed["column"]) if "column" in proposed else "",
            widget=forms.Select(attrs={"aria-label": label}),
        )
        self.fields[f"same_{name}"] = forms.CharField(
            label=_("The same in every row"),
            required=False,
            max_length=300,
            initial=_named(about, proposed.get("value", "")),
            widget=forms.TextInput(
                attrs={"aria-label": f"{label}: {gettext('The same in every row')}"}
            ),
        )

    def mapping_rows(self) -> list[MappingRow]:
        """The fields as the template shows them."""
        return [self._shown(name, about) for name, about in self.known.items()]

    def _shown(self, name: str, about: Field) -> MappingRow:
        proposed = self.batch.columns.get(name, {})
        sureness, tone = _sureness(proposed)
        return MappingRow(
            about.label,
            about.required,
            self[f"column_{name}"],
            self[f"same_{name}"],
            sureness,
            tone,
            " · ".join(self._samples(proposed.get("column"))),
        )

    def _samples(self, place: int | None) -> list[str]:
        if place is None:
            return []
        cells = [row[place] for row in self.rows if place < len(row)]
        texts = [text[:40] for text in map(text_of, cells) if text]
        return list(dict.fromkeys(texts))[:SAMPLES]

    def clean(self) -> dict[str, Any]:
        """``columns_by_field``; refuses a column told twice, and one with a value beside it."""
        data = super().clean() or self.cleaned_data
        found: dict[str, dict[str, Any]] = {}
        taken: dict[str, str] = {}
        for name, about in self.known.items():
            column, same = data.pop(f"column_{name}", ""), data.pop(f"same_{name}", "")
            if column and same:
                self.add_error(f"same_{name}", _("Give a column or a value, not both."))
            elif column and column in taken:
                self.add_error(
                    f"column_{name}",
                    _("This column is already taken for “%(name)s”.") % {"name": taken[column]},
                )
            elif column:
                found[name] = {"column": int(column)}
                taken[column] = about.label
            elif same:
                found[name] = {"value": same}
            elif about.required and about.type != "currency":
                self.add_error(
                    f"column_{name}", _("Say which column this is, or what it is in every row.")
                )
        data["columns_by_field"] = found
        return data


def _named(about: Field, value: str) -> str:
    """A code with its label, as it is also understood."""
    code = Code.objects.of(about.codelist).filter(code=value).first() if about.codelist else None
    return f"{code.code} · {code}" if code is not None and code.code == value else value


def _sureness(proposed: Mapping[str, Any]) -> tuple[str | Promise, str]:
    """How sure a proposal is, as text and tone of its tag; nothing for what a person confirmed."""
    value = proposed.get("sureness")
    if value is None:
        return ("", "") if not proposed else (_("As confirmed or usual"), "plain")
    if value >= SURE:
        return _("Same heading"), ""
    said = formats.number(value)
    if value >= LIKELY - 10:
        return gettext("Likely, %(sure)s of 100") % {"sure": said}, "wait"
    return gettext("Perhaps, %(sure)s of 100") % {"sure": said}, "late"


def _owners(reader: Reader) -> QuerySet[Organisation]:
    workspaces = Organisation.objects.filter(is_workspace=True)
    if reader.is_superuser:
        return workspaces
    return workspaces.filter(pk__in=list(reader.organisation_ids(RecordForm.role)))
