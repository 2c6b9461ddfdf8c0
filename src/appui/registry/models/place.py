"""Places: countries (ISO 3166-1) and their first subdivisions (ISO 3166-2)."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import MultilingualField, localise


class LocationKind(models.TextChoices):
    """Level of a place."""

    COUNTRY = "country", _("Country")
    ADMIN1 = "admin1", _("Province or region")


class Location(models.Model):
    """``shape`` is the id of the outline that draws the place, which may be its neighbour's."""

    kind = models.CharField(max_length=10, choices=LocationKind.choices)
    code = models.CharField(max_length=12, unique=True)
    iso3 = models.CharField(max_length=3, blank=True)
    name = MultilingualField(verbose_name=_("Name"))
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    latitude = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    longitude = models.DecimalField(max_digits=6, decimal_places=3, null=True)
    shape = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["code"]
        verbose_name = _("place")

    def __str__(self) -> str:
        return localise(self.name).text

    def get_absolute_url(self) -> str:
        return reverse("registry:location", args=[self.code])

    @property
    def country_code(self) -> str:
        """ISO 3166-1 alpha-2 of the country the place is or lies in."""
        return self.code[:2]
