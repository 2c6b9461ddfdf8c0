"""Organisations, their other names and their identifiers."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.fields import CurrencyField
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models.codes import Code
from appui.registry.models.place import Location

CURRENCY_LENGTH = 3


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Sets of organisations."""

    def standing(self) -> "OrganisationQuerySet":
        """Without those merged into another."""
        return self.filter(merged_into=None)

    def donors(self) -> "OrganisationQuerySet":
        """Those followed as sources of money."""
        return self.standing().filter(is_donor=True)


class Organisation(Record):
    """An institution, a State, an agency, an NGO.

    A merged organisation keeps its row and points at the one that stands for both, so that what
    was recorded under it does not move and the merge can be undone.
    """

    name = MultilingualField(verbose_name=_("Name"))
    acronym = models.CharField(_("Acronym"), max_length=30, blank=True)
    organisation_type = models.ForeignKey(
        Code,
        verbose_name=_("Type"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "OrganisationType"},
    )
    country = models.ForeignKey(
        Location,
        verbose_name=_("Country"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"kind": "country"},
    )
    website = models.URLField(_("Website"), blank=True)
    description = MultilingualField(verbose_name=_("Description"), blank=True)
    is_donor = models.BooleanField(_("Followed as a donor"), default=False)
    is_workspace = models.BooleanField(_("Works in Appui"), default=False)
    currency = CurrencyField(_("Currency of its totals"), default="USD")
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=models.F("pk")),
                name="organisation_not_merged_into_itself",
            )
        ]
        verbose_name = _("organisation")

    def __str__(self) -> str:
        return localise(self.name).text

    def get_absolute_url(self) -> str:
        return reverse("registry:organisation", args=[self.pk])

    @property
    def standing_id(self) -> int:
        """Key of the organisation that stands for this one."""
        return self.merged_into_id or self.pk


class OrganisationAlias(Record):
    """Another name or spelling under which the organisation is met."""

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("Other name"), max_length=300)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["organisation", "name"], name="alias_once")]
        verbose_name = _("other name")

    def __str__(self) -> str:
        return self.name


class IdentifierScheme(models.TextChoices):
    """Where an identifier comes from."""

    IATI = "iati", "IATI"
    CRS_DONOR = "crs-donor", _("OECD DAC donor code")
    CRS_CHANNEL = "crs-channel", _("OECD DAC channel code")
    FTS = "fts", _("OCHA FTS")
    REGISTRATION = "registration", _("National registration")
    OTHER = "other", _("Other")


class OrganisationIdentifier(Record):
    """A reference of the organisation in one scheme; two schemes stand side by side.

    A channel code names a kind of channel for many organisations, so it is not unique.
    """

    organisation = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="identifiers"
    )
    scheme = models.CharField(_("Scheme"), max_length=20, choices=IdentifierScheme.choices)
    code = models.CharField(_("Identifier"), max_length=120)

    class Meta:
        ordering = ["scheme", "code"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "code"],
                condition=~Q(scheme__in=["crs-channel", "other"]),
                name="identifier_names_one_organisation",
                violation_error_message=_("Another organisation already has this identifier."),
            ),
            models.UniqueConstraint(
                fields=["organisation", "scheme", "code"], name="identifier_once"
            ),
        ]
        verbose_name = _("identifier")

    def __str__(self) -> str:
        return f"{self.get_scheme_display()} {self.code}"
