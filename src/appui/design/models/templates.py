"""Templates of papers: an ordered list of sections with guidance."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.design.models.kit import KitQuerySet, KitRow
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise

MOST_WORDS = 5_000


class Template(KitRow):
    """A kind of paper as one organisation writes it."""

    kind = models.SlugField(
        _("Short name"),
        max_length=60,
        help_text=_("In letters, figures and hyphens: concept-note. It does not change."),
    )
    title = MultilingualField(verbose_name=_("Title"))
    description = MultilingualField(verbose_name=_("What it is for"), blank=True)

    objects = KitQuerySet["Template"].as_manager()

    class Meta:
        ordering = ["owner", "position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "kind"],
                name="template_kind_once",
                violation_error_message=_("Another template has this short name."),
            )
        ]
        verbose_name = _("template")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("design:template", args=[self.pk])


class TemplateSection(Record):
    """One section that papers made from the template begin with."""

    template = models.ForeignKey(Template, on_delete=models.CASCADE, related_name="sections")
    title = MultilingualField(verbose_name=_("Title"))
    guidance = MultilingualField(verbose_name=_("Guidance"), blank=True)
    expected_words = models.PositiveIntegerField(
        _("Expected length, words"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_WORDS)],
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    is_retired = models.BooleanField(
        _("Retired"),
        default=False,
        help_text=_("New papers do not get this section; papers that have it keep it."),
    )

    class Meta:
        ordering = ["template", "position", "pk"]
        verbose_name = _("section of a template")

    def __str__(self) -> str:
        return localise(self.title).text
