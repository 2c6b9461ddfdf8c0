"""What is due: one list over asks, exchanges, meetings, signals, calls, agreements, obligations,
strategies, work plans and experts' mandates."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from appui.funding.models import Agreement, AgreementStatus, Fund, Interaction, Proposal
from appui.funding.rules import OPEN_STAGES
from appui.kernel.access import Reader
from appui.obligations.models import Obligation
from appui.obligations.queries import about as obligation_about
from appui.obligations.queries import open_until
from appui.strategies.models import Deliverable, PlanItem, StrategyItem
from appui.strategies.queries import open_work
from appui.watch.models import Signal, State

AHEAD = timedelta(days=90)
WorkRow = StrategyItem | PlanItem | Deliverable
What = Literal[
    "action",
    "decision",
    "meeting",
    "follow-up",
    "signal",
    "deadline",
    "end",
    "obligation",
    "strategyitem",
    "planitem",
    "deliverable",
]
LABELS: dict[What, Promise] = {
    "action": _("Next action"),
    "decision": _("Decision expected"),
    "meeting": _("Meeting"),
    "follow-up": _("Follow-up"),
    "signal": _("Signal to follow up"),
    "deadline": _("Deadline of a call"),
    "end": _("Agreement ends"),
    "obligation": _("Obligation"),
    "strategyitem": _("Action of the strategy"),
    "planitem": _("Item of the work plan"),
    "deliverable": _("Deliverable of an expert"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do by a day; ``key`` is that of the record it stands on.

    ``is_yours`` when the reader is named responsible for it, ``is_nobodys`` when nobody is, neither
    a colleague nor a contact. ``remind_on`` is a day before it on which to be told.
    """

    on: date
    what: What
    key: int
    text: str
    about: str
    url: str
    is_late: bool
    is_yours: bool
    is_nobodys: bool
    remind_on: date | None = None

    @property
    def label(self) -> Promise:
        """What kind of thing it is."""
        return LABELS[self.what]


@dataclass(frozen=True, slots=True)
class _Span:
    """Whose dates, for whom, and until when."""

    owner: int
    reader: Reader
    today: date
    until: date

    def due(
        self,
        on: date,
        what: What,
        row: Proposal | Interaction | Signal | Fund | Agreement | Obligation | WorkRow,
        text: str,
        about: str,
        responsible: int | None,
        remind_on: date | None = None,
        *,
        by_contact: bool = False,
    ) -> Due:
        return Due(
            on=on,
            what=what,
            key=row.pk,
            text=text,
            about=about,
            url=row.get_absolute_url(),
            is_late=on < self.today,
            is_yours=responsible is not None and responsible == self.reader.user_id,
            is_nobodys=responsible is None and not by_contact,
            remind_on=remind_on,
        )


def due_items(
    organisation_id: int, reader: Reader, *, today: date, ahead: timedelta = AHEAD
) -> list[Due]:
    """What the organisation has to do: all that is late, and what comes within ``ahead``.

    Late first; sixteen queries. Obligations come from their reminder on. Deadlines are those of
    every call the reader may see, and are never late; neither is a meeting.
    """
    span = _Span(organisation_id, reader, today, today + ahead)
    found = [
        *_of_proposals(span),
        *_of_interactions(span),
        *_of_signals(span),
        *_of_funds(span),
        *_of_agreements(span),
        *_of_obligations(span),
        *_of_strategies(span),
    ]
    return sorted(found, key=lambda item: (item.on, not item.is_yours, item.what, item.url))


def _of_proposals(span: _Span) -> Iterator[Due]:
    rows = (
        Proposal.objects.visible_to(span.reader)
        .filter(Q(next_action_on__lte=span.until) | Q(decision_on__lte=span.until))
        .filter(owner=span.owner, stage__in=OPEN_STAGES)
        .select_related("donor")
    )
    for row in rows:
        about, who = f"{row.donor} · {row}", row.responsible_id
        if row.next_action_on is not None and row.next_action_on <= span.until:
            yield span.due(row.next_action_on, "action", row, row.next_action, about, who)
        if row.decision_on is not None and row.decision_on <= span.until:
            yield span.due(row.decision_on, "decision", row, "", about, who)


def _of_interactions(span: _Span) -> Iterator[Due]:
    """Follow-ups that are not done, and meetings to come."""
    rows = (
        Interaction.objects.visible_to(span.reader)
        .filter(owner=span.owner)
        .filter(
            Q(followed_up=False, follow_up_on__lte=span.until)
            | Q(took_place_on__range=(span.today, span.until))
        )
        .select_related("organisation", "proposal")
    )
    for row in rows:
        about = f"{row.organisation} · {row}"
        who = row.responsible_id or (row.proposal.responsible_id if row.proposal else None)
        if not row.followed_up and row.follow_up_on and row.follow_up_on <= span.until:
            yield span.due(row.follow_up_on, "follow-up", row, row.follow_up, about, who)
        if row.took_place_on >= span.today:
            yield span.due(row.took_place_on, "meeting", row, "", about, who)


def _of_signals(span: _Span) -> Iterator[Due]:
    rows = Signal.objects.visible_to(span.reader).filter(
        owner=span.owner, state=State.OPEN, follow_up_on__lte=span.until
    )
    for row in rows:
        if row.follow_up_on is not None:
            who = row.responsible_id
            yield span.due(row.follow_up_on, "signal", row, row.follow_up, str(row), who)


def _of_funds(span: _Span) -> Iterator[Due]:
    rows = (
        Fund.objects.visible_to(span.reader)
        .filter(deadline__range=(span.today, span.until))
        .select_related("organisation")
    )
    for row in rows:
        if row.deadline is not None:
            yield span.due(row.deadline, "deadline", row, "", f"{row.organisation} · {row}", None)


def _of_agreements(span: _Span) -> Iterator[Due]:
    rows = (
        Agreement.objects.visible_to(span.reader)
        .filter(owner=span.owner, status=AgreementStatus.SIGNED, ends_on__lte=span.until)
        .select_related("donor")
    )
    for row in rows:
        if row.ends_on is not None:
            yield span.due(row.ends_on, "end", row, "", f"{row.donor} · {row}", None)


def _of_obligations(span: _Span) -> Iterator[Due]:
    """What agreements and treaties ask."""
    for row in open_until([span.owner], span.reader, until=span.until, today=span.today):
        about, who = obligation_about(row), row.responsible_id
        yield span.due(row.due_on, "obligation", row, str(row), about, who, row.remind_on)


def _of_strategies(span: _Span) -> Iterator[Due]:
    """Open actions, items of plans and deliverables."""
    for work in open_work([span.owner], span.reader, until=span.until):
        yield span.due(
            work.due_on,
            work.kind,
            work.row,
            str(work.row),
            work.about,
            work.user_id,
            by_contact=not work.is_nobodys,
        )
