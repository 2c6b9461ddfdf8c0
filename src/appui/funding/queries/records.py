"""Records of funding that a reader may see, and how their money is converted."""

from datetime import date
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from appui.funding import rules
from appui.funding.models import (
    Agreement,
    AgreementStatus,
    Amendment,
    Fund,
    Proposal,
    Transaction,
)
from appui.kernel.access import Reader
from appui.kernel.money import Converted, Money, cents
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Owned, OwnedQuerySet
from appui.registry.rates import RateTable


def proposals(reader: Reader) -> QuerySet[Proposal]:
    """Proposals the reader may see with what lists want; needs and projects that the reader may
    not see are None. Four queries."""
    rows = Proposal.objects.visible_to(reader)
    joined = rows.select_related(
        "donor", "donor__merged_into", "owner", "responsible", "pipeline_stage"
    )
    return joined.prefetch_related(*as_seen(reader, need=Need, activity=Activity, fund=Fund))


def open_asks(reader: Reader) -> QuerySet[Proposal]:
    """Proposals still open that the reader may see, with their donors; one query."""
    return proposals(reader).filter(stage__in=rules.OPEN_STAGES).prefetch_related(None)


def ledger(reader: Reader) -> QuerySet[Transaction]:
    """Ledger lines the reader may see with what lists want; what they are on account of is None
    where the reader may not see it. Six queries."""
    rows = Transaction.objects.visible_to(reader).with_state()
    joined = rows.select_related(
        "transaction_type", "provider", "receiver", "source", "owner", "tranche"
    )
    return joined.prefetch_related(
        *as_seen(
            reader,
            agreement=Agreement,
            activity=Activity,
            provider_activity=Activity,
            receiver_activity=Activity,
            fund=Fund,
        )
    )


def as_seen(reader: Reader, **related: type[Owned]) -> list[Any]:
    """The related records that the reader may see; one query each, None for the others."""
    return [
        Prefetch(name, OwnedQuerySet(model).visible_to(reader)) for name, model in related.items()
    ]


def agreements(reader: Reader) -> QuerySet[Agreement]:
    """Agreements the reader may see with what lists want."""
    rows: QuerySet[Agreement] = Agreement.objects.visible_to(reader)
    return rows.select_related(
        "donor", "donor__merged_into", "proposal", "owner", "source", "earmarking"
    )


def at_signature(
    money: Money, signed: Agreement | Amendment, to: str, rates: RateTable
) -> Converted | None:
    """The amount at the rate fixed when it was signed, so that it does not move.

    ``signed`` is the agreement, or the amendment that brought the money.
    """
    day = signed.signed_on
    if day is None and isinstance(signed, Agreement):
        day = signed.created_at.date()
    if to == "USD" and signed.usd_rate is not None and signed.usd_rate_date is not None:
        return Converted(
            money,
            Money(cents(money.amount * signed.usd_rate), to),
            signed.usd_rate,
            signed.usd_rate_date,
            signed.usd_rate_source,
        )
    return rates.convert(money, to, day) if day is not None else None


def rate_rule(currency: str) -> str:
    """How amounts in other currencies are counted, in a sentence."""
    return _(
        "Current %(currency)s: agreements at the rate of the month they were signed, "
        "asks at the latest monthly rate."
    ) % {"currency": currency}


def running(reader: Reader, *, today: date) -> QuerySet[Agreement]:
    """Signed agreements that have not ended."""
    return agreements(reader).filter(
        Q(ends_on=None) | Q(ends_on__gte=today), status=AgreementStatus.SIGNED
    )
