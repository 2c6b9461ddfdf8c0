"""Which user works in which organisation, with which role; invitations to join."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Role
from appui.kernel.models import Record
from appui.registry.models.organisation import Organisation


class Membership(Record):
    """A user's role in one organisation."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships"
    )
    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(_("Role"), max_length=15, choices=Role.choices)

    class Meta:
        ordering = ["organisation", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation"], name="membership_once")
        ]
        verbose_name = _("membership")

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()}"

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the membership stand."""
        return self.organisation_id


class Invitation(Record):
    """A letter to join; only a digest of its secret is kept."""

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="invitations"
    )
    email = models.EmailField(_("E-mail"))
    role = models.CharField(_("Role"), max_length=15, choices=Role.choices)
    secret_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.CharField(max_length=200)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "email"],
                condition=Q(accepted_at=None),
                name="one_open_invitation",
                violation_error_message=_("This person already has an open invitation."),
            )
        ]
        verbose_name = _("invitation")

    def __str__(self) -> str:
        return self.email

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail the invitation stands."""
        return self.organisation_id

    def is_open(self, now: datetime) -> bool:
        """Whether the letter can still be used at ``now``."""
        return self.accepted_at is None and now < self.expires_at
