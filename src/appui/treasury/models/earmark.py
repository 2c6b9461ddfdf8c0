"""Earmarks of a fund, and what each gives to a project."""

from decimal import Decimal

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Agreement, Fund
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation
from appui.treasury.models.sums import KEPT_SUMS, Sums

GENERAL_CODE = "general"
CODE = RegexValidator(
    r"^[a-z0-9][a-z0-9-]*\Z", _("Write small letters without accents, figures and hyphens.")
)


class Earmark(Sums, Record):
    """Money of a fund set apart for something, in one currency.

    A fund has at most one general earmark a currency: what came in without a purpose. ``available``
    is kept beside the movements and can never be negative: the database refuses it.
    """

    QUIET_FIELDS = KEPT_SUMS | {"available"}

    fund = models.ForeignKey(Fund, on_delete=models.PROTECT, related_name="earmarks")
    code = models.CharField(_("Code"), max_length=40, validators=[CODE])
    title = MultilingualField(verbose_name=_("Title"))
    currency = CurrencyField(_("Currency"), default="USD")
    is_general = models.BooleanField(default=False, editable=False)
    donor = models.ForeignKey(
        Organisation,
        verbose_name=_("Donor"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    agreement = models.ForeignKey(
        Agreement,
        verbose_name=_("Agreement"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    restriction = models.TextField(_("What the money may be used for"), blank=True)
    location = models.ForeignKey(
        Location,
        verbose_name=_("Place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    theme = models.ForeignKey(
        Code,
        verbose_name=_("Theme"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Sector"},
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Only for the project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    opened_on = models.DateField(_("Opened on"), null=True, blank=True)
    closed_on = models.DateField(_("Closed on"), null=True, blank=True)
    available = MoneyField(default=Decimal(0), editable=False, minimum=None)

    class Meta:
        ordering = ["-is_general", "code", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(available__gte=0), name="earmark_not_overdrawn"),
            models.UniqueConstraint(
                fields=["fund", "code"],
                name="earmark_code_once",
                violation_error_message=_("This fund has an earmark with this code already."),
            ),
            models.UniqueConstraint(
                fields=["fund", "currency"],
                condition=Q(is_general=True),
                name="earmark_general_once",
            ),
            models.CheckConstraint(
                condition=Q(opened_on=None) | Q(closed_on=None) | Q(closed_on__gte=F("opened_on")),
                name="earmark_dates_in_order",
                violation_error_message=_("It is closed before it is opened."),
            ),
        ]
        verbose_name = _("earmark")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("treasury:earmark", args=[self.pk])

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail changes of the earmark stand."""
        return self.fund.owner_id


class Grant(Sums, models.Model):
    """What one earmark has given to one project; kept beside the movements.

    The database refuses to pay more than is allocated, or to get back more than was paid.
    """

    earmark = models.ForeignKey(Earmark, on_delete=models.PROTECT, related_name="grants")
    activity = models.ForeignKey(Activity, on_delete=models.PROTECT, related_name="+")
    to_pay = MoneyField(default=Decimal(0), editable=False, minimum=None)
    paid = MoneyField(default=Decimal(0), editable=False, minimum=None)

    class Meta:
        ordering = ["earmark", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["earmark", "activity"], name="grant_once"),
            models.CheckConstraint(condition=Q(to_pay__gte=0), name="grant_not_overpaid"),
            models.CheckConstraint(condition=Q(paid__gte=0), name="grant_not_overrefunded"),
        ]
        verbose_name = _("grant")

    def __str__(self) -> str:
        return f"{self.earmark} · {self.activity}"
