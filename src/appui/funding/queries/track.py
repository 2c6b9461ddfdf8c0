"""How the asks of an organisation came out, by donor, and how long they stood at each stage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from appui.funding import rules
from appui.funding.models import Proposal, Stage, StageMove
from appui.funding.queries.pipeline import StageLine, stages_of, usual_stage
from appui.funding.track import Outcome, Past, Record, record_of
from appui.kernel.access import Reader
from appui.registry.models import Organisation

OUTCOMES: Mapping[str, Outcome] = {
    Stage.SIGNED: "won",
    Stage.REFUSED: "lost",
    Stage.WITHDRAWN: "withdrawn",
}


@dataclass(frozen=True, slots=True)
class DonorRecord:
    """How the asks of one donor came out."""

    donor: Organisation
    record: Record


@dataclass(frozen=True, slots=True)
class Track:
    """All asks of an organisation together and by donor, those with the most asks first;
    ``stages`` are the open ones anybody stood at, in their order."""

    owner: Organisation
    whole: Record
    donors: tuple[DonorRecord, ...]
    stages: tuple[StageLine, ...]


def track(owner: Organisation, reader: Reader, *, today: date) -> Track:
    """The record of the asks the reader may see; five queries however many asks.

    A merged donor counts with the one that stands for it.
    """
    lines = stages_of(owner.pk)
    known = [*lines, *(usual_stage(category) for category in Stage)]
    closed = frozenset(line.code for line in known if not line.is_open)
    rows = list(
        Proposal.objects.visible_to(reader)
        .filter(owner=owner)
        .select_related("donor", "donor__merged_into", "pipeline_stage")
        .order_by("pk")
    )
    moves = _moves(owner, reader)
    by_donor: dict[int, list[Past]] = {}
    donors: dict[int, Organisation] = {}
    for row in rows:
        donor = row.donor.merged_into or row.donor
        donors[donor.pk] = donor
        by_donor.setdefault(donor.pk, []).append(_past(row, donor.pk, moves.get(row.pk, ())))
    found = [
        DonorRecord(donors[key], record_of(asks, today=today, closed=closed))
        for key, asks in by_donor.items()
    ]
    found.sort(key=lambda item: (-item.record.asks, str(item.donor).casefold()))
    everything = [ask for asks in by_donor.values() for ask in asks]
    whole = record_of(everything, today=today, closed=closed)
    return Track(owner, whole, tuple(found), _stages(known, whole))


def _moves(owner: Organisation, reader: Reader) -> Mapping[int, list[tuple[date, str]]]:
    found: dict[int, list[tuple[date, str]]] = {}
    rows = StageMove.objects.visible_to(reader).filter(proposal__owner=owner)
    for ask, day, code in rows.order_by("moved_on", "pk").values_list(
        "proposal", "moved_on", "to_code"
    ):
        found.setdefault(ask, []).append((day, code))
    return found


def _past(row: Proposal, donor: int, moves: "list[tuple[date, str]] | tuple[()]") -> Past:
    own = row.pipeline_stage
    now = (row.created_at.date(), own.code if own else row.stage)
    return Past(
        key=row.pk,
        donor=donor,
        outcome="open" if row.stage in rules.OPEN_STAGES else OUTCOMES[row.stage],
        moves=tuple(moves) or (now,),
    )


def _stages(known: list[StageLine], whole: Record) -> tuple[StageLine, ...]:
    shown = {line.code: line for line in reversed(known)}
    order = list(dict.fromkeys(line.code for line in known))
    return tuple(shown[code] for code in order if code in whole.times)
