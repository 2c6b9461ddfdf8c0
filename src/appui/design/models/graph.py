"""A theory of change: nodes, what leads to what, and what is assumed."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.evidence.models import Source
from appui.kernel.models import Record
from appui.kernel.multilingual import MultilingualField, localise
from appui.portfolio.models import Activity
from appui.registry.models import Owned, OwnedQuerySet


class Theory(Owned):
    """How the work of a project is thought to bring about the change."""

    activity = models.OneToOneField(Activity, on_delete=models.CASCADE, related_name="theory")

    objects = OwnedQuerySet["Theory"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        verbose_name = _("theory of change")

    def __str__(self) -> str:
        return str(_("Theory of change: %(project)s") % {"project": self.activity})

    def get_absolute_url(self) -> str:
        return reverse("design:theory", args=[self.pk])


class NodeKind(models.TextChoices):
    """What a node is, in the order of the chain; assumptions stand beside it."""

    INPUT = "input", _("Input")
    ACTIVITY = "activity", _("Activity")
    OUTPUT = "output", _("Output")
    OUTCOME = "outcome", _("Outcome")
    IMPACT = "impact", _("Impact")
    ASSUMPTION = "assumption", _("Assumption")


class Node(Record):
    """A box of the graph; ``key`` names it in files and stays when the graph is sent again."""

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="nodes")
    key = models.SlugField(_("Short name"), max_length=40)
    kind = models.CharField(_("Kind"), max_length=12, choices=NodeKind.choices)
    text = MultilingualField(verbose_name=_("What it says"))
    indicator = MultilingualField(
        verbose_name=_("Indicator"),
        blank=True,
        help_text=_("Of outputs, outcomes and impacts: how one sees that it came about."),
    )
    evidence = MultilingualField(
        verbose_name=_("Evidence"),
        blank=True,
        help_text=_("Of assumptions: why one may believe it, in words."),
    )
    source = models.ForeignKey(
        Source,
        verbose_name=_("Source of the evidence"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    about_node = models.ForeignKey(
        "self",
        verbose_name=_("Assumed of the node"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assumptions",
    )
    about_link = models.ForeignKey(
        "Link",
        verbose_name=_("Assumed of the arrow"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="assumptions",
    )

    class Meta:
        ordering = ["theory", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["theory", "key"],
                name="node_key_once",
                violation_error_message=_("Another node has this short name."),
            ),
            models.CheckConstraint(
                condition=Q(about_node=None) | Q(about_link=None),
                name="assumption_about_one_thing",
                violation_error_message=_("An assumption is about a node or an arrow, not both."),
            ),
            models.CheckConstraint(
                condition=Q(kind="assumption") | Q(about_node=None, about_link=None),
                name="only_assumptions_are_about",
                violation_error_message=_("Only an assumption is about a node or an arrow."),
            ),
        ]
        verbose_name = _("node")

    def __str__(self) -> str:
        return localise(self.text).text


class Link(Record):
    """An arrow: the tail leads to the head."""

    theory = models.ForeignKey(Theory, on_delete=models.CASCADE, related_name="links")
    tail = models.ForeignKey(
        Node,
        verbose_name=pgettext_lazy("from whom or what", "From"),
        on_delete=models.CASCADE,
        related_name="links_out",
    )
    head = models.ForeignKey(
        Node, verbose_name=_("Leads to"), on_delete=models.CASCADE, related_name="links_in"
    )

    class Meta:
        ordering = ["theory", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["tail", "head"],
                name="link_once",
                violation_error_message=_("This arrow is drawn already."),
            ),
            models.CheckConstraint(
                condition=~Q(tail=F("head")),
                name="link_between_two",
                violation_error_message=_("A node does not lead to itself."),
            ),
        ]
        verbose_name = _("arrow")

    def __str__(self) -> str:
        return f"{self.tail} → {self.head}"
