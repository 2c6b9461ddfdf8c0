"""What belongs to an organisation: who owns it and who may see it."""

from typing import Generic, Self, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import Reader, Role
from appui.kernel.models import Record
from appui.registry.models.codes import Code
from appui.registry.models.organisation import Organisation

M = TypeVar("M", bound=models.Model)


class Visibility(models.TextChoices):
    """Who beside the owner may read a record."""

    PRIVATE = "private", _("Only the organisation")
    PARTNERS = "partners", _("Named partners")
    PUBLIC = "public", _("Everyone")


class OwnedQuerySet(models.QuerySet[M], Generic[M]):
    """The one place that says who may see a row."""

    def visible_to(self, reader: Reader) -> Self:
        """Rows of the reader's organisations, rows shared with them, and public rows."""
        if reader.is_superuser:
            return self
        mine = list(reader.organisation_ids())
        shared = self.model._default_manager.filter(
            visibility=Visibility.PARTNERS, shared_with__in=mine
        ).values("pk")
        return self.filter(Q(owner__in=mine) | Q(visibility=Visibility.PUBLIC) | Q(pk__in=shared))

    def writable_by(self, reader: Reader, role: Role = Role.EDITOR) -> Self:
        """Rows of the organisations where the reader holds at least ``role``."""
        if reader.is_superuser:
            return self
        return self.filter(owner__in=list(reader.organisation_ids(role)))


class Owned(Record):
    """Base of every record that belongs to an organisation.

    Each sets ``objects = OwnedQuerySet["Itself"].as_manager()``, which gives its rows a type.
    """

    owner = models.ForeignKey(
        Organisation,
        verbose_name=_("Belongs to"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    visibility = models.CharField(
        _("Who can see it"),
        max_length=10,
        choices=Visibility.choices,
        default=Visibility.PRIVATE,
    )
    shared_with = models.ManyToManyField(
        Organisation, verbose_name=_("Shared with"), blank=True, related_name="+"
    )

    class Meta:
        abstract = True


class Classification(Record):
    """One code put on a record: a share of a vocabulary, or the weight of a marker.

    Shares of one vocabulary on one record make 100; a room that holds classifications checks it.
    """

    code = models.ForeignKey(Code, on_delete=models.PROTECT, related_name="+")
    percentage = models.DecimalField(
        _("Share, %"),
        max_digits=6,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    significance = models.PositiveSmallIntegerField(
        _("Significance"), null=True, blank=True, validators=[MaxValueValidator(4)]
    )
    reason = models.TextField(_("Reason"), blank=True)

    class Meta:
        abstract = True
