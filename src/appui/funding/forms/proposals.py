"""Forms of asks and exchanges."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Interaction, Proposal, Stage
from appui.funding.rules import STAGES
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.ui.forms import PageForm


class ProposalForm(RecordForm):
    model = Proposal
    sections = (
        (
            _("The ask"),
            _("For a need, a project, or both."),
            ("reference", "title", "need", "activity"),
        ),
        (_("To whom"), "", ("donor", "fund", "contact")),
        (_("How much"), "", ("amount", "currency", "probability")),
        (
            _("What comes next"),
            _("What has a date appears on the dashboard."),
            ("submitted_on", "decision_on", "next_action", "next_action_on", "responsible"),
        ),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["probability"].help_text = _(
            "Left empty, the usual one of the stage is used: lead 10, submitted 30, pledged 80."
        )
        self.fields["reference"].help_text = _("Short and lasting, for example JPN-2026-01.")


class MoveForm(PageForm):
    """Which stage an ask passes to, and why when it ends."""

    stage = forms.ChoiceField(label=_("New stage"), choices=())
    outcome_reason = forms.CharField(
        label=_("Reason of the outcome"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when the ask is refused or withdrawn."),
    )

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        allowed = STAGES[Stage(proposal.stage)].moves
        chosen: Any = self.fields["stage"]
        chosen.choices = [(stage.value, stage.label) for stage in Stage if stage in allowed]


class InteractionForm(RecordForm):
    model = Interaction
    sections = (
        (
            _("What happened"),
            "",
            ("organisation", "person", "proposal", "kind", "took_place_on", "summary", "note"),
        ),
        (_("What follows"), "", ("follow_up", "follow_up_on", "responsible", "followed_up")),
        OWNERSHIP,
    )


class AskForm(ProposalForm):
    """An ask born from a suggestion; an unknown donor is added to the register."""

    def __init__(self, *args: Any, known: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not known:
            self.fields["donor"].required = False
            self.fields["donor"].help_text = _(
                "Left empty, the suggested donor is added to the register."
            )


class SetAsideForm(PageForm):
    """Why a suggested donor is not for a need."""

    reason = forms.CharField(
        label=_("Why not"),
        max_length=300,
        help_text=_("Such as: does not fund demining any more; met in March, no."),
    )
