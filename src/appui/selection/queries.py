"""Reads of selection."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from appui.kernel.access import Reader, Role
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation
from appui.selection.models import (
    Appraisal,
    Balance,
    Candidate,
    CriteriaSet,
    Criterion,
    Envelope,
    PortfolioRun,
    Review,
    Reviewer,
    Rule,
    Scenario,
)

Funding = Mapping[str, Any]
P = TypeVar("P", Envelope, Rule, Balance)


def criteria_sets(reader: Reader) -> QuerySet[CriteriaSet]:
    """Criteria sets the reader may see, with how many criteria each has."""
    rows = CriteriaSet.objects.visible_to(reader).select_related("owner", "replaced_by")
    return rows.annotate(criteria_count=Count("criteria", distinct=True))


def criteria(reader: Reader) -> QuerySet[Criterion]:
    """Criteria of the sets the reader may see."""
    sets = CriteriaSet.objects.visible_to(reader)
    return Criterion.objects.filter(criteria_set__in=sets).select_related("criteria_set__owner")


def appraisals(reader: Reader) -> QuerySet[Appraisal]:
    """Appraisals the reader may see, with their counts."""
    rows = Appraisal.objects.visible_to(reader).select_related("owner", "criteria_set")
    submitted = Q(candidates__reviews__submitted_on__isnull=False)
    return rows.annotate(
        candidate_count=Count("candidates", distinct=True),
        reviewer_count=Count("reviewers", distinct=True),
        review_count=Count("candidates__reviews", filter=submitted, distinct=True),
    )


def candidates(reader: Reader) -> QuerySet[Candidate]:
    """Projects under an appraisal that the reader may see, and which they may see themselves."""
    return Candidate.objects.filter(
        appraisal__in=Appraisal.objects.visible_to(reader),
        activity__in=Activity.objects.visible_to(reader),
    ).select_related("appraisal__owner", "appraisal__criteria_set", "activity")


def reviewers(reader: Reader) -> QuerySet[Reviewer]:
    """Reviewers of the appraisals the reader may see."""
    rows = Reviewer.objects.filter(appraisal__in=Appraisal.objects.visible_to(reader))
    return rows.select_related("appraisal__owner", "user")


def reviews(appraisal: Appraisal) -> QuerySet[Review]:
    """All reviews of an appraisal, drafts among them."""
    return Review.objects.filter(candidate__appraisal=appraisal)


def published_criteria(reader: Reader) -> QuerySet[CriteriaSet]:
    """Criteria sets that can be judged by."""
    return CriteriaSet.objects.visible_to(reader).filter(published_at__isnull=False)


def whole_criteria_sets(reader: Reader) -> QuerySet[CriteriaSet]:
    """Criteria sets with their criteria and judgements."""
    rows = CriteriaSet.objects.visible_to(reader)
    return rows.prefetch_related("criteria", "judgements")


def whole_scenarios(reader: Reader) -> QuerySet[Scenario]:
    """Scenarios with their money and rules."""
    envelopes = Envelope.objects.prefetch_related("years", "locations", "sectors")
    balances = Balance.objects.select_related("location", "sector")
    return seen_scenarios(reader).prefetch_related(
        Prefetch("envelopes", envelopes), "rules", Prefetch("balances", balances)
    )


def own_review(candidate: Candidate, reader: Reader) -> Review | None:
    """What the reader has written of a project."""
    rows = candidate.reviews.filter(reviewer__user=reader.user_id or 0)
    return rows.prefetch_related("scores").first()


def seen_scenarios(reader: Reader) -> QuerySet[Scenario]:
    """Scenarios shared with a reader who may see the results they choose from: see
    ``rules.may_see_results``."""
    rows = Scenario.objects.visible_to(reader)
    if reader.is_superuser:
        return rows
    mine = list(reader.organisation_ids(Role.EDITOR))
    return rows.filter(Q(appraisal__closed_at__isnull=False) | Q(appraisal__owner__in=mine))


def scenarios(reader: Reader) -> QuerySet[Scenario]:
    """Scenarios the reader may see, with how many runs each has and how many are signed."""
    rows = seen_scenarios(reader).select_related("owner", "appraisal__owner")
    return rows.annotate(
        run_count=Count("runs", distinct=True),
        signed_count=Count("runs", filter=Q(runs__signed_at__isnull=False), distinct=True),
    )


def envelopes(reader: Reader) -> QuerySet[Envelope]:
    """Envelopes of the scenarios the reader may see."""
    return (
        _parts(Envelope, reader)
        .select_related("organisation", "fund")
        .prefetch_related("years", "locations", "sectors")
    )


def scenario_rules(reader: Reader) -> QuerySet[Rule]:
    """Rules of the scenarios the reader may see, about projects they may see."""
    seen = Activity.objects.visible_to(reader)
    rows = _parts(Rule, reader).filter(Q(other=None) | Q(other__in=seen), activity__in=seen)
    return rows.select_related("activity", "other")


def balances(reader: Reader) -> QuerySet[Balance]:
    """Balances of the scenarios the reader may see."""
    return _parts(Balance, reader).select_related("location", "sector")


def _parts(model: type[P], reader: Reader) -> QuerySet[P]:
    rows = model._default_manager.filter(scenario__in=seen_scenarios(reader))
    return rows.select_related("scenario__owner")


def runs(reader: Reader) -> QuerySet[PortfolioRun]:
    """Runs the reader may see: those of the scenarios they may see, shared as these are now."""
    rows = PortfolioRun.objects.visible_to(reader).filter(scenario__in=seen_scenarios(reader))
    heard = Prefetch("consultations", Consultation.objects.visible_to(reader))
    return rows.select_related("owner", "scenario__owner", "follows").prefetch_related(heard)


def runs_of(scenario: Scenario, reader: Reader) -> QuerySet[PortfolioRun]:
    """The runs of a scenario, without what only their own pages show."""
    rows = runs(reader).filter(scenario=scenario)
    return rows.defer("reasons", "names", "lists", "left_out", "worth")


def under_appraisal(appraisal: Appraisal, reader: Reader) -> QuerySet[Activity]:
    """The projects of an appraisal that the reader may see."""
    seen = Activity.objects.visible_to(reader)
    return seen.filter(candidacies__appraisal=appraisal).order_by("reference")


@dataclass(frozen=True, slots=True)
class Line:
    """One project of a run: whether it is in, its value, what it asks and who pays it."""

    key: str
    title: Mapping[str, str]
    pk: int
    chosen: bool
    value: Decimal
    asked: int
    paid: tuple[tuple[str, int], ...]
    reason: Mapping[str, Any]


def lines_of(run: PortfolioRun, reader: Reader) -> list[Line]:
    """The projects of a run that the reader may see, those that are in first, each by value."""
    names = names_of(run, reader)
    chosen = set(run.plan["chosen"])
    paid = paid_of(run.plan["funding"])
    found = [
        Line(
            item["key"],
            names[item["key"]]["title"],
            names[item["key"]]["pk"],
            item["key"] in chosen,
            Decimal(item["value"]),
            sum(item["asked"].values()),
            tuple(sorted(paid.get(item["key"], {}).items())),
            run.reasons[item["key"]],
        )
        for item in run.inputs["projects"]
        if item["key"] in names
    ]
    return sorted(found, key=lambda line: (not line.chosen, -line.value, line.key))


@dataclass(frozen=True, slots=True)
class Compared:
    """One project in several runs: what each pays for it, None where it is out."""

    key: str
    title: Mapping[str, str]
    paid: tuple[int | None, ...]

    @property
    def differs(self) -> bool:
        """Whether it is in some of the runs and out of others."""
        return len({amount is None for amount in self.paid}) > 1


def compared(runs: Sequence[PortfolioRun], reader: Reader) -> list[Compared]:
    """Every project of any run that the reader may see; a query a run."""
    titles: dict[str, Mapping[str, str]] = {}
    paid: list[dict[str, int]] = []
    for run in runs:
        lines = lines_of(run, reader)
        titles |= {line.key: line.title for line in lines}
        paid.append({line.key: line.asked for line in lines if line.chosen})
    return [Compared(key, titles[key], tuple(item.get(key) for item in paid)) for key in titles]


def names_of(run: PortfolioRun, reader: Reader) -> dict[str, dict[str, Any]]:
    """How the projects of a run are called, those that the reader may see; one query."""
    keys = [named["pk"] for named in run.names.values()]
    seen = set(Activity.objects.visible_to(reader).filter(pk__in=keys).values_list("pk", flat=True))
    return {key: named for key, named in run.names.items() if named["pk"] in seen}


def paid_of(funding: Sequence[Funding]) -> dict[str, dict[str, int]]:
    """What each envelope gives to each project, all years together."""
    found: dict[str, dict[str, int]] = {}
    for item in funding:
        given = found.setdefault(item["project"], {})
        given[item["fund"]] = given.get(item["fund"], 0) + item["amount"]
    return found


def spent_of(run: PortfolioRun) -> list[tuple[str, int, int, int]]:
    """Envelope, year, what it holds and what of it is given."""
    given: dict[tuple[str, int], int] = {}
    for item in run.plan["funding"]:
        key = item["fund"], item["year"]
        given[key] = given.get(key, 0) + item["amount"]
    return [
        (fund["key"], int(year), amount, given.get((fund["key"], int(year)), 0))
        for fund in run.inputs["funds"]
        for year, amount in sorted(fund["envelopes"].items())
    ]
