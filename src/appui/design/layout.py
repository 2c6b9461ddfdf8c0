"""Where the boxes and arrows of a theory of change stand: an engine without Django.

Layers run in the direction of reading; a node stands after all that leads to it. Coordinates grow
with reading and downwards: who draws from right to left mirrors the first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from appui.design.theory import CHAIN, Edge, Kind, successors

WIDTH, BETWEEN_LAYERS, BETWEEN_BOXES = 196, 56, 18
BEND_HEIGHT = 10
SWEEPS = 6
Item = int | tuple[int, int, int]  # a node, or the bend of an edge in one layer


@dataclass(frozen=True, slots=True)
class Box:
    """``x`` and ``y`` of the corner where reading starts."""

    x: int
    y: int
    height: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The box of each node, and the points that each edge passes, its ends included."""

    boxes: Mapping[int, Box]
    paths: Mapping[Edge, Sequence[tuple[int, int]]]
    width: int
    height: int


def plan(kinds: Mapping[int, Kind], heights: Mapping[int, int], edges: Sequence[Edge]) -> Plan:
    """A place for every node of the chain and every edge between two of them."""
    after = successors(list(kinds), edges)
    layer = _closed_up(_layers(kinds, _without_returns(after)))
    known = [(tail, head) for tail, heads in after.items() for head in heads]
    columns, chains = _columns(layer, known)
    _sort_columns(columns, chains)
    boxes, bends = _placed(columns, heights)
    ends = [box.y + box.height for box in boxes.values()]
    width = max(len(columns), 1) * (WIDTH + BETWEEN_LAYERS) - BETWEEN_LAYERS
    paths = {edge: _path(edge, chains[edge], boxes, bends) for edge in known}
    return Plan(boxes, paths, width, max(ends, default=0))


def _without_returns(after: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """The graph without the arrows that close a circle, in one walk from each node."""
    forward: dict[int, list[int]] = {key: [] for key in after}
    done: set[int] = set()
    for start in after:
        if start in done:
            continue
        walk, inside = [(start, iter(after[start]))], {start}
        while walk:
            node, heads = walk[-1]
            head = next(heads, None)
            if head is None:
                walk.pop()
                inside.discard(node)
                done.add(node)
            elif head not in inside:
                forward[node].append(head)
                if head not in done:
                    inside.add(head)
                    walk.append((head, iter(after[head])))
    return forward


def _layers(kinds: Mapping[int, Kind], forward: Mapping[int, Sequence[int]]) -> dict[int, int]:
    """The layer of each node: that of its kind, or one after what leads to it."""
    layer = {key: CHAIN.index(kind) for key, kind in kinds.items()}
    open_ends = dict.fromkeys(forward, 0)
    for heads in forward.values():
        for head in heads:
            open_ends[head] += 1
    ready = [key for key, count in open_ends.items() if not count]
    while ready:
        node = ready.pop()
        for head in forward[node]:
            layer[head] = max(layer[head], layer[node] + 1)
            open_ends[head] -= 1
            if not open_ends[head]:
                ready.append(head)
    return layer


def _closed_up(layer: Mapping[int, int]) -> dict[int, int]:
    """The same order of layers with none empty."""
    place = {found: index for index, found in enumerate(sorted(set(layer.values())))}
    return {key: place[found] for key, found in layer.items()}


def _columns(
    layer: Mapping[int, int], edges: Sequence[Edge]
) -> tuple[list[list[Item]], dict[Edge, list[Item]]]:
    """The items of each layer, and of each edge the items it passes from end to end."""
    columns: list[list[Item]] = [[] for _layer in range(max(layer.values(), default=-1) + 1)]
    for key in sorted(layer):
        columns[layer[key]].append(key)
    chains: dict[Edge, list[Item]] = {}
    for tail, head in edges:
        step = 1 if layer[head] >= layer[tail] else -1
        between = range(layer[tail] + step, layer[head], step)
        bends: list[Item] = [(tail, head, passed) for passed in between]
        for passed, bend in zip(between, bends, strict=True):
            columns[passed].append(bend)
        chains[tail, head] = [tail, *bends, head]
    return columns, chains


def _sort_columns(columns: list[list[Item]], chains: Mapping[Edge, Sequence[Item]]) -> None:
    """Let neighbours of neighbours stand at one height, so that few arrows cross."""
    beside: dict[Item, list[Item]] = {item: [] for column in columns for item in column}
    for chain in chains.values():
        for one, other in pairwise(chain):
            beside[one].append(other)
            beside[other].append(one)
    for _sweep in range(SWEEPS):
        for column in columns:
            place = {
                item: (index + 0.5) / len(other)
                for other in columns
                for index, item in enumerate(other)
            }
            column.sort(key=lambda item: _mean([place[near] for near in beside[item]], place[item]))


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _placed(
    columns: Sequence[Sequence[Item]], heights: Mapping[int, int]
) -> tuple[dict[int, Box], dict[Item, tuple[int, int]]]:
    """Boxes of nodes and points of bends; shorter layers stand in the middle of the height."""
    tall = [sum(_height(item, heights) + BETWEEN_BOXES for item in column) for column in columns]
    boxes: dict[int, Box] = {}
    bends: dict[Item, tuple[int, int]] = {}
    for index, column in enumerate(columns):
        x, y = index * (WIDTH + BETWEEN_LAYERS), (max(tall) - tall[index]) // 2
        for item in column:
            height = _height(item, heights)
            if isinstance(item, int):
                boxes[item] = Box(x, y, height)
            else:
                bends[item] = (x, y + height // 2)
            y += height + BETWEEN_BOXES
    return boxes, bends


def _height(item: Item, heights: Mapping[int, int]) -> int:
    return heights[item] if isinstance(item, int) else BEND_HEIGHT


def _path(
    edge: Edge,
    chain: Sequence[Item],
    boxes: Mapping[int, Box],
    bends: Mapping[Item, tuple[int, int]],
) -> list[tuple[int, int]]:
    """From the far side of the tail, through both sides of each layer passed, to the head."""
    tail, head = (boxes[key] for key in edge)
    points = [(tail.x + WIDTH, tail.y + tail.height // 2)]
    for item in chain[1:-1]:
        x, y = bends[item]
        sides = [(x, y), (x + WIDTH, y)]
        points += sides if tail.x < head.x else sides[::-1]
    return [*points, (head.x, head.y + head.height // 2)]
