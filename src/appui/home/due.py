"""What is due: one list over asks, exchanges, calls and agreements."""

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

AHEAD = timedelta(days=90)
What = Literal["action", "decision", "follow-up", "deadline", "end"]
LABELS: dict[What, Promise] = {
    "action": _("Next action"),
    "decision": _("Decision expected"),
    "follow-up": _("Follow-up"),
    "deadline": _("Deadline of a call"),
    "end": _("Agreement ends"),
}


@dataclass(frozen=True, slots=True)
class Due:
    """One thing to do by a day; ``is_yours`` when the reader is named responsible for it."""

    on: date
    what: What
    text: str
    about: str
    url: str
    is_late: bool
    is_yours: bool

    @property
    def label(self) -> Promise:
        """What kind of thing it is."""
        return LABELS[self.what]


def due_items(organisation_id: int, reader: Reader, *, today: date) -> list[Due]:
    """What the organisation has to do: all that is late, and the next 90 days; late first.

    Four queries. Deadlines are those of every call the reader may see, and are never late.
    """
    until = today + AHEAD
    found = [
        *_of_proposals(organisation_id, reader, today, until),
        *_of_interactions(organisation_id, reader, today, until),
        *_of_funds(reader, today, until),
        *_of_agreements(organisation_id, reader, today, until),
    ]
    return sorted(found, key=lambda item: (item.on, not item.is_yours, item.what, item.url))


def _of_proposals(owner: int, reader: Reader, today: date, until: date) -> Iterator[Due]:
    rows = (
        Proposal.objects.visible_to(reader)
        .filter(Q(next_action_on__lte=until) | Q(decision_on__lte=until))
        .filter(owner=owner, stage__in=OPEN_STAGES)
        .select_related("donor")
    )
    for row in rows:
        yours = row.responsible_id is not None and row.responsible_id == reader.user_id
        about, url = f"{row.donor} · {row}", row.get_absolute_url()
        if row.next_action_on is not None and row.next_action_on <= until:
            day = row.next_action_on
            yield Due(day, "action", row.next_action, about, url, day < today, yours)
        if row.decision_on is not None and row.decision_on <= until:
            day = row.decision_on
            yield Due(day, "decision", "", about, url, day < today, yours)


def _of_interactions(owner: int, reader: Reader, today: date, until: date) -> Iterator[Due]:
    rows = (
        Interaction.objects.visible_to(reader)
        .filter(owner=owner, followed_up=False, follow_up_on__lte=until)
        .select_related("organisation", "proposal")
    )
    for row in rows:
        day = row.follow_up_on
        if day is not None:
            yours = _is_responsible(row.proposal, reader)
            about = f"{row.organisation} · {row}"
            url = row.get_absolute_url()
            yield Due(day, "follow-up", row.follow_up, about, url, day < today, yours)


def _is_responsible(proposal: Proposal | None, reader: Reader) -> bool:
    responsible = proposal.responsible_id if proposal else None
    return responsible is not None and responsible == reader.user_id


def _of_funds(reader: Reader, today: date, until: date) -> Iterator[Due]:
    rows = (
        Fund.objects.visible_to(reader)
        .filter(deadline__range=(today, until))
        .select_related("organisation")
    )
    for row in rows:
        if row.deadline is not None:
            about = f"{row.organisation} · {row}"
            yield Due(row.deadline, "deadline", "", about, row.get_absolute_url(), False, False)


def _of_agreements(owner: int, reader: Reader, today: date, until: date) -> Iterator[Due]:
    rows = (
        Agreement.objects.visible_to(reader)
        .filter(owner=owner, status=AgreementStatus.SIGNED, ends_on__lte=until)
        .select_related("donor")
    )
    for row in rows:
        if row.ends_on is not None:
            about, url = f"{row.donor} · {row}", row.get_absolute_url()
            yield Due(row.ends_on, "end", "", about, url, row.ends_on < today, False)
