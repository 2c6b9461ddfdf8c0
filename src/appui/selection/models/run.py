"""What was chosen, from which inputs, and who signed it."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import MultilingualField, localise
from appui.questionnaires.models import Consultation
from appui.registry.models import Owned, OwnedQuerySet
from appui.selection.models.scenario import Method, Scenario


class PortfolioRun(Owned):
    """One computed choice with all it came from; once signed, nothing in it can change.

    ``title`` and ``method`` are those of the scenario then. ``inputs`` is the problem as
    ``Problem.as_json`` writes it, ``digest`` its SHA-256; ``plan`` and ``reasons`` are what the
    engine answered, ``worth`` what more money would add by envelope. ``names`` has how projects
    are called; ``left_out`` the projects that were no candidates, and why. ``overrides`` are
    decisions of people against the plan of ``follows``; ``cost`` is what they lose of the
    objective of the first run.
    """

    scenario = models.ForeignKey(
        Scenario, verbose_name=_("Scenario"), on_delete=models.PROTECT, related_name="runs"
    )
    number = models.PositiveIntegerField(_("Run"), editable=False)
    title = MultilingualField(verbose_name=_("Title"), editable=False)
    method = models.CharField(_("Method"), max_length=10, choices=Method.choices, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    engine = models.CharField(max_length=20, editable=False)
    inputs = models.JSONField(editable=False)
    plan = models.JSONField(editable=False)
    reasons = models.JSONField(editable=False)
    worth = models.JSONField(default=list, editable=False)
    lists = models.JSONField(default=dict, editable=False)
    names = models.JSONField(default=dict, editable=False)
    left_out = models.JSONField(default=list, editable=False)
    follows = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="overridden_by",
        editable=False,
    )
    overrides = models.JSONField(default=list, editable=False)
    cost = models.DecimalField(
        _("Cost of overriding"),
        max_digits=20,
        decimal_places=6,
        null=True,
        blank=True,
        editable=False,
    )
    signed_at = models.DateTimeField(_("Signed"), null=True, blank=True, editable=False)
    signed_by = models.CharField(_("Signed by"), max_length=200, blank=True, editable=False)
    decision = models.TextField(_("Decision"), blank=True, editable=False)
    consultations = models.ManyToManyField(
        Consultation, verbose_name=_("Consultations it rests on"), blank=True, related_name="runs"
    )
    unheard = models.CharField(
        _("Why nobody was consulted"), max_length=500, blank=True, editable=False
    )

    QUIET_FIELDS = frozenset(("inputs", "plan", "reasons", "worth", "lists", "names", "left_out"))

    objects = OwnedQuerySet["PortfolioRun"].as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["scenario", "number"], name="run_number_once"),
            models.CheckConstraint(
                condition=Q(signed_at=None, signed_by="")
                | (Q(signed_at__isnull=False) & ~Q(signed_by="")),
                name="run_signed_by_someone",
            ),
        ]
        verbose_name = _("run")

    def __str__(self) -> str:
        return f"{localise(self.title).text} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("selection:run", args=[self.pk])

    @property
    def is_signed(self) -> bool:
        """Whether it can no longer change."""
        return self.signed_at is not None
