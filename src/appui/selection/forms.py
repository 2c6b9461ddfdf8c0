"""Forms of selection."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from appui.portfolio.models import Activity
from appui.registry.choices import ManyChoice
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.registry.queries import colleagues
from appui.selection.models import (
    Appraisal,
    Balance,
    CriteriaSet,
    Criterion,
    Envelope,
    PortfolioRun,
    Review,
    Reviewer,
    Rule,
    Scenario,
)
from appui.ui import formats
from appui.ui.forms import AmountField, PageForm, Text

SCALE = (9, 8, 7, 6, 5, 4, 3, 2)
YEARS_AHEAD = 5
Pair = tuple[Criterion, Criterion]
Sections = Sequence[tuple[Text, Text, Sequence[str]]]


class CriteriaForm(RecordForm):
    model = CriteriaSet
    sections = (
        (
            _("What it is"),
            _("One language is enough; the first written is the fallback."),
            ("title", "description"),
        ),
        (
            _("How it judges"),
            _("Every criterion is scored on the same scale."),
            ("weighing", "lowest", "highest"),
        ),
        OWNERSHIP,
    )


class CriterionForm(RecordForm):
    model = Criterion
    sections = (
        ("", "", ("title", "guidance")),
        (
            _("How it counts"),
            _(
                "Points are scaled so that all weights make 100 %. With judgements two by two "
                "they are not used."
            ),
            ("points", "less_is_better", "axis"),
        ),
    )


class JudgementsForm(PageForm):
    """Each pair of criteria, at once; ``given`` has the stored preference of a pair."""

    def __init__(
        self, *args: Any, pairs: Sequence[Pair], given: Mapping[tuple[int, int], int], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.pairs = pairs
        for first, second in pairs:
            key = (first.pk, second.pk)
            self.fields[_name(key)] = forms.TypedChoiceField(
                label=f"{first} – {second}",
                choices=_preferences(str(first), str(second)),
                coerce=int,
                initial=given.get(key, 1),
            )

    def clean(self) -> dict[str, Any]:
        """``preferences`` by the keys of two criteria."""
        data = super().clean() or self.cleaned_data
        keys = [(first.pk, second.pk) for first, second in self.pairs]
        data["preferences"] = {key: data.pop(_name(key)) for key in keys if _name(key) in data}
        return data


def _name(pair: tuple[int, int]) -> str:
    return f"pair_{pair[0]}_{pair[1]}"


def _preferences(first: str, second: str) -> list[tuple[int, str]]:
    """Saaty's scale between two criteria, from the first one's side to the second one's."""
    more = _("“%(name)s” counts %(times)d times as much")
    return [
        *((times, more % {"name": first, "times": times}) for times in SCALE),
        (1, str(_("Both count the same"))),
        *((-times, more % {"name": second, "times": times}) for times in reversed(SCALE)),
    ]


class AppraisalForm(RecordForm):
    model = Appraisal
    sections = (
        (_("What it is"), "", ("title", "criteria_set", "due_on")),
        (
            _("Money there is"),
            _("Draws the line in the picture of projects; leave it empty where it is not known."),
            ("budget", "currency"),
        ),
        (_("What and who"), "", ("activities", "reviewers")),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.obj is None:
            self.fields["activities"] = ManyChoice(
                label=_("Projects"), queryset=Activity.objects.visible_to(self.reader)
            )
            self.fields["reviewers"] = ManyChoice(
                label=_("Reviewers"), queryset=colleagues(self.reader), required=False
            )


class CandidatesForm(PageForm):
    """Which projects are appraised."""

    def __init__(self, *args: Any, activities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["activities"] = ManyChoice(label=_("Projects"), queryset=activities)


class ReviewerForm(RecordForm):
    model = Reviewer
    sections = (
        (
            "",
            _(
                "Left empty, the day of the appraisal counts. A late review is left out of the "
                "mean."
            ),
            ("user", "due_on"),
        ),
    )


class DeadlineForm(RecordForm):
    model = Reviewer
    sections = (("", _("Left empty, the day of the appraisal counts."), ("due_on",)),)


class ReviewForm(PageForm):
    """One's scores of a project, why, and whether a conflict of interest stands against them."""

    def __init__(
        self,
        *args: Any,
        criteria: Sequence[Criterion],
        criteria_set: CriteriaSet,
        review: Review | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.criteria = criteria
        scale = {"lowest": criteria_set.lowest, "highest": criteria_set.highest}
        stored = {item.criterion_id: item for item in review.scores.all()} if review else {}
        for item in criteria:
            score = stored.get(item.pk)
            self.fields[f"score_{item.pk}"] = AmountField(
                label=_("Score, from %(lowest)d to %(highest)d") % scale,
                required=False,
                max_digits=6,
                initial=formats.number(score.value) if score else None,
            )
            self.fields[f"why_{item.pk}"] = forms.CharField(
                label=_("Why"),
                required=False,
                max_length=500,
                initial=score.comment if score else "",
            )
        self._add_rest(review)

    def _add_rest(self, review: Review | None) -> None:
        self.fields["comment"] = forms.CharField(
            label=_("Comment on the whole"),
            required=False,
            max_length=10_000,
            widget=forms.Textarea(attrs={"rows": 4}),
            initial=review.comment if review else "",
        )
        self.fields["has_conflict"] = forms.BooleanField(
            label=_("I have a conflict of interest"),
            required=False,
            initial=review.has_conflict if review else False,
            help_text=_("Your scores are then not taken; that you declared it is kept."),
        )
        self.fields["conflict"] = forms.CharField(
            label=_("Which one"),
            required=False,
            max_length=300,
            initial=review.conflict if review else "",
        )
        self.fields["submit"] = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def rows(self) -> list[tuple[Criterion, forms.BoundField, forms.BoundField]]:
        """Each criterion with the fields of its score and its reason."""
        return [(item, self[f"score_{item.pk}"], self[f"why_{item.pk}"]) for item in self.criteria]

    def clean(self) -> dict[str, Any]:
        """``scores``: value and reason by the key of the criterion; a reason alone is refused."""
        data = super().clean() or self.cleaned_data
        scores = {}
        for item in self.criteria:
            value, why = data.pop(f"score_{item.pk}", None), data.pop(f"why_{item.pk}", "")
            if value is not None:
                scores[item.pk] = (value, why)
            elif why and not data.get("has_conflict") and f"score_{item.pk}" not in self.errors:
                self.add_error(f"score_{item.pk}", _("A reason alone is no score."))
        data["scores"] = scores
        return data


class ScenarioForm(RecordForm):
    model = Scenario
    sections = (
        (_("What it is"), "", ("title", "appraisal")),
        (
            _("How it chooses"),
            _(
                "At 0 % only the value of what is chosen counts; at 100 % only as much of it as "
                "its money is certain."
            ),
            ("method", "certainty", "most_funders", "currency"),
        ),
        OWNERSHIP,
    )


class EnvelopeForm(RecordForm):
    """An envelope with an amount a year; ``years`` are those offered."""

    model = Envelope
    sections: Sections = (
        (_("Whose money"), "", ("title", "organisation", "fund")),
        (
            _("One grant"),
            _("For one project, all years together; in the scenario's currency, without cents."),
            ("minimum", "maximum", "cofinancing", "certainty"),
        ),
        (
            _("What it may pay"),
            _("Nothing chosen: any place, any sector."),
            ("locations", "sectors"),
        ),
    )

    def __init__(self, *args: Any, years: Iterable[int], currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stored = (
            {item.year: item.amount for item in self.obj.years.all()}
            if isinstance(self.obj, Envelope)
            else {}
        )
        self.years = sorted({*years, *stored})
        for year in self.years:
            self.fields[f"year_{year}"] = AmountField(
                label=_("%(year)d, %(currency)s") % {"year": year, "currency": currency},
                required=False,
                initial=stored.get(year),
            )
        names = tuple(f"year_{year}" for year in self.years)
        how_much = (_("How much, by year"), _("An empty year holds nothing."), names)
        self.sections = (self.sections[0], how_much, *self.sections[1:])

    def clean(self) -> dict[str, Any]:
        """``years``: the amounts given, by year."""
        data = super().clean()
        found: dict[int, Decimal] = {}
        for year in self.years:
            amount = data.pop(f"year_{year}", None)
            if amount:
                found[year] = amount
        if not found and not self.errors:
            self.add_error(
                f"year_{self.years[0]}", _("Say how much there is in one year at least.")
            )
        data["years"] = found
        return data


def years_offered(asked: Iterable[int]) -> list[int]:
    """The years of an envelope's form: those in which projects ask for money, or the next ones."""
    found = sorted(set(asked))
    this = localdate().year
    return found or list(range(this, this + YEARS_AHEAD))


class RuleForm(RecordForm):
    model = Rule
    sections = (("", "", ("activity", "kind", "other", "reason")),)

    def __init__(self, *args: Any, activities: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("activity", "other"):
            field: Any = self.fields[name]
            field.queryset = activities


class BalanceForm(RecordForm):
    model = Balance
    sections = (
        (
            "",
            _(
                "A part of all the money chosen. A project counts whole where it takes place in "
                "part."
            ),
            ("location", "sector", "least", "most"),
        ),
    )


class CopyForm(RecordForm):
    model = Scenario
    sections = (("", "", ("title",)),)


class OverrideForm(PageForm):
    """Why a decision goes against the plan."""

    reason = forms.CharField(
        label=_("Why"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class SignForm(RecordForm):
    """What was decided, by whom it is signed is known."""

    model = PortfolioRun
    sections = (("", "", ("consultations",)),)
    decision = forms.CharField(
        label=_("Decision"),
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("In what meeting, and what was decided."),
    )
    unheard = forms.CharField(
        label=_("Why nobody was consulted"),
        max_length=500,
        required=False,
        help_text=_("Only where the decision rests on no consultation."),
    )
