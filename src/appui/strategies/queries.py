"""Answers about strategies, plans, strengths and mandates."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Count, Prefetch, Q, QuerySet

from appui.evidence.models import Figure, Source
from appui.funding.models import Target
from appui.kernel.access import Reader
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation
from appui.registry.models import Organisation, Owned, OwnedQuerySet, Person
from appui.strategies.models import (
    OPEN_WORK,
    Deliverable,
    ExpertRequest,
    ItemKind,
    Mandate,
    Plan,
    PlanItem,
    Progress,
    RequestState,
    Standing,
    Strategy,
    StrategyItem,
    Strength,
    Trace,
)


def _seen(reader: Reader, **related: type[Owned]) -> list[Any]:
    """The related records that the reader may see; one query each, None for the others."""
    return [
        Prefetch(name, OwnedQuerySet(model).visible_to(reader)) for name, model in related.items()
    ]


def strategies(reader: Reader) -> QuerySet[Strategy]:
    """Versions of strategies the reader may see, with what lists want; three queries."""
    rows = Strategy.objects.visible_to(reader).select_related("owner")
    actions = Count("items", Q(items__kind=ItemKind.ACTION), distinct=True)
    seen = _seen(reader, source=Source, consultations=Consultation)
    return rows.annotate(actions=actions).prefetch_related(*seen)


def items(reader: Reader) -> QuerySet[StrategyItem]:
    """Items of the strategies the reader may see, with their progress; three queries."""
    rows = StrategyItem.objects.filter(strategy__in=Strategy.objects.visible_to(reader))
    joined = rows.with_progress().select_related(
        "strategy__owner", "parent", "responsible", "indicator_unit"
    )
    return joined.prefetch_related(*_seen(reader, person=Person, targets=Target))


def versions(strategy: Strategy, reader: Reader) -> QuerySet[Strategy]:
    """All versions of the same strategy that the reader may see, the latest first."""
    rows = strategies(reader).filter(owner=strategy.owner_id, reference=strategy.reference)
    return rows.order_by("-edition")


def approved_version(strategy: Strategy) -> Strategy | None:
    """The version of the same strategy that is approved now."""
    return Strategy.objects.filter(
        owner=strategy.owner_id, reference=strategy.reference, state=Standing.APPROVED
    ).first()


def heard_for(obj: Strategy | Plan, reader: Reader) -> list[Consultation]:
    """The consultations that an approval rests on, those the reader may see; one query."""
    seen = Consultation.objects.visible_to(reader)
    return list(seen.filter(pk__in=obj.consultations.values("pk")))


def has_draft(strategy: Strategy) -> bool:
    """Whether a next version is being drafted."""
    return Strategy.objects.filter(
        owner=strategy.owner_id, reference=strategy.reference, state=Standing.DRAFT
    ).exists()


def plans(reader: Reader) -> QuerySet[Plan]:
    """Work plans the reader may see, with what lists want; three queries.

    The strategy is left out where the reader may not see it: ask ``Plan.named_after``.
    """
    rows = Plan.objects.visible_to(reader).select_related("owner")
    counted = rows.annotate(count=Count("items", distinct=True))
    seen = _seen(reader, strategy=Strategy, consultations=Consultation)
    return counted.prefetch_related(*seen)


def plan_items(reader: Reader) -> QuerySet[PlanItem]:
    """Items of the plans the reader may see, with their progress; five queries.

    The action an item comes from, and its project, are None where the reader may not see them.
    """
    rows = PlanItem.objects.filter(plan__in=Plan.objects.visible_to(reader)).with_progress()
    joined = rows.select_related("plan__owner", "responsible", "indicator_unit")
    seen = StrategyItem.objects.filter(
        strategy__in=Strategy.objects.visible_to(reader)
    ).select_related("strategy")
    return joined.prefetch_related(
        *_seen(reader, person=Person, activity=Activity, plan__strategy=Strategy),
        Prefetch("item", seen),
    )


def reports_of(subject: StrategyItem | PlanItem, reader: Reader) -> QuerySet[Progress]:
    """What was reported of an action in any version, or of an item of a plan and its action.

    For those who work in the organisation: sharing shares how far it is, not the notes.
    """
    if reader.role_in(subject.owner_id) is None:
        return Progress.objects.none()
    if isinstance(subject, StrategyItem):
        return Progress.objects.filter(item__lineage=subject.lineage)
    own = Q(plan_item=subject)
    action = subject.item
    return Progress.objects.filter(own | Q(item__lineage=action.lineage) if action else own)


def strengths(reader: Reader) -> QuerySet[Strength]:
    """Entries of the four quarters the reader may see; sources and figures that the reader may
    not see are None. Five queries."""
    rows = Strength.objects.visible_to(reader).select_related("owner")
    figures = Figure.objects.visible_to(reader).select_related("measure", "unit")
    figures = figures.prefetch_related(*_seen(reader, source=Source))
    return rows.prefetch_related(*_seen(reader, source=Source), Prefetch("figure", figures))


def strengths_for(organisation: Organisation, reader: Reader) -> list[Strength]:
    """Strengths and opportunities that a document may use, each with a source that the reader may
    see; one query."""
    sources = Source.objects.visible_to(reader)
    rows = Strength.objects.visible_to(reader).filter(owner=organisation, usable=True)
    told = rows.filter(Q(source__in=sources) | Q(source=None, figure__source__in=sources))
    return list(told.select_related("source", "figure__source"))


def traces(reader: Reader) -> QuerySet[Trace]:
    """Which project serves which item, where the reader may see both."""
    return Trace.objects.filter(
        activity__in=Activity.objects.visible_to(reader),
        item__strategy__in=Strategy.objects.visible_to(reader),
    ).select_related("activity", "item__strategy")


def untraced(reader: Reader) -> QuerySet[Activity]:
    """Projects of the reader's organisations that serve no item of a strategy."""
    rows: QuerySet[Activity] = Activity.objects.visible_to(reader)
    if not reader.is_superuser:
        rows = rows.filter(owner__in=list(reader.organisation_ids()))
    return rows.filter(traces=None).select_related("owner", "status")


def expert_requests(reader: Reader, *, today: date) -> QuerySet[ExpertRequest]:
    """Requests for experts the reader may see, with their mandates and how far these are;
    five queries."""
    rows = ExpertRequest.objects.visible_to(reader).select_related("owner", "asked_by", "asked_of")
    late = Q(mandate__deliverables__due_on__lt=today, mandate__deliverables__delivered_on=None)
    counted = rows.annotate(
        due=Count("mandate__deliverables", distinct=True),
        delivered=Count(
            "mandate__deliverables",
            ~Q(mandate__deliverables__delivered_on=None),
            distinct=True,
        ),
        late=Count("mandate__deliverables", late, distinct=True),
    )
    people = _seen(reader, person=Person)
    mandates = Mandate.objects.select_related("organisation").prefetch_related(*people)
    return counted.prefetch_related(*_seen(reader, source=Source), Prefetch("mandate", mandates))


def deliverables(reader: Reader) -> QuerySet[Deliverable]:
    """Deliverables of the mandates the reader may see; the document is None where the reader may
    not see it. Two queries."""
    rows = Deliverable.objects.filter(
        mandate__request__in=ExpertRequest.objects.visible_to(reader)
    ).select_related("mandate__request__owner", "mandate__organisation")
    return rows.prefetch_related(*_seen(reader, document=Source, mandate__person=Person))


WorkKind = Literal["strategyitem", "planitem", "deliverable"]


@dataclass(frozen=True, slots=True)
class OpenWork:
    """Something not yet done that has a day; ``kind`` is the model's name."""

    kind: WorkKind
    due_on: date
    row: StrategyItem | PlanItem | Deliverable
    who: str
    about: str

    @property
    def user_id(self) -> int | None:
        """The colleague responsible; None when nobody is, or somebody without an account."""
        return None if isinstance(self.row, Deliverable) else self.row.responsible_id

    @property
    def is_nobodys(self) -> bool:
        """Whether neither a colleague nor a contact is named, whoever the reader may see."""
        if isinstance(self.row, Deliverable):
            return False
        return self.row.responsible_id is None and self.row.person_id is None

    def days_late(self, today: date) -> int:
        """How many days ago it was due; 0 when it is not late."""
        return max((today - self.due_on).days, 0)


def open_work(owner_ids: Iterable[int], reader: Reader, *, until: date) -> list[OpenWork]:
    """Open actions, items of plans and deliverables of those organisations due by ``until``,
    earliest first; eleven queries.

    An action that is in an approved plan counts once, as the item of the plan.
    """
    owners = list(owner_ids)
    planned = list(
        _still_open(
            plan_items(reader).filter(
                plan__owner__in=owners, plan__state=Standing.APPROVED, due_on__lte=until
            )
        )
    )
    approved = PlanItem.objects.filter(
        plan__owner__in=owners, plan__state=Standing.APPROVED, item__isnull=False
    )
    covered = set(approved.values_list("item__lineage", flat=True))
    actions = _still_open(
        items(reader).filter(
            strategy__owner__in=owners, strategy__state=Standing.APPROVED, due_on__lte=until
        )
    )
    promised = deliverables(reader).filter(
        mandate__request__owner__in=owners,
        mandate__request__state=RequestState.MANDATED,
        due_on__lte=until,
        delivered_on=None,
    )
    found = [
        *(_of_work("planitem", row, str(row.plan)) for row in planned),
        *(
            _of_work("strategyitem", row, str(row.strategy))
            for row in actions
            if row.lineage not in covered
        ),
        *(
            OpenWork("deliverable", row.due_on, row, row.mandate.expert, str(row.mandate))
            for row in promised
            if row.due_on is not None
        ),
    ]
    return sorted(found, key=lambda work: (work.due_on, work.kind, work.row.pk))


def _still_open(rows: Any) -> Any:
    return rows.filter(progress__in=OPEN_WORK)


def _of_work(kind: WorkKind, row: StrategyItem | PlanItem, about: str) -> OpenWork:
    if row.due_on is None:
        raise ValueError(f"{kind} {row.pk} has no day.")
    return OpenWork(kind, row.due_on, row, row.who, about)


def by_person(found: Iterable[OpenWork]) -> Mapping[str, list[OpenWork]]:
    """The same by whoever is responsible, by name; nobody, an empty name, comes last."""
    groups: dict[str, list[OpenWork]] = {}
    for work in found:
        groups.setdefault(work.who, []).append(work)
    return dict(sorted(groups.items(), key=lambda pair: (not pair[0], pair[0])))


def late_work(owner_ids: Iterable[int], reader: Reader, *, today: date) -> list[OpenWork]:
    """Open work of those organisations that was due before ``today``."""
    return open_work(owner_ids, reader, until=today - timedelta(days=1))
