"""Pages of obligations: the list, the month, one of them, the rules and the treaties."""

from datetime import UTC, date
from typing import Any
from urllib.parse import quote

from babel import Locale
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.kernel.access import Reader, Role
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.obligations import actions, forms, listings, queries, rules
from appui.obligations.due import add_months
from appui.obligations.models import Obligation, State
from appui.registry.models import Organisation
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.ui import formats, ics
from appui.ui.facts import Fact
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table
from appui.ui.templatetags.ui import Tab

FIRST_YEAR, LAST_YEAR = 1990, 2100


def _tabs(current: str) -> list[Tab]:
    pages = [
        ("obligations:obligation_list", _("Obligations")),
        ("obligations:calendar", _("Month")),
        ("obligations:rule_list", _("Rules")),
        ("obligations:duty_list", _("Treaties")),
    ]
    return [Tab(label, reverse(name), name == current) for name, label in pages]


def obligation_list(request: PageRequest) -> HttpResponse:
    """What is due, late first."""
    return list_page(
        request,
        listings.obligations(request),
        queries.obligations(request.reader),
        template="obligations/list.html",
        title=_("Obligations"),
        lead=_(
            "What agreements and treaties ask, by which day, and the document that fulfilled it."
        ),
        tabs=_tabs("obligations:obligation_list"),
        compute_url=reverse("obligations:compute") if _may_compute(request) else "",
    )


def _may_compute(request: PageRequest) -> bool:
    return bool(rules.may_compute(request.reader.workspace_id, request.reader))


def calendar(request: PageRequest) -> HttpResponse:
    """One month with what is due on each day."""
    today = timezone.localdate()
    first, note = _month(request, today)
    workspace = request.reader.workspace_id
    weekday = Locale.parse(formats.language()).first_week_day
    weeks = queries.month_of(
        request.reader, first, owner_id=workspace, today=today, first_weekday=weekday
    )
    return render(
        request,
        "obligations/calendar.html",
        {
            "first": first,
            "weeks": [[(day, _shown(day.items)) for day in week] for week in weeks],
            "count": sum(len(day.items) for week in weeks for day in week if day.is_in_month),
            "earlier": f"{add_months(first, -1):%Y-%m}",
            "later": f"{add_months(first, 1):%Y-%m}",
            "this_month": f"{today:%Y-%m}",
            "note": note,
            "tabs": _tabs("obligations:calendar"),
        },
    )


def _shown(items: tuple[Obligation, ...]) -> list[tuple[Obligation, State, str]]:
    found = []
    for item in items:
        state = listings.state(item)
        found.append((item, state, listings.STATE_TONES[state]))
    return found


def _month(request: PageRequest, today: date) -> tuple[date, str]:
    """The first day of the month asked for, and what was wrong with it."""
    asked = request.GET.get("month", "")
    if not asked:
        return today.replace(day=1), ""
    try:
        found = date.fromisoformat(f"{asked}-01")
    except ValueError:
        found = None
    if found is None or not FIRST_YEAR <= found.year <= LAST_YEAR:
        text = _("“%(month)s” is not a month; this one is shown.") % {"month": asked[:20]}
        return today.replace(day=1), text
    return found, ""


def calendar_file(request: PageRequest) -> HttpResponse:
    """What is still to do in the organisation, for a calendar program."""
    return calendar_answer(request.reader)


def calendar_answer(reader: Reader) -> HttpResponse:
    """The open obligations of the organisation that the reader works in, as a calendar file."""
    rows = queries.obligations(reader).open().filter(owner=reader.workspace_id)
    events = [_event(row) for row in queries.ordered(rows)]
    body = ics.calendar(
        events, name=f"Appui · {_('Obligations')}", now=timezone.now().astimezone(UTC)
    )
    headers = {"Content-Disposition": 'attachment; filename="obligations.ics"'}
    return HttpResponse(body, content_type=ics.CONTENT_TYPE, headers=headers)


def _event(row: Obligation) -> ics.Event:
    return ics.Event(
        uid=f"obligation-{row.pk}@appui",
        on=row.due_on,
        summary=f"{row.rule} · {queries.about(row)}",
        description=row.rule.citation,
        url=f"{settings.SITE_URL.rstrip('/')}{row.get_absolute_url()}",
    )


def compute(request: PageRequest) -> HttpResponse:
    """Reckon again what is due in the organisation."""
    owner = _workspace(request)
    require(rules.may_compute(owner.pk, request.reader))
    back = reverse("obligations:obligation_list")

    def act(_data: object) -> str:
        actions.compute(owner, by=request.reader, today=timezone.localdate())
        return back

    return confirm_page(
        request,
        act=act,
        title=_("Reckon again what is due"),
        question=_(
            "Appui does this by itself when an agreement is signed or amended, and when the watch "
            "runs. What is done stays; what is not done moves where a rule or a date changed."
        ),
        submit=_("Reckon again"),
        cancel=back,
    )


def _workspace(request: PageRequest) -> Organisation:
    found = Organisation.objects.filter(pk=request.reader.workspace_id or 0).first()
    if found is None:
        raise Missing(_("You do not work in an organisation yet, so there is nothing to show."))
    return found


def obligation(request: PageRequest, pk: int) -> HttpResponse:
    """One obligation: its day and why, its document, and how the day moved."""
    row = fetch(queries.obligations(request.reader), pk=pk)
    shifts = list(row.shifts.select_related("amendment__agreement"))
    return sheet_page(
        request,
        row,
        template="obligations/obligation.html",
        crumbs=[(_("Obligations"), reverse("obligations:obligation_list"))],
        lead=queries.about(row),
        buttons=_buttons(row, request),
        facts=_facts(row),
        rule=row.rule,
        shifts=Table(listings.SHIFTS, shifts),
    )


def _buttons(row: Obligation, request: PageRequest) -> list[Button]:
    reader = request.reader
    assign = Button(
        _("Who does it"),
        reverse("obligations:assign", args=[row.pk]),
        False,
        rules.may_assign(row, reader),
    )
    if row.done_on is not None or row.waived_on is not None:
        url = reverse("obligations:take_back", args=[row.pk])
        return [assign, Button(_("Take back"), url, False, rules.may_reopen(row, reader))]
    waive = reverse("obligations:waive", args=[row.pk])
    fulfil = reverse("obligations:fulfil", args=[row.pk])
    return [
        assign,
        Button(_("Waive"), waive, False, rules.may_waive(row, reader)),
        Button(_("Mark as done"), fulfil, True, rules.may_fulfil(row, reader)),
    ]


def _facts(row: Obligation) -> list[Fact]:
    state, subject = listings.state(row), row.agreement or row.duty
    found = [
        Fact(_("State"), state.label, "tag", tone=listings.STATE_TONES[state]),
        Fact(_("Due on"), row.due_on, "date", help=listings.when(row.rule)),
        Fact(_("Counted from"), row.anchor_on, "date"),
        Fact(_("Reminder on"), row.remind_on, "date"),
        Fact(_("Of"), subject, href=subject.get_absolute_url() if subject else None),
        Fact(_("Responsible"), row.responsible),
    ]
    if row.done_on is not None:
        found += [
            Fact(_("Done on"), row.done_on, "date"),
            Fact(
                _("Document"),
                row.document,
                href=row.document.get_absolute_url() if row.document else None,
            ),
            Fact(_("Address"), row.document_url, href=row.document_url or None),
            Fact(
                _("File"),
                row.file_name,
                href=reverse("obligations:document", args=[row.pk]) if row.file_name else None,
            ),
            Fact(_("By whom"), row.settled_by),
        ]
    if row.waived_on is not None:
        found += [
            Fact(_("Waived on"), row.waived_on, "date"),
            Fact(_("Why it is waived"), row.waived_reason),
            Fact(_("By whom"), row.settled_by),
        ]
    return [*found, Fact(_("Note"), row.note), Fact(_("Belongs to"), row.owner)]


def fulfil(request: PageRequest, pk: int) -> HttpResponse:
    """Mark it done, naming the document."""
    row = fetch(queries.obligations(request.reader), pk=pk)
    require(rules.may_fulfil(row, request.reader))
    today = timezone.localdate()
    return form_page(
        request,
        forms.FulfilForm,
        act=lambda data: actions.fulfil(row, by=request.reader, today=today, **data),
        title=_("Mark as done · %(name)s") % {"name": row},
        lead=queries.about(row),
        submit=_("Mark as done"),
        cancel=row.get_absolute_url(),
        initial={"done_on": today},
        kwargs={"reader": request.reader, "obj": row},
    )


def waive(request: PageRequest, pk: int) -> HttpResponse:
    """Say that it need not be done, and why."""
    row = fetch(queries.obligations(request.reader), pk=pk)
    require(rules.may_waive(row, request.reader))
    today = timezone.localdate()
    return form_page(
        request,
        forms.WaiveForm,
        act=lambda data: actions.waive(row, by=request.reader, today=today, **data),
        title=_("Waive · %(name)s") % {"name": row},
        lead=queries.about(row),
        submit=_("Waive"),
        cancel=row.get_absolute_url(),
        initial={"version": row.version},
        about=row,
    )


def take_back(request: PageRequest, pk: int) -> HttpResponse:
    """Open again what was done or waived."""
    row = fetch(queries.obligations(request.reader), pk=pk)
    require(rules.may_reopen(row, request.reader))
    return confirm_page(
        request,
        act=lambda _data: actions.take_back(row, by=request.reader),
        title=_("Take back · %(name)s") % {"name": row},
        question=_("It is to be done again; the history keeps the document or the reason."),
        submit=_("Take back"),
        cancel=row.get_absolute_url(),
        about=row,
    )


def assign(request: PageRequest, pk: int) -> HttpResponse:
    """Say who does it."""
    row = fetch(queries.obligations(request.reader), pk=pk)
    require(rules.may_assign(row, request.reader))
    return form_page(
        request,
        forms.AssignForm,
        act=lambda data: actions.assign(row, by=request.reader, **data),
        title=_("Who does it · %(name)s") % {"name": row},
        lead=queries.about(row),
        submit=_("Save"),
        cancel=row.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": row},
    )


def document(request: PageRequest, pk: int) -> HttpResponse:
    """The file that fulfils it."""
    rows = queries.obligations(request.reader)
    return document_answer(fetch(rows.exclude(file_name=""), pk=pk))


def document_answer(row: Obligation) -> HttpResponse:
    """The stored file of an obligation, to save."""
    body = bytes(row.stored_document.content)
    answer = HttpResponse(body, content_type="application/octet-stream")
    answer.headers["X-Content-Type-Options"] = "nosniff"
    name = "".join(c for c in row.file_name if c.isprintable() and c not in '"\\/')
    answer.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return answer


def rule_list(request: PageRequest) -> HttpResponse:
    """The rules by which things are due."""
    return list_page(
        request,
        listings.RULES,
        queries.rules(request.reader),
        template="obligations/list.html",
        title=_("Rules"),
        lead=_("What is due when, each with the text that says so."),
        tabs=_tabs("obligations:rule_list"),
        **adding(request, "obligations:rule_add", _("Write a rule"), Role.MANAGER),
    )


def rule(request: PageRequest, pk: int) -> HttpResponse:
    """One rule and what is due by it."""
    row = fetch(queries.rules(request.reader), pk=pk)
    found = queries.ordered(queries.obligations(request.reader).filter(rule=row))
    edit = reverse("obligations:rule_edit", args=[pk])
    return sheet_page(
        request,
        row,
        template="obligations/rule.html",
        crumbs=[(_("Rules"), reverse("obligations:rule_list"))],
        lead=row.code,
        buttons=[Button(_("Change"), edit, False, rules.may_change_rule(row, request.reader))],
        facts=[
            Fact(_("Binds"), listings.binds(row)),
            Fact(_("Due"), listings.when(row)),
            Fact(_("From a duration of, months"), row.minimum_months, "number"),
            Fact(_("Remind so many days before"), row.remind_days, "number"),
            Fact(_("Valid from"), row.valid_from, "date"),
            Fact(_("Valid to"), row.valid_to, "date"),
            Fact(_("Belongs to"), row.owner or _("comes with Appui")),
        ],
        rule=row,
        rows=Table(listings.PANEL_WITH_OF, list(found[:100])),
    )


def rule_add(request: PageRequest) -> HttpResponse:
    """Write a rule of the organisation."""
    require(may_keep_register(request.reader, Role.MANAGER))
    today = timezone.localdate()
    return form_page(
        request,
        forms.RuleForm,
        act=lambda data: actions.add_rule(by=request.reader, today=today, **without_version(data)),
        title=_("Write a rule"),
        submit=_("Write the rule"),
        cancel=reverse("obligations:rule_list"),
        kwargs={"reader": request.reader},
    )


def rule_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a rule of the organisation."""
    row = fetch(queries.rules(request.reader), pk=pk)
    require(rules.may_change_rule(row, request.reader))
    today = timezone.localdate()
    return form_page(
        request,
        forms.RuleForm,
        act=lambda data: actions.change_rule(row, by=request.reader, today=today, **data),
        title=_("Change “%(name)s”") % {"name": row},
        submit=_("Save"),
        cancel=row.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": row},
    )


def duty_list(request: PageRequest) -> HttpResponse:
    """The treaties under which the organisations report."""
    return list_page(
        request,
        listings.DUTIES,
        queries.duties(request.reader),
        template="obligations/list.html",
        title=_("Treaties"),
        lead=_(
            "Under which treaties the organisation reports; their deadlines come from the rules."
        ),
        tabs=_tabs("obligations:duty_list"),
        **adding(request, "obligations:duty_add", _("Follow a treaty"), Role.MANAGER),
    )


def duty(request: PageRequest, pk: int) -> HttpResponse:
    """One treaty and what it asks, year by year."""
    row = fetch(queries.duties(request.reader), pk=pk)
    found = queries.ordered(queries.obligations(request.reader).filter(duty=row))
    edit = reverse("obligations:duty_edit", args=[pk])
    return sheet_page(
        request,
        row,
        template="obligations/duty.html",
        crumbs=[(_("Treaties"), reverse("obligations:duty_list"))],
        lead=str(row.owner),
        buttons=[Button(_("Change"), edit, False, rules.may_change_duty(row, request.reader))],
        facts=[
            Fact(_("Followed from"), row.starts_on, "date"),
            Fact(_("To"), row.ends_on, "date"),
            Fact(_("Responsible"), row.responsible),
            Fact(_("Note"), row.note),
            Fact(_("Belongs to"), row.owner),
            Fact(_("Seen by"), row.get_visibility_display(), "tag", tone="plain"),
        ],
        rows=Table(listings.PANEL, list(found)),
    )


def duty_add(request: PageRequest) -> HttpResponse:
    """Say that the organisation reports under a treaty."""
    require(may_keep_register(request.reader, Role.MANAGER))
    today = timezone.localdate()
    initial: dict[str, Any] = {"starts_on": today.replace(month=1, day=1)}
    return form_page(
        request,
        forms.DutyForm,
        act=lambda data: actions.follow_treaty(
            by=request.reader, today=today, **without_version(data)
        ),
        title=_("Follow a treaty"),
        submit=_("Follow"),
        cancel=reverse("obligations:duty_list"),
        initial=initial,
        kwargs={"reader": request.reader},
    )


def duty_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change since when a treaty is followed, or by whom."""
    row = fetch(queries.duties(request.reader), pk=pk)
    require(rules.may_change_duty(row, request.reader))
    today = timezone.localdate()
    return form_page(
        request,
        forms.DutyForm,
        act=lambda data: actions.change_duty(row, by=request.reader, today=today, **data),
        title=_("Change “%(name)s”") % {"name": row},
        submit=_("Save"),
        cancel=row.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": row},
    )
