"""Writes of budget lines."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio import rules
from appui.portfolio.actions.common import hang_on, hold, note
from appui.portfolio.models import Activity, BudgetLine
from appui.registry.models import Code
from appui.registry.queries import keep_hidden

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("budget line"),
    gettext_noop("budget line added"),
    gettext_noop("budget line revised"),
)
ORIGINAL, REVISED = "1", "2"  # IATI 2.03, BudgetType
REPEATED = (
    "budget_status",
    "category",
    "period_start",
    "period_end",
    "amount",
    "currency",
    "value_date",
    "source",
)  # what a revision takes over unless told


@transaction.atomic
def add_budget_line(
    activity: Activity, *, by: Reader, version: int | None = None, **fields: Any
) -> BudgetLine:
    """Plan money for one period; a period above 12 months is kept, and shown as such.

    A revised line replaces the original of the same period and category, whichever is written
    first; raises ``Invalid`` where several could be meant.
    """
    hold(activity, by, version)
    line = BudgetLine(activity=activity, **fields)
    other = _counterpart(line)
    if other is not None and line.budget_type.code == REVISED:
        line.replaces = other
    hang_on(line, activity, by)
    if other is not None and line.budget_type.code == ORIGINAL:
        audit.update(other, by=by, replaces=line)
    return line


def _counterpart(line: BudgetLine) -> BudgetLine | None:
    """The original that a revised line replaces, or the revised line that replaces an original."""
    wanted = {ORIGINAL: REVISED, REVISED: ORIGINAL}[line.budget_type.code]
    rows = BudgetLine.objects.filter(
        activity=line.activity,
        budget_type__code=wanted,
        period_start=line.period_start,
        period_end=line.period_end,
        category=line.category,
        replaced_by=None,
    )
    free = list(rows.filter(replaces=None)[:2])
    if len(free) > 1 and line.budget_type.code == REVISED:
        text = _("Several lines stand for this period and category: revise the one that is meant.")
        raise Invalid(text, {"budget_type": text})
    return free[0] if len(free) == 1 else None


@transaction.atomic
def revise_budget_line(
    line: BudgetLine, *, by: Reader, version: int | None = None, **changes: Any
) -> BudgetLine:
    """Replace a line by a revised one; the line replaced stays and no longer counts."""
    line = BudgetLine.objects.select_for_update().get(pk=line.pk)
    require(rules.may_revise(line, by))
    keep_hidden(line, by, changes)
    audit.update(line, by=by, version=version)
    fields = {name: getattr(line, name) for name in REPEATED} | changes
    fields["budget_type"] = Code.objects.of("BudgetType").get(code=REVISED)
    revised = BudgetLine(activity=line.activity, replaces=line, **fields)
    audit.create(revised, by=by, verb="revised")
    note(line.activity, by, "budget line revised", [str(line), str(revised)])
    return revised
