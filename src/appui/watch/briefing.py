"""Everything known of a donor, for the page one reads before a meeting."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from appui.funding import queries as funding
from appui.funding.models import Agreement, Fund, Interaction, Proposal
from appui.funding.rules import OPEN_STAGES
from appui.funding.views.donors import Giving, giving_of
from appui.kernel.access import Reader
from appui.registry.models import Organisation, Person
from appui.watch import words
from appui.watch.models import Signal
from appui.watch.queries import signals_about

MOST_EXCHANGES = 20


@dataclass(frozen=True, slots=True)
class NextAction:
    """One thing still to do with the donor; ``on`` is None when no day was set."""

    on: date | None
    text: str
    about: str
    url: str
    who: str


@dataclass(frozen=True, slots=True)
class Briefing:
    """What the reader may see of one donor, of organisations merged into it too."""

    donor: Organisation
    people: Sequence[Person]
    meetings: Sequence[Interaction]
    exchanges: Sequence[Interaction]
    asks: Sequence[Proposal]
    agreements: Sequence[Agreement]
    windows: Sequence[Fund]
    signals: Sequence[Signal]
    next_actions: Sequence[NextAction]
    giving: Giving | None


def briefing_of(donor: Organisation, reader: Reader, *, today: date) -> Briefing:
    """The briefing of a standing organisation, as many queries however much is known."""
    same = Organisation.objects.filter(Q(pk=donor.pk) | Q(merged_into=donor.pk))
    exchanges = list(
        Interaction.objects.visible_to(reader)
        .filter(organisation__in=same)
        .select_related("organisation__merged_into", "kind", "responsible")
    )
    asks = list(funding.proposals(reader).filter(donor__in=same))
    told = list(signals_about(donor, reader))
    return Briefing(
        donor=donor,
        people=list(Person.objects.visible_to(reader).filter(organisation__in=same)),
        meetings=sorted(
            (row for row in exchanges if row.took_place_on > today),
            key=lambda row: row.took_place_on,
        ),
        exchanges=[row for row in exchanges if row.took_place_on <= today][:MOST_EXCHANGES],
        asks=asks,
        agreements=list(funding.agreements(reader).filter(donor__in=same)),
        windows=list(
            Fund.objects.visible_to(reader)
            .filter(organisation__in=same)
            .filter(Q(deadline=None) | Q(deadline__gte=today))
            .select_related("organisation__merged_into")
        ),
        signals=told,
        next_actions=_next_actions(asks, exchanges, told),
        giving=giving_of(donor),
    )


def _next_actions(
    asks: Sequence[Proposal], exchanges: Sequence[Interaction], told: Sequence[Signal]
) -> list[NextAction]:
    """What is still to do, by its day; what has none comes last."""
    found = [
        _action(row.next_action_on, row.next_action, row, str(row), row.responsible)
        for row in asks
        if row.stage in OPEN_STAGES and (row.next_action or row.next_action_on)
    ]
    found += [
        _action(row.follow_up_on, row.follow_up, row, str(row), row.responsible)
        for row in exchanges
        if not row.followed_up and row.follow_up
    ]
    found += [
        _action(row.follow_up_on, row.follow_up, row, words.about(row), row.responsible)
        for row in told
        if row.follow_up
    ]
    return sorted(found, key=lambda action: (action.on is None, action.on or date.max, action.url))


def _action(
    on: date | None, text: str, row: Proposal | Interaction | Signal, about: str, who: object
) -> NextAction:
    return NextAction(on, text, about, row.get_absolute_url(), str(who or ""))
