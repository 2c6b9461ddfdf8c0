"""From which money and under which rules projects are chosen."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Fund
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation, Owned, OwnedQuerySet
from appui.selection.models.appraisal import Appraisal

PERCENT = [MinValueValidator(0), MaxValueValidator(100)]


class Method(models.TextChoices):
    """How scores become a value."""

    WSM = "wsm", _("Weighted sum")
    AHP = "ahp", _("AHP: shares of the sum")
    TOPSIS = "topsis", _("TOPSIS: nearness to the best")
    PROMETHEE = "promethee", _("PROMETHEE II: net preference")


class Scenario(Owned):
    """What is to be chosen from, with which money and rules; its runs keep what was chosen."""

    title = MultilingualField(verbose_name=_("Title"))
    appraisal = models.ForeignKey(
        Appraisal, verbose_name=_("Appraisal"), on_delete=models.PROTECT, related_name="scenarios"
    )
    method = models.CharField(
        _("Method"), max_length=10, choices=Method.choices, default=Method.WSM
    )
    currency = CurrencyField(_("Currency"), default="USD")
    most_funders = models.PositiveSmallIntegerField(
        _("Most funders of one project"), default=3, validators=[MinValueValidator(1)]
    )
    certainty = models.PositiveSmallIntegerField(
        _("Weight of certain money, %"), default=0, validators=[MaxValueValidator(100)]
    )

    objects = OwnedQuerySet["Scenario"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        verbose_name = _("scenario")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("selection:scenario", args=[self.pk])


class Envelope(Record):
    """Money of one funder, by year, with what it may pay; no place or sector means any.

    ``minimum`` and ``maximum`` bound one grant, ``cofinancing`` is the part of a project's cost
    that others must bear, ``certainty`` how sure the money is: both in percent.
    """

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="envelopes")
    title = models.CharField(_("Name"), max_length=120)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("Funder"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    fund = models.ForeignKey(
        Fund,
        verbose_name=_("Window or call"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    minimum = MoneyField(_("Smallest grant"), null=True, blank=True)
    maximum = MoneyField(_("Largest grant"), null=True, blank=True)
    cofinancing = models.DecimalField(
        _("Part others must bear, %"),
        max_digits=5,
        decimal_places=2,
        default=0,
        validators=PERCENT,
    )
    certainty = models.PositiveSmallIntegerField(
        _("How certain, %"), default=100, validators=[MaxValueValidator(100)]
    )
    locations = models.ManyToManyField(
        Location, verbose_name=_("Only in these places"), blank=True, related_name="+"
    )
    sectors = models.ManyToManyField(
        Code,
        verbose_name=_("Only in these sectors"),
        blank=True,
        related_name="+",
        limit_choices_to={"codelist__slug": "Sector"},
    )

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "title"],
                name="envelope_title_once",
                violation_error_message=_("Another envelope of the scenario has this name."),
            ),
            models.CheckConstraint(
                condition=Q(minimum=None) | Q(maximum=None) | Q(maximum__gte=models.F("minimum")),
                name="envelope_grants_in_order",
                violation_error_message=_("The largest grant is below the smallest."),
            ),
        ]
        verbose_name = _("envelope")

    def __str__(self) -> str:
        return self.title


class EnvelopeYear(Record):
    """What an envelope holds in one year, in the scenario's currency."""

    envelope = models.ForeignKey(Envelope, on_delete=models.CASCADE, related_name="years")
    year = models.PositiveSmallIntegerField(
        _("Year"), validators=[MinValueValidator(1990), MaxValueValidator(2100)]
    )
    amount = MoneyField(_("Amount"))

    class Meta:
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["envelope", "year"], name="envelope_year_once")
        ]
        verbose_name = _("year of an envelope")

    def __str__(self) -> str:
        return f"{self.year}: {self.amount}"


class RuleKind(models.TextChoices):
    """What a rule says of a project, and of the other one it names."""

    MANDATORY = "mandatory", _("must be in")
    EXCLUDED = "excluded", _("must be out")
    REQUIRES = "requires", _("makes no sense without")
    ALTERNATIVE = "alternative", _("instead of")


PAIRED = (RuleKind.REQUIRES, RuleKind.ALTERNATIVE)


class Rule(Record):
    """A rule about one project, or about it and another."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="rules")
    activity = models.ForeignKey(
        Activity, verbose_name=_("Project"), on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField(_("Rule"), max_length=12, choices=RuleKind.choices)
    other = models.ForeignKey(
        Activity,
        verbose_name=_("Other project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField(_("Why"), max_length=300, blank=True)

    class Meta:
        ordering = ["activity__reference", "kind"]
        constraints = [
            models.UniqueConstraint(
                fields=["scenario", "activity", "kind", "other"],
                name="rule_about_two_once",
                violation_error_message=_("The scenario has this rule already."),
            ),
            models.UniqueConstraint(
                fields=["scenario", "activity", "kind"],
                condition=Q(other=None),
                name="rule_about_one_once",
                violation_error_message=_("The scenario has this rule already."),
            ),
            models.CheckConstraint(
                condition=Q(kind__in=PAIRED, other__isnull=False)
                | (~Q(kind__in=PAIRED) & Q(other=None)),
                name="rule_names_what_it_needs",
                violation_error_message=_(
                    "“Makes no sense without” and “instead of” name another project; "
                    "the other rules name none."
                ),
            ),
            models.CheckConstraint(
                condition=Q(other=None) | ~Q(other=models.F("activity")),
                name="rule_about_two",
                violation_error_message=_("The other project is the same one."),
            ),
        ]
        verbose_name = _("rule")

    def __str__(self) -> str:
        other = f" {self.other}" if self.other else ""
        return f"{self.activity} {self.get_kind_display()}{other}"


class Balance(Record):
    """Which share of all the money chosen goes to one place or one sector, in percent."""

    scenario = models.ForeignKey(Scenario, on_delete=models.CASCADE, related_name="balances")
    location = models.ForeignKey(
        Location,
        verbose_name=_("Place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    sector = models.ForeignKey(
        Code,
        verbose_name=_("Sector"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "Sector"},
    )
    least = models.PositiveSmallIntegerField(
        _("At least, %"), default=0, validators=[MaxValueValidator(100)]
    )
    most = models.PositiveSmallIntegerField(
        _("At most, %"), default=100, validators=[MaxValueValidator(100)]
    )

    class Meta:
        ordering = ["location__code", "sector__code", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(location=None, sector__isnull=False)
                | Q(location__isnull=False, sector=None),
                name="balance_of_one_group",
                violation_error_message=_("Name a place or a sector, not both."),
            ),
            models.CheckConstraint(
                condition=Q(most__gte=models.F("least")),
                name="balance_in_order",
                violation_error_message=_("The most is below the least."),
            ),
            *(
                models.UniqueConstraint(
                    fields=["scenario", of],
                    name=f"balance_of_{of}_once",
                    violation_error_message=_("The scenario has a balance for this already."),
                )
                for of in ("location", "sector")
            ),
        ]
        verbose_name = _("balance")

    def __str__(self) -> str:
        return str(self.location or self.sector)
