"""A round of appraisal: which projects, by whom, until when, and what was found."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.accounts.models import User
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.portfolio.models import Activity
from appui.registry.models import Owned, OwnedQuerySet
from appui.selection.models.criteria import CriteriaSet, Criterion


class Appraisal(Owned):
    """Projects scored by several reviewers; once closed its scores no longer change."""

    title = MultilingualField(verbose_name=_("Title"))
    criteria_set = models.ForeignKey(
        CriteriaSet,
        verbose_name=_("Criteria"),
        on_delete=models.PROTECT,
        related_name="appraisals",
        limit_choices_to=Q(published_at__isnull=False),
    )
    due_on = models.DateField(_("Reviews are due on"))
    currency = CurrencyField(_("Currency"), default="USD")
    budget = MoneyField(_("Money there is"), null=True, blank=True)
    closed_at = models.DateTimeField(_("Closed"), null=True, blank=True, editable=False)

    objects = OwnedQuerySet["Appraisal"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        verbose_name = _("appraisal")

    def __str__(self) -> str:
        return localise(self.title).text

    def get_absolute_url(self) -> str:
        return reverse("selection:appraisal", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Whether no score can be given any more."""
        return self.closed_at is not None


class Candidate(Record):
    """A project under appraisal."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="candidates")
    activity = models.ForeignKey(
        Activity, verbose_name=_("Project"), on_delete=models.PROTECT, related_name="candidacies"
    )

    class Meta:
        ordering = ["activity__reference"]
        constraints = [
            models.UniqueConstraint(fields=["appraisal", "activity"], name="candidate_once")
        ]
        verbose_name = _("project under appraisal")

    def __str__(self) -> str:
        return str(self.activity)


class Reviewer(Record):
    """A person asked for reviews; ``due_on`` is theirs alone when it is stated."""

    appraisal = models.ForeignKey(Appraisal, on_delete=models.CASCADE, related_name="reviewers")
    user = models.ForeignKey(
        User, verbose_name=_("Reviewer"), on_delete=models.PROTECT, related_name="+"
    )
    due_on = models.DateField(_("Due on, for this person"), null=True, blank=True)

    class Meta:
        ordering = ["user__display_name", "pk"]
        constraints = [models.UniqueConstraint(fields=["appraisal", "user"], name="reviewer_once")]
        verbose_name = _("reviewer")

    def __str__(self) -> str:
        return str(self.user)

    @property
    def deadline(self) -> date:
        """The last day on which this person's reviews count."""
        return self.due_on or self.appraisal.due_on


class Review(Record):
    """What one reviewer says of one project; with a conflict of interest it has no scores.

    It counts once submitted, and not when it was submitted after the deadline.
    """

    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(Reviewer, on_delete=models.CASCADE, related_name="reviews")
    comment = models.TextField(_("Comment"), blank=True)
    has_conflict = models.BooleanField(_("I have a conflict of interest"), default=False)
    conflict = models.CharField(_("Which one"), max_length=300, blank=True)
    submitted_on = models.DateField(_("Submitted on"), null=True, blank=True, editable=False)

    class Meta:
        ordering = ["candidate", "reviewer"]
        constraints = [
            models.UniqueConstraint(fields=["candidate", "reviewer"], name="review_once"),
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(conflict=""),
                name="conflict_is_said",
                violation_error_message=_("Say what the conflict of interest is."),
            ),
        ]
        verbose_name = _("review")

    def __str__(self) -> str:
        return f"{self.candidate} · {self.reviewer}"

    @property
    def is_late(self) -> bool:
        """Submitted after the deadline: left out of the mean."""
        return self.submitted_on is not None and self.submitted_on > self.reviewer.deadline


class Score(Record):
    """The score of a project on one criterion, within the scale of the criteria set."""

    review = models.ForeignKey(Review, on_delete=models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, on_delete=models.PROTECT, related_name="+")
    value = models.DecimalField(_("Score"), max_digits=6, decimal_places=2)
    comment = models.CharField(_("Why"), max_length=500, blank=True)

    class Meta:
        ordering = ["criterion__position"]
        constraints = [models.UniqueConstraint(fields=["review", "criterion"], name="score_once")]
        verbose_name = _("score")

    def __str__(self) -> str:
        return f"{self.criterion}: {self.value}"
