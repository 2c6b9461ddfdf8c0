"""Open asks as a board: a column a stage, moved by a form that needs no script."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import listings, queries, rules
from appui.funding.models import Proposal
from appui.funding.queries import StageLine
from appui.funding.views.asktabs import ask_tabs, owner_of
from appui.kernel.money import Money
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest, adding
from appui.registry.rates import RateTable, rate_table
from appui.registry.rules import may_write_for

BOARD_LIMIT = 100


@dataclass(frozen=True, slots=True)
class Card:
    """One ask on the board; ``moves`` is empty for those who may not move it."""

    ask: Proposal
    moves: list[StageLine]
    days: int | None
    look: str
    is_overdue: bool
    key: str


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One stage with its first asks; the sums are over all its asks that have a rate."""

    line: StageLine
    cards: list[Card]
    total: int
    sums: "Sums"


def proposal_board(request: PageRequest) -> HttpResponse:
    """Open asks of the organisation by stage; the newest hundred of each stage."""
    today, owner = timezone.localdate(), owner_of(request)
    rows = queries.asks(request.reader, today=today).filter(stage__in=rules.OPEN_STAGES)
    known = list(rows.filter(owner=owner)) if owner else []
    lines = queries.stages_of(owner.pk if owner else None)
    return render(
        request,
        "funding/proposal_board.html",
        {
            "title": _("Proposals"),
            "columns": _columns(request, owner, known, lines, today),
            "currency": owner.currency if owner else "",
            "owner": owner,
            **adding(request, "funding:proposal_add", _("New ask")),
            "tabs": ask_tabs("board"),
            "limit": BOARD_LIMIT,
        },
    )


def _columns(
    request: PageRequest,
    owner: Organisation | None,
    known: Sequence[Proposal],
    lines: Sequence[StageLine],
    today: date,
) -> list[BoardColumn]:
    if owner is None:
        return []
    rates = rate_table({row.currency for row in known} | {owner.currency})
    placed: dict[str, list[Proposal]] = {}
    for row in known:
        placed.setdefault(queries.line_at(lines, row).code, []).append(row)
    may_move = bool(may_write_for(owner.pk, request.reader))
    shown = [
        line for line in lines if line.is_open and (not line.is_retired or placed.get(line.code))
    ]
    return [
        BoardColumn(
            line=line,
            cards=[
                _card(row, lines if may_move else (), today)
                for row in placed.get(line.code, ())[:BOARD_LIMIT]
            ],
            total=len(placed.get(line.code, ())),
            sums=_sums(placed.get(line.code, ()), owner.currency, rates, today),
        )
        for line in shown
    ]


def _card(ask: Proposal, lines: Sequence[StageLine], today: date) -> Card:
    since: date | None = getattr(ask, "stage_since", None)
    return Card(
        ask=ask,
        moves=_onward_first(ask, lines) if lines else [],
        days=None if since is None else (today - since).days,
        look=listings.look_words(ask),
        is_overdue=listings.is_overdue(ask),
        key=str(uuid.uuid4()),
    )


def _onward_first(ask: Proposal, lines: Sequence[StageLine]) -> list[StageLine]:
    """Where the ask may pass to: the stages after its own, those before, and losing it last."""
    order = [line.code for line in lines]
    place = order.index(now) if (now := queries.line_at(lines, ask).code) in order else 0
    found = queries.possible_moves(ask, lines)
    return sorted(found, key=lambda line: (not line.is_open, order.index(line.code) < place))


@dataclass(frozen=True, slots=True)
class Sums:
    """What the asks of one column sum to, asked and weighted by their chance."""

    asked: Money
    weighted: Money
    unconverted: int


def _sums(rows: Sequence[Proposal], currency: str, rates: RateTable, today: date) -> Sums:
    counted = [rates.convert(Money(row.amount, row.currency), currency, today) for row in rows]
    known = [
        (found.money.amount, rules.probability_of(row))
        for found, row in zip(counted, rows, strict=True)
        if found
    ]
    return Sums(
        asked=Money(sum((amount for amount, _chance in known), Decimal(0)), currency),
        weighted=Money(sum((a * chance for a, chance in known), Decimal(0)), currency),
        unconverted=len(rows) - len(known),
    )
