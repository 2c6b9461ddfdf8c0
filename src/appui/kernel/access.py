"""Who is reading or writing, in which organisations, with which role."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """Each role may do what the ones before it may."""

    READER = "reader", _("Reader")
    EDITOR = "editor", _("Editor")
    FINANCE = "finance", _("Finance officer")
    MANAGER = "manager", _("Manager")
    ADMINISTRATOR = "administrator", _("Administrator")

    @property
    def level(self) -> int:
        """Position in the order above, from 0."""
        return list(type(self)).index(self)

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what ``other`` may."""
        return self.level >= other.level


@dataclass(frozen=True, slots=True)
class Reader:
    """A person at the door; ``roles`` maps the key of an organisation to the person's role in it.

    ``user_id`` is None for a visitor and for the system itself.
    """

    user_id: int | None
    name: str
    roles: Mapping[int, Role] = field(default_factory=dict)
    is_superuser: bool = False
    workspace_id: int | None = None

    def role_in(self, organisation_id: int | None) -> Role | None:
        """The role held in one organisation; a superuser administers all of them."""
        if self.is_superuser:
            return Role.ADMINISTRATOR
        return None if organisation_id is None else self.roles.get(organisation_id)

    def has(self, role: Role, organisation_id: int | None) -> bool:
        """Whether the person may act as ``role`` for that organisation."""
        held = self.role_in(organisation_id)
        return held is not None and held.includes(role)

    def has_anywhere(self, role: Role) -> bool:
        """Whether the person holds ``role`` or a higher one in any organisation."""
        return self.is_superuser or any(held.includes(role) for held in self.roles.values())

    def organisation_ids(self, at_least: Role = Role.READER) -> frozenset[int]:
        """Keys of the organisations where the person holds at least that role."""
        return frozenset(key for key, held in self.roles.items() if held.includes(at_least))


ANONYMOUS = Reader(user_id=None, name="")
SYSTEM = Reader(user_id=None, name="Appui", is_superuser=True)
