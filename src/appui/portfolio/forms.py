"""Forms of activities."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.portfolio.actions import Marked
from appui.portfolio.models import (
    Activity,
    ActivityDocument,
    ActivityIdentifier,
    BudgetLine,
    Participation,
    RelatedActivity,
)
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.registry.models import Code, CodeList
from appui.ui import formats
from appui.ui.forms import AmountField, PageForm

SPARE_ROWS = 4
MOST_ROWS = 60


class ActivityForm(RecordForm):
    model = Activity
    sections = (
        (
            _("What it is"),
            _("One language is enough; the first written is the fallback."),
            ("reference", "title", "description", "kind", "needs", "parent"),
        ),
        (
            _("Where it stands"),
            "",
            (
                "status",
                "status_reason",
                "planned_start",
                "actual_start",
                "planned_end",
                "actual_end",
            ),
        ),
        (
            _("For publication"),
            _("In the terms of the International Aid Transparency Initiative (IATI 2.03)."),
            ("iati_identifier", "scope", "aid_type", "collaboration_type"),
        ),
        (_("Money and source"), "", ("currency", "source")),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reference"].help_text = _(
            "Short and lasting, in letters, figures and hyphens: KH10P0533. "
            "Left empty, the one shown is given."
        )
        self.fields["parent"].help_text = _(
            "The programme it belongs to. Amounts of the whole and of its parts are never added up."
        )
        if self.obj is not None:
            parent: Any = self.fields["parent"]
            parent.queryset = parent.queryset.exclude(pk=self.obj.pk)
            self.fields["status_reason"] = forms.CharField(
                label=_("Why the status changes"),
                required=False,
                max_length=2000,
                widget=forms.Textarea(attrs={"rows": 2}),
                help_text=_("Kept in the history of the status when it changes."),
            )


class ParticipationForm(RecordForm):
    model = Participation
    sections = (("", "", ("organisation", "role", "note")),)


class IdentifierForm(RecordForm):
    model = ActivityIdentifier
    sections = (("", "", ("scheme", "code", "kind")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["scheme"].help_text = _("For example the name of a donor's database.")


class RelationForm(RecordForm):
    """How another project stands to this one, ``about``."""

    model = RelatedActivity
    sections = (
        (
            "",
            _("Choose a project recorded here, or give the identifier of one that is not."),
            ("relation", "other", "reference"),
        ),
    )

    def __init__(self, *args: Any, about: Activity, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        other: Any = self.fields["other"]
        other.queryset = other.queryset.exclude(pk=about.pk)


class DocumentForm(RecordForm):
    model = ActivityDocument
    sections = (("", "", ("source", "category", "language")),)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["source"].help_text = _("A source of your register: record it there first.")


class BudgetLineForm(RecordForm):
    model = BudgetLine
    sections = (
        (
            _("When"),
            _("IATI asks for periods of at most 12 months; a longer one is kept and marked."),
            ("period_start", "period_end"),
        ),
        (
            _("How much"),
            _("The value date decides the exchange rate."),
            ("amount", "currency", "value_date"),
        ),
        (_("What it is"), "", ("category", "budget_type", "budget_status", "source")),
    )


class RevisionForm(RecordForm):
    """A line that replaces another; its type becomes “Revised”."""

    model = BudgetLine
    sections = (
        *BudgetLineForm.sections[:2],
        (_("What it is"), "", ("category", "budget_status", "source")),
    )


class VocabularyForm(PageForm):
    """Which list to classify by."""

    codelist = forms.ModelChoiceField(
        label=_("Code list"), queryset=CodeList.objects.all(), to_field_name="slug"
    )


@dataclass(frozen=True, slots=True)
class FormRow:
    """The cells of one code: what it is called, and its fields."""

    label: str
    fields: Sequence[forms.BoundField]


class SharesForm(PageForm):
    """All codes of one vocabulary with their shares, at once; an empty row is no code.

    ``given`` maps a code to its name, share and reason; ``with_reasons`` adds the last column.
    """

    def __init__(
        self,
        *args: Any,
        given: Mapping[str, tuple[str, Decimal | None, str]],
        with_reasons: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.with_reasons = with_reasons
        self.names = [name for name, _share, _reason in given.values()]
        for number, (code, (_name, share, reason)) in enumerate(given.items()):
            self._add_row(number, code, share, reason)
        for number in range(len(given), self._row_count(len(given))):
            self._add_row(number, "", None, "")

    def _row_count(self, given: int) -> int:
        """Rows shown, or those sent when there are more."""
        sent = sum(1 for name in self.data if name.startswith("code_"))
        return min(max(given + SPARE_ROWS, sent), MOST_ROWS)

    def _add_row(self, number: int, code: str, share: Decimal | None, reason: str) -> None:
        self.fields[f"code_{number}"] = forms.CharField(
            label=_("Code"),
            required=False,
            max_length=60,
            initial=code,
            widget=forms.TextInput(attrs={"list": "codes", "autocomplete": "off"}),
        )
        self.fields[f"share_{number}"] = AmountField(
            label=_("Share, %"),
            required=False,
            max_digits=6,
            decimal_places=3,
            validators=[MaxValueValidator(100)],
            initial="" if share is None else formats.number(share),
        )
        if self.with_reasons:
            self.fields[f"reason_{number}"] = forms.CharField(
                label=_("Reason"), required=False, max_length=2000, initial=reason
            )
        for name in self._names_of(number):
            label = self.fields[name].label
            self.fields[name].widget.attrs["aria-label"] = f"{label} {number + 1}"

    def _names_of(self, number: int) -> list[str]:
        kinds = ("code", "share", "reason") if self.with_reasons else ("code", "share")
        return [f"{kind}_{number}" for kind in kinds]

    def _numbers(self) -> list[int]:
        return [int(name[5:]) for name in self.fields if name.startswith("code_")]

    def rows(self) -> list[FormRow]:
        """The fields by row, as the template shows them."""
        return [
            FormRow(
                self.names[number] if number < len(self.names) else "",
                [self[name] for name in self._names_of(number)],
            )
            for number in self._numbers()
        ]

    def clean(self) -> dict[str, Any]:
        """``shares`` and ``reasons`` by code; refuses a share without a code, a code twice."""
        data = super().clean() or self.cleaned_data
        shares: dict[str, Decimal | None] = {}
        reasons: dict[str, str] = {}
        for number in self._numbers():
            code, share = data.pop(f"code_{number}", ""), data.pop(f"share_{number}", None)
            reason = data.pop(f"reason_{number}", "")
            if not code and (share is not None or reason):
                self.add_error(f"code_{number}", _("Say which code this is."))
            elif code in shares:
                self.add_error(f"code_{number}", _("This code stands twice."))
            elif code:
                shares[code], reasons[code] = share, reason
        data["shares"] = shares
        if self.with_reasons:
            data["reasons"] = reasons
        return data


class MarkersForm(PageForm):
    """Every policy marker with its significance, why and what shows it; left empty, it was not
    screened.
    """

    def __init__(
        self, *args: Any, given: Mapping[str, Marked], sources: QuerySet[Source], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        weights = [(item.code, f"{item.code} · {item}") for item in _significances()]
        self.sections = []
        for marker in Code.objects.of("PolicyMarker"):
            self._add(marker.code, given.get(marker.code), weights, sources)
            names = [f"{part}_{marker.code}" for part in ("marker", "reason", "source")]
            self.sections.append((str(marker), "", names))

    def _add(
        self,
        code: str,
        given: Marked | None,
        weights: Sequence[tuple[str, str]],
        sources: QuerySet[Source],
    ) -> None:
        self.fields[f"marker_{code}"] = forms.ChoiceField(
            label=_("Significance"),
            required=False,
            choices=[("", _("Not screened")), *weights],
            initial=given.significance if given else None,
        )
        self.fields[f"reason_{code}"] = forms.CharField(
            label=_("Justification"),
            required=False,
            max_length=4000,
            widget=forms.Textarea(attrs={"rows": 2}),
            initial=given.reason if given else "",
        )
        self.fields[f"source_{code}"] = forms.ModelChoiceField(
            label=_("Evidence"),
            required=False,
            queryset=sources,
            initial=given.source if given else None,
        )

    def clean(self) -> dict[str, Any]:
        """``markers``: the significance, reason and evidence of each marker that was screened."""
        data = super().clean() or self.cleaned_data
        codes = [name.removeprefix("marker_") for name in self.fields if name.startswith("marker_")]
        markers = {}
        for code in codes:
            weight, reason, source = (
                data.pop(f"{part}_{code}", None) for part in ("marker", "reason", "source")
            )
            if weight:
                markers[code] = Marked(int(weight), reason or "", source)
            elif reason:
                self.add_error(f"marker_{code}", _("Choose a significance, or leave all empty."))
        data["markers"] = markers
        return data


def _significances() -> Sequence[Code]:
    return list(Code.objects.of("PolicySignificance"))
