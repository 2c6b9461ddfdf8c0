"""Asks, as a table and as a board, and exchanges with donors."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.funding import actions, forms, listings, queries, rules
from appui.funding.models import Interaction, Proposal, Stage
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit, may_keep_register
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table

BOARD_LIMIT = 100


def proposal_list(request: PageRequest) -> HttpResponse:
    """Asks as a table."""
    return list_page(
        request,
        listings.PROPOSALS,
        queries.proposals(request.reader),
        template="funding/proposal_list.html",
        title=_("Proposals"),
        lead=_("What was asked, of whom, and where each ask stands."),
        **adding(request, "funding:proposal_add", _("New ask")),
        current="table",
    )


@dataclass(frozen=True, slots=True)
class BoardColumn:
    """One stage with its asks and, a currency, what they sum to."""

    stage: Stage
    chance: Decimal
    cards: list[Proposal]
    sums: list[Money]


def proposal_board(request: PageRequest) -> HttpResponse:
    """Open asks by stage; the newest hundred of each stage."""
    rows = list(queries.proposals(request.reader).filter(stage__in=rules.OPEN_STAGES))
    columns = [
        _board_column(stage, [row for row in rows if row.stage == stage])
        for stage in rules.OPEN_STAGES
    ]
    return render(
        request,
        "funding/proposal_board.html",
        {
            "title": _("Proposals"),
            "columns": columns,
            **adding(request, "funding:proposal_add", _("New ask")),
            "current": "board",
            "limit": BOARD_LIMIT,
        },
    )


def _board_column(stage: Stage, rows: list[Proposal]) -> BoardColumn:
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, Decimal(0)) + row.amount
    money = [Money(amount, currency) for currency, amount in sorted(sums.items())]
    return BoardColumn(stage, rules.STAGES[stage].probability, rows[:BOARD_LIMIT], money)


def proposal(request: PageRequest, pk: int) -> HttpResponse:
    """One ask."""
    rows = queries.proposals(request.reader).select_related("contact", "agreement")
    obj = fetch(rows, pk=pk)
    donor = obj.donor.merged_into or obj.donor
    agreement = shown(getattr(obj, "agreement", None), request.reader)
    fund, contact = shown(obj.fund, request.reader), shown(obj.contact, request.reader)
    need, activity = shown(obj.need, request.reader), shown(obj.activity, request.reader)
    return sheet_page(
        request,
        obj,
        template="funding/proposal.html",
        crumbs=[(_("Proposals"), reverse("funding:proposal_list"))],
        lead=f"{obj.reference} · {donor}",
        buttons=_proposal_buttons(obj, agreement, request),
        facts=[
            Fact(_("Stage"), obj.get_stage_display(), "tag", tone=listings.STAGE_TONES[obj.stage]),
            Fact(_("Amount asked"), Money(obj.amount, obj.currency), "money"),
            Fact(
                _("Chance"),
                rules.probability_of(obj),
                "percent",
                help=_("Given for this ask.")
                if obj.probability is not None
                else _("The usual one of the stage."),
            ),
            Fact(_("Donor"), donor, href=reverse("funding:donor", args=[donor.pk])),
            Fact(
                _("Window or call"),
                fund,
                href=fund.get_absolute_url() if fund else None,
            ),
            Fact(
                _("Contact"),
                contact,
                href=contact.get_absolute_url() if contact else None,
            ),
            Fact(_("Need"), need, href=need.get_absolute_url() if need else None),
            Fact(
                _("Project"),
                activity,
                href=activity.get_absolute_url() if activity else None,
            ),
            Fact(_("Submitted on"), obj.submitted_on, "date"),
            Fact(_("Decision expected on"), obj.decision_on, "date"),
            Fact(_("Next action"), obj.next_action),
            Fact(_("To be done by"), obj.next_action_on, "date"),
            Fact(_("Responsible"), obj.responsible),
            Fact(_("Reason of the outcome"), obj.outcome_reason),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        agreement=agreement,
        interactions=Table(
            [c for c in listings.INTERACTIONS.columns if c.key != "with"],
            list(
                Interaction.objects.visible_to(request.reader)
                .filter(proposal=obj)
                .select_related("organisation", "kind")
            ),
        ),
        evidence=obj.evidence,
        suggested_on=_suggested_on(obj),
    )


def _suggested_on(obj: Proposal) -> str:
    made_on = obj.evidence.get("made_on")
    return formats.day(date.fromisoformat(made_on)) if made_on else ""


def _proposal_buttons(obj: Proposal, agreement: Any, request: PageRequest) -> list[Button]:
    reader = request.reader
    buttons = [
        Button(
            _("Note an exchange"),
            f"{reverse('funding:interaction_add')}?with={obj.donor.standing_id}&proposal={obj.pk}",
            False,
            may_edit(obj, reader),
        ),
        Button(
            _("Change"),
            reverse("funding:proposal_edit", args=[obj.pk]),
            False,
            rules.may_change_proposal(obj, reader),
        ),
    ]
    if rules.STAGES[Stage(obj.stage)].moves:
        buttons.append(
            Button(
                _("Move on"),
                reverse("funding:proposal_move", args=[obj.pk]),
                obj.stage != Stage.PLEDGED,
                may_edit(obj, reader),
            )
        )
    if agreement is None and obj.stage in rules.OPEN_STAGES:
        buttons.append(
            Button(
                _("Draft the agreement"),
                f"{reverse('funding:agreement_add')}?proposal={obj.pk}",
                obj.stage == Stage.PLEDGED,
                rules.may_draft_agreement(obj, reader),
            )
        )
    return buttons


def proposal_add(request: PageRequest) -> HttpResponse:
    """Record an ask; the address may carry the donor, need, window and amount."""
    require(may_keep_register(request.reader))
    carried = {
        name: request.GET.get(name)
        for name in (
            "donor",
            "need",
            "activity",
            "fund",
            "amount",
            "currency",
            "title",
            "reference",
        )
    }
    return form_page(
        request,
        forms.ProposalForm,
        act=lambda data: actions.make_proposal(by=request.reader, **without_version(data)),
        title=_("New ask"),
        submit=_("Record the ask"),
        cancel=reverse("funding:proposal_list"),
        kwargs={"reader": request.reader},
        initial={name: value for name, value in carried.items() if value},
    )


def proposal_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change an ask."""
    obj = fetch(queries.proposals(request.reader), pk=pk)
    require(rules.may_change_proposal(obj, request.reader))
    return form_page(
        request,
        forms.ProposalForm,
        act=lambda data: actions.change_proposal(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def proposal_move(request: PageRequest, pk: int) -> HttpResponse:
    """Pass an ask to another stage."""
    obj = fetch(queries.proposals(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.MoveForm,
        act=lambda data: actions.move_proposal(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        title=_("Move on “%(name)s”") % {"name": obj},
        lead=_("It is now “%(stage)s”.") % {"stage": obj.get_stage_display()},
        submit=_("Move"),
        cancel=obj.get_absolute_url(),
        kwargs={"proposal": obj},
        initial={"version": obj.version},
    )


def interaction_list(request: PageRequest) -> HttpResponse:
    """What was said with donors."""
    rows = Interaction.objects.visible_to(request.reader)
    return list_page(
        request,
        listings.INTERACTIONS,
        rows.select_related("organisation__merged_into", "kind"),
        title=_("Exchanges"),
        lead=_("Meetings, calls, letters and events with donors, and what follows."),
        **adding(request, "funding:interaction_add", _("Note an exchange")),
    )


def interaction(request: PageRequest, pk: int) -> HttpResponse:
    """One exchange."""
    rows = Interaction.objects.visible_to(request.reader)
    obj = fetch(
        rows.select_related(
            "organisation__merged_into", "kind", "person", "proposal", "owner", "responsible"
        ),
        pk=pk,
    )
    donor = obj.organisation.merged_into or obj.organisation
    person, ask = shown(obj.person, request.reader), shown(obj.proposal, request.reader)
    return sheet_page(
        request,
        obj,
        crumbs=[(_("Exchanges"), reverse("funding:interaction_list"))],
        lead=f"{obj.kind} · {donor}",
        buttons=[
            Button(
                _("Change"),
                reverse("funding:interaction_edit", args=[pk]),
                True,
                may_edit(obj, request.reader),
            ),
        ],
        facts=[
            Fact(_("On"), obj.took_place_on, "date"),
            Fact(_("With"), donor, href=reverse("funding:donor", args=[donor.pk])),
            Fact(_("Contact"), person, href=person.get_absolute_url() if person else None),
            Fact(
                _("About the proposal"),
                ask,
                href=ask.get_absolute_url() if ask else None,
            ),
            Fact(_("Note"), obj.note),
            Fact(_("What follows"), obj.follow_up),
            Fact(_("To be done by"), obj.follow_up_on, "date"),
            Fact(_("Responsible"), obj.responsible),
            Fact(
                _("State"),
                listings.follow_up_word(obj),
                "tag",
                tone="" if obj.followed_up else "wait",
            ),
            Fact(_("Belongs to"), obj.owner),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
    )


def interaction_add(request: PageRequest) -> HttpResponse:
    """Note an exchange."""
    require(may_keep_register(request.reader))
    return form_page(
        request,
        forms.InteractionForm,
        act=lambda data: actions.note_interaction(by=request.reader, **without_version(data)),
        title=_("Note an exchange"),
        submit=_("Save"),
        cancel=reverse("funding:interaction_list"),
        kwargs={"reader": request.reader},
        initial={
            "organisation": request.GET.get("with"),
            "proposal": request.GET.get("proposal"),
            "took_place_on": timezone.localdate(),
        },
    )


def interaction_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change what was noted."""
    obj = fetch(Interaction.objects.visible_to(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.InteractionForm,
        act=lambda data: actions.change_interaction(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )
