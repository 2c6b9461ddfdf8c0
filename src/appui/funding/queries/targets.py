"""What counts toward a target."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from appui.funding import rules
from appui.funding.models import Agreement, Proposal, Target
from appui.funding.queries.records import agreements, at_signature, proposals
from appui.funding.queries.terms import MoneyPart, parts_of
from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.registry.rates import RateTable, rate_table


@dataclass(frozen=True, slots=True)
class TargetPosition:
    """What counts toward a target, in its currency."""

    target: Target
    secured: Decimal
    asked: Decimal
    weighted: Decimal
    unconverted: int

    @property
    def missing(self) -> Decimal:
        """Target less secured, never below zero."""
        left: Decimal = self.target.amount - self.secured
        return max(left, Decimal(0))


def target_positions(
    targets: Sequence[Target], reader: Reader, *, today: date
) -> list[TargetPosition]:
    """What counts toward each target: its owner's agreements signed within the period, and asks."""
    owners = {target.owner_id for target in targets}
    counting = agreements(reader).filter(owner__in=owners, status__in=rules.COUNTING)
    signed = list(counting.prefetch_related("amendments"))
    open_asks = list(proposals(reader).filter(owner__in=owners, stage__in=rules.OPEN_STAGES))
    amounts: list[Agreement | Proposal | Target] = [*signed, *open_asks, *targets]
    currencies = {item.currency for item in amounts}
    rates = rate_table(currencies if len(currencies) > 1 else ())
    return [_target_position(target, signed, open_asks, rates, today) for target in targets]


def counts_toward(agreement: Agreement, target: Target) -> bool:
    """Whether money of a signed agreement of the target's owner was signed in its period."""
    return bool(parts_toward(agreement, target))


def parts_toward(agreement: Agreement, target: Target) -> list[MoneyPart]:
    """The parts of an agreement signed in the period of a target of its owner, both days included.

    What an amendment adds counts from its own day of signature, so that the figure of an earlier
    period stays. No query when the amendments are prefetched.
    """
    if agreement.owner_id != target.owner_id:
        return []
    return [
        part
        for part in parts_of(agreement)
        if part.amount
        and part.signed.signed_on is not None
        and (target.starts_on is None or target.starts_on <= part.signed.signed_on)
        and (target.ends_on is None or part.signed.signed_on <= target.ends_on)
    ]


def _target_position(
    target: Target,
    signed: Sequence[Agreement],
    asks: Sequence[Proposal],
    rates: RateTable,
    today: date,
) -> TargetPosition:
    secured = [
        at_signature(Money(part.amount, item.currency), part.signed, target.currency, rates)
        for item in signed
        for part in parts_toward(item, target)
    ]
    asked = [
        (rates.convert(Money(item.amount, item.currency), target.currency, today), item)
        for item in asks
        if item.owner_id == target.owner_id
    ]
    known = [(found.money.amount, item) for found, item in asked if found is not None]
    return TargetPosition(
        target=target,
        secured=sum((found.money.amount for found in secured if found), Decimal(0)),
        asked=sum((amount for amount, _item in known), Decimal(0)),
        weighted=sum((amount * rules.probability_of(item) for amount, item in known), Decimal(0)),
        unconverted=sum(found is None for found in secured)
        + sum(found is None for found, _item in asked),
    )
