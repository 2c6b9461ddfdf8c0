"""Suggested donors that people have set aside for a need."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from appui.needs.models import Need
from appui.registry.models import Owned, OwnedQuerySet


class SetAside(Owned):
    """A donor, by the name it is published under, that is not for this need, and why."""

    need = models.ForeignKey(
        Need, verbose_name=_("Need"), on_delete=models.CASCADE, related_name="set_aside"
    )
    donor = models.CharField(_("Donor"), max_length=300)
    reason = models.CharField(_("Why not"), max_length=300)

    objects = OwnedQuerySet["SetAside"].as_manager()

    class Meta:
        ordering = ["donor", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["need", "donor"], name="donor_set_aside_once")
        ]
        verbose_name = _("donor set aside")

    def __str__(self) -> str:
        return self.donor
