"""Who may do what with what an organisation owns."""

from django.utils.translation import gettext as _

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict, allow, refuse
from appui.registry.models import Organisation, Owned


def may_write_for(owner_id: int | None, reader: Reader, role: Role = Role.EDITOR) -> Verdict:
    """Whether ``reader`` may write what belongs to that organisation."""
    if reader.has(role, owner_id):
        return allow()
    return refuse(
        _("This takes the role “%(role)s” in the organisation it belongs to.")
        % {"role": role.label}
    )


def may_edit(obj: Owned, reader: Reader, role: Role = Role.EDITOR) -> Verdict:
    """Whether ``reader`` may change this record."""
    return may_write_for(obj.owner_id, reader, role)


def may_keep_register(reader: Reader, role: Role = Role.EDITOR) -> Verdict:
    """Whether ``reader`` may change what all share: organisations, exchange rates."""
    if reader.has_anywhere(role):
        return allow()
    return refuse(
        _("This takes the role “%(role)s” in one of the organisations.") % {"role": role.label}
    )


def may_change_organisation(organisation: Organisation, reader: Reader) -> Verdict:
    """Those that work in Appui are changed by their administrators, the others by any editor."""
    if organisation.is_workspace:
        return may_administer(organisation.pk, reader)
    return may_keep_register(reader)


def may_merge(away: Organisation, into: Organisation, reader: Reader) -> Verdict:
    """A merge joins two standing organisations, neither of which works in Appui under ``away``."""
    allowed = may_keep_register(reader, Role.MANAGER)
    if not allowed:
        return allowed
    if away.pk == into.pk:
        return refuse(_("An organisation cannot be merged into itself."))
    if away.merged_into_id is not None or into.merged_into_id is not None:
        return refuse(_("One of the two is already merged into another organisation."))
    if away.is_workspace:
        return refuse(_("“%(name)s” works in Appui: merge the other way round.") % {"name": away})
    return allow()


def may_administer(organisation_id: int, reader: Reader) -> Verdict:
    """Whether ``reader`` may invite people to the organisation and change their roles."""
    return may_write_for(organisation_id, reader, Role.ADMINISTRATOR)
