"""The ledger of an organisation by donor, place, pillar and year; effects, and its chain."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from appui.funding import rules
from appui.funding.models import Agreement, Allocation, Transaction
from appui.funding.queries import Days, Entry, Figure, entries
from appui.intelligence.figures.concentration import Concentration, concentration
from appui.kernel.access import Reader
from appui.kernel.money import CENT, cents
from appui.kernel.sums import Cents, of_cents
from appui.outlook import attribution, chain
from appui.outlook.effects import Effect, effects
from appui.outlook.shares import split
from appui.portfolio.models import Activity, ActivityPlace
from appui.registry.models import Code, Location, Organisation
from appui.registry.queries import codes_by_value, standing_keys

ZERO = Decimal(0)
Where = tuple[str | None, str | None]  # place and pillar, by their codes


@dataclass(frozen=True, slots=True)
class MapRow:
    """What one donor gave for one place, pillar and year, in US dollars.

    ``place`` and ``pillar`` are codes, None where no allocation and no place of a project says it.
    """

    donor: int | None
    place: str | None
    pillar: str | None
    year: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class LedgerMap:
    """The rows of one figure of an organisation; they make ``total``, which is what the ledger
    has at the same boundary, to the cent."""

    figure: Figure
    rows: tuple[MapRow, ...]
    total: Decimal
    unconverted: int
    donors: Mapping[int, str]
    givers: Concentration[str] | None
    by_donor: tuple[tuple[int | None, Decimal], ...]


def ledger_map(
    organisation: Organisation,
    reader: Reader,
    *,
    figure: Figure,
    years: tuple[int, int] | None = None,
) -> LedgerMap:
    """One figure of the ledger by donor, place, pillar and year; six queries."""
    found = entries(
        [organisation.pk],
        reader,
        [figure],
        by=["other", "agreement", "activity", "year"],
        within=Days.of_years(*years) if years else Days(),
    ).counted(figure, organisation.pk)
    known = [(item, item.usd) for item in found if item.usd is not None]
    where = _wheres([item for item, _usd in known], reader)
    sums: dict[tuple[int | None, str | None, str | None, int], Decimal] = {}
    for item, usd in known:
        for (place, pillar), part in _parts(usd, where.get(_key(item), ())):
            key = (item.other, place, pillar, item.day.year)
            sums[key] = sums.get(key, ZERO) + part
    rows = [MapRow(*key, usd) for key, usd in sums.items() if usd]
    names = names_of([row.donor for row in rows])
    rows.sort(key=lambda row: (-row.usd, names.get(row.donor or 0, ""), row.year))
    by_donor = _by_donor(rows)
    return LedgerMap(
        figure,
        tuple(rows),
        sum((usd for _item, usd in known), ZERO),
        sum(item.lines for item in found if item.usd is None),
        names,
        concentration((names.get(who or 0, ""), usd) for who, usd in by_donor),
        tuple(by_donor),
    )


def _key(entry: Entry) -> tuple[str, int]:
    return ("agreement", entry.agreement) if entry.agreement else ("activity", entry.activity or 0)


def _parts(usd: Decimal, where: Sequence[tuple[Where, Decimal]]) -> list[tuple[Where, Decimal]]:
    """An amount over its places and pillars, to the cent; whole and nowhere without any."""
    weights = [weight for _at, weight in where]
    if sum(weights, ZERO) <= 0:
        return [((None, None), usd)]
    parts = split(usd, weights, CENT)
    return [(at, part) for (at, _weight), part in zip(where, parts, strict=True)]


def _wheres(
    found: Sequence[Entry], reader: Reader
) -> Mapping[tuple[str, int], list[tuple[Where, Decimal]]]:
    """Where the money of each agreement or project goes: the parts allocated, and the rest of an
    agreement nowhere; the stated places of a project, where it has no agreement."""
    wheres: dict[tuple[str, int], list[tuple[Where, Decimal | None]]] = {}
    agreements = {item.agreement for item in found if item.agreement}
    left = dict(
        Agreement.objects.visible_to(reader).filter(pk__in=agreements).values_list("pk", "amount")
    )
    rows = Allocation.objects.filter(agreement__in=left).order_by("pk")
    for agreement, place, pillar, amount in rows.values_list(
        "agreement", "location__code", "pillar__code", "amount"
    ):
        wheres.setdefault(("agreement", agreement), []).append(((place, pillar), amount))
        left[agreement] -= amount
    for agreement, rest in left.items():
        if rest > 0 and ("agreement", agreement) in wheres:
            wheres["agreement", agreement].append(((None, None), rest))
    activities = {item.activity for item in found if item.activity and not item.agreement}
    seen = Activity.objects.visible_to(reader).filter(pk__in=activities)
    for activity, place, percentage in (
        ActivityPlace.objects.filter(activity__in=seen)
        .order_by("pk")
        .values_list("activity", "location__code", "percentage")
    ):
        wheres.setdefault(("activity", activity), []).append(((place, None), percentage))
    return {key: _stated(parts) for key, parts in wheres.items()}


def _stated(parts: Sequence[tuple[Where, Decimal | None]]) -> list[tuple[Where, Decimal]]:
    """Places with their shares; a single place has all, several without shares have none."""
    if len(parts) == 1 and parts[0][1] is None:
        return [(parts[0][0], Decimal(1))]
    stated = [(at, weight) for at, weight in parts if weight is not None]
    return stated if len(stated) == len(parts) else []


def _by_donor(rows: Iterable[MapRow]) -> list[tuple[int | None, Decimal]]:
    sums: dict[int | None, Decimal] = {}
    for row in rows:
        sums[row.donor] = sums.get(row.donor, ZERO) + row.usd
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0] or 0))


def names_of(keys: Iterable[int | None]) -> dict[int, str]:
    """Names of organisations by their key; one query."""
    wanted = {key for key in keys if key is not None}
    return {pk: str(row) for pk, row in Organisation.objects.in_bulk(wanted).items()}


def labels_of(rows: Iterable[MapRow]) -> tuple[dict[str, str], dict[str, str]]:
    """Labels of the places and pillars of a map by their codes; two queries."""
    found = list(rows)
    places = Location.objects.filter(code__in={row.place for row in found if row.place})
    pillars = Code.objects.of("Pillar").filter(code__in={row.pillar for row in found if row.pillar})
    return {item.code: str(item) for item in places}, {item.code: str(item) for item in pillars}


def effects_between(
    organisation: Organisation,
    reader: Reader,
    *,
    figure: Figure,
    before: tuple[date, date],
    after: tuple[date, date],
) -> tuple[list[Effect], int]:
    """What changed of one figure between two periods by donor and currency, split into volume and
    rate; and how many amounts had no rate. Seven queries."""
    found = [
        entries(
            [organisation.pk],
            reader,
            [figure],
            by=["other"],
            within=Days(*days),
        ).counted(figure, organisation.pk)
        for days in (before, after)
    ]
    names = names_of({item.other for of in found for item in of})
    unknown = 0
    sides: list[dict[tuple[str, str], tuple[Decimal, Decimal]]] = []
    for of in found:
        side: dict[tuple[str, str], tuple[Decimal, Decimal]] = {}
        for item in of:
            if item.usd is None:
                unknown += item.lines
                continue
            key = (names.get(item.other or 0, ""), item.currency)
            local, usd = side.get(key, (ZERO, ZERO))
            side[key] = (local + item.amount, usd + item.usd)
        sides.append(side)
    return effects(*sides), unknown


@dataclass(frozen=True, slots=True)
class Costed:
    """A project with what it cost and who paid which share of it, in US dollars."""

    activity: Activity
    cost: Decimal
    spent: bool
    shares: tuple[attribution.Share, ...]


def costed_activities(organisation: Organisation, reader: Reader) -> tuple[list[Costed], int]:
    """The projects of an organisation that somebody paid for, with the shares, and how many amounts
    had no rate; fifteen queries.

    The cost is what the ledger has spent on the project, else what was paid for it. What was paid
    are the parts of signed agreements given to it, and incoming funds that name no agreement.
    """
    rows = Activity.objects.visible_to(reader).filter(owner=organisation).order_by("pk")
    known = {item.pk: item for item in rows}
    paid: dict[int, dict[int | None, Decimal]] = {}
    unknown = 0
    for activity, donor, amount, currency, rate in Allocation.objects.filter(
        activity__in=known,
        agreement__in=Agreement.objects.visible_to(reader),
        agreement__status__in=rules.COUNTING,
    ).values_list(
        "activity",
        Coalesce("agreement__donor__merged_into", "agreement__donor"),
        "amount",
        "agreement__currency",
        "agreement__usd_rate",
    ):
        if currency != "USD" and not rate:
            unknown += 1
            continue
        _add(paid, activity, donor, amount if currency == "USD" else cents(amount * rate))
    spent: dict[int, Decimal] = {}
    on_projects = Q(activity__isnull=False)
    for item in entries(
        [organisation.pk], reader, ["spent"], by=["activity"], among=on_projects
    ).counted("spent", organisation.pk):
        if item.activity not in known:
            continue
        if item.usd is None:
            unknown += item.lines
        else:
            spent[item.activity] = spent.get(item.activity, ZERO) + item.usd
    without_agreement = on_projects & Q(agreement__isnull=True)
    for item in entries(
        [organisation.pk],
        reader,
        ["received"],
        by=["activity", "other"],
        among=without_agreement,
    ).counted("received", organisation.pk):
        if item.activity not in known:
            continue
        if item.usd is None:
            unknown += item.lines
        else:
            _add(paid, item.activity, item.other, item.usd)
    names = names_of({donor for of in paid.values() for donor in of})
    found = [
        _costed(activity, spent.get(pk, ZERO), paid.get(pk, {}), names)
        for pk, activity in known.items()
        if sum(paid.get(pk, {}).values(), ZERO) > 0
    ]
    return found, unknown


def _add(
    paid: dict[int, dict[int | None, Decimal]], activity: int, donor: int | None, usd: Decimal
) -> None:
    of = paid.setdefault(activity, {})
    of[donor] = of.get(donor, ZERO) + usd


def _costed(
    activity: Activity,
    spent: Decimal,
    paid: Mapping[int | None, Decimal],
    names: Mapping[int, str],
) -> Costed:
    by_name: dict[str, Decimal] = {}
    for donor, usd in paid.items():
        name = names.get(donor or 0, "?")
        by_name[name] = by_name.get(name, ZERO) + max(usd, ZERO)
    cost = max(spent, ZERO)
    return Costed(activity, cost, spent > 0, tuple(attribution.shares(cost, by_name)))


@dataclass(frozen=True, slots=True)
class Chain:
    """Money that organisations pass to each other, each transfer once, in US dollars."""

    transfers: tuple[chain.Transfer, ...]
    apart: tuple[chain.Disagreement, ...]
    stages: tuple[tuple[int, ...], ...]
    names: Mapping[int, str]
    unconverted: int


_Flow = tuple[int | None, int | None]  # the project that gave and the one that took
_Told = tuple[int, int, chain.Teller, _Flow]

TELLERS = {
    "paid": {"1": chain.Teller.TAKER, "3": chain.Teller.GIVER},
    "committed": {"11": chain.Teller.TAKER, "2": chain.Teller.GIVER},
}


def money_chain(
    reader: Reader,
    *,
    figure: str = "paid",
    activity: Activity | None = None,
    years: tuple[int, int] | None = None,
) -> Chain:
    """Who passed money to whom by the ledger lines that the reader may see; five queries.

    A transfer that giver and receiver both wrote is one; they are matched by who gave, who
    received, and the two projects where all their lines state them.
    """
    known = codes_by_value("TransactionType", TELLERS[figure])
    tellers = {known[code].pk: teller for code, teller in TELLERS[figure].items() if code in known}
    rows: QuerySet[Any, Any] = Transaction.objects.visible_to(reader).filter(
        transaction_type__in=list(tellers), provider__isnull=False, receiver__isnull=False
    )
    if activity is not None:
        rows = rows.filter(_touching(activity, reader))
    rows = rows.annotate(
        day=Coalesce("reverses__date", "date"),
        usd=Case(When(currency="USD", then=F("value")), default=F("usd_value")),
    )
    if years is not None:
        days = Days.of_years(*years)
        rows = rows.filter(day__gte=days.first, day__lte=days.last)
    rows_of = list(
        rows.order_by()
        .values_list(
            "transaction_type",
            "provider",
            "receiver",
            "provider_activity",
            "receiver_activity",
            "activity",
        )
        .annotate(total=Sum(Cents(F("usd"))), unknown=Count("pk", filter=Q(usd__isnull=True)))
    )
    standing = standing_keys({key for row in rows_of for key in row[1:3]})
    told: dict[_Told, int] = {}
    for kind, giver, taker, source, target, own, total, _unknown in rows_of:
        if total is None:
            continue
        by_taker = tellers[kind] == chain.Teller.TAKER
        flow = (source or (None if by_taker else own), target or (own if by_taker else None))
        key = (standing.get(giver, giver), standing.get(taker, taker), tellers[kind], flow)
        told[key] = told.get(key, 0) + total
    found = _matched(told)
    kept, apart = chain.told_once(found)
    stages = chain.stages(kept)
    names = names_of({who for stage in stages for who in stage})  # type: ignore[misc]
    return Chain(
        tuple(kept),
        tuple(apart),
        tuple(tuple(sorted(stage, key=lambda who: names.get(who, ""))) for stage in stages),  # type: ignore[arg-type]
        names,
        sum(row[-1] for row in rows_of),
    )


def _matched(told: Mapping[_Told, int]) -> list[chain.Transfer]:
    """The transfers as they may be matched, from sums in cents: by their projects where all lines
    between the two organisations state both, else by the organisations alone."""
    vague = {(giver, taker) for giver, taker, _teller, flow in told if None in flow}
    sums: dict[tuple[int, int, chain.Teller, _Flow | None], int] = {}
    for (giver, taker, teller, flow), total in told.items():
        key = (giver, taker, teller, None if (giver, taker) in vague else flow)
        sums[key] = sums.get(key, 0) + total
    return [
        chain.Transfer(giver, taker, of_cents(total), teller, flow)
        for (giver, taker, teller, flow), total in sums.items()
    ]


def _touching(activity: Activity, reader: Reader) -> Q:
    """Lines that stand in, come from or go to a project or one of its parts."""
    parts = Activity.objects.visible_to(reader).filter(Q(pk=activity.pk) | Q(parent=activity.pk))
    keys = list(parts.values_list("pk", flat=True))
    return Q(activity__in=keys) | Q(provider_activity__in=keys) | Q(receiver_activity__in=keys)
