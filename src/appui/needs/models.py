"""Needs and their lines."""

from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.kernel.money import cents
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Code, Location, Owned, OwnedQuerySet

YEAR = [MinValueValidator(1990), MaxValueValidator(2100)]


class NeedStatus(models.TextChoices):
    """Where a need stands; ``rules.MOVES`` says which moves are allowed."""

    DRAFT = "draft", _("Draft")
    OPEN = "open", _("Open")
    CLOSED = "closed", _("Closed")


class NeedKind(models.TextChoices):
    """What kind of thing is lacking."""

    PROGRAMME = "programme", _("Programme")
    PROJECT = "project", _("Project")
    SERVICE = "service", _("Service")
    EQUIPMENT = "equipment", _("Equipment")
    EXPERTISE = "expertise", _("Expertise")


class Need(Owned):
    """What an organisation lacks, somewhere, by some date; its cost is that of its lines."""

    reference = models.SlugField(_("Reference"), max_length=40, unique=True)
    title = MultilingualField(verbose_name=_("Title"))
    summary = MultilingualField(verbose_name=_("Summary"), blank=True)
    kind = models.CharField(
        _("Kind"), max_length=12, choices=NeedKind.choices, default=NeedKind.PROGRAMME
    )
    sector = models.ForeignKey(
        Code,
        verbose_name=_("Sector (OECD DAC)"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Sector"},
    )
    locations = models.ManyToManyField(Location, verbose_name=_("Places"), related_name="+")
    goals = models.ManyToManyField(
        Code,
        verbose_name=_("Sustainable development goals"),
        blank=True,
        related_name="+",
        limit_choices_to={"codelist__slug": "UNSDG-Goals"},
    )
    currency = CurrencyField(_("Currency"), default="USD")
    starts_on = models.DateField(_("From"), null=True, blank=True)
    needed_by = models.DateField(_("Needed by"), null=True, blank=True)
    beneficiaries = models.PositiveBigIntegerField(_("People who benefit"), null=True, blank=True)
    status = models.CharField(
        _("Status"), max_length=10, choices=NeedStatus.choices, default=NeedStatus.DRAFT
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="needs",
    )

    objects = OwnedQuerySet["Need"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_on=None) | Q(needed_by=None) | Q(needed_by__gte=F("starts_on")),
                name="need_dates_in_order",
                violation_error_message=_("The need ends before it begins."),
            )
        ]
        verbose_name = _("need")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("needs:need", args=[self.pk])


class WhoPays(models.TextChoices):
    """Who carries the cost of a line."""

    OPEN = "open", _("To be mobilised")
    STATE = "state", _("The State")
    OWN = "own", _("The organisation itself")


class NeedLine(Record):
    """One part of the cost: either a stated total, or quantity × unit cost + fixed cost.

    A unit cost may have a range around it; ``unit_cost_basis`` then says where it comes from.
    Amounts in major units of the need's currency; the years are inclusive.
    """

    need = models.ForeignKey(Need, on_delete=models.CASCADE, related_name="lines")
    pillar = models.ForeignKey(
        Code,
        verbose_name=_("Pillar"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Pillar"},
    )
    detail = MultilingualField(verbose_name=_("Detail"), blank=True)
    year_from = models.PositiveSmallIntegerField(_("First year"), validators=YEAR)
    year_to = models.PositiveSmallIntegerField(_("Last year"), validators=YEAR)
    location = models.ForeignKey(
        Location,
        verbose_name=_("Place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    quantity = models.DecimalField(
        _("Quantity"),
        max_digits=20,
        decimal_places=4,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.0001"))],
    )
    unit = models.ForeignKey(
        Code,
        verbose_name=_("Unit"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Unit"},
    )
    unit_cost = models.DecimalField(
        _("Unit cost"),
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    unit_cost_low = models.DecimalField(
        _("Lowest unit cost"),
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    unit_cost_high = models.DecimalField(
        _("Highest unit cost"),
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0))],
    )
    unit_cost_basis = models.CharField(_("Basis of the unit cost"), max_length=300, blank=True)
    fixed_cost = MoneyField(
        _("Fixed cost"),
        default=Decimal(0),
    )
    stated_cost = MoneyField(
        _("Total stated by the source"),
        null=True,
        blank=True,
    )
    who_pays = models.CharField(
        _("Who pays"), max_length=8, choices=WhoPays.choices, default=WhoPays.OPEN
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="need_lines",
    )

    class Meta:
        ordering = ["year_from", "year_to", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(year_to__gte=F("year_from")),
                name="need_line_years_in_order",
                violation_error_message=_("The last year is before the first."),
            ),
            models.CheckConstraint(
                condition=Q(stated_cost__isnull=False, unit_cost=None, fixed_cost=0)
                | Q(stated_cost=None, unit_cost__isnull=False, quantity__isnull=False)
                | Q(stated_cost=None, unit_cost=None, fixed_cost__gt=0),
                name="need_line_cost_known_one_way",
                violation_error_message=_(
                    "Give either the total stated by the source, or a quantity with its unit "
                    "cost, or a fixed cost alone."
                ),
            ),
            models.CheckConstraint(
                condition=Q(quantity=None) | Q(unit__isnull=False),
                name="need_line_quantity_has_a_unit",
                violation_error_message=_("Say in which unit the quantity is."),
            ),
            models.CheckConstraint(
                condition=Q(unit_cost_low=None, unit_cost_high=None)
                | Q(
                    unit_cost__isnull=False,
                    unit_cost_low__isnull=False,
                    unit_cost_high__isnull=False,
                    unit_cost_low__lte=F("unit_cost"),
                    unit_cost_high__gte=F("unit_cost"),
                ),
                name="need_line_unit_cost_within_its_range",
                violation_error_message=_(
                    "A range has a lowest and a highest unit cost, with the unit cost between them."
                ),
            ),
        ]
        verbose_name = _("need line")

    def __str__(self) -> str:
        return f"{self.pillar} {self.years}"

    def get_absolute_url(self) -> str:
        return f"{reverse('needs:need', args=[self.need_id])}#line-{self.pk}"

    @property
    def years(self) -> str:
        """“2024” or “2024–2025”."""
        same = self.year_from == self.year_to
        return str(self.year_from) if same else f"{self.year_from}–{self.year_to}"

    @property
    def cost(self) -> Decimal:
        """What the line costs in the need's currency, to the cent."""
        if self.stated_cost is not None:
            return cents(self.stated_cost)
        return cents((self.quantity or Decimal(0)) * (self.unit_cost or 0) + self.fixed_cost)

    @property
    def cost_range(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest cost, to the cent; twice the cost where the unit cost has no
        range."""
        if self.unit_cost_low is None or self.unit_cost_high is None or self.quantity is None:
            return self.cost, self.cost
        low, high = (
            cents(self.quantity * each + self.fixed_cost)
            for each in (self.unit_cost_low, self.unit_cost_high)
        )
        return low, high

    @property
    def cost_per_unit(self) -> Decimal | None:
        """The given unit cost, or the stated total divided by the quantity; unrounded."""
        if self.unit_cost is not None:
            return self.unit_cost
        if self.stated_cost is None or not self.quantity:
            return None
        each: Decimal = self.stated_cost / self.quantity
        return each
