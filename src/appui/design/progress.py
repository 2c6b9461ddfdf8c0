"""How far a project is on its way: its stage, what the next one asks, what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse
from django.utils.timezone import localdate

from appui.design import queries
from appui.design.asked import Answer, answers
from appui.design.facts import FACTS, Words, spoken
from appui.design.models import (
    AskedForm,
    ChecklistItem,
    Moment,
    Paper,
    Stage,
    Standing,
    Theory,
    Tick,
)
from appui.kernel.multilingual import localise
from appui.portfolio.models import Activity

FUNDING, IMPLEMENTING = "1", "4"  # IATI 2.03, OrganisationRole


@dataclass(frozen=True, slots=True)
class Lack:
    """Something the next stage asks and the project has not; ``url`` is where it is filled in."""

    text: Words
    url: str

    def __str__(self) -> str:
        return localise(self.text).text


@dataclass(frozen=True, slots=True)
class Checked:
    """An item of a checklist with who ticked it, None while nobody did."""

    item: ChecklistItem
    tick: Tick | None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a project stands; ``ahead`` and ``behind`` are the stages it could move to, ``present``
    the one where it is, if any."""

    activity: Activity
    standing: Standing | None
    ahead: Sequence[Stage]
    behind: Sequence[Stage]
    ticks: dict[int, Tick]
    present: Sequence[Stage] = ()

    @property
    def next(self) -> Stage | None:
        """The following stage; None at the end."""
        return self.ahead[0] if self.ahead else None

    @property
    def has_kit(self) -> bool:
        """Whether the organisation has stages at all."""
        return bool(self.ahead or self.behind or self.standing)

    def forms_to(self, target: Stage) -> list[AskedForm]:
        """The forms asked for on the way to ``target``: to leave the stages before it, to enter
        each; none when ``target`` lies behind."""
        entered = _up_to(self.ahead, target)
        if not entered:
            return []
        left = (*self.present, *entered[:-1])
        found = {
            item.pk: item
            for moment, stages in ((Moment.LEAVE, left), (Moment.ENTER, entered))
            for stage in stages
            for item in stage.asked_forms.all()
            if item.moment == moment and not item.is_retired
        }
        return list(found.values())

    def checklist(self, stage: Stage) -> list[Checked]:
        """The items a stage asks, with who ticked them."""
        current = [item for item in stage.items.all() if not item.is_retired]
        return [Checked(item, self.ticks.get(item.pk)) for item in current]

    def done_elsewhere(self) -> list[Checked]:
        """What was ticked for other stages than the next, in the order it was ticked."""
        asked = {item.pk for item in self.next.items.all()} if self.next else set()
        others = [tick for key, tick in self.ticks.items() if key not in asked]
        return [
            Checked(tick.item, tick) for tick in sorted(others, key=lambda tick: tick.ticked_at)
        ]


def progress_of(activity: Activity) -> Progress:
    """Where the project stands among its organisation's stages: seven queries."""
    standing = Standing.objects.filter(activity=activity).select_related("stage").first()
    rows = Stage.objects.filter(owner=activity.owner_id).order_by("position", "pk")
    every = list(rows.prefetch_related("items", "required_papers", "asked_forms__form"))
    place = _place(every, standing)
    ticks = Tick.objects.filter(activity=activity).select_related("item")
    return Progress(
        activity,
        standing,
        [stage for stage in every[place + 1 :] if not stage.is_retired],
        [stage for stage in every[: max(place, 0)] if not stage.is_retired],
        {tick.item_id: tick for tick in ticks},
        every[place : place + 1] if place >= 0 else [],
    )


def _place(every: Sequence[Stage], standing: Standing | None) -> int:
    """The index of the present stage; -1 before the first, or when it is another's stage."""
    keys = [stage.pk for stage in every]
    if standing is None or standing.stage_id not in keys:
        return -1
    return keys.index(standing.stage_id)


def lacks(progress: Progress, target: Stage, *, today: date | None = None) -> list[Lack]:
    """What is missing to enter ``target``: all that the stages on the way there ask."""
    asked = _up_to(progress.ahead, target)
    found = [*_missing_facts(progress.activity, asked), *_missing_papers(progress.activity, asked)]
    forms = [
        Lack(answer.lacking, answer.url)
        for answer in answers_for(progress, target, today=today)
        if not answer.is_done
    ]
    return [*found, *forms, *_open_items(progress, asked)]


def rests_on_consultations(progress: Progress, target: Stage) -> bool:
    """Whether a stage on the way to ``target`` asks on which consultations the move rests."""
    return any(stage.rests_on_consultations for stage in _up_to(progress.ahead, target))


def answers_for(progress: Progress, target: Stage, *, today: date | None = None) -> list[Answer]:
    """How far the forms that are asked for on the way to ``target`` have come; two queries."""
    return answers(progress.activity, progress.forms_to(target), today=today or localdate())


def _up_to(ahead: Sequence[Stage], target: Stage) -> list[Stage]:
    """The stages from the next to ``target``; none when ``target`` lies behind."""
    keys = [stage.pk for stage in ahead]
    return list(ahead[: keys.index(target.pk) + 1]) if target.pk in keys else []


def _missing_facts(activity: Activity, asked: Iterable[Stage]) -> list[Lack]:
    wanted = dict.fromkeys(slug for stage in asked for slug in stage.required_facts)
    if not wanted:
        return []
    stated = stated_facts(activity)
    return [
        Lack(
            spoken(FACTS[slug].label),
            reverse(FACTS[slug].where, args=[activity.pk, *FACTS[slug].extra]),
        )
        for slug in wanted
        if slug not in stated
    ]


def _missing_papers(activity: Activity, asked: Iterable[Stage]) -> list[Lack]:
    papers = (paper for stage in asked for paper in stage.required_papers.all())
    wanted = {paper.pk: paper for paper in papers if not paper.is_retired}
    if not wanted:
        return []
    written = Paper.objects.filter(activity=activity, template__in=list(wanted))
    published = set(written.filter(versions__isnull=False).values_list("template_id", flat=True))
    drafts = {paper.template_id: paper.get_absolute_url() for paper in written}
    add = reverse("design:paper_add", args=[activity.pk])
    return [
        Lack(dict(paper.title), drafts.get(key) or f"{add}?template={key}")
        for key, paper in wanted.items()
        if key not in published
    ]


def _open_items(progress: Progress, asked: Iterable[Stage]) -> list[Lack]:
    return [
        Lack(
            dict(checked.item.text),
            reverse("design:tick", args=[progress.activity.pk, checked.item.pk]),
        )
        for stage in asked
        for checked in progress.checklist(stage)
        if checked.item.is_required and checked.tick is None
    ]


def stated_facts(activity: Activity) -> set[str]:
    """Which of ``facts.FACTS`` are true of the project now."""
    return {slug for slug, is_true in _truths(activity).items() if is_true}


def _truths(activity: Activity) -> dict[str, bool]:
    lists = set(activity.classifications.values_list("code__codelist__slug", flat=True))
    shares = list(activity.places.values_list("percentage", flat=True))
    parts = list(activity.participations.values_list("role__code", "organisation_id"))
    roles = {role for role, _organisation in parts}
    return {
        "second_language": sum(bool(text.strip()) for text in activity.title.values()) > 1,
        "description": any(text.strip() for text in activity.description.values()),
        "planned_dates": None not in (activity.planned_start, activity.planned_end),
        "need": activity.needs.exists(),
        "source": activity.source_id is not None,
        "aid_type": activity.aid_type_id is not None,
        "places": bool(shares),
        "place_shares": bool(shares) and None not in shares,
        "sectors": "Sector" in lists,
        "goals": "UNSDG-Goals" in lists,
        "markers": "PolicyMarker" in lists,
        "budget": activity.budget_lines.filter(replaced_by=None).exists(),
        "partner": any(organisation != activity.owner_id for _role, organisation in parts),
        "funder": FUNDING in roles,
        "implementer": IMPLEMENTING in roles,
        "theory": _theory_holds(activity),
    }


def _theory_holds(activity: Activity) -> bool:
    """Whether there is a graph and its test finds nothing."""
    found = Theory.objects.filter(activity=activity).prefetch_related("nodes", "links").first()
    return found is not None and bool(found.nodes.all()) and not queries.findings(found)
