"""Who may settle what is due, and who says what is."""

from django.utils.translation import gettext as _

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, refuse
from appui.obligations.models import Obligation, ObligationRule, TreatyDuty
from appui.registry.rules import may_edit, may_write_for


def may_assign(obligation: Obligation, reader: Reader) -> Verdict:
    """An editor of the organisation says who does it."""
    return may_edit(obligation, reader)


def may_fulfil(obligation: Obligation, reader: Reader) -> Verdict:
    """An editor says that it is done, naming the document, while it is open."""
    allowed = may_edit(obligation, reader)
    return _while_open(obligation) if allowed else allowed


def may_waive(obligation: Obligation, reader: Reader) -> Verdict:
    """A manager waives it with a reason, while it is open."""
    allowed = may_edit(obligation, reader, Role.MANAGER)
    return _while_open(obligation) if allowed else allowed


def may_reopen(obligation: Obligation, reader: Reader) -> Verdict:
    """What was done is taken back by an editor, what was waived by a manager."""
    role = Role.MANAGER if obligation.waived_on is not None else Role.EDITOR
    allowed = may_edit(obligation, reader, role)
    if allowed and obligation.done_on is None and obligation.waived_on is None:
        return refuse(_("It is open already."))
    return allowed


def may_compute(owner_id: int | None, reader: Reader) -> Verdict:
    """An editor has what is due reckoned again."""
    return may_write_for(owner_id, reader)


def may_change_rule(rule: ObligationRule, reader: Reader) -> Verdict:
    """A manager changes the rules of the organisation; those that come with Appui stay."""
    if rule.owner_id is None and rule.pk is not None:
        return refuse(_("This rule comes with Appui: write one of your own beside it."))
    return may_write_for(rule.owner_id, reader, Role.MANAGER)


def may_change_duty(duty: TreatyDuty, reader: Reader) -> Verdict:
    """A manager says under which treaties the organisation reports."""
    return may_edit(duty, reader, Role.MANAGER)


def _while_open(obligation: Obligation) -> Verdict:
    if obligation.is_open:
        return Verdict(True)
    if obligation.done_on is not None:
        return refuse(_("It is done already."))
    if obligation.waived_on is not None:
        return refuse(_("It is waived: take that back first."))
    return refuse(_("It is no longer due."))
