"""The stages an organisation uses, which asks are stale, and what an ask's history tells."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import (
    BooleanField,
    Case,
    Exists,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.utils.translation import override

from appui.funding import rules
from appui.funding.models import AskDocument, Interaction, PipelineStage, Proposal, Stage, StageMove
from appui.funding.queries.records import proposals
from appui.kernel.access import Reader
from appui.kernel.multilingual import LANGUAGES, localise


@dataclass(frozen=True, slots=True)
class StageLine:
    """A stage as an organisation uses it; ``row`` is None for a usual one.

    ``probability`` is 0 to 1, ``stale_after`` in days, None where asks do not grow stale.
    """

    code: str
    name: str
    category: Stage
    probability: Decimal
    stale_after: int | None
    is_retired: bool = False
    row: PipelineStage | None = None

    @property
    def is_open(self) -> bool:
        """Whether asks of this stage still wait for an answer."""
        return self.category in rules.OPEN_STAGES


def usual_stage(category: Stage) -> StageLine:
    """The stage of that category that every organisation has until it edits its own."""
    return StageLine(
        code=category.value,
        name=str(category.label),
        category=category,
        probability=rules.STAGES[category].probability,
        stale_after=rules.STALE_AFTER.get(category),
    )


def usual_names(category: Stage) -> dict[str, str]:
    """The name of a usual stage in every language."""
    names = {}
    for language in LANGUAGES:
        with override(language):
            names[language] = str(category.label)
    return names


def own_line(row: PipelineStage) -> StageLine:
    """A stage of the organisation itself."""
    return StageLine(
        code=row.code,
        name=str(row),
        category=Stage(row.category),
        probability=Decimal(row.probability) / 100,
        stale_after=row.stale_after,
        is_retired=row.is_retired,
        row=row,
    )


def stages_of(owner_id: int | None) -> list[StageLine]:
    """The stages of an organisation in its order, retired ones too; the usual ones while it has
    none of its own. One query."""
    own = [own_line(row) for row in PipelineStage.objects.filter(owner=owner_id)]
    return own or [usual_stage(category) for category in Stage]


def first_of(lines: Iterable[StageLine], category: str) -> StageLine:
    """The first stage in use of a category; the usual one where there is none."""
    found = (line for line in lines if line.category == category and not line.is_retired)
    return next(found, usual_stage(Stage(category)))


def line_of(proposal: Proposal) -> StageLine:
    """Where an ask stands; no query once ``pipeline_stage`` is joined."""
    own = proposal.pipeline_stage
    return usual_stage(Stage(proposal.stage)) if own is None else own_line(own)


def line_at(lines: Sequence[StageLine], proposal: Proposal) -> StageLine:
    """The one of ``lines`` an ask stands at, by its own stage, else by what it counts as."""
    for line in lines:
        if line.row is not None and line.row.pk == proposal.pipeline_stage_id:
            return line
    return first_of(lines, proposal.stage)


def asks_at(owner_id: int, lines: Sequence[StageLine]) -> Counter[str]:
    """How many asks of an organisation stand at each of its stages, by code; one query."""
    asks = Proposal.objects.filter(owner=owner_id).select_related("pipeline_stage")
    return Counter(line_at(lines, ask).code for ask in asks)


def others_like(stage: PipelineStage) -> QuerySet[PipelineStage]:
    """The other stages in use that count as the same."""
    rows = PipelineStage.objects.filter(owner=stage.owner_id, category=stage.category)
    return rows.filter(is_retired=False).exclude(pk=stage.pk)


def possible_moves(proposal: Proposal, lines: Sequence[StageLine]) -> list[StageLine]:
    """The stages an ask may pass to, in their order."""
    now = line_at(lines, proposal)
    allowed = rules.STAGES[Stage(proposal.stage)].moves
    if now.is_open:
        allowed = allowed | {now.category}
    return [
        line
        for line in lines
        if line.category in allowed and not line.is_retired and line.code != now.code
    ]


def is_stale(reader: Reader, *, today: date) -> Q:
    """Open asks without a move, an exchange that the reader may see, or any change for more days
    than their stage allows. One query, for the days that own stages set."""
    own = PipelineStage.objects.values_list("stale_after", flat=True).order_by().distinct()
    found = Q(pk__in=[])
    for days in sorted({days for days in own if days is not None} | {*rules.STALE_AFTER.values()}):
        usual = [stage for stage, limit in rules.STALE_AFTER.items() if limit == days]
        at_stage = Q(pipeline_stage__stale_after=days) | Q(pipeline_stage=None, stage__in=usual)
        found |= at_stage & _quiet_since(reader, today - timedelta(days=days), today)
    return Q(stage__in=rules.OPEN_STAGES) & found


def _quiet_since(reader: Reader, day: date, today: date) -> Q:
    moves = StageMove.objects.filter(proposal=OuterRef("pk"), moved_on__gte=day)
    said = Interaction.objects.visible_to(reader).filter(
        proposal=OuterRef("pk"), took_place_on__range=(day, today)
    )
    return Q(updated_at__date__lt=day) & ~Q(Exists(moves)) & ~Q(Exists(said))


def asks(reader: Reader, *, today: date) -> QuerySet[Proposal]:
    """``proposals`` with ``is_stale`` and ``stage_since``, the day of the last move (None before
    moves were kept)."""
    last = StageMove.objects.filter(proposal=OuterRef("pk")).order_by().values("proposal")
    stale = When(is_stale(reader, today=today), then=Value(True))
    return proposals(reader).annotate(
        is_stale=Case(stale, default=Value(False), output_field=BooleanField()),
        stage_since=Subquery(last.annotate(day=Max("moved_on")).values("day")),
    )


def moves_of(proposal: Proposal, reader: Reader) -> list[StageMove]:
    """The moves of one ask, the first one first; none for those outside the organisation."""
    return list(StageMove.objects.visible_to(reader).filter(proposal=proposal))


def documents_of(proposal: Proposal, reader: Reader) -> list[AskDocument]:
    """The documents of one ask; none for those outside the organisation."""
    return list(AskDocument.objects.visible_to(reader).filter(proposal=proposal))


def name_then(name: object, category: str) -> str:
    """What a stage was called when a move was written; the usual name where it had none of its
    own."""
    written = localise(name).text if isinstance(name, dict) else ""
    return written or (str(Stage(category).label) if category else "")
