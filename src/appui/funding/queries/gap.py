"""The gap of a need, row by row."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.evidence.models import Source
from appui.funding import rules
from appui.funding.gap import Cell, Dimension, Kind, Part, by, total
from appui.funding.models import Agreement, Allocation, Proposal
from appui.funding.queries.records import at_signature, open_asks, rate_rule
from appui.kernel.access import Reader
from appui.kernel.money import Converted, Money, cents
from appui.needs.models import Need, NeedLine, WhoPays
from appui.registry.rates import RateTable, rate_table


@dataclass(frozen=True, slots=True)
class GapRow:
    """One record behind a figure of the gap: what it is, and its amount as recorded and counted.

    ``counted`` is None when no rate is known: the row is then shown and not added.
    ``source`` is None when none is stated, or when it is not shared with the reader.
    """

    kind: Kind
    key: str
    label: str
    url: str
    original: Money
    counted: Converted | None
    probability: Decimal
    pillar: str | None
    place: str | None
    years: tuple[int, int] | None
    source: Source | None = None
    source_hidden: bool = False
    signed_on: date | None = None
    donor: str = ""
    donor_id: int | None = None


@dataclass(frozen=True, slots=True)
class NeedGap:
    """The gap of one need in its own currency, with every row behind it."""

    need: Need
    currency: str
    total: Cell
    rows: tuple[GapRow, ...]
    boundary: str
    rate_rule: str

    @property
    def unconverted(self) -> tuple[GapRow, ...]:
        """Rows whose currency has no rate; they are in no figure."""
        return tuple(row for row in self.rows if row.counted is None)

    def by(self, dimension: Dimension) -> list[Cell]:
        """Cells by pillar, place or years."""
        return by(self.total.parts, dimension)

    def rows_of(self, parts: Iterable[Part]) -> list[GapRow]:
        """The records behind some parts."""
        keys = {(part.kind, part.key) for part in parts}
        return [row for row in self.rows if (row.kind, row.key) in keys]


@dataclass(frozen=True, slots=True)
class Position:
    """Where an organisation stands, in ``currency``; the sums are over its open needs."""

    currency: str
    needs: tuple[NeedGap, ...]
    need: Decimal
    secured: Decimal
    asked: Decimal
    weighted: Decimal
    missing: Decimal
    unconverted: int


def need_gap(need: Need, reader: Reader, *, today: date) -> NeedGap:
    """The gap of one need; at most six queries however many rows.

    ``need`` comes with its lines prefetched (``needs.queries.needs_with_lines``) or not.
    """
    return need_gaps([need], reader, today=today)[0]


def need_gaps(needs: Sequence[Need], reader: Reader, *, today: date) -> list[NeedGap]:
    """One gap a need, in the order given; the same number of queries however many needs."""
    allocated = _allocations(needs, reader)
    asked = _open_proposals(needs, reader)
    currencies = {need.currency for need in needs}
    currencies |= {item.agreement.currency for items in allocated.values() for item in items}
    currencies |= {item.currency for items in asked.values() for item in items}
    rates = rate_table(currencies if len(currencies) > 1 else ())
    sources = _sources(needs, allocated, reader)
    return [
        _gap_of(
            need,
            _kept_rows(need, allocated.get(need.pk, ()), sources, rates),
            [_proposal_row(need, item, rates, today) for item in asked.get(need.pk, ())],
            reader,
        )
        for need in needs
    ]


def _allocations(needs: Sequence[Need], reader: Reader) -> Mapping[int, list[Allocation]]:
    rows = (
        Allocation.objects.filter(
            need__in=needs,
            agreement__in=Agreement.objects.visible_to(reader),
            agreement__status__in=rules.COUNTING,
        )
        .select_related("agreement__donor__merged_into", "amendment", "pillar", "location")
        .order_by("pk")
    )
    found: dict[int, list[Allocation]] = {}
    for row in rows:
        found.setdefault(row.need_id or 0, []).append(row)
    return found


def _open_proposals(needs: Sequence[Need], reader: Reader) -> Mapping[int, list[Proposal]]:
    rows = open_asks(reader).filter(need__in=needs).order_by("pk")
    found: dict[int, list[Proposal]] = {}
    for row in rows:
        found.setdefault(row.need_id or 0, []).append(row)
    return found


def _sources(
    needs: Sequence[Need], allocated: Mapping[int, list[Allocation]], reader: Reader
) -> Mapping[int, Source]:
    """The sources of all lines and agreements that the reader may see, by key; one query."""
    keys = {line.source_id for need in needs for line in need.lines.all()}
    keys |= {item.agreement.source_id for items in allocated.values() for item in items}
    return Source.objects.visible_to(reader).in_bulk([key for key in keys if key is not None])


def _kept_rows(
    need: Need,
    allocated: Sequence[Allocation],
    sources: Mapping[int, Source],
    rates: RateTable,
) -> list[GapRow]:
    """What is needed and secured, each row with its source."""
    lines = list(need.lines.all())
    paid = [line for line in lines if line.who_pays != WhoPays.OPEN]
    return [
        *(_sourced(_line_row(need, line, Kind.NEED), line.source_id, sources) for line in lines),
        *(_sourced(_line_row(need, line, Kind.SECURED), line.source_id, sources) for line in paid),
        *(
            _sourced(_allocation_row(need, item, rates), item.agreement.source_id, sources)
            for item in allocated
        ),
    ]


def _sourced(row: GapRow, key: int | None, sources: Mapping[int, Source]) -> GapRow:
    if key is None:
        return row
    return replace(row, source=sources.get(key), source_hidden=key not in sources)


def _gap_of(need: Need, kept: Sequence[GapRow], asked: Sequence[GapRow], reader: Reader) -> NeedGap:
    rows = (*kept, *asked)
    return NeedGap(
        need=need,
        currency=need.currency,
        total=total([_part_of(row) for row in rows if row.counted is not None]),
        rows=rows,
        boundary=_boundary(need, reader),
        rate_rule=rate_rule(need.currency),
    )


def _part_of(row: GapRow) -> Part:
    amount = row.counted.money.amount if row.counted else Decimal(0)
    return Part(row.key, row.kind, amount, row.pillar, row.place, row.years, row.probability)


def _line_row(need: Need, line: NeedLine, kind: Kind) -> GapRow:
    money = Money(line.cost, need.currency)
    return GapRow(
        kind=kind,
        key=f"needs.needline:{line.pk}",
        label=str(line) if kind == Kind.NEED else f"{line.get_who_pays_display()} · {line}",
        url=line.get_absolute_url(),
        original=money,
        counted=Converted(money, money, Decimal(1), need.created_at.date(), ""),
        probability=Decimal(1),
        pillar=line.pillar.code,
        place=line.location.code if line.location else None,
        years=(line.year_from, line.year_to),
    )


def _allocation_row(need: Need, item: Allocation, rates: RateTable) -> GapRow:
    agreement, signed = item.agreement, item.amendment or item.agreement
    donor = agreement.donor.merged_into or agreement.donor
    money = Money(item.amount, agreement.currency)
    return GapRow(
        kind=Kind.SECURED,
        key=f"funding.allocation:{item.pk}",
        label=f"{donor} · {agreement}",
        url=agreement.get_absolute_url(),
        original=money,
        counted=at_signature(money, signed, need.currency, rates),
        probability=Decimal(1),
        pillar=item.pillar.code if item.pillar else None,
        place=item.location.code if item.location else None,
        years=(item.year, item.year) if item.year else None,
        signed_on=signed.signed_on,
        donor=str(donor),
        donor_id=donor.pk,
    )


def _proposal_row(need: Need, item: Proposal, rates: RateTable, today: date) -> GapRow:
    money = Money(item.amount, item.currency)
    donor = item.donor.merged_into or item.donor
    return GapRow(
        kind=Kind.ASKED,
        key=f"funding.proposal:{item.pk}",
        label=f"{donor} · {item}",
        url=item.get_absolute_url(),
        original=money,
        counted=rates.convert(money, need.currency, today),
        probability=rules.probability_of(item),
        pillar=None,
        place=None,
        years=None,
        donor=str(donor),
    )


def _boundary(need: Need, reader: Reader) -> str:
    counted = _(
        "Counts money for this need only: signed agreements, and lines that the State or the "
        "organisation pays itself. Pledges and asks are not deducted from what is missing."
    )
    if reader.role_in(need.owner_id) is None:
        return f"{counted} {_('Only what is shared with you is counted.')}"
    return counted


def position(needs: Sequence[Need], reader: Reader, *, currency: str, today: date) -> Position:
    """The sum of several needs in one currency; each need's surplus stays its own."""
    gaps = need_gaps(needs, reader, today=today)
    rates = rate_table({gap.currency for gap in gaps} | {currency})
    sums = {name: Decimal(0) for name in ("need", "secured", "asked", "weighted", "missing")}
    unconverted = 0
    for gap in gaps:
        unconverted += len(gap.unconverted)
        for name in sums:
            money = Money(cents(getattr(gap.total, name)), gap.currency)
            converted = rates.convert(money, currency, today)
            if converted is None:
                unconverted += 1
                break
            sums[name] += converted.money.amount
    return Position(currency=currency, needs=tuple(gaps), unconverted=unconverted, **sums)
