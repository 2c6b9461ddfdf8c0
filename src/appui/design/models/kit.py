"""What only those who work in an organisation see: its stages and its templates."""

from typing import Generic, Self, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Reader
from appui.kernel.models import Record
from appui.registry.models import Organisation

M = TypeVar("M", bound=models.Model)


class KitQuerySet(models.QuerySet[M], Generic[M]):
    """Rows of an organisation's own design kit."""

    def visible_to(self, reader: Reader) -> Self:
        """Rows of the organisations where the reader holds a role."""
        if reader.is_superuser:
            return self
        return self.filter(owner__in=list(reader.organisation_ids()))

    def current(self) -> Self:
        """Those that are not retired."""
        return self.filter(is_retired=False)


class KitRow(Record):
    """Base of stages and templates: in an order, retired and never deleted."""

    owner = models.ForeignKey(
        Organisation,
        verbose_name=_("Belongs to"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"is_workspace": True},
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    is_retired = models.BooleanField(
        _("Retired"),
        default=False,
        help_text=_("Offered no more. What already uses it stays as it is."),
    )

    class Meta:
        abstract = True
