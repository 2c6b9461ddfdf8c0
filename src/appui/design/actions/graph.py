"""Writes of theories of change: nodes, arrows, and a whole graph at once."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.design import rules
from appui.design.models import Link, Node, NodeKind, Theory
from appui.evidence.models import Source
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.portfolio.models import Activity
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("begun"),
    gettext_noop("node"),
    gettext_noop("node added"),
    gettext_noop("node changed"),
    gettext_noop("node removed"),
    gettext_noop("arrow"),
    gettext_noop("arrow added"),
    gettext_noop("arrow removed"),
)
MOST_NODES, MOST_LINKS = 200, 600


@dataclass(frozen=True, slots=True)
class NodeGiven:
    """A node as files and the API write it; ``about`` names a node, ``about_link`` an arrow."""

    key: str
    kind: str
    text: Mapping[str, str]
    indicator: Mapping[str, str] = field(default_factory=dict)
    evidence: Mapping[str, str] = field(default_factory=dict)
    source: Source | None = None
    about: str | None = None
    about_link: tuple[str, str] | None = None


@transaction.atomic
def begin_theory(activity: Activity, *, by: Reader) -> Theory:
    """Begin the theory of change of a project; one that is begun is answered as it is."""
    audit.hold(activity)
    require(may_edit(activity, by))
    known = Theory.objects.filter(activity=activity).first()
    if known is not None:
        return known
    return audit.create(Theory(activity=activity, owner=activity.owner), by=by, verb="begun")


@transaction.atomic
def change_theory(
    theory: Theory, *, by: Reader, version: int | None = None, **fields: Any
) -> Theory:
    """Change who sees it."""
    audit.hold(theory)
    require(rules.may_change(theory, by))
    keep_hidden(theory, by, fields)
    return audit.update(theory, by=by, version=version, **fields)


@transaction.atomic
def add_node(theory: Theory, *, by: Reader, key: str = "", **fields: Any) -> Node:
    """Add a node; without a short name it gets the next number."""
    audit.hold(theory)
    require(rules.may_change(theory, by))
    if theory.nodes.count() >= MOST_NODES:
        raise Invalid(_("A graph has at most %(count)d nodes.") % {"count": MOST_NODES})
    node = Node(theory=theory, key=key or _next_key(theory), **fields)
    _refuse_elsewhere(node)
    audit.create(node, by=by)
    _note(theory, by, "node added", [None, str(node)])
    return node


@transaction.atomic
def change_node(node: Node, *, by: Reader, version: int | None = None, **fields: Any) -> Node:
    """Change a node; one that has arrows does not become an assumption."""
    audit.hold(node)
    require(rules.may_change(node.theory, by))
    keep_hidden(node, by, fields)
    if fields.get("kind", node.kind) == NodeKind.ASSUMPTION and (
        node.links_out.exists() or node.links_in.exists() or node.assumptions.exists()
    ):
        text = _("Arrows or assumptions hang on it: remove them first.")
        raise Invalid(text, {"kind": text})
    before, seen = str(node), node.version
    for name in ("about_node", "about_link"):
        if name in fields:
            setattr(node, name, fields[name])
    _refuse_elsewhere(node)
    if audit.update(node, by=by, version=version, **fields).version != seen:
        _note(node.theory, by, "node changed", [before, str(node)])
    return node


@transaction.atomic
def remove_node(node: Node, *, by: Reader) -> None:
    """Remove a node and its arrows; what was assumed of it is then assumed of nothing."""
    require(rules.may_change(node.theory, by))
    _note(node.theory, by, "node removed", [str(node), None])
    audit.delete(node, by=by)


@transaction.atomic
def add_link(theory: Theory, *, by: Reader, tail: Node, head: Node) -> Link:
    """Say that one node leads to another."""
    audit.hold(theory)
    require(rules.may_change(theory, by))
    if theory.links.count() >= MOST_LINKS:
        raise Invalid(_("A graph has at most %(count)d arrows.") % {"count": MOST_LINKS})
    for name, node in (("tail", tail), ("head", head)):
        if node.theory_id != theory.pk:
            raise Invalid(_("This node is not in this graph."), {name: _("Not in this graph.")})
        if node.kind == NodeKind.ASSUMPTION:
            text = _("An assumption leads nowhere: say on its page what it is assumed of.")
            raise Invalid(text, {name: text})
    link = audit.create(Link(theory=theory, tail=tail, head=head), by=by)
    _note(theory, by, "arrow added", [None, str(link)])
    return link


@transaction.atomic
def remove_link(link: Link, *, by: Reader) -> None:
    """Remove an arrow."""
    require(rules.may_change(link.theory, by))
    _note(link.theory, by, "arrow removed", [str(link), None])
    audit.delete(link, by=by)


@transaction.atomic
def put_graph(
    activity: Activity,
    nodes: Iterable[NodeGiven],
    links: Iterable[tuple[str, str]],
    *,
    by: Reader,
    version: int | None = None,
) -> Theory:
    """Make the graph of the project exactly this one; nodes of the same short name are kept."""
    given, wanted = _by_key(nodes), dict.fromkeys(links)
    _refuse_broken(given, list(wanted))
    theory = begin_theory(activity, by=by)
    require(rules.may_change(theory, by))
    audit.update(theory, by=by, version=version)
    standing = {node.key: node for node in theory.nodes.all()}
    for link in theory.links.select_related("tail", "head"):
        if (link.tail.key, link.head.key) not in wanted:
            remove_link(link, by=by)
    for key, node in standing.items():
        if key not in given:
            remove_node(node, by=by)
    _put_nodes(theory, given, standing, by)
    _put_links(theory, wanted, by)
    _attach(theory, given, by)
    return theory


def _by_key(nodes: Iterable[NodeGiven]) -> dict[str, NodeGiven]:
    given: dict[str, NodeGiven] = {}
    for node in nodes:
        if node.key in given:
            raise _wrong(_("The short name “%(key)s” stands twice.") % {"key": node.key})
        given[node.key] = node
    return given


def _refuse_broken(given: Mapping[str, NodeGiven], links: list[tuple[str, str]]) -> None:
    """Refuse a graph too large, or that names what is not in it."""
    if len(given) > MOST_NODES or len(links) > MOST_LINKS:
        raise _wrong(
            _("A graph has at most %(nodes)d nodes and %(links)d arrows.")
            % {"nodes": MOST_NODES, "links": MOST_LINKS}
        )
    chain = {key for key, node in given.items() if node.kind != NodeKind.ASSUMPTION}
    for tail, head in links:
        if not {tail, head} <= chain:
            raise _wrong(
                _("The arrow from “%(tail)s” to “%(head)s” needs two nodes of the chain.")
                % {"tail": tail, "head": head}
            )
    for node in given.values():
        _refuse_dangling(node, chain, links)


def _refuse_dangling(node: NodeGiven, chain: set[str], links: list[tuple[str, str]]) -> None:
    if node.about is not None and node.about not in chain:
        raise _wrong(
            _("“%(key)s” is about “%(about)s”, which is no node of the chain.")
            % {"key": node.key, "about": node.about}
        )
    if node.about_link is not None and node.about_link not in links:
        raise _wrong(_("“%(key)s” is about an arrow that is not drawn.") % {"key": node.key})


def _put_nodes(
    theory: Theory, given: Mapping[str, NodeGiven], standing: Mapping[str, Node], by: Reader
) -> None:
    for key, node in given.items():
        fields: dict[str, Any] = {
            "kind": node.kind,
            "text": dict(node.text),
            "indicator": dict(node.indicator),
            "evidence": dict(node.evidence),
            "source": node.source,
        }
        if key not in standing:
            add_node(theory, by=by, key=key, **fields)
            continue
        if node.kind != NodeKind.ASSUMPTION:
            fields |= {"about_node": None, "about_link": None}
        change_node(standing[key], by=by, **fields)


def _put_links(theory: Theory, wanted: Iterable[tuple[str, str]], by: Reader) -> None:
    nodes = {node.key: node for node in theory.nodes.all()}
    rows = theory.links.select_related("tail", "head")
    standing = {(link.tail.key, link.head.key) for link in rows}
    for tail, head in wanted:
        if (tail, head) not in standing:
            add_link(theory, by=by, tail=nodes[tail], head=nodes[head])


def _attach(theory: Theory, given: Mapping[str, NodeGiven], by: Reader) -> None:
    nodes = {node.key: node for node in theory.nodes.all()}
    rows = theory.links.select_related("tail", "head")
    links = {(link.tail.key, link.head.key): link for link in rows}
    for key, node in given.items():
        if node.kind == NodeKind.ASSUMPTION:
            change_node(
                nodes[key],
                by=by,
                about_node=nodes[node.about] if node.about else None,
                about_link=links[node.about_link] if node.about_link else None,
            )


def _refuse_elsewhere(node: Node) -> None:
    """An assumption is about something in its own graph, and not about another assumption."""
    target: Any = node.about_node or node.about_link
    if target is None:
        return
    if target.theory_id != node.theory_id or getattr(target, "kind", "") == NodeKind.ASSUMPTION:
        text = _("Choose a node of the chain or an arrow of this graph.")
        raise Invalid(text, {"about": text})


def _next_key(theory: Theory) -> str:
    used = set(theory.nodes.values_list("key", flat=True))
    return next(key for number in range(1, MOST_NODES + 2) if (key := f"n{number}") not in used)


def _wrong(text: str) -> Invalid:
    return Invalid(text, {"nodes": text})


def _note(theory: Theory, by: Reader, verb: str, change: list[str | None]) -> None:
    """A line in the trail of the graph, whose version rises."""
    audit.record(by, verb, theory, {verb.rsplit(" ", 1)[0]: change})
    audit.touch(theory)
