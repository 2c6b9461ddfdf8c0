"""Who may write rules and answers, and when a rule is changed or replaced."""

from datetime import date

from django.utils.translation import gettext as _

from appui.eligibility.models import EligibilityRule
from appui.funding.models import Fund
from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, refuse
from appui.portfolio.models import Activity
from appui.registry.rules import may_edit


def may_rule(fund: Fund, reader: Reader) -> Verdict:
    """A manager writes the rules of a window of their organisation."""
    return may_edit(fund, reader, Role.MANAGER)


def may_change(rule: EligibilityRule, reader: Reader, *, today: date) -> Verdict:
    """Until the day it applies from; then verdicts have been given by it."""
    allowed = may_rule(rule.fund, reader)
    if allowed and rule.valid_from <= today:
        return refuse(
            _("The rule applies already, so it is not changed: replace it by a new edition.")
        )
    return allowed


def may_replace(rule: EligibilityRule, latest: int, reader: Reader) -> Verdict:
    """The latest edition is replaced by the next one."""
    allowed = may_rule(rule.fund, reader)
    if allowed and rule.edition != latest:
        return refuse(_("A later edition of this rule is there: replace that one."))
    return allowed


def may_answer(activity: Activity, reader: Reader) -> Verdict:
    """An editor of the organisation that owns the project answers what its tables do not say."""
    return may_edit(activity, reader)
