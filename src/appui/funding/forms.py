"""Forms of funding."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.funding.models import (
    Agreement,
    Allocation,
    Fund,
    Interaction,
    Proposal,
    Stage,
    Target,
    Transaction,
)
from appui.funding.rules import STAGES
from appui.kernel.access import Role
from appui.registry.forms import OWNERSHIP, RecordForm
from appui.registry.models import Location
from appui.ui.forms import PageForm


class FundForm(RecordForm):
    model = Fund
    sections = (
        (_("Whose money"), "", ("organisation", "title", "kind")),
        (_("When"), "", ("opens_on", "deadline", "verified_on")),
        (
            _("How much"),
            _("Per grant; the envelope is the whole of the window."),
            ("minimum", "maximum", "envelope", "currency"),
        ),
        (_("For what"), "", ("sectors", "locations", "conditions", "url", "source")),
        OWNERSHIP,
    )


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


class AgreementForm(RecordForm):
    model = Agreement
    role = Role.FINANCE
    sections = (
        (_("The agreement"), "", ("reference", "title", "kind", "donor", "proposal")),
        (_("Money and dates"), "", ("amount", "currency", "starts_on", "ends_on")),
        (_("Conditions and source"), "", ("conditions", "source")),
        OWNERSHIP,
    )


class SignForm(PageForm):
    """When the agreement was signed."""

    signed_on = forms.DateField(
        label=_("Signed on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("The rate to US dollars is fixed at the month of this day."),
    )


class AllocationForm(RecordForm):
    model = Allocation
    role = Role.FINANCE
    sections = (
        (_("To what"), _("A need, a project, or both."), ("need", "activity")),
        (
            _("For which part"),
            _("Leave empty what the agreement does not say: nothing is spread by guess."),
            ("pillar", "location", "year"),
        ),
        (_("How much"), "", ("amount",)),
    )

    def __init__(self, *args: Any, agreement: Agreement, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"].help_text = agreement.currency
        places: Any = self.fields["location"]
        places.queryset = Location.objects.filter(kind="country")


class TransactionForm(RecordForm):
    model = Transaction
    role = Role.FINANCE
    sections = (
        (
            _("What moved"),
            _("A line cannot be changed once written: a mistake is reversed."),
            ("transaction_type", "date", "value_date", "value", "currency", "description"),
        ),
        (_("Between whom"), "", ("provider", "receiver")),
        (_("On account of"), _("At least one."), ("activity", "agreement", "fund", "source")),
        OWNERSHIP,
    )


class ReverseForm(PageForm):
    """Why a line is reversed."""

    reason = forms.CharField(label=_("Why"), max_length=300)


class TargetForm(RecordForm):
    model = Target
    role = Role.MANAGER
    sections = (
        (
            _("To mobilise"),
            _("Agreements signed within the period count, both days included."),
            ("title", "amount", "currency", "starts_on", "ends_on", "source"),
        ),
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
