"""Where an organisation stands: its targets, its open needs, and the rows behind each figure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from django.db.models import Q
from django.utils.translation import gettext as _

from appui.funding import queries
from appui.funding.models import Target
from appui.funding.queries import GapRow, NeedGap, Position, TargetPosition
from appui.funding.views.gap import FIGURES
from appui.kernel.access import Reader
from appui.kernel.money import Converted, Money, cents
from appui.needs.models import Need, NeedStatus
from appui.needs.queries import needs_with_lines
from appui.registry.models import Organisation
from appui.registry.rates import rate_table

ZERO = Decimal(0)


class Figure(StrEnum):
    """A figure of the chain, as it stands in the address of its rows."""

    NEED = "need"
    SECURED = "secured"
    ASKED = "asked"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """``position`` sums the open needs of ``organisation`` in its own currency.

    ``missing`` is what each need is missing in that currency, by the key of the need; a need
    whose currency has no rate is not in it.
    """

    organisation: Organisation
    position: Position
    targets: tuple[TargetPosition, ...]
    missing: Mapping[int, Decimal]
    boundary: str
    rate_rule: str

    @property
    def costed(self) -> list[NeedGap]:
        """Needs whose cost is known, the one that is missing most first."""
        known = [gap for gap in self.position.needs if gap.total.need > 0]
        return sorted(known, key=lambda gap: (-self.missing.get(gap.need.pk, ZERO), gap.need.pk))


@dataclass(frozen=True, slots=True)
class NeedRows:
    """The records of one need that make a figure, in the need's currency, and what they sum to.

    ``counted`` is the sum in the organisation's currency; None when there is no rate for it.
    """

    gap: NeedGap
    rows: tuple[GapRow, ...]
    amount: Decimal
    counted: Converted | None


@dataclass(frozen=True, slots=True)
class FigureRows:
    """Everything behind one figure; the ``counted`` of the needs sum to ``total``."""

    figure: Figure
    currency: str
    needs: tuple[NeedRows, ...]
    total: Decimal


def workspace_of(reader: Reader) -> Organisation | None:
    """The organisation the reader works in now; None for someone who works in none."""
    if reader.workspace_id is None:
        return None
    return Organisation.objects.filter(pk=reader.workspace_id).first()


def open_needs(organisation: Organisation, reader: Reader) -> list[Need]:
    """The open needs of the organisation, with their lines; four queries."""
    rows = needs_with_lines(reader).filter(owner=organisation, status=NeedStatus.OPEN)
    return list(rows.order_by("pk"))


def shown_targets(organisation: Organisation, reader: Reader, *, today: date) -> list[Target]:
    """The targets whose period holds ``today``, else the one that ended last; one query.

    A period without an end never ends; one that has not begun is not shown.
    """
    rows = Target.objects.visible_to(reader).filter(
        Q(starts_on=None) | Q(starts_on__lte=today), owner=organisation
    )
    known = list(rows.select_related("source"))
    current = [item for item in known if item.ends_on is None or item.ends_on >= today]
    ended = sorted(known, key=lambda item: (item.ends_on or date.min, item.pk))
    return current or ended[-1:]


def standing(organisation: Organisation, reader: Reader, *, today: date) -> Standing:
    """The whole standing; the same number of queries however many records."""
    needs = open_needs(organisation, reader)
    targets = shown_targets(organisation, reader, today=today)
    currency = organisation.currency
    position = queries.position(needs, reader, currency=currency, today=today)
    return Standing(
        organisation=organisation,
        position=position,
        targets=tuple(queries.target_positions(targets, reader, today=today)),
        missing=_missing(position, today),
        boundary=_boundary(organisation),
        rate_rule=queries.rate_rule(currency),
    )


def _missing(position: Position, today: date) -> dict[int, Decimal]:
    rates = rate_table({gap.currency for gap in position.needs} | {position.currency})
    found = {
        gap.need.pk: rates.convert(
            Money(cents(gap.total.missing), gap.currency), position.currency, today
        )
        for gap in position.needs
    }
    return {key: counted.money.amount for key, counted in found.items() if counted is not None}


def _boundary(organisation: Organisation) -> str:
    return _(
        "Counts the open needs of “%(name)s”: signed agreements, and lines that the State or the "
        "organisation pays itself. A surplus of one need does not fill another; pledges and asks "
        "are not deducted from what is missing."
    ) % {"name": organisation}


def share_missing(gap: NeedGap) -> Decimal:
    """What is missing as a part of the need, 0 to 1; 0 when the need has no cost."""
    return gap.total.missing / gap.total.need if gap.total.need else ZERO


def rows_behind(
    figure: Figure, gaps: Sequence[NeedGap], *, currency: str, today: date
) -> FigureRows:
    """The records behind ``figure``, need by need; one query for rates, none in US dollars."""
    rates = rate_table({gap.currency for gap in gaps} | {currency})
    needs = []
    for gap in gaps:
        amount = cents(_amount(figure, gap))
        counted = rates.convert(Money(amount, gap.currency), currency, today)
        rows = tuple(
            row for row in gap.rows if row.counted is not None and row.kind in FIGURES[figure]
        )
        if rows:
            needs.append(NeedRows(gap, rows, amount, counted))
    return FigureRows(figure, currency, tuple(needs), _sum(needs))


def _sum(needs: Iterable[NeedRows]) -> Decimal:
    return sum((item.counted.money.amount for item in needs if item.counted), ZERO)


def _amount(figure: Figure, gap: NeedGap) -> Decimal:
    total = gap.total
    amounts = {
        Figure.NEED: total.need,
        Figure.SECURED: total.secured,
        Figure.ASKED: total.weighted,
        Figure.MISSING: total.missing,
    }
    return amounts[figure]
