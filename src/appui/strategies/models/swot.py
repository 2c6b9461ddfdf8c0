"""Strengths, weaknesses, opportunities and threats of an organisation."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Figure, Source
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Owned, OwnedQuerySet


class SwotKind(models.TextChoices):
    """The four quarters."""

    STRENGTH = "strength", _("Strength")
    WEAKNESS = "weakness", _("Weakness")
    OPPORTUNITY = "opportunity", _("Opportunity")
    THREAT = "threat", _("Threat")


OFFERED = (SwotKind.STRENGTH, SwotKind.OPPORTUNITY)
UNSOURCED = _("A strength used in a brief keeps its source: name a source or a figure.")
NOT_OFFERED = _("Only strengths and opportunities are offered to donors.")


class Strength(Owned):
    """One entry of the four quarters; one that a brief may use has a source or a figure."""

    kind = models.CharField(
        _("Kind"), max_length=12, choices=SwotKind.choices, default=SwotKind.STRENGTH
    )
    text = MultilingualField(verbose_name=_("Text"))
    usable = models.BooleanField(_("Usable in a brief"), default=False)
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="strengths",
    )
    figure = models.ForeignKey(
        Figure,
        verbose_name=_("Figure"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="strengths",
    )
    position = models.PositiveSmallIntegerField(
        _("Place in the order"), default=0, help_text=_("Lower numbers come first.")
    )

    objects = OwnedQuerySet["Strength"].as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(usable=False) | Q(source__isnull=False) | Q(figure__isnull=False),
                name="strength_used_has_a_source",
                violation_error_message=UNSOURCED,
            ),
            models.CheckConstraint(
                condition=Q(usable=False) | Q(kind__in=["strength", "opportunity"]),
                name="strength_used_is_an_offer",
                violation_error_message=NOT_OFFERED,
            ),
        ]
        verbose_name = _("strength or weakness")

    def __str__(self) -> str:
        return localise(self.text).text

    def get_absolute_url(self) -> str:
        return f"{reverse('strategies:swot')}#strength-{self.pk}"

    def clean(self) -> None:
        """Says at which field a brief could not use it. Raises ``ValidationError``."""
        if self.usable and self.kind not in OFFERED:
            raise ValidationError({"usable": NOT_OFFERED})
        if self.usable and self.source_id is None and self.figure_id is None:
            raise ValidationError({"source": UNSOURCED})

    @property
    def said_by(self) -> Source | None:
        """The publication behind it: its own source, else that of its figure."""
        if self.source is not None:
            return self.source
        return getattr(self.figure, "source", None)  # ``queries.strengths`` hides it where needed
