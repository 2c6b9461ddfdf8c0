"""Reads of design: rows that a reader may see, papers and their versions, graphs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    Max,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from appui.design import compare, theory
from appui.design.models import (
    AskedForm,
    ChecklistItem,
    Comment,
    Link,
    Move,
    Node,
    Paper,
    PaperSection,
    PaperVersion,
    Stage,
    Template,
    TemplateSection,
    Theory,
)
from appui.evidence.models import Source
from appui.kernel.access import Reader, Role
from appui.kernel.multilingual import Localised, localise
from appui.portfolio.models import Activity
from appui.questionnaires.models import Consultation


def stages(reader: Reader) -> QuerySet[Stage]:
    """Stages of the reader's organisations with what they ask and how many projects stand there."""
    rows: QuerySet[Stage] = Stage.objects.visible_to(reader)
    return (
        rows.select_related("owner")
        .prefetch_related("items", "required_papers", "asked_forms__form")
        .annotate(projects=Count("standings", distinct=True))
    )


def items(reader: Reader) -> QuerySet[ChecklistItem]:
    """Checklist items of stages the reader may see."""
    seen = Stage.objects.visible_to(reader)
    return ChecklistItem.objects.filter(stage__in=seen).select_related("stage__owner")


def asked_forms(reader: Reader) -> QuerySet[AskedForm]:
    """Forms asked for by stages the reader may see."""
    seen = Stage.objects.visible_to(reader)
    return AskedForm.objects.filter(stage__in=seen).select_related("stage__owner", "form")


def templates(reader: Reader) -> QuerySet[Template]:
    """Templates of the reader's organisations with their sections and the number of papers."""
    rows: QuerySet[Template] = Template.objects.visible_to(reader)
    return (
        rows.select_related("owner")
        .prefetch_related("sections")
        .annotate(written=Count("papers", distinct=True))
    )


def template_sections(reader: Reader) -> QuerySet[TemplateSection]:
    """Sections of templates the reader may see."""
    seen = Template.objects.visible_to(reader)
    return TemplateSection.objects.filter(template__in=seen).select_related("template__owner")


def own_activities(reader: Reader) -> QuerySet[Activity]:
    """Projects of the organisations where the reader holds a role, with where they stand."""
    rows: QuerySet[Activity] = Activity.objects.writable_by(reader, Role.READER)
    return rows.select_related("owner", "status", "standing__stage")


def moves(activity: Activity, reader: Reader) -> QuerySet[Move]:
    """The history of a project's stages, newest first."""
    return all_moves(reader).filter(activity=activity)


def all_moves(reader: Reader) -> QuerySet[Move]:
    """Moves of the reader's projects, each with the consultations that the reader may see."""
    rows: QuerySet[Move] = Move.objects.visible_to(reader)
    heard = Prefetch("consultations", Consultation.objects.visible_to(reader))
    return rows.select_related("activity").prefetch_related(heard)


def papers(reader: Reader) -> QuerySet[Paper]:
    """Papers the reader may see, with the number of their last version and of open comments.

    Ask ``project_of`` for the project: the reader may not see it.
    """
    rows: QuerySet[Paper] = Paper.objects.visible_to(reader).select_related("template", "owner")
    projects = Prefetch("activity", Activity.objects.visible_to(reader))
    versions = PaperVersion.objects.filter(paper=OuterRef("pk")).order_by("-number")
    last_title = Coalesce(Subquery(versions.values("title")[:1]), Value(""))
    inside = When(owner__in=list(reader.organisation_ids()), then=Value(""))
    return rows.prefetch_related(projects).annotate(
        published_title=Value("")
        if reader.is_superuser
        else Case(inside, default=last_title, output_field=CharField()),
        last_version=Max("versions__number"),
        open_comments=Count(
            "sections__comments",
            filter=Q(
                sections__comments__answers=None,
                sections__comments__resolved_at=None,
                owner__in=list(reader.organisation_ids()),
            ),
            distinct=True,
        ),
    )


def project_of(paper: Paper) -> Activity | None:
    """The project of one of ``papers``, None where the reader may not see it."""
    return getattr(paper, "activity", None)


def paper_sections(reader: Reader) -> QuerySet[PaperSection]:
    """Sections of papers of the reader's own organisations: drafts are nobody else's."""
    rows = PaperSection.objects.filter(paper__in=Paper.objects.visible_to(reader))
    rows = rows.select_related("paper__activity", "paper__owner", "paper__template")
    if reader.is_superuser:
        return rows
    return rows.filter(paper__owner__in=list(reader.organisation_ids()))


def comments(reader: Reader) -> QuerySet[Comment]:
    """Comments the reader may see, with what they are about."""
    rows: QuerySet[Comment] = Comment.objects.visible_to(reader)
    return rows.select_related("section__paper__owner", "answers")


def sections_with_comments(paper: Paper) -> list[PaperSection]:
    """The sections of a paper with their comments and the replies: three queries."""
    first = Comment.objects.filter(answers=None).prefetch_related("replies")
    return list(paper.sections.prefetch_related(Prefetch("comments", first)))


def versions(paper: Paper) -> QuerySet[PaperVersion]:
    """The published versions, newest first."""
    return paper.versions.all()


Sections = Iterable[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class SectionRead:
    """A section of a version as its readers see it, its title in the language of the paper."""

    heading: Localised
    text: str


def readable(paper: Paper, sections: Sections) -> list[SectionRead]:
    """The sections that have text."""
    return [
        SectionRead(localise(section["title"], paper.language), section["text"])
        for section in sections
        if section["text"]
    ]


@dataclass(frozen=True, slots=True)
class SectionDifference:
    """One section in two versions; ``state`` says whether only one of them has it."""

    heading: Localised
    state: str
    pieces: list[compare.Piece]
    added: int
    removed: int


def draft_of(paper: Paper) -> list[dict[str, Any]]:
    """The draft in the form in which versions keep their sections."""
    return [{"key": s.pk, "title": s.title, "text": s.text} for s in paper.sections.all()]


def differences(paper: Paper, before: Sections, after: Sections) -> list[SectionDifference]:
    """What differs, section by section, in the order of the later and then what it lost."""
    old = {section["key"]: section for section in before}
    new = {section["key"]: section for section in after}
    found = []
    for key in [*new, *(key for key in old if key not in new)]:
        shown = new.get(key) or old[key]
        texts = [str(side.get(key, {}).get("text", "")) for side in (old, new)]
        pieces = compare.compare(*texts)
        state = "added" if key not in old else "removed" if key not in new else "same"
        heading = localise(shown["title"], paper.language)
        found.append(SectionDifference(heading, state, pieces, *compare.counted(pieces)))
    return found


def theories(reader: Reader) -> QuerySet[Theory]:
    """Theories of change the reader may see, with their graph; sources only as far as seen."""
    nodes = Node.objects.prefetch_related(Prefetch("source", Source.objects.visible_to(reader)))
    links = Link.objects.select_related("tail", "head")
    rows: QuerySet[Theory] = Theory.objects.visible_to(reader)
    return rows.select_related("activity", "owner").prefetch_related(
        Prefetch("nodes", nodes), Prefetch("links", links)
    )


def nodes(reader: Reader) -> QuerySet[Node]:
    """Nodes of graphs the reader may see."""
    seen = Theory.objects.visible_to(reader)
    return Node.objects.filter(theory__in=seen).select_related("theory__activity", "theory__owner")


def links(reader: Reader) -> QuerySet[Link]:
    """Arrows of graphs the reader may see."""
    seen = Theory.objects.visible_to(reader)
    rows = Link.objects.filter(theory__in=seen)
    return rows.select_related("theory__activity", "theory__owner", "tail", "head")


def findings(obj: Theory) -> list[theory.Finding]:
    """What the test of the graph finds."""
    known = [
        theory.Node(
            key=node.pk,
            kind=node.kind,  # type: ignore[arg-type]
            indicator=bool(node.indicator),
            evidence=bool(node.evidence) or node.source_id is not None,
            attached=node.about_node_id is not None or node.about_link_id is not None,
        )
        for node in obj.nodes.all()
    ]
    return theory.examine(known, [(link.tail_id, link.head_id) for link in obj.links.all()])
