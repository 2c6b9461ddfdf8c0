"""Signals: the lists, one signal, and what one does with it."""

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel.errors import Missing
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_edit
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page
from appui.ui.listing import list_page
from appui.watch import actions, forms, listings, queries, rules, words
from appui.watch.models import Confidence, Signal, State
from appui.watch.views.tabs import tabs

MOVE_LABELS = {
    State.DONE: lambda: _("Done"),
    State.DISMISSED: lambda: _("Dismiss"),
    State.OPEN: lambda: _("Open again"),
}
STATE_TONES = {State.OPEN: "wait", State.DONE: "", State.DISMISSED: "plain"}


def signal_list(request: PageRequest) -> HttpResponse:
    """What the searches found and nobody has closed yet."""
    return list_page(
        request,
        listings.SIGNALS,
        queries.signals(request.reader).filter(state=State.OPEN),
        template="ui/tabbed_list.html",
        title=_("Signals"),
        lead=_("What changed in what you watch: each with its source, amount and confidence."),
        tabs=tabs("watch:signal_list"),
    )


def closed_list(request: PageRequest) -> HttpResponse:
    """Signals that were done or dismissed."""
    return list_page(
        request,
        listings.SIGNALS,
        queries.signals(request.reader).exclude(state=State.OPEN),
        template="ui/tabbed_list.html",
        title=_("Closed signals"),
        lead=_("Done or dismissed; each can be opened again."),
        tabs=tabs("watch:closed_list"),
    )


def signal(request: PageRequest, pk: int) -> HttpResponse:
    """One signal."""
    obj = fetch(queries.signals(request.reader).select_related("owner", "fund", "search"), pk=pk)
    return sheet_page(
        request,
        obj,
        title=words.about(obj),
        crumbs=[(_("Signals"), reverse("watch:signal_list"))],
        lead=" · ".join(part for part in (obj.get_kind_display(), words.facts(obj)) if part),
        buttons=_buttons(obj, request),
        facts=[fact for fact in _facts(obj, request) if fact.value not in (None, "")],
    )


def _facts(obj: Signal, request: PageRequest) -> list[Fact]:
    search, fund = shown(obj.search, request.reader), shown(obj.fund, request.reader)
    donor = (obj.donor.merged_into or obj.donor) if obj.donor else None
    return [
        Fact(_("Signal"), obj.get_kind_display(), "tag", tone=words.TONES[obj.kind]),
        Fact(_("State"), obj.get_state_display(), "tag", tone=STATE_TONES[State(obj.state)]),
        Fact(
            _("Donor"),
            donor,
            href=reverse("funding:donor", args=[donor.pk]) if donor else None,
        ),
        Fact(_("Place"), obj.location),
        Fact(_("Before"), _money(obj, before=True), "money", help=str(obj.since or "")),
        Fact(_("After"), _money(obj, before=False), "money", help=str(obj.year or "")),
        Fact(_("On"), obj.happens_on, "date"),
        Fact(_("What changed"), words.changes(obj)),
        Fact(_("Window or call"), fund, href=fund.get_absolute_url() if fund else None),
        Fact(_("Source"), words.said_by(obj), href=obj.url or None),
        Fact(
            _("Confidence"),
            obj.get_confidence_display(),
            "tag",
            tone=words.CONFIDENCE_TONES[obj.confidence],
            help=words.CONFIDENCE_RULES[Confidence(obj.confidence)] if obj.year else "",
        ),
        Fact(_("Found on"), timezone.localdate(obj.created_at), "date"),
        Fact(_("Saved search"), search, href=search.get_absolute_url() if search else None),
        Fact(_("Responsible"), obj.responsible),
        Fact(_("What follows"), obj.follow_up),
        Fact(_("To be done by"), obj.follow_up_on, "date"),
        Fact(_("Belongs to"), obj.owner),
    ]


def _money(obj: Signal, *, before: bool) -> Money | None:
    amount = obj.before if before else obj.after
    return None if amount is None else Money(amount, obj.currency)


def _buttons(obj: Signal, request: PageRequest) -> list[Button]:
    reader = request.reader
    buttons = []
    if obj.undo_to:
        url = reverse("watch:signal_undo", args=[obj.pk])
        buttons.append(Button(_("Undo"), url, False, rules.may_undo(obj, reader)))
    if obj.donor is not None:
        donor = obj.donor.standing_id
        buttons.append(Button(_("Before a meeting"), reverse("watch:briefing", args=[donor])))
        url = f"{reverse('funding:proposal_add')}?donor={donor}"
        buttons.append(Button(_("New ask"), url, False, may_edit(obj, reader)))
    if obj.follow_up_on is not None and obj.state == State.OPEN:
        url = reverse("watch:date_file", args=["signal", obj.pk])
        buttons.append(Button(_("Put in calendar"), url))
    for state in State:
        if state in rules.MOVES[State(obj.state)]:
            url = reverse("watch:signal_move", args=[obj.pk, state])
            verdict = rules.may_move(obj, state, reader)
            buttons.append(Button(MOVE_LABELS[state](), url, False, verdict))
    if obj.state == State.OPEN:
        url = reverse("watch:signal_follow_up", args=[obj.pk])
        buttons.append(Button(_("Follow up"), url, True, rules.may_follow_up(obj, reader)))
    return buttons


def signal_follow_up(request: PageRequest, pk: int) -> HttpResponse:
    """Give a signal to somebody, with what follows and by when."""
    obj = fetch(queries.signals(request.reader), pk=pk)
    require(rules.may_follow_up(obj, request.reader))
    return form_page(
        request,
        forms.FollowUpForm,
        act=lambda data: actions.follow_up_signal(obj, by=request.reader, **data),
        title=_("Follow up “%(name)s”") % {"name": words.about(obj)},
        lead=words.facts(obj),
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )


def signal_move(request: PageRequest, pk: int, state: str) -> HttpResponse:
    """Close a signal, or open it again."""
    obj = fetch(queries.signals(request.reader), pk=pk)
    if state not in State.values:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    require(rules.may_move(obj, state, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.move_signal(obj, by=request.reader, state=state),
        title=f"{MOVE_LABELS[State(state)]()} · {words.about(obj)}",
        question=_("It will be shown as “%(state)s”. This can be undone.")
        % {"state": State(state).label},
        submit=MOVE_LABELS[State(state)](),
        cancel=obj.get_absolute_url(),
    )


def signal_undo(request: PageRequest, pk: int) -> HttpResponse:
    """Take back the last act on a signal."""
    obj = fetch(queries.signals(request.reader), pk=pk)
    require(rules.may_undo(obj, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.undo(obj, by=request.reader),
        title=_("Undo · %(name)s") % {"name": words.about(obj)},
        question=_("State, responsible person and follow-up become what they were before."),
        submit=_("Undo"),
        cancel=obj.get_absolute_url(),
    )
