"""Who may read the whole trail of an organisation."""

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict
from appui.registry.rules import may_write_for


def may_audit(organisation_id: int | None, reader: Reader) -> Verdict:
    """Its managers and administrators."""
    return may_write_for(organisation_id, reader, Role.MANAGER)
