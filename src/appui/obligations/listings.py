"""How lists of obligations, rules and treaties look."""

from calendar import monthrange
from dataclasses import replace
from datetime import date
from typing import Any

from babel.dates import format_skeleton
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from appui.accounts.models import User
from appui.funding.models import Agreement
from appui.obligations.models import AnchorDay, Obligation, ObligationRule, State, Subject
from appui.obligations.queries import about
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.ui import formats
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing

LEAP_YEAR = 2028
STATE_TONES: dict[str, str] = {
    State.LATE: "late",
    State.DUE: "wait",
    State.DONE: "",
    State.WAIVED: "plain",
    State.LAPSED: "plain",
}


def state(row: Obligation) -> State:
    """Where it stands today."""
    return row.state(timezone.localdate())


def _agreements(request: HttpRequest) -> list[tuple[str, str]]:
    rows = Agreement.objects.visible_to(reader_of(request))
    found = rows.filter(obligations__isnull=False).distinct().order_by("reference")
    return [
        (str(pk), f"{reference} · {title}")
        for pk, reference, title in found.values_list("pk", "reference", "title")
    ]


def _people(request: HttpRequest) -> list[tuple[str, Any]]:
    """Oneself first, then whoever is responsible for something, then nobody."""
    rows = Obligation.objects.visible_to(reader_of(request))
    users = User.objects.filter(pk__in=rows.values("responsible")).order_by("pk")
    others = [(str(user.pk), str(user)) for user in users]
    return [("me", _("Me")), *others, ("nobody", _("Nobody"))]


def _of_person(rows: Any, value: str) -> Any:
    if value == "nobody":
        return rows.filter(responsible=None)
    return rows.filter(responsible=value)


def _states() -> list[tuple[str, Any]]:
    return [("open", _("Still to do")), *State.choices]


def _in_state(rows: Any, value: str) -> Any:
    if value == "open":
        return rows.filter(settled=0)
    return rows.in_state(value, timezone.localdate())


WHAT = Column("title", _("What is due"), lambda row: row.rule.title, "multilingual", href=address)
OF = Column(
    "about",
    _("Of"),
    about,
    href=lambda row: address(row.agreement or row.duty),
)
DUE_ON = Column("due_on", _("Due on"), lambda row: row.due_on, "date", ("due_on",))
STATE = Column(
    "state",
    _("State"),
    lambda row: state(row).label,
    "tag",
    tone=lambda row: STATE_TONES[state(row)],
)
WHO = Column("responsible", _("Responsible"), lambda row: row.responsible)
DONE_ON = Column("done_on", _("Done on"), lambda row: row.done_on, "date", ("done_on",))


def _document(row: Obligation) -> str:
    return str(row.document or row.file_name or row.document_url)


DOCUMENT = Column(
    "document",
    _("Document"),
    _document,
    href=lambda row: address(row.document) if row.document else row.document_url,
    phone=False,
)


def obligations(request: HttpRequest) -> Listing:
    """The list, late first; its reader can ask for what is theirs."""
    mine = str(reader_of(request).user_id)
    return Listing(
        name="obligations",
        columns=(WHAT, OF, DUE_ON, STATE, WHO, DONE_ON, DOCUMENT),
        filters=(
            Filter("state", _("State"), lambda _request: _states(), _in_state),
            Filter(
                "agreement",
                _("Agreement"),
                _agreements,
                lambda rows, value: rows.filter(agreement=value),
            ),
            Filter(
                "person",
                _("Responsible"),
                _people,
                lambda rows, value: _of_person(rows, mine if value == "me" else value),
            ),
            OWNER_FILTER,
        ),
        search=("rule__title", "agreement__title", "agreement__reference", "note"),
        order=("settled", "due_on"),
        empty=_("Nothing is due."),
        empty_hint=_(
            "Sign an agreement to which a rule applies, or say under which treaty you report."
        ),
    )


def _short(row: Obligation) -> str:
    return str(row.document or row.file_name or row.document_url.rstrip("/").rpartition("/")[2])


PANEL = (WHAT, DUE_ON, STATE, WHO, replace(DOCUMENT, value=_short))
PANEL_WITH_OF = (WHAT, OF, DUE_ON, STATE, WHO)

SHIFTS = (
    Column("before", _("From"), lambda row: row.before, "date"),
    Column(
        "after",
        _("To"),
        lambda row: row.after,
        "date",
    ),
    Column(
        "why",
        _("Why"),
        lambda row: (
            str(row.amendment) if row.amendment else gettext("The rule says otherwise now.")
        ),
        href=lambda row: row.amendment.get_absolute_url() if row.amendment else "",
    ),
    Column("at", _("Recorded on"), lambda row: row.created_at.date(), "date"),
)


def _offset(rule: ObligationRule) -> str:
    parts = []
    if rule.months:
        months = ngettext("%(count)d month", "%(count)d months", abs(rule.months))
        parts.append(months % {"count": abs(rule.months)})
    if rule.days:
        days = ngettext("%(count)d day", "%(count)d days", abs(rule.days))
        parts.append(days % {"count": abs(rule.days)})
    return " ".join(parts)


def when(rule: ObligationRule) -> str:
    """The day of a rule in words: “1 month before: End”, or “30 April”."""
    anchor = str(rule.get_anchor_display())
    if rule.anchor == AnchorDay.DAY_OF_YEAR:
        last = min(rule.fixed_day or 1, monthrange(LEAP_YEAR, rule.fixed_month or 1)[1])
        day = date(LEAP_YEAR, rule.fixed_month or 1, last)
        anchor = format_skeleton("MMMMd", day, locale=formats.language())
    words = {"offset": _offset(rule), "anchor": anchor}
    if not words["offset"]:
        text = anchor
    elif (rule.months or rule.days) < 0:
        text = gettext("%(offset)s before: %(anchor)s") % words
    else:
        text = gettext("%(offset)s after: %(anchor)s") % words
    if rule.every_months:
        again = ngettext(
            "again every %(count)d month", "again every %(count)d months", rule.every_months
        )
        text = f"{text}, {again % {'count': rule.every_months}}"
    return text


def binds(rule: ObligationRule) -> str:
    """Whose agreements, or which treaty."""
    if rule.subject == Subject.TREATY:
        return str(rule.get_treaty_display())
    parts = [str(rule.donor or rule.donor_name or ""), str(rule.fund or "")]
    parts.append(str(rule.get_kind_display()) if rule.kind else "")
    return " · ".join(part for part in parts if part) or gettext("every agreement")


RULES = Listing(
    name="obligation-rules",
    columns=(
        Column("title", _("Rule"), lambda row: row.title, "multilingual", ("title",), address),
        Column("binds", _("Binds"), binds),
        Column("when", _("Due"), when),
        Column(
            "minimum",
            _("From a duration of, months"),
            lambda row: row.minimum_months,
            "number",
            phone=False,
        ),
        Column(
            "owner",
            _("Belongs to"),
            lambda row: str(row.owner) if row.owner else gettext("comes with Appui"),
        ),
    ),
    filters=(
        Filter(
            "subject",
            _("Binds"),
            lambda _request: Subject.choices,
            lambda rows, value: rows.filter(subject=value),
        ),
    ),
    search=("title", "code", "citation"),
    order=("subject", "code"),
    empty=_("No rule is recorded yet."),
    empty_hint=_("The command “appui init” loads those that come with Appui."),
)

DUTIES = Listing(
    name="treaties-followed",
    columns=(
        Column("treaty", _("Treaty"), str, order_by=("treaty",), href=address),
        Column("owner", _("Belongs to"), lambda row: row.owner),
        Column("starts_on", _("Followed from"), lambda row: row.starts_on, "date", ("starts_on",)),
        Column("ends_on", _("To"), lambda row: row.ends_on, "date", ("ends_on",)),
        Column("responsible", _("Responsible"), lambda row: row.responsible),
        visibility_column(),
    ),
    filters=(OWNER_FILTER,),
    search=("note",),
    order=("treaty",),
    empty=_("No treaty is followed."),
    empty_hint=_("Say under which treaty the organisation reports: its deadlines then appear."),
)
