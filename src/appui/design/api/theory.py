"""Theories of change over the API: the whole graph out and in, with what its test finds."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Router, Schema

from appui.design import actions, queries, words
from appui.design.actions.graph import NodeGiven
from appui.design.api.kit import Words
from appui.design.models import Node, NodeKind, Theory
from appui.evidence.models import Source
from appui.kernel.api import PROBLEMS, Id, Key, fetch, pick, reader_of, write_once
from appui.kernel.errors import Missing
from appui.portfolio.models import Activity
from appui.registry.ownership import OwnershipChange, changes

router = Router()
ShortName = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[-a-zA-Z0-9_]+$")]


class GraphNode(Schema):
    """A node; ``about`` or ``about_arrow`` say what an assumption is assumed of."""

    key: ShortName
    kind: NodeKind
    text: Words
    indicator: Words = {}
    evidence: Words = {}
    source_id: Key | None = None
    about: ShortName | None = None
    about_arrow: list[ShortName] | None = Field(None, min_length=2, max_length=2)


class GraphArrow(Schema):
    """The tail leads to the head; both are short names of nodes."""

    tail: ShortName
    head: ShortName


class GraphFinding(Schema):
    """Something wrong with the graph: of a circle, the nodes in the order of the arrows."""

    problem: str
    nodes: list[str]
    sentence: str


class TheoryGraph(Schema):
    """The whole graph of a project; what can be sent can be read."""

    version: int | None = None
    nodes: list[GraphNode] = Field(max_length=1000)
    arrows: list[GraphArrow] = Field([], max_length=5000)


class TheorySharing(OwnershipChange):
    """Who sees a theory of change; it belongs to the organisation of its project."""

    owner_id: None = None


class TheoryOut(TheoryGraph):
    """The whole graph with its test."""

    id: int
    activity_id: int
    owner_id: int
    visibility: str
    findings: list[GraphFinding]


@router.get("/activities/{pk}/theory", response={200: TheoryOut, **PROBLEMS})
def get_theory(request: HttpRequest, pk: Id) -> dict[str, Any]:
    """The theory of change of a project, as it can be sent back."""
    found = queries.theories(reader_of(request)).filter(activity=_activity(request, pk)).first()
    if found is None:
        raise Missing(f"Activity {pk} has no theory of change that you may see.")
    return _shown(found)


@router.put("/activities/{pk}/theory", response={200: TheoryOut, **PROBLEMS})
def put_theory(request: HttpRequest, pk: Id, body: TheoryGraph) -> dict[str, Any]:
    """Make the graph exactly this one; nodes with the same short name are kept and changed."""
    reader, activity = reader_of(request), _activity(request, pk)
    rows = queries.theories(reader)

    def act() -> Theory:
        made = actions.put_graph(
            activity,
            _given(request, body.nodes),
            [(arrow.tail, arrow.head) for arrow in body.arrows],
            by=reader,
            version=body.version,
        )
        return fetch(rows, made.pk)

    return _shown(write_once(request, body, rows, act))


@router.post("/activities/{pk}/theory/sharing", response={200: TheoryOut, **PROBLEMS})
def share_theory(request: HttpRequest, pk: Id, body: TheorySharing) -> dict[str, Any]:
    """Say who sees the theory of change of a project."""
    rows = queries.theories(reader_of(request))
    found = rows.filter(activity=_activity(request, pk)).first()
    if found is None:
        raise Missing(f"Activity {pk} has no theory of change that you may see.")

    def act() -> Theory:
        actions.change_theory(found, by=reader_of(request), **changes(body))
        return fetch(rows, found.pk)

    return _shown(write_once(request, body, rows, act))


def _given(request: HttpRequest, nodes: list[GraphNode]) -> list[NodeGiven]:
    sources = Source.objects.visible_to(reader_of(request))
    return [
        NodeGiven(
            key=node.key,
            kind=node.kind.value,
            text=node.text,
            indicator=node.indicator,
            evidence=node.evidence,
            source=pick(sources, node.source_id, "source_id"),
            about=node.about,
            about_link=(node.about_arrow[0], node.about_arrow[1]) if node.about_arrow else None,
        )
        for node in nodes
    ]


def _shown(obj: Theory) -> dict[str, Any]:
    nodes, links = list(obj.nodes.all()), list(obj.links.all())
    keys = {node.pk: node.key for node in nodes}
    arrows = {link.pk: [keys[link.tail_id], keys[link.head_id]] for link in links}
    return {
        "id": obj.pk,
        "version": obj.version,
        "activity_id": obj.activity_id,
        "owner_id": obj.owner_id,
        "visibility": obj.visibility,
        "nodes": [_shown_node(node, keys, arrows) for node in nodes],
        "arrows": [{"tail": tail, "head": head} for tail, head in arrows.values()],
        "findings": [
            {
                "problem": said.finding.problem,
                "nodes": [keys[key] for key in said.finding.nodes],
                "sentence": said.sentence,
            }
            for said in words.findings(obj)
        ],
    }


def _shown_node(node: Node, keys: dict[int, str], arrows: dict[int, list[str]]) -> dict[str, Any]:
    return {
        "key": node.key,
        "kind": node.kind,
        "text": node.text,
        "indicator": node.indicator,
        "evidence": node.evidence,
        "source_id": node.source.pk if node.source else None,
        "about": keys.get(node.about_node_id or 0),
        "about_arrow": arrows.get(node.about_link_id or 0),
    }


def _activity(request: HttpRequest, pk: int) -> Activity:
    rows = Activity.objects.visible_to(reader_of(request)).select_related("owner")
    return fetch(rows, pk)
