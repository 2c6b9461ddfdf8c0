"""What was answered, and the priorities that weak answers make."""

from typing import Any

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.kernel.multilingual import MultilingualField, PlainLetters, localise
from appui.questionnaires.models.about import About
from appui.questionnaires.models.form import FormVersion, Question
from appui.registry.models import Owned, OwnedQuerySet


class ResponseStatus(models.TextChoices):
    """A submitted response is frozen; a manager may approve it."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Submitted")


class AnswersField(models.JSONField):
    """Answers by the code of their question; the audit trail tells them in a line.

    One choice is a code, several are a list of codes, a number is text such as “12.5”, an amount
    is ``{"amount": "12.50", "currency": "USD"}`` of the day of the response, a date is ISO 8601.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs |= {"default": dict, "blank": True, "encoder": PlainLetters}
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> tuple[str, str, Any, Any]:
        name, path, args, kwargs = super().deconstruct()
        for fixed in ("default", "blank", "encoder"):
            kwargs.pop(fixed, None)
        return name, path, args, kwargs

    def value_to_string(self, obj: models.Model) -> str:
        """“staff: 12; survey: partly”, in an order that every database keeps."""
        answers: dict[str, Any] = self.value_from_object(obj)
        return "; ".join(f"{code}: {_told(value)}" for code, value in sorted(answers.items()))


def _told(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['amount']} {value['currency']}"
    return ", ".join(value) if isinstance(value, list) else str(value)


class Response(About, Owned):
    """One form filled in about one record."""

    form_version = models.ForeignKey(
        FormVersion, verbose_name=_("Form"), on_delete=models.PROTECT, related_name="responses"
    )
    made_on = models.DateField(
        _("Date of the answers"), help_text=_("The day on which the answers are true.")
    )
    answered_by = models.CharField(
        _("Who answered"),
        max_length=200,
        blank=True,
        help_text=_("A service or a function, for example “Planning department”."),
    )
    note = models.TextField(_("Note"), blank=True)
    status = models.CharField(
        _("Status"),
        max_length=10,
        choices=ResponseStatus.choices,
        default=ResponseStatus.DRAFT,
        editable=False,
    )
    submitted_on = models.DateField(_("Submitted on"), null=True, blank=True, editable=False)
    approved_on = models.DateField(_("Approved on"), null=True, blank=True, editable=False)
    approved_by = models.CharField(_("Approved by"), max_length=200, blank=True, editable=False)
    answers = AnswersField(_("Answers"), editable=False)
    score = models.DecimalField(
        _("Score"), max_digits=8, decimal_places=2, null=True, blank=True, editable=False
    )

    objects = OwnedQuerySet["Response"].as_manager()

    class Meta(About.Meta):
        ordering = ["-made_on", "-pk"]
        constraints = [
            *About.Meta.constraints,
            models.CheckConstraint(
                condition=Q(status="draft", submitted_on=None)
                | Q(status="submitted", submitted_on__isnull=False),
                name="response_submitted_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(approved_on=None, approved_by="")
                | (Q(status="submitted", approved_on__isnull=False) & ~Q(approved_by="")),
                name="response_approved_is_submitted",
            ),
        ]
        verbose_name = _("response")

    def __str__(self) -> str:
        return gettext("%(form)s: %(about)s") % {
            "form": localise(self.form_version.shown_title).text,
            "about": self.about_text,
        }

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:response", args=[self.pk])


class Urgency(models.TextChoices):
    """How weak the answer was: ``answering.urgency_of`` says how it is found."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class PriorityState(models.TextChoices):
    """Where a priority stands; ``rules.PRIORITY_MOVES`` says which moves are allowed."""

    OPEN = "open", _("Open")
    PLANNED = "planned", _("Planned")
    DONE = "done", _("Done")
    DROPPED = "dropped", _("Dropped")


class Priority(Owned):
    """What a weak answer says should be worked on; one at most for each answer.

    ``plan_label`` and ``plan_url`` name the item of a plan, in a room above, that takes it up.
    """

    title = MultilingualField(verbose_name=_("Title"))
    response = models.ForeignKey(
        Response,
        verbose_name=_("Response"),
        on_delete=models.PROTECT,
        related_name="priorities",
        editable=False,
    )
    question = models.ForeignKey(
        Question,
        verbose_name=_("Question"),
        on_delete=models.PROTECT,
        related_name="priorities",
        editable=False,
    )
    answer_score = models.DecimalField(
        _("Score of the answer"), max_digits=8, decimal_places=2, editable=False
    )
    urgency = models.CharField(_("Urgency"), max_length=10, choices=Urgency.choices)
    state = models.CharField(
        _("State"),
        max_length=10,
        choices=PriorityState.choices,
        default=PriorityState.OPEN,
        editable=False,
    )
    reason = models.TextField(_("Reason"), blank=True)
    plan_label = models.CharField(_("Item of the plan"), max_length=300, blank=True)
    plan_url = models.CharField(
        _("Address of the item"),
        max_length=500,
        blank=True,
        validators=[
            RegexValidator(
                r"^(https?://|/(?!/))",
                _("Write an address that begins with https:// or, for a page of Appui, with /."),
            )
        ],
    )

    objects = OwnedQuerySet["Priority"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["response", "question"], name="priority_once_for_an_answer"
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(reason=""),
                name="priority_dropped_has_a_reason",
                violation_error_message=_("Say why this priority is dropped."),
            ),
            models.CheckConstraint(
                condition=~Q(state="planned") | ~Q(plan_label=""),
                name="priority_planned_names_the_item",
                violation_error_message=_("Name the item of the plan that takes it up."),
            ),
        ]
        verbose_name = _("priority")
        verbose_name_plural = _("priorities")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("questionnaires:priority", args=[self.pk])
