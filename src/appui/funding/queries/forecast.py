"""The forecast of an organisation's asks in its currency, with the asks behind each figure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.funding import rules
from appui.funding.forecast import (
    Ask,
    Forecast,
    Quarter,
    Where,
    forecast,
    quarter_of,
    quarters_from,
    where,
)
from appui.funding.models import Agreement, Proposal, Stage
from appui.funding.queries.pipeline import asks
from appui.funding.queries.records import at_signature
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.money import Converted, Money
from appui.registry.models import Organisation
from appui.registry.rates import RateTable, rate_table

QUARTERS = 8
MOST_QUARTERS = 20


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One ask as the forecast counts it: ``counted`` is None where no rate is known.

    ``on`` is the day a decision is expected or the agreement was signed; ``where`` the quarter, or
    why it is in none.
    """

    ask: Proposal
    original: Money
    counted: Converted | None
    probability: Decimal
    on: date | None
    is_committed: bool
    where: Where | None

    @property
    def weighted(self) -> Decimal | None:
        """The amount times its chance, in the currency of the forecast."""
        return None if self.counted is None else self.counted.money.amount * self.probability


@dataclass(frozen=True, slots=True)
class OwnerForecast:
    """What the asks of one organisation may bring, and what it counts."""

    owner: Organisation
    currency: str
    start: Quarter
    count: int
    found: Forecast
    rows: tuple[ForecastRow, ...]
    boundary: str
    rate_rule: str

    @property
    def unconverted(self) -> tuple[ForecastRow, ...]:
        """Asks whose currency has no rate; they are in no figure."""
        return tuple(row for row in self.rows if row.counted is None)

    def rows_at(self, place: Where | None) -> list[ForecastRow]:
        """The asks of a quarter or outside all; of the whole period for None."""
        if place is not None:
            return [row for row in self.rows if row.where == place]
        period = quarters_from(self.start, self.count)
        return [row for row in self.rows if row.where in period]


def first_quarter(today: date) -> Quarter:
    """Where a forecast begins unless told: the first quarter of the year."""
    return today.year, 1


def owner_forecast(
    owner: Organisation,
    reader: Reader,
    *,
    today: date,
    start: Quarter | None = None,
    count: int = QUARTERS,
) -> OwnerForecast:
    """The forecast in the currency of ``owner``; eight queries however many asks."""
    if not 1 <= count <= MOST_QUARTERS:
        text = _("A forecast has between 1 and %(most)d quarters.") % {"most": MOST_QUARTERS}
        raise Invalid(text, {"quarters": text})
    start = start or first_quarter(today)
    period = quarters_from(start, count)
    found = _rows(owner, reader, today, period)
    forecasted = forecast(
        [_ask_of(row) for row in found if row.counted is not None],
        start=start,
        count=count,
        today=today,
    )
    return OwnerForecast(
        owner=owner,
        currency=owner.currency,
        start=start,
        count=count,
        found=forecasted,
        rows=tuple(row for row in found if row.where is not None),
        boundary=_boundary(owner, reader),
        rate_rule=_(
            "Current %(currency)s: signed asks at the rate of the month they were signed, "
            "open asks at the latest monthly rate."
        )
        % {"currency": owner.currency},
    )


def _boundary(owner: Organisation, reader: Reader) -> str:
    counted = _(
        "Counts the asks of “%(owner)s”: open ones in the quarter a decision is expected, signed "
        "ones in the quarter of signature with the amount that was signed. Refused and withdrawn "
        "asks are not counted."
    ) % {"owner": owner}
    if reader.role_in(owner.pk) is None:
        return f"{counted} {_('Only what is shared with you is counted.')}"
    return counted


def _rows(
    owner: Organisation, reader: Reader, today: date, period: Sequence[Quarter]
) -> list[ForecastRow]:
    wanted = (*rules.OPEN_STAGES, Stage.SIGNED)
    known = list(asks(reader, today=today).filter(owner=owner, stage__in=wanted).order_by("pk"))
    signed = {
        agreement.proposal_id: agreement
        for agreement in Agreement.objects.visible_to(reader).filter(proposal__in=known)
    }
    currencies = {row.currency for row in known} | {owner.currency}
    currencies |= {agreement.currency for agreement in signed.values()}
    rates = rate_table(currencies if len(currencies) > 1 else ())
    rows = []
    for ask in known:
        agreement = signed.get(ask.pk) if ask.stage == Stage.SIGNED else None
        if agreement is not None and agreement.status not in rules.COUNTING:
            continue
        rows.append(_row(ask, agreement, owner.currency, rates, today, period))
    return rows


def _row(
    ask: Proposal,
    agreement: Agreement | None,
    currency: str,
    rates: RateTable,
    today: date,
    period: Sequence[Quarter],
) -> ForecastRow:
    original, counted, on = Money(ask.amount, ask.currency), None, ask.decision_on
    if agreement is not None:
        original = Money(agreement.amount, agreement.currency)
        counted = at_signature(original, agreement, currency, rates)
        on = agreement.signed_on
    elif ask.stage == Stage.SIGNED:
        on = getattr(ask, "stage_since", None) or ask.updated_at.date()
        counted = rates.convert(original, currency, on)
    else:
        counted = rates.convert(original, currency, today)
    is_committed = ask.stage == Stage.SIGNED
    probability = rules.probability_of(ask)
    placed = Ask(ask.pk, Decimal(0), probability, on, is_committed)
    return ForecastRow(
        ask=ask,
        original=original,
        counted=counted,
        probability=probability,
        on=on,
        is_committed=is_committed,
        where=where(placed, period, today),
    )


def _ask_of(row: ForecastRow) -> Ask:
    amount = row.counted.money.amount if row.counted else Decimal(0)
    return Ask(row.ask.pk, amount, row.probability, row.on, row.is_committed)


def quarter_name(quarter: Quarter) -> str:
    """A quarter as it stands in addresses and files: ``2026-Q4``."""
    return f"{quarter[0]}-Q{quarter[1]}"


def quarter_called(text: str) -> Quarter:
    """The quarter written ``2026-Q4``; raises ``Invalid``."""
    year, _dash, number = text.upper().partition("-Q")
    if len(year) == 4 and year.isdecimal() and year.isascii() and number in ("1", "2", "3", "4"):
        return int(year), int(number)
    problem = _("Write a quarter as 2026-Q4; “%(text)s” is none.") % {"text": text[:20]}
    raise Invalid(problem, {"start": problem})


__all__ = [
    "QUARTERS",
    "ForecastRow",
    "OwnerForecast",
    "first_quarter",
    "owner_forecast",
    "quarter_called",
    "quarter_name",
    "quarter_of",
]
