"""Papers of a project: drafts, published versions and comments."""

from typing import Any, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from appui.design.models.templates import Template
from appui.kernel.access import Reader
from appui.kernel.models import AppendOnlyRow, Record
from appui.kernel.multilingual import RIGHT_TO_LEFT, Localised, MultilingualField, localise
from appui.portfolio.models import Activity
from appui.registry.models import Owned, OwnedQuerySet

LANGUAGES = [("fr", "Français"), ("en", "English"), ("es", "Español"), ("ar", "العربية")]
LONGEST = 40_000


class PaperQuerySet(OwnedQuerySet["Paper"]):
    """Those outside see what was published, never a draft."""

    def visible_to(self, reader: Reader) -> Self:
        """Papers of the reader's organisations; those shared, once a version is published."""
        rows = super().visible_to(reader)
        if reader.is_superuser:
            return rows
        published = Exists(PaperVersion.objects.filter(paper=OuterRef("pk")))
        return rows.filter(Q(owner__in=list(reader.organisation_ids())) | Q(published))


class Paper(Owned):
    """A text about a project, made from a template and written in one language."""

    activity = models.ForeignKey(Activity, on_delete=models.CASCADE, related_name="papers")
    template = models.ForeignKey(
        Template, verbose_name=_("Template"), on_delete=models.PROTECT, related_name="papers"
    )
    title = models.CharField(_("Title"), max_length=300)
    language = models.CharField(_("Language"), max_length=2, choices=LANGUAGES)

    objects = PaperQuerySet.as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        verbose_name = _("paper")

    def __str__(self) -> str:
        return self.shown_title

    @property
    def shown_title(self) -> str:
        """The title of the draft; that of the last version where ``queries.papers`` was asked by
        somebody outside its organisation, who never sees the draft."""
        published: str = getattr(self, "published_title", "")
        return published or self.title

    def get_absolute_url(self) -> str:
        return reverse("design:paper", args=[self.pk])

    @property
    def direction(self) -> str:
        """In which direction its language reads."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"


class PaperSection(Record):
    """One section of a paper: the draft, with the guidance the template gave."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="sections")
    title = MultilingualField(verbose_name=_("Title"))
    guidance = MultilingualField(verbose_name=_("Guidance"), blank=True)
    expected_words = models.PositiveIntegerField(null=True, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    text = models.TextField(_("Text"), blank=True, max_length=LONGEST)

    class Meta:
        ordering = ["paper", "position", "pk"]
        verbose_name = _("section")

    def __str__(self) -> str:
        return self.heading.text

    @property
    def heading(self) -> Localised:
        """The title in the language of the paper."""
        return localise(self.title, self.paper.language)


class PaperVersion(AppendOnlyRow):
    """A paper as it was published; ``sections`` are objects of key, title and text."""

    REFUSAL = "A published version stays as it is: publish another one."

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=300)
    sections = models.JSONField()
    note = models.CharField(_("What changed"), max_length=300, blank=True)
    published_at = models.DateTimeField(default=timezone.now)
    published_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["paper", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paper_version_once")
        ]
        verbose_name = _("version of a paper")

    def __str__(self) -> str:
        return f"{self.title} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("design:version", args=[self.paper_id, self.number])


class CommentRows(models.QuerySet[Any]):
    """Comments are for those who work in the organisation."""

    def visible_to(self, reader: Reader) -> Self:
        """Comments on papers of the organisations where the reader holds a role."""
        if reader.is_superuser:
            return self
        return self.filter(section__paper__owner__in=list(reader.organisation_ids()))


class Comment(Record):
    """A remark on a section, or a reply to one; a reply has no replies."""

    section = models.ForeignKey(PaperSection, on_delete=models.CASCADE, related_name="comments")
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="replies"
    )
    text = models.TextField(_("Comment"), max_length=4000)
    author = models.CharField(max_length=200)
    resolved_at = models.DateTimeField(null=True, blank=True)
    resolved_by = models.CharField(max_length=200, blank=True)

    objects = CommentRows.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        verbose_name = _("comment")

    def __str__(self) -> str:
        return self.text[:80]
