"""Who may do what with criteria, appraisals, scenarios and runs, and in which state."""

from django.utils.translation import gettext as _

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, allow, refuse
from appui.registry.rules import may_edit
from appui.selection.models import Appraisal, CriteriaSet, PortfolioRun, Reviewer, Scenario


def may_change_criteria(criteria_set: CriteriaSet, reader: Reader) -> Verdict:
    """Only a draft changes; what is published was used to judge."""
    allowed = may_edit(criteria_set, reader)
    if allowed and criteria_set.is_published:
        return refuse(_("These criteria are published: make a new version to change them."))
    return allowed


def may_publish(criteria_set: CriteriaSet, reader: Reader) -> Verdict:
    """A manager publishes a draft."""
    allowed = may_edit(criteria_set, reader, Role.MANAGER)
    if allowed and criteria_set.is_published:
        return refuse(_("These criteria are published already."))
    return allowed


def may_follow(criteria_set: CriteriaSet, reader: Reader) -> Verdict:
    """An editor makes one new version of what is published."""
    allowed = may_edit(criteria_set, reader)
    if allowed and not criteria_set.is_published:
        return refuse(_("This version is a draft: change it."))
    if allowed and hasattr(criteria_set, "replaced_by"):
        return refuse(_("There is a newer version already."))
    return allowed


def may_change_appraisal(appraisal: Appraisal, reader: Reader) -> Verdict:
    """An editor changes an appraisal until it is closed."""
    allowed = may_edit(appraisal, reader)
    if allowed and appraisal.is_closed:
        return refuse(_("This appraisal is closed: open it again to change it."))
    return allowed


def may_close(appraisal: Appraisal, reader: Reader) -> Verdict:
    """A manager closes an appraisal, or opens it again; runs keep what they were computed from."""
    return may_edit(appraisal, reader, Role.MANAGER)


def may_review(reviewer: Reviewer | None, appraisal: Appraisal, reader: Reader) -> Verdict:
    """The person who was asked, until the appraisal is closed; late reviews are taken and kept."""
    if reviewer is None or reviewer.user_id != reader.user_id:
        return refuse(_("Only the reviewers of an appraisal score its projects."))
    if appraisal.is_closed:
        return refuse(_("This appraisal is closed: no score can be given any more."))
    return allow()


def may_see_results(appraisal: Appraisal, reader: Reader) -> Verdict:
    """Scores of others are shown to those who run the appraisal, and to all once it is closed."""
    if appraisal.is_closed or reader.has(Role.EDITOR, appraisal.owner_id):
        return allow()
    return refuse(_("Results are shown once the appraisal is closed."))


def may_change_scenario(scenario: Scenario, reader: Reader) -> Verdict:
    """An editor of its organisation; runs keep what they were computed from."""
    return may_edit(scenario, reader)


def may_choose(scenario: Scenario, reader: Reader) -> Verdict:
    """An editor lets Appui choose."""
    return may_edit(scenario, reader)


def may_override(run: PortfolioRun, reader: Reader) -> Verdict:
    """An editor decides against the plan before it is signed."""
    allowed = may_edit(run, reader)
    if allowed and run.is_signed:
        return refuse(_("This run is signed: nothing in it can change."))
    return allowed


def may_sign(run: PortfolioRun, reader: Reader) -> Verdict:
    """A manager signs, once."""
    allowed = may_edit(run, reader, Role.MANAGER)
    if allowed and run.is_signed:
        return refuse(_("This run is signed already."))
    return allowed
