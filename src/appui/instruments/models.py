"""A comparison of instruments for one programme, what the programme gives, and the options."""

from __future__ import annotations

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.instruments import words
from appui.instruments.engine.programme import Planned
from appui.instruments.written import read_years
from appui.kernel.fields import CurrencyField
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Owned, OwnedQuerySet

PERCENT = [MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(100))]


class Comparison(Owned):
    """One programme, its cash need by year, and what the ways to pay for it are weighed with.

    ``cash_need`` has one line a year (``written.years_text``); rates and shares are per cent.
    """

    reference = models.SlugField(_("Reference"), max_length=40, unique=True)
    title = MultilingualField(verbose_name=_("Title"))
    need = models.ForeignKey(
        Need,
        verbose_name=_("Need"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comparisons",
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Programme or project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comparisons",
    )
    currency = CurrencyField(_("Currency"), default="USD")
    cash_need = models.TextField(_("Cash needed by year"), max_length=5000)
    discount_rate = models.DecimalField(
        _("Discount rate, % a year"), max_digits=6, decimal_places=3, validators=PERCENT
    )
    discount_basis = models.CharField(
        _("Where the discount rate comes from"), max_length=300, blank=True
    )
    chance = models.DecimalField(
        _("Probability of falling short, %"),
        max_digits=6,
        decimal_places=3,
        default=Decimal(0),
        validators=PERCENT,
    )
    size = models.DecimalField(
        _("Part of the outcomes then missing, %"),
        max_digits=6,
        decimal_places=3,
        default=Decimal(0),
        validators=PERCENT,
    )
    note = models.TextField(_("Note"), blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comparisons",
    )

    objects = OwnedQuerySet["Comparison"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        verbose_name = _("comparison of instruments")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("instruments:comparison", args=[self.pk])

    @property
    def needed(self) -> dict[int, Decimal]:
        """Cash needed by year."""
        return read_years(self.cash_need)


class PlannedOutcome(Record):
    """What the programme delivers by year when money comes in time; ``value`` is what one unit
    brings to people in a year, 0 when nobody has put a value on it."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="outcomes")
    key = models.SlugField(_("Short name"), max_length=40)
    title = MultilingualField(verbose_name=_("Outcome"))
    unit = models.CharField(_("Unit"), max_length=60)
    units = models.TextField(_("Units by year"), max_length=5000)
    value = models.DecimalField(
        _("Worth of one unit a year"),
        max_digits=20,
        decimal_places=6,
        default=Decimal(0),
        validators=[MinValueValidator(Decimal(0))],
    )
    value_basis = models.CharField(_("Where the worth comes from"), max_length=300, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["comparison", "key"],
                name="planned_outcome_once",
                violation_error_message=_("Another outcome of this comparison has that name."),
            )
        ]
        verbose_name = _("planned outcome")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return f"{self.comparison.get_absolute_url()}#outcomes"

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail it stands."""
        return int(self.comparison.owner_id)

    @property
    def planned(self) -> Planned:
        """The same for the simulators."""
        return Planned(self.key, self.unit, read_years(self.units), self.value)


class Option(Record):
    """One instrument with its parameters (``written.values_text``); ``basis`` says who said so."""

    comparison = models.ForeignKey(Comparison, on_delete=models.CASCADE, related_name="options")
    instrument = models.CharField(_("Instrument"), max_length=20, choices=words.INSTRUMENTS)
    title = models.CharField(_("Name of the option"), max_length=120, blank=True)
    parameters = models.TextField(_("Parameters"), blank=True, max_length=20_000)
    basis = models.CharField(_("Who said so"), max_length=300, blank=True)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="instrument_options",
    )
    position = models.PositiveSmallIntegerField(_("Place in the list"), default=0)

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("option")

    def __str__(self) -> str:
        return self.title or str(self.get_instrument_display())

    def get_absolute_url(self) -> str:
        return reverse("instruments:option", args=[self.pk])

    @property
    def owner_id(self) -> int:
        """The organisation in whose trail it stands."""
        return int(self.comparison.owner_id)
