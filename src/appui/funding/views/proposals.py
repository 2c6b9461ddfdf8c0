"""Asks as a table, one ask with its history and documents, and the writes about it."""

from collections.abc import Sequence
from datetime import date
from pathlib import PurePath
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from appui.funding import actions, forms, listings, queries, rules
from appui.funding.actions.documents import DOCUMENT_TYPES
from appui.funding.models import AskDocument, Interaction, Proposal, Stage
from appui.funding.views.asktabs import ask_tabs
from appui.kernel.errors import Missing
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit, may_keep_register
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table

OTHERS_SHOWN = 20


def proposal_list(request: PageRequest) -> HttpResponse:
    """Asks as a table."""
    return list_page(
        request,
        listings.ASKS,
        queries.asks(request.reader, today=timezone.localdate()),
        template="funding/proposal_list.html",
        title=_("Proposals"),
        lead=_("What was asked, of whom, and where each ask stands."),
        **adding(request, "funding:proposal_add", _("New ask")),
        tabs=ask_tabs("table"),
    )


def proposal(request: PageRequest, pk: int) -> HttpResponse:
    """One ask."""
    reader, today = request.reader, timezone.localdate()
    rows = queries.asks(reader, today=today).select_related("contact", "agreement")
    obj = fetch(rows, pk=pk)
    donor = obj.donor.merged_into or obj.donor
    agreement = shown(getattr(obj, "agreement", None), reader)
    may_write = may_edit(obj, reader)
    return sheet_page(
        request,
        obj,
        template="funding/proposal.html",
        crumbs=[(_("Proposals"), reverse("funding:proposal_list"))],
        lead=f"{obj.reference} · {donor}",
        buttons=_proposal_buttons(obj, agreement, request),
        facts=_proposal_facts(obj, donor, request),
        warnings=queries.warnings_of(obj, reader, today=today),
        agreement=agreement,
        interactions=Table(
            [c for c in listings.INTERACTIONS.columns if c.key != "with"],
            list(
                Interaction.objects.visible_to(reader)
                .filter(proposal=obj)
                .select_related("organisation", "kind")
            ),
        ),
        moves=Table(listings.MOVES, queries.moves_of(obj, reader)),
        documents=[
            (document, document.url or reverse("funding:document", args=[document.pk]))
            for document in queries.documents_of(obj, reader)
        ],
        may_write=may_write,
        others=_others(obj, request),
        evidence=obj.evidence,
        suggested_on=_suggested_on(obj),
    )


def _proposal_facts(obj: Any, donor: Any, request: PageRequest) -> list[Fact]:
    fund, contact = shown(obj.fund, request.reader), shown(obj.contact, request.reader)
    need, activity = shown(obj.need, request.reader), shown(obj.activity, request.reader)
    look = listings.look_words(obj)
    return [
        Fact(_("Stage"), obj.stage_name, "tag", tone=listings.STAGE_TONES[obj.stage]),
        *([Fact(_("To look at"), look, "tag", tone="late")] if look else []),
        Fact(_("At this stage since"), obj.stage_since, "date"),
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
        Fact(_("Window or call"), fund, href=fund.get_absolute_url() if fund else None),
        Fact(_("Contact"), contact, href=contact.get_absolute_url() if contact else None),
        Fact(_("Need"), need, href=need.get_absolute_url() if need else None),
        Fact(_("Project"), activity, href=activity.get_absolute_url() if activity else None),
        Fact(_("Submitted on"), obj.submitted_on, "date"),
        Fact(_("Decision expected on"), obj.decision_on, "date"),
        Fact(_("Next action"), obj.next_action),
        Fact(_("To be done by"), obj.next_action_on, "date"),
        Fact(_("Responsible"), obj.responsible),
        Fact(_("Kind of reason"), obj.get_loss_reason_display() or None),
        Fact(_("Reason of the outcome"), obj.outcome_reason),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _others(obj: Proposal, request: PageRequest) -> list[tuple[str, Table]]:
    """The other asks for the same project or need, and to the same window, each in a table."""
    rows = queries.proposals(request.reader).exclude(pk=obj.pk)
    wanted: Sequence[tuple[str, dict[str, object], tuple[str, ...]]] = (
        (_("Other asks for this project"), {"activity": obj.activity}, ("donor", "fund")),
        (_("Other asks for this need"), {"need": obj.need}, ("donor", "fund")),
        (_("Other asks to this window"), {"fund": obj.fund}, ("for",)),
    )
    found = []
    for title, asked, keys in wanted:
        if None in asked.values():
            continue
        others = list(rows.filter(**asked)[:OTHERS_SHOWN])
        keys = ("title", *keys, "stage", "amount")
        known = [*listings.ASKS.columns, listings.WINDOW]
        columns = [c for c in known if c.key in keys]
        if others:
            found.append((title, Table(columns, others)))
    return found


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
    """Pass an ask to another stage; ``?back=board`` then goes back to the board."""
    obj = fetch(queries.proposals(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    lines = queries.stages_of(obj.owner_id)
    on_board = request.GET.get("back") == "board"
    return form_page(
        request,
        forms.MoveForm,
        act=lambda data: actions.move_proposal(
            obj, by=request.reader, today=timezone.localdate(), **data
        ),
        title=_("Move on “%(name)s”") % {"name": obj},
        lead=_("It is now “%(stage)s”.") % {"stage": obj.stage_name},
        submit=_("Move"),
        cancel=reverse("funding:proposal_board") if on_board else obj.get_absolute_url(),
        then=reverse("funding:proposal_board") if on_board else "",
        about=obj,
        kwargs={"stages": queries.possible_moves(obj, lines), "known": lines},
        initial={"version": obj.version, "stage": request.GET.get("stage")},
    )


def document_add(request: PageRequest, pk: int) -> HttpResponse:
    """Keep a document with an ask."""
    obj = fetch(queries.proposals(request.reader), pk=pk)
    require(may_edit(obj, request.reader))
    return form_page(
        request,
        forms.DocumentForm,
        act=lambda data: actions.add_document(obj, by=request.reader, **without_version(data)),
        title=_("Add a document to “%(name)s”") % {"name": obj},
        submit=_("Add"),
        cancel=obj.get_absolute_url(),
        then=obj.get_absolute_url(),
        about=obj,
        kwargs={"reader": request.reader},
    )


def document(request: PageRequest, pk: int) -> HttpResponse:
    """The file of a document, to save."""
    rows = AskDocument.objects.visible_to(request.reader).select_related("stored")
    return file_of(fetch(rows, pk=pk))


def file_of(found: AskDocument) -> HttpResponse:
    """The stored file as an answer; raises ``Missing`` for a document kept elsewhere."""
    if not found.file_name:
        raise Missing(_("This document is kept elsewhere: %(url)s") % {"url": found.url})
    suffix = PurePath(found.file_name).suffix.lower()
    response = HttpResponse(bytes(found.stored.content), content_type=DOCUMENT_TYPES[suffix])
    response.headers["Content-Disposition"] = (
        content_disposition_header(as_attachment=True, filename=found.file_name) or "attachment"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def document_remove(request: PageRequest, pk: int) -> HttpResponse:
    """Take a document from an ask."""
    rows = AskDocument.objects.visible_to(request.reader).select_related("proposal")
    found = fetch(rows, pk=pk)
    require(may_edit(found.proposal, request.reader))
    back = found.proposal.get_absolute_url()
    return confirm_page(
        request,
        act=lambda _data: actions.remove_document(found, by=request.reader),
        title=_("Remove “%(name)s”") % {"name": found},
        question=_("The file is deleted; the history says that it was there."),
        submit=_("Remove"),
        cancel=back,
        then=back,
        about=found.proposal,
        tone="danger",
    )
