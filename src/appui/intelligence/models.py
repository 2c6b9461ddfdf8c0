"""What people judged of published flows: pairs of organisations, amounts far from the others.

Rows are only added. Undoing adds a row that points at the one it undoes; what stands is what no
row undoes. The tables of the corpus follow through ``ingest.follow``.
"""

from typing import Self

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.intelligence.typed.models import PublishedTable as PublishedTable
from appui.kernel.access import Reader
from appui.kernel.models import AppendOnly, AppendOnlyRow


class JudgementQuerySet(AppendOnly):
    """Sets of judgements; they speak of public data, so every reader sees them."""

    def visible_to(self, reader: Reader) -> Self:
        """All of them for those who are signed in."""
        return self if reader.user_id is not None or reader.is_superuser else self.none()

    def standing(self) -> Self:
        """Without those undone and without the undoings themselves."""
        return self.filter(undoes=None, undone_by=None)


class Judgement(AppendOnlyRow):
    """Base: who said it, when and why; ``undoes`` is the row this one takes back."""

    REFUSAL = _("A judgement is not changed: undo it, then judge again.")  # type: ignore[assignment]

    at = models.DateTimeField(_("When"), default=timezone.now, db_index=True)
    user_id = models.BigIntegerField(null=True, editable=False)
    user_name = models.CharField(_("Who"), max_length=200, blank=True)
    reason = models.TextField(_("Why"), blank=True, max_length=2000)
    undoes = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="undone_by"
    )

    objects = JudgementQuerySet.as_manager()

    class Meta:
        abstract = True
        ordering = ["-at", "-pk"]


class PairJudgement(Judgement):
    """Whether two published organisations are one; keys and names as they were when judged."""

    left_key = models.TextField(max_length=2000)
    left_name = models.TextField(max_length=2000)
    right_key = models.TextField(max_length=2000)
    right_name = models.TextField(max_length=2000)
    same = models.BooleanField(_("The same organisation"))

    class Meta(Judgement.Meta):
        verbose_name = _("judgement of two organisations")

    def __str__(self) -> str:
        return f"{self.left_name} {'=' if self.same else '≠'} {self.right_name}"


class Release(models.TextChoices):
    """What becomes of an amount that waited."""

    RELEASED = "released", _("Counted in totals")
    KEPT_OUT = "kept-out", _("Kept out of totals")


class AmountJudgement(Judgement):
    """Whether an amount far from the others is real; ``mark`` names the line by what it says."""

    mark = models.CharField(max_length=64, db_index=True)
    subject = models.TextField(max_length=2000)
    usd = models.DecimalField(_("US dollars"), max_digits=20, decimal_places=2)
    verdict = models.CharField(_("Judgement"), max_length=10, choices=Release.choices)

    class Meta(Judgement.Meta):
        verbose_name = _("judgement of an amount")

    def __str__(self) -> str:
        return self.subject
