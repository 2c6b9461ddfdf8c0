"""Who may do what with stages, papers and theories of change."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from appui.design.models import Comment, Paper, Stage, Template
from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, allow, refuse
from appui.portfolio.models import Activity
from appui.registry.rules import may_edit, may_write_for

may_change = may_edit


def may_keep_kit(owner_id: int | None, reader: Reader) -> Verdict:
    """Stages and templates are kept by managers."""
    return may_write_for(owner_id, reader, Role.MANAGER)


def may_adopt(owner_id: int | None, reader: Reader, *, has_kit: bool) -> Verdict:
    """An editor gives the organisation its first stages and templates, once."""
    if has_kit:
        return refuse(_("Your organisation has its stages already: change those."))
    return may_write_for(owner_id, reader)


def may_enter(stage: Stage, activity: Activity, reader: Reader) -> Verdict:
    """Whether ``reader`` may move the project into that stage, whatever is missing."""
    allowed = may_edit(activity, reader)
    if not allowed:
        return allowed
    if stage.owner_id != activity.owner_id:
        return refuse(_("This stage is not one of the organisation the project belongs to."))
    if stage.is_retired:
        return refuse(_("“%(stage)s” is retired: choose another stage.") % {"stage": stage})
    return may_write_for(activity.owner_id, reader, Role(stage.entry_role))


def may_override(activity: Activity, reader: Reader, missing: Sequence[str]) -> Verdict:
    """A manager lets a project pass without what is missing."""
    if reader.has(Role.MANAGER, activity.owner_id):
        return allow()
    return refuse(
        _("Still missing: %(missing)s. A manager can let the project pass, with a reason.")
        % {"missing": "; ".join(missing)}
    )


def may_write_from(template: Template, activity: Activity, reader: Reader) -> Verdict:
    """A paper comes from a standing template of the project's organisation."""
    allowed = may_edit(activity, reader)
    if not allowed:
        return allowed
    if template.owner_id != activity.owner_id:
        return refuse(_("This template is not one of the organisation the project belongs to."))
    if template.is_retired:
        return refuse(_("“%(name)s” is retired: choose another template.") % {"name": template})
    return allow()


def may_comment(paper: Paper, reader: Reader) -> Verdict:
    """Everyone who works in the organisation with the role of an editor comments."""
    return may_edit(paper, reader)


def may_reply(comment: Comment, reader: Reader) -> Verdict:
    """Replies are flat, and a settled matter is settled."""
    allowed = may_comment(comment.section.paper, reader)
    if allowed and comment.answers_id is not None:
        return refuse(_("Reply to the first comment, not to a reply."))
    if allowed and comment.resolved_at is not None:
        return refuse(_("This comment is resolved: reopen it first."))
    return allowed
