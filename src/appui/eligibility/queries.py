"""Verdicts of projects at windows, the rules in force, and windows by what one looks for."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal, cast

from django.db.models import Max, Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from appui.eligibility.expression import Value, facts_of, settle
from appui.eligibility.facts import FactSheet, Pair, fact_sheets
from appui.eligibility.models import EligibilityRule, Statement
from appui.eligibility.verdicts import AppliedRule, RuleVerdict, Standing, WindowVerdict
from appui.evidence.models import Source
from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.kernel.multilingual import localise
from appui.portfolio.models import Activity
from appui.registry.rates import rate_table
from appui.ui import formats

Tree = dict[str, Any]


def windows(reader: Reader) -> QuerySet[Fund]:
    """Windows the reader may see with what verdicts and lists want; three queries."""
    rows = Fund.objects.visible_to(reader).select_related("organisation__merged_into", "owner")
    return rows.prefetch_related("locations", "sectors")


def open_windows(reader: Reader, *, day: date) -> QuerySet[Fund]:
    """Those whose deadline has not passed on ``day``; one that opens later is among them."""
    return windows(reader).filter(Q(deadline=None) | Q(deadline__gte=day))


def rules(reader: Reader) -> QuerySet[EligibilityRule]:
    """Rules of the windows the reader may see, every edition; one query."""
    visible = Fund.objects.visible_to(reader)
    rows = EligibilityRule.objects.filter(fund__in=visible)
    return rows.select_related("fund", "fund__owner")


def statements(reader: Reader) -> QuerySet[Statement]:
    """What is said of projects the reader may see, the latest of each fact first; two queries."""
    visible = Activity.objects.visible_to(reader)
    rows = Statement.objects.filter(activity__in=visible).select_related("activity", "recorded_by")
    return rows.prefetch_related(Prefetch("source", Source.objects.visible_to(reader)))


def latest_edition(rule: EligibilityRule) -> int:
    """The highest edition of the rule's short name at its window; one query."""
    same = EligibilityRule.objects.filter(fund=rule.fund_id, code=rule.code)
    return int(same.aggregate(latest=Max("edition"))["latest"] or 0)


def in_force(found: Iterable[EligibilityRule], day: date) -> list[EligibilityRule]:
    """Of each short name the latest edition that has begun by ``day``, unless it has ended."""
    latest: dict[tuple[int, str], EligibilityRule] = {}
    for rule in sorted(found, key=lambda item: item.edition):
        if rule.valid_from <= day:
            latest[rule.fund_id, rule.code] = rule
    kept = [r for r in latest.values() if r.valid_until is None or r.valid_until >= day]
    return sorted(kept, key=lambda item: (item.position, item.code))


def verdicts(
    activities: Iterable[Activity], funds: Iterable[Fund], reader: Reader, *, day: date
) -> dict[Pair, WindowVerdict]:
    """What the rules of each window say of each project on ``day``, by the keys of both.

    Projects and windows are those the reader may see. Twelve queries at most, however many; ten
    when ``funds`` come from ``windows``.
    """
    projects, asked = list(activities), list(funds)
    if not projects or not asked:
        return {}
    stored: dict[int, list[EligibilityRule]] = defaultdict(list)
    for rule in EligibilityRule.objects.filter(fund__in=[fund.pk for fund in asked]):
        stored[rule.fund_id].append(rule)
    _with_terms(asked)
    sheets = fact_sheets(projects, asked, reader, day=day)
    found = {}
    for fund in asked:
        current = (_applied(rule) for rule in in_force(stored[fund.pk], day))
        applied = [(rule, tree, facts_of(tree)) for rule, tree in (*_terms(fund), *current)]
        for project in projects:
            sheet = sheets[project.pk, fund.pk]
            values = sheet.values
            judged = tuple(_judged(item, values, sheet) for item in applied)
            found[project.pk, fund.pk] = WindowVerdict(project.pk, fund.pk, day, judged, sheet)
    return found


def verdict(activity: Activity, fund: Fund, reader: Reader, *, day: date) -> WindowVerdict:
    """What the rules of one window say of one project on ``day``."""
    return verdicts([activity], [fund], reader, day=day)[activity.pk, fund.pk]


def judge(tree: Tree, activity: Activity, fund: Fund, reader: Reader, *, day: date) -> RuleVerdict:
    """What an expression that is perhaps not written down yet says of one project."""
    sheet = fact_sheets([activity], [fund], reader, day=day)[activity.pk, fund.pk]
    nobody = AppliedRule(None, "", 0, "must", "", "", "", "")
    return _judged((nobody, tree, facts_of(tree)), sheet.values, sheet)


def _judged(
    applied: tuple[AppliedRule, Tree, tuple[str, ...]],
    values: Mapping[str, Value],
    sheet: FactSheet,
) -> RuleVerdict:
    rule, tree, named = applied
    truth, missing = settle(tree, values)
    used = tuple((name, sheet.known[name]) for name in named if name in sheet.known)
    return RuleVerdict(rule, truth, used, missing)


def _applied(rule: EligibilityRule) -> tuple[AppliedRule, Tree]:
    severity = cast('Literal["must", "should"]', rule.severity)
    return (
        AppliedRule(
            rule.pk,
            rule.code,
            rule.edition,
            severity,
            localise(rule.message).text,
            localise(rule.fix).text,
            rule.citation,
            rule.citation_url,
        ),
        rule.tree,
    )


def _with_terms(funds: Sequence[Fund]) -> None:
    """Places and sectors of the windows, unless they are there; two queries at most."""
    prefetch_related_objects(list(funds), "locations", "sectors")


def _terms(fund: Fund) -> list[tuple[AppliedRule, Tree]]:
    """What the window says of itself, as rules: amounts, places, themes."""
    found = []
    if fund.minimum is not None or fund.maximum is not None:
        found.append((_amounts(fund), _within(fund.minimum, fund.maximum)))
    places = sorted({place.country_code for place in fund.locations.all()})
    if places:
        message = _("The project takes place where the window pays: %(places)s.") % {
            "places": ", ".join(str(place) for place in fund.locations.all())
        }
        fix = _("Ask another window, or check the places of the project.")
        rule = _term(fund, "window-places", "must", message, fix)
        found.append((rule, {"includes_any": ["countries", places]}))
    sectors = [code.code for code in fund.sectors.all()]
    if sectors:
        message = _("The project is in a sector of the window: %(sectors)s.") % {
            "sectors": ", ".join(f"{code.code} {code}" for code in fund.sectors.all())
        }
        fix = _("Show how the project serves one of these sectors.")
        rule = _term(fund, "window-sectors", "should", message, fix)
        found.append((rule, {"includes_any": ["sectors", sectors]}))
    return found


def _amounts(fund: Fund) -> AppliedRule:
    low = "" if fund.minimum is None else formats.money(fund.minimum, fund.currency)
    high = "" if fund.maximum is None else formats.money(fund.maximum, fund.currency)
    if low and high:
        message = _("The window gives from %(low)s to %(high)s.") % {"low": low, "high": high}
    elif low:
        message = _("The window gives at least %(low)s.") % {"low": low}
    else:
        message = _("The window gives at most %(high)s.") % {"high": high}
    fix = _("Change the amount asked, divide the project, or ask another window.")
    return _term(fund, "window-amounts", "must", message, fix)


def _term(
    fund: Fund, code: str, severity: Literal["must", "should"], message: str, fix: str
) -> AppliedRule:
    return AppliedRule(None, code, fund.version, severity, message, fix, str(fund), fund.url)


def _within(low: Decimal | None, high: Decimal | None) -> Tree:
    if low is not None and high is not None:
        return {"between": ["amount", low, high]}
    return {"at_least": ["amount", low]} if low is not None else {"at_most": ["amount", high]}


# --- Windows by what one looks for -----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class WindowSearch:
    """What one looks for; what is left empty is not narrowed.

    ``place`` and ``sector`` are codes: a window that names none takes all. ``size`` is an amount
    that lies within the window's grants. ``project`` with ``standings``: what its verdict may be.
    """

    place: str = ""
    sector: str = ""
    closes_by: date | None = None
    size: Money | None = None
    project: Activity | None = None
    standings: tuple[Standing, ...] = ("eligible", "unknown")


def search_windows(
    wanted: WindowSearch, rows: QuerySet[Fund], reader: Reader, *, day: date
) -> list[Fund]:
    """The windows among ``rows`` that ``wanted`` describes, in the order of ``rows``."""
    if wanted.place:
        rows = rows.filter(Q(locations=None) | Q(locations__code__startswith=wanted.place[:2]))
    if wanted.sector:
        rows = rows.filter(Q(sectors=None) | Q(sectors__code=wanted.sector))
    if wanted.closes_by is not None:
        rows = rows.filter(deadline__gte=day, deadline__lte=wanted.closes_by)
    found = list(rows.distinct())
    if wanted.size is not None:
        found = sized(found, wanted.size, day)
    if wanted.project is None:
        return found
    judged = verdicts([wanted.project], found, reader, day=day)
    key = wanted.project.pk
    return [fund for fund in found if judged[key, fund.pk].standing in wanted.standings]


def sized(funds: Sequence[Fund], size: Money, day: date) -> list[Fund]:
    """The windows whose grants hold ``size`` at the rates of ``day``; one query at most.

    A window without amounts holds any; one without exchange rate is left in, as unknown.
    """
    rates = rate_table({size.currency, *(fund.currency for fund in funds)})
    kept = []
    for fund in funds:
        seen = rates.convert(size, fund.currency, day)
        amount = None if seen is None else seen.money.amount
        too_small = amount is not None and fund.minimum is not None and amount < fund.minimum
        too_large = amount is not None and fund.maximum is not None and amount > fund.maximum
        if not too_small and not too_large:
            kept.append(fund)
    return kept
