"""The bank beside the fund: what is matched, what may match, what is missing on either side."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.treasury import balances, matching
from appui.treasury.models import BankLine, BankStatement, Match, Movement

MOST_OPEN = 2000


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line with what it is matched with, or else what is suggested and why."""

    line: BankLine
    matched: Sequence[Movement] = ()
    suggested: Sequence[Movement] = ()
    score: int = 0
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """A statement beside the fund; ``unmatched`` are movements of its days not at the bank."""

    statement: BankStatement
    lines: Sequence[ShownLine]
    unmatched: Sequence[Movement]

    @property
    def open_lines(self) -> list[ShownLine]:
        """Lines that are matched with nothing."""
        return [item for item in self.lines if not item.matched]


def at_bank(movement: Movement, currency: str) -> Decimal | None:
    """What a movement is at the bank in that currency; None where it was in another one."""
    if movement.original_currency == currency:
        return balances.cash(movement.kind, movement.original)
    if movement.earmark.currency == currency:
        return movement.cash
    return None


def flowing(*, into: bool) -> Q:
    """Movements that bring money to the bank, or take it away; a reversal does the opposite."""
    kinds = [kind.value for kind in balances.INTO]
    plain, reversed_ = Q(kind__in=kinds, amount__gt=0), ~Q(kind__in=kinds) & Q(amount__lt=0)
    return plain | reversed_ if into else ~(plain | reversed_)


def open_movements(statement: BankStatement) -> QuerySet[Movement]:
    """Movements of the statement's fund that no line of a bank is, within reach of its days.

    A movement reversed before either side was matched never reached the bank.
    """
    reach = timedelta(days=matching.FURTHEST)
    rows = Movement.objects.filter(
        Q(original_currency=statement.currency) | Q(earmark__currency=statement.currency),
        fund=statement.fund_id,
        kind__in=[kind.value for kind in balances.AT_BANK],
        date__range=(statement.starts_on - reach, statement.ends_on + reach),
        match=None,
    ).exclude(
        Q(reverses__isnull=False, reverses__match=None)
        | Q(reversed_by__isnull=False, reversed_by__match=None)
    )
    return rows.select_related("earmark", "earmark__fund", "organisation").order_by("date", "pk")


def reconcile(statement: BankStatement) -> Reconciliation:
    """The lines with their matches or suggestions; four queries, however many lines."""
    lines = list(statement.lines.all())
    matched: dict[int, list[Movement]] = {}
    for match in Match.objects.filter(line__statement=statement).select_related(
        "movement__earmark", "movement__organisation"
    ):
        matched.setdefault(match.line_id, []).append(match.movement)
    candidates = list(open_movements(statement)[:MOST_OPEN])
    by_key = {item.pk: item for item in candidates}
    left = [_line_entry(line) for line in lines if line.pk not in matched]
    entries = [_entry(item, statement.currency) for item in candidates]
    suggested = matching.suggest(left, [entry for entry in entries if entry is not None])
    found = {item.line: item for item in suggested}
    shown = [
        ShownLine(line, matched=matched[line.pk])
        if line.pk in matched
        else _suggested(line, found.get(line.pk), by_key)
        for line in lines
    ]
    within = [item for item in candidates if statement.starts_on <= item.date <= statement.ends_on]
    return Reconciliation(statement, shown, within)


def _suggested(
    line: BankLine, found: matching.Suggestion | None, by_key: dict[int, Movement]
) -> ShownLine:
    if found is None:
        return ShownLine(line)
    movements = [by_key[key] for key in found.movements]
    return ShownLine(line, suggested=movements, score=found.score, reason=reason_of(found))


def reason_of(found: matching.Suggestion) -> str:
    """Why a line may be these movements, in words."""
    count = len(found.movements)
    said = [
        _("same amount")
        if count == 1
        else ngettext(
            "%(count)d movement makes the amount", "%(count)d movements make the amount", count
        )
        % {"count": count},
        _("same day")
        if not found.days
        else ngettext("%(count)d day apart", "%(count)d days apart", found.days)
        % {"count": found.days},
    ]
    if found.words:
        said.append(_("in common: %(words)s") % {"words": ", ".join(found.words[:5])})
    return " · ".join(said)


def _line_entry(line: BankLine) -> matching.Entry:
    words = f"{line.text} {line.counterparty}"
    return matching.Entry(line.pk, line.booked_on, line.amount, words, line.reference)


def _entry(movement: Movement, currency: str) -> matching.Entry | None:
    amount = at_bank(movement, currency)
    if amount is None:
        return None
    words = f"{movement.description} {movement.organisation or ''}"
    return matching.Entry(movement.pk, movement.date, amount, words, movement.reference)
