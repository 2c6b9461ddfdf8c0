"""Agreements and how their money is allocated."""

from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.funding.models.proposal import Proposal
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation, Owned, OwnedQuerySet


class AgreementKind(models.TextChoices):
    """What kind of money it brings."""

    GRANT = "grant", _("Grant")
    LOAN = "loan", _("Loan")
    STATE_BUDGET = "state-budget", _("State budget")
    IN_KIND = "in-kind", _("In kind")


class AgreementStatus(models.TextChoices):
    """Only signed and closed agreements count as secured money."""

    DRAFT = "draft", _("Draft")
    SIGNED = "signed", _("Signed")
    CLOSED = "closed", _("Closed")
    TERMINATED = "terminated", _("Terminated")


class Agreement(Owned):
    """Money a donor has agreed to give; the rate to US dollars is fixed when it is signed."""

    reference = models.SlugField(_("Reference"), max_length=40, unique=True)
    title = models.CharField(_("Title"), max_length=300)
    kind = models.CharField(
        _("Kind"), max_length=14, choices=AgreementKind.choices, default=AgreementKind.GRANT
    )
    donor = models.ForeignKey(
        Organisation, verbose_name=_("Donor"), on_delete=models.PROTECT, related_name="agreements"
    )
    proposal = models.OneToOneField(
        Proposal,
        verbose_name=_("Proposal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="agreement",
    )
    amount = MoneyField(_("Amount"), minimum="0.01")
    currency = CurrencyField(_("Currency"), default="USD")
    status = models.CharField(
        _("Status"), max_length=12, choices=AgreementStatus.choices, default=AgreementStatus.DRAFT
    )
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    starts_on = models.DateField(_("From"), null=True, blank=True)
    ends_on = models.DateField(_("To"), null=True, blank=True)
    conditions = models.TextField(_("Conditions"), blank=True)
    earmarking = models.ForeignKey(
        Code,
        verbose_name=_("Earmarking"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "EarmarkingCategory"},
        help_text=_("How far the donor ties the money, in the levels of the Grand Bargain."),
    )
    earmark = models.TextField(
        _("Earmark"), blank=True, help_text=_("What the donor wants it for, in its own words.")
    )
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
        related_name="agreements",
    )

    objects = OwnedQuerySet["Agreement"].as_manager()

    class Meta:
        ordering = [F("signed_on").desc(nulls_first=True), "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="agreement_amount_positive"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(signed_on__isnull=False),
                name="agreement_signed_has_a_date",
                violation_error_message=_("A signed agreement needs the date of signature."),
            ),
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="agreement_dates_in_order",
                violation_error_message=_("The agreement ends before it begins."),
            ),
        ]
        verbose_name = _("agreement")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("funding:agreement", args=[self.pk])

    def is_in_force(self, day: date) -> bool:
        """Whether it is signed and ``day`` lies in its period; both its days count."""
        return (
            self.status == AgreementStatus.SIGNED
            and self.signed_on is not None
            and self.signed_on <= day
            and (self.starts_on is None or self.starts_on <= day)
            and (self.ends_on is None or day <= self.ends_on)
        )


class Allocation(Record):
    """A part of an agreement given to one need or activity, in the agreement's currency.

    ``amendment`` is the one that brought the money, None for the money first signed: the amount
    is converted at the rate of that day of signature.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="allocations")
    need = models.ForeignKey(
        Need,
        verbose_name=_("Need"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="allocations",
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="allocations",
    )
    pillar = models.ForeignKey(
        Code,
        verbose_name=_("Pillar"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Pillar"},
    )
    location = models.ForeignKey(
        Location,
        verbose_name=_("Place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    year = models.PositiveSmallIntegerField(
        _("Year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1990), MaxValueValidator(2100)],
    )
    amount = MoneyField(_("Amount"), minimum="0.01")
    is_earmark = models.BooleanField(
        _("The donor requires this"),
        default=False,
        help_text=_("Part of the donor's earmark, not your own decision."),
    )
    amendment = models.ForeignKey(
        "funding.Amendment",
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="allocations",
    )

    class Meta:
        ordering = ["year", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=False) | Q(activity__isnull=False),
                name="allocation_to_something",
                violation_error_message=_("Say to which need or project the money goes."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="allocation_amount_positive"),
        ]
        verbose_name = _("allocation")

    def __str__(self) -> str:
        return f"{self.amount} {self.agreement.currency}"
