"""Who may do what with strategies, plans, strengths and mandates, and in which state."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, allow, refuse
from appui.portfolio.models import Activity
from appui.registry.rules import may_edit
from appui.strategies.models import (
    ExpertRequest,
    ItemKind,
    Plan,
    PlanItem,
    RequestState,
    Standing,
    Strategy,
    StrategyItem,
)
from appui.strategies.models.work import FROZEN, PLAN_FROZEN

# The allowed moves of a request for an expert.
REQUEST_MOVES: dict[str, frozenset[str]] = {
    RequestState.ASKED: frozenset({RequestState.AGREED, RequestState.REFUSED}),
    RequestState.AGREED: frozenset({RequestState.MANDATED, RequestState.REFUSED}),
    RequestState.MANDATED: frozenset({RequestState.CLOSED}),
    RequestState.CLOSED: frozenset(),
    RequestState.REFUSED: frozenset({RequestState.ASKED}),
}


def may_change(obj: Strategy | Plan, reader: Reader) -> Verdict:
    """Any editor of the organisation changes a draft; what is approved never changes."""
    allowed = may_edit(obj, reader)
    if allowed and not obj.is_draft:
        return refuse(str(FROZEN if isinstance(obj, Strategy) else PLAN_FROZEN))
    return allowed


def may_share(obj: Strategy | Plan, reader: Reader) -> Verdict:
    """A manager says who sees a plan or an approved strategy; a draft of a strategy says it in its
    own form."""
    allowed = may_edit(obj, reader, Role.MANAGER)
    if allowed and isinstance(obj, Strategy) and obj.is_draft:
        return refuse(_("Say who sees a draft where you change it."))
    return allowed


def may_approve(strategy: Strategy, items: Sequence[StrategyItem], reader: Reader) -> Verdict:
    """A manager approves a draft that has at least one action."""
    allowed = may_edit(strategy, reader, Role.MANAGER)
    if not allowed:
        return allowed
    if not strategy.is_draft:
        return refuse(_("Only a draft is approved."))
    if not any(item.kind == ItemKind.ACTION for item in items):
        return refuse(_("It has no action yet: a strategy is approved once it says what is done."))
    return allow()


def may_revise(strategy: Strategy, has_draft: bool, reader: Reader) -> Verdict:
    """An editor drafts the next version from the approved one, one draft at a time."""
    allowed = may_edit(strategy, reader)
    if not allowed:
        return allowed
    if strategy.state != Standing.APPROVED:
        return refuse(_("A new version is drafted from the approved one."))
    if has_draft:
        return refuse(_("A new version is being drafted already."))
    return allow()


def may_plan(strategy: Strategy, reader: Reader) -> Verdict:
    """A plan is made from an approved strategy."""
    allowed = may_edit(strategy, reader)
    if allowed and strategy.state != Standing.APPROVED:
        return refuse(_("A work plan is derived from an approved strategy."))
    return allowed


def may_approve_plan(plan: Plan, items: Sequence[PlanItem], reader: Reader) -> Verdict:
    """A manager approves a draft that has at least one item."""
    allowed = may_edit(plan, reader, Role.MANAGER)
    if not allowed:
        return allowed
    if not plan.is_draft:
        return refuse(_("Only a draft is approved."))
    if not items:
        return refuse(_("It is empty: derive it from the strategy, or add an item."))
    return allow()


def may_report(subject: StrategyItem | PlanItem, reader: Reader) -> Verdict:
    """Progress is reported on an action of an approved strategy, or on an item of an approved
    plan."""
    held: Strategy | Plan = subject.strategy if isinstance(subject, StrategyItem) else subject.plan
    allowed = may_edit(held, reader)
    if not allowed:
        return allowed
    if isinstance(subject, StrategyItem) and subject.kind != ItemKind.ACTION:
        return refuse(_("Progress is reported on actions."))
    if held.state != Standing.APPROVED:
        return refuse(_("Progress is reported once it is approved."))
    return allow()


def may_trace(activity: Activity, reader: Reader, item: StrategyItem | None = None) -> Verdict:
    """Whoever edits a project says which item of an approved strategy it serves."""
    allowed = may_edit(activity, reader)
    if allowed and item is not None and item.strategy.state != Standing.APPROVED:
        return refuse(_("A project is traced to an approved strategy."))
    return allowed


def may_change_request(request: ExpertRequest, reader: Reader) -> Verdict:
    """What is asked changes until the terms are agreed."""
    allowed = may_edit(request, reader)
    if allowed and request.state != RequestState.ASKED:
        return refuse(_("The terms are agreed or the request is settled: it no longer changes."))
    return allowed


def may_move(request: ExpertRequest, state: str, reader: Reader) -> Verdict:
    """Agreeing takes terms, closing deliverables that all ended; both take a manager."""
    if state not in REQUEST_MOVES[request.state]:
        return refuse(
            _("A request that is “%(now)s” cannot become “%(then)s”.")
            % {"now": request.get_state_display(), "then": RequestState(state).label}
        )
    if state == RequestState.AGREED and not any(request.description.values()):
        return refuse(_("Write the terms of reference before they are agreed."))
    return may_edit(request, reader, Role.MANAGER)


def may_change_mandate(request: ExpertRequest, reader: Reader) -> Verdict:
    """A mandate and its deliverables change until the request is closed."""
    allowed = may_edit(request, reader)
    if allowed and request.state != RequestState.MANDATED:
        return refuse(_("Only a running mandate changes."))
    return allowed
