"""What an institution has set out to mobilise."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Owned, OwnedQuerySet


class Target(Owned):
    """An amount to mobilise within a period; what is signed within it counts.

    A target in another currency than US dollars keeps the rate of the day it was set: all that
    counts toward it goes by that rate, so that its figures do not move.
    """

    QUIET_FIELDS = ("usd_rate", "usd_rate_date", "usd_rate_source")

    title = MultilingualField(verbose_name=_("Title"))
    amount = MoneyField(_("Amount to mobilise"), minimum="0.01")
    currency = CurrencyField(_("Currency"), default="USD")
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)
    usd_rate = models.DecimalField(
        max_digits=24, decimal_places=12, null=True, blank=True, editable=False
    )
    usd_rate_date = models.DateField(null=True, blank=True, editable=False)
    usd_rate_source = models.CharField(max_length=200, blank=True, editable=False)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="targets",
    )

    objects = OwnedQuerySet["Target"].as_manager()

    class Meta:
        ordering = [F("ends_on").desc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="target_amount_positive"),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="target_dates_in_order",
                violation_error_message=_("The period ends before it begins."),
            ),
        ]
        verbose_name = _("target")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("funding:target", args=[self.pk])
