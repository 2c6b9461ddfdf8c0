"""People one works with."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.registry.models.organisation import Organisation
from appui.registry.models.ownership import Owned, OwnedQuerySet


class Person(Owned):
    """A contact; personal data, so private to its owner unless it says otherwise."""

    name = models.CharField(_("Name"), max_length=200)
    job_title = models.CharField(_("Job title"), max_length=200, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("Organisation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    email = models.EmailField(_("E-mail"), blank=True)
    phone = models.CharField(_("Telephone"), max_length=50, blank=True)
    language = models.CharField(_("Preferred language"), max_length=10, blank=True)
    note = models.TextField(_("Note"), blank=True)

    objects = OwnedQuerySet["Person"].as_manager()

    class Meta:
        ordering = ["name", "pk"]
        verbose_name = _("contact")

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("registry:person", args=[self.pk])
