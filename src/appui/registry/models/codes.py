"""Code lists of the standards in use and of Appui, labels in four languages."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.kernel.errors import Invalid
from appui.kernel.multilingual import MultilingualField, localise

SYMBOLS = {"m2": "m²", "km2": "km²", "km": "km", "ha": "ha", "percent": "%", "USD": "USD"}


class CodeList(models.Model):
    """One list, for example ``Sector`` (OECD DAC purpose codes)."""

    slug = models.SlugField(max_length=60, unique=True)
    name = MultilingualField(verbose_name=_("Name"))
    source = models.CharField(max_length=200)
    source_date = models.CharField(max_length=20, blank=True)

    class Meta:
        ordering = ["slug"]
        verbose_name = _("code list")

    def __str__(self) -> str:
        return localise(self.name).text

    def get_absolute_url(self) -> str:
        return reverse("registry:codelist", args=[self.slug])


class CodeQuerySet(models.QuerySet["Code"]):
    """Sets of codes."""

    def of(self, slug: str) -> "CodeQuerySet":
        """The codes of one list, in the order of their codes."""
        return self.filter(codelist__slug=slug).order_by("position", "code")


class Code(models.Model):
    """One entry of a list; ``parent`` may stand in another list (a sector's category)."""

    codelist = models.ForeignKey(CodeList, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(max_length=60)
    label = MultilingualField(verbose_name=_("Label"))
    definition = MultilingualField(verbose_name=_("Definition"), blank=True)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="children"
    )
    position = models.PositiveIntegerField(default=0)

    objects = CodeQuerySet.as_manager()

    class Meta:
        ordering = ["codelist", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["codelist", "code"], name="code_once_in_its_list")
        ]
        verbose_name = _("code")

    def __str__(self) -> str:
        return localise(self.label).text

    @property
    def symbol(self) -> str:
        """A unit as it stands behind a number: m² for m2; the label where there is no sign."""
        return SYMBOLS.get(self.code, str(self))

    @classmethod
    def named(cls, codelist: str, value: str, field: str) -> "Code":
        """One code of a list by its value; raises ``Invalid`` at ``field`` when it is not in it."""
        found = cls.objects.of(codelist).filter(code=value.replace("\x00", "")).first()
        if found is None:
            text = gettext("“%(value)s” is not a code of the list %(codelist)s.") % {
                "value": value,
                "codelist": codelist,
            }
            raise Invalid(text, {field: text})
        return found
