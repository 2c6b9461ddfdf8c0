"""Who may keep the accounts of a fund, and in which state."""

from django.utils.translation import gettext as _

from appui.funding.models import Fund, FundKind
from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, allow, refuse
from appui.registry.rules import may_write_for
from appui.treasury.models import Movement, Period, PeriodState


def may_keep(fund: Fund, reader: Reader, role: Role = Role.FINANCE) -> Verdict:
    """Finance officers keep the accounts of an own fund; a donor's window has none."""
    allowed = may_write_for(fund.owner_id, reader, role)
    if allowed and fund.kind != FundKind.OWN:
        return refuse(_("Only an own fund has accounts; this is a window or a call of a donor."))
    return allowed


def may_reverse(movement: Movement, reader: Reader) -> Verdict:
    """A movement is reversed once; a reversal is not reversed again."""
    allowed = may_keep(movement.earmark.fund, reader)
    if not allowed:
        return allowed
    if movement.reverses_id is not None:
        return refuse(_("This movement is itself a reversal: record the right one anew."))
    if Movement.objects.filter(reverses=movement).exists():
        return refuse(_("This movement is already reversed."))
    if movement.moved_from_id is not None:
        return refuse(_("Reverse the other side, which moved the money out: both go together."))
    return allow()


def may_close(fund: Fund, reader: Reader) -> Verdict:
    """Finance officers close periods."""
    return may_keep(fund, reader)


def may_reopen(period: Period, reader: Reader) -> Verdict:
    """A manager reopens the last closed period."""
    allowed = may_keep(period.fund, reader, Role.MANAGER)
    if not allowed:
        return allowed
    if period.state != PeriodState.CLOSED:
        return refuse(_("This period is open already."))
    later = Period.objects.filter(
        fund=period.fund_id, state=PeriodState.CLOSED, ends_on__gt=period.ends_on
    )
    if later.exists():
        return refuse(_("A later period is closed: reopen that one first."))
    return allow()
