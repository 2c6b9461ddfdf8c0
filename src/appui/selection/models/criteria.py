"""What projects are judged by: criteria, their weights, and the versions of both."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.registry.models import Owned, OwnedQuerySet


class Weighing(models.TextChoices):
    """How the weights are found."""

    DIRECT = "direct", _("Points given to each criterion")
    SWING = "swing", _("Worth of the step from worst to best, the greatest being 100")
    PAIRWISE = "pairwise", _("Two by two (AHP)")


class Axis(models.TextChoices):
    """The side of the picture a criterion counts for."""

    BENEFIT = "benefit", _("What it changes")
    FEASIBILITY = "feasibility", _("How surely it can be done")


class CriteriaSet(Owned):
    """Criteria with their weights; once published it never changes: a new version replaces it."""

    title = MultilingualField(verbose_name=_("Title"))
    description = MultilingualField(verbose_name=_("Description"), blank=True)
    weighing = models.CharField(
        _("How weights are found"), max_length=8, choices=Weighing.choices, default=Weighing.DIRECT
    )
    lowest = models.PositiveSmallIntegerField(_("Lowest score"), default=1)
    highest = models.PositiveSmallIntegerField(
        _("Highest score"), default=5, validators=[MinValueValidator(1), MaxValueValidator(1000)]
    )
    number = models.PositiveSmallIntegerField(_("Version"), default=1, editable=False)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("Replaces"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="replaced_by",
        editable=False,
    )
    published_at = models.DateTimeField(_("Published"), null=True, blank=True, editable=False)

    objects = OwnedQuerySet["CriteriaSet"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(highest__gt=F("lowest")),
                name="criteria_scale_in_order",
                violation_error_message=_("The highest score is not above the lowest."),
            )
        ]
        verbose_name = _("criteria set")

    def __str__(self) -> str:
        return f"{localise(self.title).text} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("selection:criteria", args=[self.pk])

    @property
    def is_published(self) -> bool:
        """Whether it can no longer change."""
        return self.published_at is not None


class Criterion(Record):
    """One thing a project is judged by; ``points`` are its weight or swing before scaling."""

    criteria_set = models.ForeignKey(CriteriaSet, on_delete=models.CASCADE, related_name="criteria")
    position = models.PositiveSmallIntegerField(default=1, editable=False)
    title = MultilingualField(verbose_name=_("Title"))
    guidance = MultilingualField(verbose_name=_("What to look at"), blank=True)
    axis = models.CharField(
        _("Side of the picture"), max_length=12, choices=Axis.choices, default=Axis.BENEFIT
    )
    less_is_better = models.BooleanField(_("Less is better"), default=False)
    points = models.DecimalField(
        _("Points"),
        max_digits=7,
        decimal_places=2,
        default=1,
        validators=[MinValueValidator(0), MaxValueValidator(1000)],
    )

    class Meta:
        ordering = ["position", "pk"]
        verbose_name = _("criterion")

    def __str__(self) -> str:
        return localise(self.title).text


class Judgement(Record):
    """How much more ``first`` counts than ``second``, on Saaty's scale.

    2 to 9: that many times as much; −2 to −9: ``second`` counts that many times as much; 1: as
    much. A pair that is not judged counts as equal.
    """

    criteria_set = models.ForeignKey(
        CriteriaSet, on_delete=models.CASCADE, related_name="judgements"
    )
    first = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey(Criterion, on_delete=models.CASCADE, related_name="+")
    preference = models.SmallIntegerField(
        _("Preference"), validators=[MinValueValidator(-9), MaxValueValidator(9)]
    )

    class Meta:
        ordering = ["first__position", "second__position"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="judgement_once"),
            models.CheckConstraint(
                condition=Q(preference=1) | Q(preference__gte=2) | Q(preference__lte=-2),
                name="judgement_on_the_scale",
                violation_error_message=_("A judgement is 1, 2 to 9, or −2 to −9."),
            ),
        ]
        verbose_name = _("judgement")

    def __str__(self) -> str:
        return f"{self.first} – {self.second}: {self.preference}"
