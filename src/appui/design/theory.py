"""A theory of change as a graph, and what is wrong with it: an engine without Django.

Nodes are anything with an order (keys); an edge says that one leads to the other. Assumptions are
nodes apart: they hang on a node or on an edge and lead nowhere.
"""

from collections import deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["input", "activity", "output", "outcome", "impact", "assumption"]
Problem = Literal[
    "cycle",
    "nothing_leads_to",
    "leads_nowhere",
    "no_activity",
    "no_indicator",
    "unattached",
    "no_evidence",
    "too_many",
]
CHAIN: tuple[Kind, ...] = ("input", "activity", "output", "outcome", "impact")
RESULTS = frozenset({"output", "outcome", "impact"})
MOST_NODES = 40
Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Node:
    """``indicator`` matters for results; ``evidence`` and ``attached`` for assumptions."""

    key: int
    kind: Kind
    indicator: bool = False
    evidence: bool = False
    attached: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem and the nodes it is about: of a cycle, in the order of the arrows."""

    problem: Problem
    nodes: tuple[int, ...]


def examine(nodes: Iterable[Node], edges: Iterable[Edge], most: int = MOST_NODES) -> list[Finding]:
    """Everything wrong with the graph, by problem and then by node."""
    every = sorted(nodes, key=lambda node: node.key)
    chain = [node for node in every if node.kind != "assumption"]
    after = successors([node.key for node in chain], edges)
    return [
        *(Finding("cycle", cycle) for cycle in cycles(after)),
        *_loose_ends(chain, after),
        *_without_activity(chain, after),
        *_one_each("no_indicator", (n for n in chain if n.kind in RESULTS and not n.indicator)),
        *_of_assumptions([node for node in every if node.kind == "assumption"]),
        *([Finding("too_many", tuple(n.key for n in every))] if len(every) > most else []),
    ]


def successors(keys: Sequence[int], edges: Iterable[Edge]) -> dict[int, list[int]]:
    """What each node leads to, once each, in order; an edge to an unknown node is left out."""
    after: dict[int, set[int]] = {key: set() for key in keys}
    for tail, head in edges:
        if tail in after and head in after:
            after[tail].add(head)
    return {key: sorted(found) for key, found in after.items()}


def cycles(after: Mapping[int, Sequence[int]]) -> list[tuple[int, ...]]:
    """For every edge that lies on a cycle, a shortest cycle through it; each cycle once.

    A cycle begins with its least node. There may be others, but none is left once every one of
    these is broken at an edge that all of them share, and no edge of any cycle is left out.
    """
    found = set()
    for tail, heads in after.items():
        for head in heads:
            path = shortest_path(after, head, tail)
            if path:
                start = path.index(min(path))
                found.add((*path[start:], *path[:start]))
    return sorted(found, key=lambda cycle: (len(cycle), cycle))


def shortest_path(
    after: Mapping[int, Sequence[int]], start: int, end: int
) -> tuple[int, ...] | None:
    """The nodes from ``start`` to ``end``, both included; None when there is no way."""
    came_from = {start: start}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        if node == end:
            return _walked(came_from, start, end)
        for following in after[node]:
            if following not in came_from:
                came_from[following] = node
                waiting.append(following)
    return None


def _walked(came_from: Mapping[int, int], start: int, end: int) -> tuple[int, ...]:
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))


def reachable(after: Mapping[int, Sequence[int]], starts: Iterable[int]) -> set[int]:
    """All that can be reached from ``starts``, these among it."""
    seen = set(starts)
    waiting = deque(seen)
    while waiting:
        for following in after[waiting.popleft()]:
            if following not in seen:
                seen.add(following)
                waiting.append(following)
    return seen


def _loose_ends(chain: Sequence[Node], after: Mapping[int, Sequence[int]]) -> list[Finding]:
    """Nodes that nothing leads to, but where the chain starts; and that lead nowhere, but impacts.

    The chain starts with the inputs; where none is drawn, with the activities.
    """
    start = "input" if any(node.kind == "input" for node in chain) else "activity"
    led_to = {head for heads in after.values() for head in heads}
    return [
        *_one_each(
            "nothing_leads_to", (n for n in chain if n.kind != start and n.key not in led_to)
        ),
        *_one_each("leads_nowhere", (n for n in chain if n.kind != "impact" and not after[n.key])),
    ]


def _without_activity(chain: Sequence[Node], after: Mapping[int, Sequence[int]]) -> list[Finding]:
    done = reachable(after, (node.key for node in chain if node.kind == "activity"))
    return _one_each("no_activity", (n for n in chain if n.kind == "output" and n.key not in done))


def _of_assumptions(assumptions: Sequence[Node]) -> list[Finding]:
    return [
        *_one_each("unattached", (node for node in assumptions if not node.attached)),
        *_one_each("no_evidence", (node for node in assumptions if not node.evidence)),
    ]


def _one_each(problem: Problem, nodes: Iterable[Node]) -> list[Finding]:
    return [Finding(problem, (node.key,)) for node in nodes]
