"""Stages of an organisation, and where its projects stand."""

from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.design.facts import FACTS
from appui.design.models.kit import KitQuerySet, KitRow
from appui.design.models.templates import Template
from appui.kernel.access import Reader, Role
from appui.kernel.models import AppendOnly, AppendOnlyRow, Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation, Form

MOST_MONTHS = 120


def validate_facts(value: object) -> None:
    """Refuse anything but a list of the facts that Appui can look up."""
    if not isinstance(value, list) or any(item not in FACTS for item in value):
        raise ValidationError(
            _("Choose among these facts: %(facts)s."), params={"facts": ", ".join(FACTS)}
        )


class Stage(KitRow):
    """A step on the way of a project; what it asks is asked of those who enter it."""

    name = MultilingualField(verbose_name=_("Name"))
    required_facts = models.JSONField(
        _("Facts the project must state"), default=list, blank=True, validators=[validate_facts]
    )
    required_papers = models.ManyToManyField(
        Template,
        verbose_name=_("Papers that must be published"),
        blank=True,
        related_name="asked_by",
    )
    entry_role = models.CharField(
        _("Least role that moves a project here"),
        max_length=20,
        choices=[choice for choice in Role.choices if choice[0] != Role.READER],
        default=Role.EDITOR,
    )
    rests_on_consultations = models.BooleanField(
        _("Names its consultations"),
        default=False,
        help_text=_(
            "Who moves a project here names the consultations the decision rests on, or says why "
            "nobody was consulted."
        ),
    )

    objects = KitQuerySet["Stage"].as_manager()

    class Meta:
        ordering = ["owner", "position", "pk"]
        verbose_name = _("stage")

    def __str__(self) -> str:
        return localise(self.name).text

    def get_absolute_url(self) -> str:
        return reverse("design:stage", args=[self.pk])


class ChecklistItem(Record):
    """Something a person says is done before a project enters the stage."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="items")
    text = MultilingualField(verbose_name=_("What is to be done"))
    is_required = models.BooleanField(
        _("Required"), default=True, help_text=_("A project does not enter the stage without it.")
    )
    position = models.PositiveSmallIntegerField(_("Position"), default=0)
    is_retired = models.BooleanField(
        _("Retired"), default=False, help_text=_("Asked no more; who ticked it stays recorded.")
    )

    class Meta:
        ordering = ["stage", "position", "pk"]
        verbose_name = _("checklist item")

    def __str__(self) -> str:
        return localise(self.text).text


class Moment(models.TextChoices):
    """When a form is asked for."""

    ENTER = "enter", _("Before a project enters the stage")
    LEAVE = "leave", _("Before a project leaves the stage")


class AnswerAsked(models.TextChoices):
    """How far the answers must have come."""

    SUBMITTED = "submitted", _("Submitted")
    APPROVED = "approved", _("Approved by a manager")


class AskedForm(Record):
    """A form that must be answered about a project before it enters or leaves the stage."""

    stage = models.ForeignKey(Stage, on_delete=models.CASCADE, related_name="asked_forms")
    form = models.ForeignKey(
        Form, verbose_name=_("Form"), on_delete=models.PROTECT, related_name="asked_at"
    )
    moment = models.CharField(_("When"), max_length=5, choices=Moment.choices, default=Moment.ENTER)
    answer = models.CharField(
        _("Its answers must be"),
        max_length=9,
        choices=AnswerAsked.choices,
        default=AnswerAsked.SUBMITTED,
    )
    most_months = models.PositiveSmallIntegerField(
        _("Not older than, months"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_MONTHS)],
        help_text=_("Counted from the date of the answers. Left empty, their age does not matter."),
    )
    is_retired = models.BooleanField(
        _("Retired"), default=False, help_text=_("Asked no more; the answers stay.")
    )

    class Meta:
        ordering = ["stage", "moment", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["stage", "form", "moment"],
                name="stage_form_once",
                violation_error_message=_("This form is asked for here already."),
            )
        ]
        verbose_name = _("form asked for")

    def __str__(self) -> str:
        return str(self.form)


class ProjectRows(models.QuerySet[Any]):
    """Rows about projects that only those who work in the project's organisation see."""

    def visible_to(self, reader: Reader) -> Self:
        """Rows about projects of the organisations where the reader holds a role."""
        if reader.is_superuser:
            return self
        return self.filter(activity__owner__in=list(reader.organisation_ids()))


class Standing(Record):
    """Where a project stands now."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="standing")
    stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="standings")
    since = models.DateTimeField(_("Since"), default=timezone.now)

    objects = ProjectRows.as_manager()

    class Meta:
        verbose_name = _("stage of a project")

    def __str__(self) -> str:
        return f"{self.activity}: {self.stage}"


class MoveRows(AppendOnly, ProjectRows):  # type: ignore[override]
    """Moves of projects; they are added to, never changed."""


class Move(AppendOnlyRow):
    """One step of a project, with the names the stages had then, and what it rests on.

    ``lacked`` are the sentences, by language, of what was missing when a manager let it pass.
    """

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="moves")
    from_stage = models.ForeignKey(
        Stage, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    to_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    from_name = models.JSONField(default=dict, blank=True)
    to_name = models.JSONField()
    reason = models.TextField(blank=True)
    lacked = models.JSONField(default=list, blank=True)
    consultations = models.ManyToManyField(
        Consultation,
        verbose_name=_("Consultations it rests on"),
        blank=True,
        related_name="moves",
    )
    unheard = models.CharField(_("Why nobody was consulted"), max_length=500, blank=True)
    at = models.DateTimeField(default=timezone.now)
    user_name = models.CharField(max_length=200)

    objects = MoveRows.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        verbose_name = _("move")

    def __str__(self) -> str:
        return f"{localise(self.from_name)} → {localise(self.to_name)}"


class Tick(Record):
    """Somebody said that an item of the checklist is done for a project."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="ticks")
    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="ticks")
    ticked_at = models.DateTimeField(default=timezone.now)
    ticked_by = models.CharField(max_length=200)

    objects = ProjectRows.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["activity", "item"], name="tick_once")]
        verbose_name = _("tick")

    def __str__(self) -> str:
        return str(self.item)
