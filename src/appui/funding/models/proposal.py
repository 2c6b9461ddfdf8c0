"""The ask: proposals on their way to an agreement, and what was said with donors."""

from django.conf import settings
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.funding.models.fund import Fund
from appui.kernel.fields import CurrencyField, MoneyField
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Code, Organisation, Owned, OwnedQuerySet, Person


class Stage(models.TextChoices):
    """What a stage counts as; ``rules.STAGES`` holds the moves and the usual probability of each.

    An organisation names its own stages within these (``PipelineStage``).
    """

    LEAD = "lead", _("Lead")
    PROPOSAL = "proposal", _("Proposal submitted")
    PLEDGED = "pledged", _("Pledged")
    SIGNED = "signed", _("Signed")
    REFUSED = "refused", _("Refused")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class LossReason(models.TextChoices):
    """Why an ask was lost or taken back."""

    PRICE = "price", _("Price")
    SCOPE = "scope", _("Scope: not what the donor funds")
    TIMING = "timing", _("Timing")
    RELATIONSHIP = "relationship", _("Relationship with the donor")
    ELIGIBILITY = "eligibility", _("Not eligible")
    BUDGET = "budget", _("The donor's budget")
    OTHER = "other", _("Another reason")


class Proposal(Owned):
    """An amount asked from one donor for a need or an activity.

    ``stage`` is what totals rely on; ``pipeline_stage`` the organisation's own stage within it,
    None while the organisation uses the usual ones.
    ``probability`` in percent overrides the usual one of the stage. ``evidence`` keeps what the
    ranking said when the ask was born from a suggestion.
    """

    reference = models.SlugField(_("Reference"), max_length=40, unique=True)
    title = models.CharField(_("Title"), max_length=300)
    need = models.ForeignKey(
        Need,
        verbose_name=_("Need"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    donor = models.ForeignKey(
        Organisation, verbose_name=_("Donor"), on_delete=models.PROTECT, related_name="proposals"
    )
    fund = models.ForeignKey(
        Fund,
        verbose_name=_("Window or call"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    contact = models.ForeignKey(
        Person,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="proposals",
    )
    amount = MoneyField(_("Amount asked"), minimum="0.01")
    currency = CurrencyField(_("Currency"), default="USD")
    stage = models.CharField(_("Stage"), max_length=10, choices=Stage.choices, default=Stage.LEAD)
    pipeline_stage = models.ForeignKey(
        "funding.PipelineStage",
        verbose_name=_("Own stage"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.PROTECT,
        related_name="proposals",
    )
    probability = models.PositiveSmallIntegerField(
        _("Probability, %"), null=True, blank=True, validators=[MaxValueValidator(100)]
    )
    submitted_on = models.DateField(_("Submitted on"), null=True, blank=True)
    decision_on = models.DateField(_("Decision expected on"), null=True, blank=True)
    next_action = models.CharField(_("Next action"), max_length=300, blank=True)
    next_action_on = models.DateField(_("To be done by"), null=True, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    loss_reason = models.CharField(
        _("Kind of reason"), max_length=12, choices=LossReason.choices, blank=True
    )
    outcome_reason = models.TextField(_("Reason of the outcome"), blank=True)
    evidence = models.JSONField(default=dict, blank=True, editable=False)

    objects = OwnedQuerySet["Proposal"].as_manager()

    class Meta:
        ordering = ["-updated_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(need__isnull=False) | Q(activity__isnull=False),
                name="proposal_for_something",
                violation_error_message=_("Say for which need or project the money is asked."),
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="proposal_amount_positive"),
        ]
        verbose_name = _("proposal")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("funding:proposal", args=[self.pk])

    @property
    def stage_name(self) -> str:
        """The name of its stage: the organisation's own, else the usual one."""
        own = self.pipeline_stage
        return str(self.get_stage_display()) if own is None else str(own)


class Interaction(Owned):
    """A meeting, call, letter or event with a donor, and what follows from it."""

    organisation = models.ForeignKey(
        Organisation, verbose_name=_("With"), on_delete=models.PROTECT, related_name="interactions"
    )
    person = models.ForeignKey(
        Person,
        verbose_name=_("Contact"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="interactions",
    )
    proposal = models.ForeignKey(
        Proposal,
        verbose_name=_("About the proposal"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="interactions",
    )
    kind = models.ForeignKey(
        Code,
        verbose_name=_("Kind"),
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"codelist__slug": "InteractionKind"},
    )
    took_place_on = models.DateField(_("On"))
    summary = models.CharField(_("Summary"), max_length=300)
    note = models.TextField(_("Note"), blank=True)
    follow_up = models.CharField(_("What follows"), max_length=300, blank=True)
    follow_up_on = models.DateField(_("To be done by"), null=True, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    followed_up = models.BooleanField(_("Done"), default=False)

    objects = OwnedQuerySet["Interaction"].as_manager()

    class Meta:
        ordering = [F("took_place_on").desc(), "-pk"]
        verbose_name = _("exchange")

    def __str__(self) -> str:
        return self.summary

    def get_absolute_url(self) -> str:
        return reverse("funding:interaction", args=[self.pk])
