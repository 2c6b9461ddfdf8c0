"""The gap of an organisation by pillar, place and years, with the range of its costs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from django.utils.translation import gettext as _

from appui.funding.gap import Kind, Part, by
from appui.funding.queries import GapRow, NeedGap, need_gaps, rate_rule
from appui.intelligence.figures.concentration import Concentration, concentration
from appui.kernel.access import Reader
from appui.kernel.money import CENT, Money, cents
from appui.needs.models import Need, NeedLine, NeedStatus, WhoPays
from appui.needs.queries import needs_with_lines
from appui.outlook.ranges import Cost, Moves, Range, Shape, Simulation
from appui.outlook.shares import split
from appui.registry.models import Organisation
from appui.registry.rates import rate_table

ZERO = Decimal(0)
Dimension = Literal["pillar", "place", "years"]
ALL: tuple[Dimension, ...] = ("pillar", "place", "years")


@dataclass(frozen=True, slots=True)
class Counted:
    """One row of a need's gap with its amount in the organisation's currency.

    ``low`` and ``high`` are those of a line to be mobilised whose unit cost has a range.
    """

    row: GapRow
    need: Need
    amount: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    run: str | None = None

    @property
    def key(self) -> str:
        """The row it comes from."""
        return self.row.key

    @property
    def has_range(self) -> bool:
        """Whether its cost can be anything but the central one."""
        return self.low is not None and self.high is not None and self.low < self.high


@dataclass(frozen=True, slots=True)
class Cell:
    """One row of the table; None where a part is not stated or not asked for.

    ``gap`` is the range of what is missing, None where no cost of the cell has a range.
    """

    pillar: str | None
    place: str | None
    years: str | None
    need: Decimal
    secured: Decimal
    missing: Decimal
    surplus: Decimal
    gap: Range | None
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GapTable:
    """The open needs of an organisation in its currency, cut by pillar, place and years.

    The needs and what is secured sum to the cent over the cells. ``missing`` sums what each need
    lacks: what one has beyond its cost fills no other. So do its ranges.
    """

    organisation: Organisation
    currency: str
    cells: tuple[Cell, ...]
    need: Decimal
    secured: Decimal
    missing: Decimal
    gap: Range | None
    rows: tuple[Counted, ...]
    unconverted: int
    givers: Concentration[str] | None
    secured_by: tuple[tuple[str, Decimal], ...]
    boundary: str
    rate_rule: str


def counted_rows(
    gaps: Sequence[NeedGap], currency: str, *, today: date
) -> tuple[list[Counted], int]:
    """The rows of several needs in one currency, and how many could not be counted.

    The sum of a need is converted and then split over its rows, so that rows and sums agree to the
    cent.
    """
    rates = rate_table({gap.currency for gap in gaps} | {currency})
    found: list[Counted] = []
    unknown = 0
    for gap in gaps:
        unknown += len(gap.unconverted)
        for kind in Kind:
            rows = [row for row in gap.rows if row.kind == kind and row.counted is not None]
            amounts = [_own(row) for row in rows]
            whole = rates.convert(Money(sum(amounts, ZERO), gap.currency), currency, today)
            if whole is None:
                unknown += len(rows)
            elif whole.money.amount > 0:
                parts = split(whole.money.amount, amounts, CENT)
                found += _counted(gap, rows, amounts, parts)
    return found, unknown


def _own(row: GapRow) -> Decimal:
    amount = row.counted.money.amount if row.counted else ZERO
    return cents(amount * row.probability)


def _counted(
    gap: NeedGap, rows: Sequence[GapRow], own: Sequence[Decimal], parts: Sequence[Decimal]
) -> Iterable[Counted]:
    lines = {f"needs.needline:{line.pk}": line for line in gap.need.lines.all()}
    for row, amount, part in zip(rows, own, parts, strict=True):
        line = lines.get(row.key) if row.kind == Kind.NEED else None
        if line is None or line.who_pays != WhoPays.OPEN or not amount:
            yield Counted(row, gap.need, part)
        else:
            low, high = _range_of(line, part / amount)
            yield Counted(row, gap.need, part, low, high)


def _range_of(line: NeedLine, rate: Decimal) -> tuple[Decimal, Decimal]:
    low, high = line.cost_range
    return cents(low * rate), cents(high * rate)


def open_gaps(
    organisation: Organisation, reader: Reader, *, today: date, need: int | None = None
) -> list[NeedGap]:
    """The gaps of the open needs of an organisation; ten queries however many rows."""
    rows = needs_with_lines(reader).filter(owner=organisation, status=NeedStatus.OPEN)
    if need is not None:
        rows = rows.filter(pk=need)
    return need_gaps(list(rows.order_by("pk")), reader, today=today)


def gap_table(
    organisation: Organisation,
    reader: Reader,
    *,
    today: date,
    shape: Shape = Shape.TRIANGULAR,
    moves: Moves = Moves.INDEPENDENT,
    dimensions: Sequence[Dimension] = ALL,
) -> GapTable:
    """The gap of all open needs of an organisation, by the asked dimensions."""
    gaps = open_gaps(organisation, reader, today=today)
    return table_of(organisation, gaps, today=today, shape=shape, moves=moves, by_=dimensions)


def table_of(
    organisation: Organisation,
    gaps: Sequence[NeedGap],
    *,
    today: date,
    shape: Shape,
    moves: Moves,
    by_: Sequence[Dimension],
    currency: str = "",
) -> GapTable:
    """The table of some needs; no query but for rates."""
    to = currency or organisation.currency
    found, unknown = counted_rows(gaps, to, today=today)
    known = _with_runs([item for item in found if item.row.kind != Kind.ASKED], by_)
    drawn = Simulation(shape, moves)
    groups: dict[tuple[str | None, ...], list[Counted]] = {}
    for item in known:
        groups.setdefault(_where(item, by_), []).append(item)
    cells = [_cell(where, by_, members, drawn) for where, members in groups.items()]
    cells.sort(key=_order)
    per_need = _per_need(known)
    used = sum((min(need, secured) for need, secured in per_need), ZERO)
    by_giver = _by_giver(known)
    return GapTable(
        organisation=organisation,
        currency=to,
        cells=tuple(cells),
        need=_sum(known, Kind.NEED),
        secured=_sum(known, Kind.SECURED),
        missing=_missing(gaps, to, today),
        gap=_gap_range(known, used, drawn),
        rows=tuple(known),
        unconverted=unknown,
        givers=concentration(by_giver),
        secured_by=tuple(by_giver),
        boundary=_boundary(organisation),
        rate_rule=rate_rule(to),
    )


def _boundary(organisation: Organisation) -> str:
    return _(
        "Counts the open needs of “%(name)s”: signed agreements allocated to them, and lines that "
        "the State or the organisation pays itself. A surplus of one need does not fill another; "
        "asks are not deducted."
    ) % {"name": organisation}


def _with_runs(rows: Sequence[Counted], dimensions: Sequence[Dimension]) -> list[Counted]:
    """Each row with the run of years it stands in: spans of one pillar and place, where the table
    has them, that share a year are one run."""
    beside = [name for name in dimensions if name != "years"]
    groups: dict[tuple[str | None, ...], list[Counted]] = {}
    for item in rows:
        groups.setdefault(_where(item, beside), []).append(item)
    return [item for members in groups.values() for item in _joined(members)]


def _joined(rows: Sequence[Counted]) -> list[Counted]:
    parts = [
        Part(f"{place}", item.row.kind, ZERO, years=item.row.years)
        for place, item in enumerate(rows)
    ]
    runs = {int(part.key): cell.label for cell in by(parts, "years") for part in cell.parts}
    return [
        Counted(item.row, item.need, item.amount, item.low, item.high, runs[place])
        for place, item in enumerate(rows)
    ]


def _where(item: Counted, dimensions: Sequence[Dimension]) -> tuple[str | None, ...]:
    values = {"pillar": item.row.pillar, "place": item.row.place, "years": item.run}
    return tuple(values[name] for name in dimensions)


def _cell(
    where: tuple[str | None, ...],
    dimensions: Sequence[Dimension],
    members: Sequence[Counted],
    drawn: Simulation,
) -> Cell:
    at = dict(zip(dimensions, where, strict=True))
    need, secured = _sum(members, Kind.NEED), _sum(members, Kind.SECURED)
    return Cell(
        pillar=at.get("pillar"),
        place=at.get("place"),
        years=at.get("years"),
        need=need,
        secured=secured,
        missing=max(need - secured, ZERO),
        surplus=max(secured - need, ZERO),
        gap=_gap_range(members, secured, drawn),
        keys=tuple(item.key for item in members),
    )


def _gap_range(members: Sequence[Counted], secured: Decimal, drawn: Simulation) -> Range | None:
    """The range of cost less ``secured``, never below zero; None without a range."""
    needs = [item for item in members if item.row.kind == Kind.NEED]
    if not any(item.has_range for item in needs):
        return None
    cost = drawn.range_of([_cost(item) for item in needs])
    taken = float(secured)
    p10, p50, p90 = (max(value - taken, 0.0) for value in (cost.p10, cost.p50, cost.p90))
    return Range(p10, p50, p90, cost.mean - taken, cost.sd, cost.exact)


def _cost(item: Counted) -> Cost:
    low, high = (item.low, item.high) if item.has_range else (item.amount, item.amount)
    return Cost(item.key, float(low or 0), float(item.amount), float(high or 0))


def _sum(members: Iterable[Counted], kind: Kind) -> Decimal:
    return sum((item.amount for item in members if item.row.kind == kind), ZERO)


def _missing(gaps: Iterable[NeedGap], currency: str, today: date) -> Decimal:
    """What the needs lack, each converted on its own, as the dashboard sums it."""
    lacks = [Money(cents(gap.total.missing), gap.currency) for gap in gaps]
    rates = rate_table({item.currency for item in lacks} | {currency})
    found = (rates.convert(item, currency, today) for item in lacks)
    return sum((item.money.amount for item in found if item is not None), ZERO)


def _per_need(rows: Iterable[Counted]) -> list[tuple[Decimal, Decimal]]:
    sums: dict[int, dict[Kind, Decimal]] = {}
    for item in rows:
        of = sums.setdefault(item.need.pk, {Kind.NEED: ZERO, Kind.SECURED: ZERO})
        of[item.row.kind] += item.amount
    return [(of[Kind.NEED], of[Kind.SECURED]) for of in sums.values()]


def _by_giver(rows: Iterable[Counted]) -> list[tuple[str, Decimal]]:
    """What each giver secured; lines paid by the State or the organisation under what they say."""
    sums: dict[str, Decimal] = {}
    for item in rows:
        if item.row.kind == Kind.SECURED:
            name = item.row.donor or item.row.label.split(" · ")[0]
            sums[name] = sums.get(name, ZERO) + item.amount
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


def _order(cell: Cell) -> tuple[bool, str, bool, str, bool, str]:
    return (
        cell.pillar is None,
        cell.pillar or "",
        cell.place is None,
        cell.place or "",
        cell.years is None,
        cell.years or "",
    )
