"""Editions of published tables that people typed or imported."""

from typing import Self

from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Reader
from appui.kernel.models import AppendOnly, AppendOnlyRow


class PublishedTableQuerySet(AppendOnly):
    """Sets of tables; they are of published documents, so every reader sees them."""

    def visible_to(self, reader: Reader) -> Self:
        """All of them for those who are signed in."""
        return self if reader.user_id is not None or reader.is_superuser else self.none()


class PublishedTable(AppendOnlyRow):
    """One edition; its lines are in the corpus, under the file of these contents."""

    REFUSAL = _("A published table is not changed: import the corrected one, both are kept.")  # type: ignore[assignment]

    source = models.CharField(_("Source"), max_length=200)
    published_on = models.DateField(_("Published on"))
    page = models.CharField(_("Page or section"), max_length=120, blank=True)
    url = models.URLField(_("Address"), max_length=500, blank=True)
    sha256 = models.CharField(max_length=64, unique=True, editable=False)
    lines = models.PositiveIntegerField(_("Lines"))
    at = models.DateTimeField(_("Recorded"), default=timezone.now)
    by = models.CharField(_("By whom"), max_length=200, blank=True)

    objects = PublishedTableQuerySet.as_manager()

    class Meta:
        ordering = ["source", "-published_on", "-pk"]
        verbose_name = _("published table")

    def __str__(self) -> str:
        return f"{self.source}, {self.published_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("intelligence:table", args=[self.pk])
