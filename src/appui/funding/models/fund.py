"""Windows, calls and own funds: where money can be asked for, and which papers they want."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Final, Literal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Code, Location, Organisation, Owned, OwnedQuerySet

STALE_AFTER: Final = timedelta(days=180)  # then what a window says is to be checked again
Verification = Literal["fresh", "old", "never"]


class FundKind(models.TextChoices):
    """What kind of door it is."""

    WINDOW = "window", _("Donor window")
    CALL = "call", _("Call for proposals")
    OWN = "own", _("Own fund")


class Fund(Owned):
    """A window, call or own fund of ``organisation``; amounts per grant in ``currency``."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("Donor"), on_delete=models.PROTECT, related_name="funds"
    )
    title = MultilingualField(verbose_name=_("Title"))
    kind = models.CharField(
        _("Kind"), max_length=8, choices=FundKind.choices, default=FundKind.WINDOW
    )
    opens_on = models.DateField(_("Opens on"), null=True, blank=True)
    deadline = models.DateField(_("Deadline"), null=True, blank=True)
    minimum = MoneyField(_("Smallest grant"), null=True, blank=True)
    maximum = MoneyField(_("Largest grant"), null=True, blank=True)
    envelope = MoneyField(_("Whole envelope"), null=True, blank=True)
    currency = CurrencyField(_("Currency"), default="USD")
    sectors = models.ManyToManyField(
        Code,
        verbose_name=_("Sectors"),
        blank=True,
        related_name="+",
        limit_choices_to={"codelist__slug": "Sector"},
    )
    locations = models.ManyToManyField(
        Location, verbose_name=_("Places"), blank=True, related_name="+"
    )
    earmarking = models.ForeignKey(
        Code,
        verbose_name=_("Earmarking"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "EarmarkingCategory"},
    )
    earmarking_note = models.CharField(_("What it is earmarked for"), max_length=300, blank=True)
    languages = models.ManyToManyField(
        Code,
        verbose_name=_("Languages of the application"),
        blank=True,
        related_name="+",
        limit_choices_to={"codelist__slug": "Language"},
    )
    cost_share = models.DecimalField(
        _("Own contribution asked, %"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))],
    )
    conditions = models.TextField(_("Conditions"), blank=True)
    url = models.URLField(_("Address"), max_length=500, blank=True)
    verified_on = models.DateField(_("Checked on"), null=True, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="funds",
    )

    objects = OwnedQuerySet["Fund"].as_manager()

    class Meta:
        ordering = [F("deadline").asc(nulls_last=True), "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(opens_on=None) | Q(deadline=None) | Q(deadline__gte=F("opens_on")),
                name="fund_dates_in_order",
                violation_error_message=_("The deadline is before the opening."),
            ),
            models.CheckConstraint(
                condition=(Q(minimum=None) | Q(minimum__gte=0))
                & (Q(maximum=None) | Q(minimum=None) | Q(maximum__gte=F("minimum"))),
                name="fund_amounts_in_order",
                violation_error_message=_("The largest grant is below the smallest."),
            ),
        ]
        verbose_name = _("window or call")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("funding:fund", args=[self.pk])

    def is_open(self, day: date) -> bool:
        """Whether asks are taken on ``day``; the opening and closing days both count."""
        return (self.opens_on is None or self.opens_on <= day) and (
            self.deadline is None or day <= self.deadline
        )

    def verification(self, day: date) -> Verification:
        """Whether what it says was checked within the 180 days before ``day``."""
        if self.verified_on is None:
            return "never"
        return "old" if self.verified_on < day - STALE_AFTER else "fresh"


class RequiredDocumentKind(models.TextChoices):
    """What kind of paper a window asks for."""

    CONCEPT = "concept", _("Concept note")
    PROPOSAL = "proposal", _("Full proposal")
    BUDGET = "budget", _("Budget")
    RESULTS = "results", _("Results framework")
    ENDORSEMENT = "endorsement", _("Letter of endorsement")
    REGISTRATION = "registration", _("Proof of legal existence")
    ACCOUNTS = "accounts", _("Accounts or audit")
    OTHER = "other", _("Other paper")


class RequiredDocument(Record):
    """A paper that a window asks for with the application."""

    fund = models.ForeignKey(Fund, on_delete=models.CASCADE, related_name="documents")
    kind = models.CharField(
        _("Kind"),
        max_length=12,
        choices=RequiredDocumentKind.choices,
        default=RequiredDocumentKind.OTHER,
    )
    title = MultilingualField(verbose_name=_("Title"))
    is_mandatory = models.BooleanField(_("Without it the application is refused"), default=True)
    url = models.URLField(_("Address of the template"), max_length=500, blank=True)

    class Meta:
        ordering = ["kind", "pk"]
        verbose_name = _("required paper")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return f"{self.fund.get_absolute_url()}#documents"

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the paper stand."""
        return self.fund.owner_id
