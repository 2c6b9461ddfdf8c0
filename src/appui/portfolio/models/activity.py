"""Activities and what hangs on them, in the terms of IATI 2.03."""

from datetime import date
from decimal import Decimal

from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.kernel.fields import CurrencyField
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.needs.models import Need
from appui.registry.models import Classification, Code, Location, Organisation, Owned, OwnedQuerySet

IATI_IDENTIFIER = RegexValidator(
    r"^[^\s/&|?]+\Z",
    _("An IATI identifier has no space and none of / & | ?, for example XM-DAC-41114-00123."),
)


class ActivityKind(models.TextChoices):
    """What kind of undertaking it is."""

    PROGRAMME = "programme", _("Programme")
    PROJECT = "project", _("Project")
    ASSISTANCE = "assistance", _("Technical assistance")
    INITIATIVE = "initiative", _("Initiative")


class Activity(Owned):
    """An ``iati-activity``: the spine from funding to result."""

    reference = models.SlugField(_("Reference"), max_length=60, unique=True)
    iati_identifier = models.CharField(
        _("IATI identifier"), max_length=120, blank=True, validators=[IATI_IDENTIFIER]
    )
    title = MultilingualField(verbose_name=_("Title"))
    description = MultilingualField(verbose_name=_("Description"), blank=True)
    kind = models.CharField(
        _("Kind"), max_length=12, choices=ActivityKind.choices, default=ActivityKind.PROJECT
    )
    status = models.ForeignKey(
        Code,
        verbose_name=_("Status"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "ActivityStatus"},
    )
    scope = models.ForeignKey(
        Code,
        verbose_name=_("Scope"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "ActivityScope"},
    )
    aid_type = models.ForeignKey(
        Code,
        verbose_name=_("Type of aid"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "AidType"},
    )
    collaboration_type = models.ForeignKey(
        Code,
        verbose_name=_("Type of collaboration"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "CollaborationType"},
    )
    planned_start = models.DateField(_("Planned start"), null=True, blank=True)
    actual_start = models.DateField(_("Actual start"), null=True, blank=True)
    planned_end = models.DateField(_("Planned end"), null=True, blank=True)
    actual_end = models.DateField(_("Actual end"), null=True, blank=True)
    currency = CurrencyField(_("Currency"), default="USD")
    parent = models.ForeignKey(
        "self",
        verbose_name=_("Part of"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    needs = models.ManyToManyField(
        Need, verbose_name=_("Needs it answers"), blank=True, related_name="activities"
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="activities",
    )

    objects = OwnedQuerySet["Activity"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        indexes = [models.Index(F("updated_at").desc(), "id", name="activity_last_changed")]
        constraints = [
            models.UniqueConstraint(
                fields=["iati_identifier"],
                condition=~Q(iati_identifier=""),
                name="iati_identifier_once",
                violation_error_message=_("Another activity already has this IATI identifier."),
            ),
            models.CheckConstraint(
                condition=Q(planned_start=None)
                | Q(planned_end=None)
                | Q(planned_end__gte=F("planned_start")),
                name="activity_planned_dates_in_order",
                violation_error_message=_("The planned end is before the planned start."),
            ),
            models.CheckConstraint(
                condition=Q(actual_start=None)
                | Q(actual_end=None)
                | Q(actual_end__gte=F("actual_start")),
                name="activity_actual_dates_in_order",
                violation_error_message=_("The actual end is before the actual start."),
            ),
            models.CheckConstraint(
                condition=Q(parent=None) | ~Q(parent=F("pk")),
                name="activity_not_part_of_itself",
                violation_error_message=_("An activity cannot be part of itself."),
            ),
        ]
        verbose_name = _("activity")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("portfolio:activity", args=[self.pk])

    @property
    def starts_on(self) -> date | None:
        """The actual start, else the planned one."""
        return self.actual_start or self.planned_start

    @property
    def ends_on(self) -> date | None:
        """The actual end, else the planned one."""
        return self.actual_end or self.planned_end


class ActivityIdentifier(Record):
    """A reference of the activity in another system (``other-identifier``)."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="identifiers")
    scheme = models.CharField(_("System"), max_length=80)
    code = models.CharField(_("Reference there"), max_length=120)
    kind = models.ForeignKey(
        Code,
        verbose_name=_("Type of identifier"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "OtherIdentifierType"},
    )

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "scheme", "code"], name="activity_identifier_once"
            )
        ]
        verbose_name = _("other identifier")

    def __str__(self) -> str:
        return f"{self.scheme} {self.code}"


class Participation(Record):
    """An organisation in one of the IATI roles (``participating-org``)."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="participations")
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("Organisation"),
        on_delete=models.PROTECT,
        related_name="participations",
    )
    role = models.ForeignKey(
        Code,
        verbose_name=_("Role"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "OrganisationRole"},
    )
    note = models.CharField(_("Note"), max_length=300, blank=True)

    class Meta:
        ordering = ["role__code", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["activity", "organisation", "role"],
                name="participation_once",
                violation_error_message=_("This organisation already has this role here."),
            )
        ]
        verbose_name = _("participation")

    def __str__(self) -> str:
        return f"{self.organisation} · {self.role}"


PERCENTAGE = [MinValueValidator(Decimal("0.001")), MaxValueValidator(Decimal(100))]


class ActivityPlace(Record):
    """A country or region where the activity takes place, with its share of the money."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="places")
    location = models.ForeignKey(
        Location, verbose_name=_("Place"), on_delete=models.PROTECT, related_name="+"
    )
    percentage = models.DecimalField(
        _("Share, %"), max_digits=6, decimal_places=3, null=True, blank=True, validators=PERCENTAGE
    )

    class Meta:
        ordering = ["location__code"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "location"], name="activity_place_once")
        ]
        verbose_name = _("place of the activity")

    def __str__(self) -> str:
        return str(self.location)


class ActivityClassification(Classification):
    """A sector share, policy marker, goal or other code of the activity."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="classifications")
    source = models.ForeignKey(
        Source,
        verbose_name=_("Evidence"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="classified_activities",
    )

    class Meta:
        ordering = ["code__codelist__slug", "code__code"]
        constraints = [
            models.UniqueConstraint(fields=["activity", "code"], name="activity_code_once"),
            models.CheckConstraint(
                condition=Q(percentage=None) | Q(significance=None),
                name="classification_share_or_significance",
                violation_error_message=_("A code has a share or a significance, not both."),
            ),
        ]
        verbose_name = _("classification")

    def __str__(self) -> str:
        return f"{self.code.code} {self.code}"
