"""A theory of change as shapes for an SVG drawn by a template; mirrored for right to left."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from appui.design.layout import BETWEEN_BOXES, WIDTH, Box, plan
from appui.design.models import Link, Node, NodeKind, Theory
from appui.design.theory import Finding
from appui.kernel.multilingual import localise

LINE, TOP, BOTTOM, MARGIN = 17, 34, 10, 16
LINE_LENGTH, MOST_LINES = 26, 7
BADGE = 24


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text and the height at which it stands."""

    text: str
    y: int


@dataclass(frozen=True, slots=True)
class Shape:
    """A box with its lines centred at ``middle``; ``number`` is that of an assumption."""

    node: Node
    x: int
    y: int
    height: int
    middle: int
    lines: Sequence[Line]
    language: str
    direction: str
    is_wrong: bool
    number: int | None = None

    @property
    def width(self) -> int:
        """The same for all boxes."""
        return WIDTH


@dataclass(frozen=True, slots=True)
class Arrow:
    """The path of an arrow; ``is_wrong`` when it lies on a circle."""

    path: str
    is_wrong: bool


@dataclass(frozen=True, slots=True)
class Badge:
    """The number of an assumption where it is assumed."""

    x: int
    y: int
    number: int


@dataclass(frozen=True, slots=True)
class Drawing:
    """All shapes with the size of the sheet."""

    width: int
    height: int
    boxes: Sequence[Shape]
    arrows: Sequence[Arrow]
    badges: Sequence[Badge]


def draw(theory: Theory, found: Sequence[Finding], *, mirrored: bool) -> Drawing:
    """The chain in layers, and the assumptions numbered beneath; no query when it was fetched."""
    nodes, links = list(theory.nodes.all()), list(theory.links.all())
    chain = [node for node in nodes if node.kind != NodeKind.ASSUMPTION]
    assumed = [node for node in nodes if node.kind == NodeKind.ASSUMPTION]
    lines = {node.pk: wrapped(str(node)) for node in nodes}
    heights = {key: TOP + LINE * len(text) + BOTTOM for key, text in lines.items()}
    made = plan(
        {node.pk: node.kind for node in chain},  # type: ignore[misc]
        heights,
        [(link.tail_id, link.head_id) for link in links],
    )
    boxes = {**made.boxes, **_beneath(assumed, heights, made.width, made.height)}
    width = made.width + 2 * MARGIN
    height = max((box.y + box.height for box in boxes.values()), default=0) + 2 * MARGIN
    wrong, circled = _wrong(found), _circled(found)
    across = _mirror(width) if mirrored else _plain
    numbers = {node.pk: index for index, node in enumerate(assumed, 1)}

    def shape(node: Node) -> Shape:
        key = node.pk
        return _shape(node, boxes[key], lines[key], across, key in wrong, numbers)

    return Drawing(
        width,
        height,
        [shape(node) for node in nodes],
        [Arrow(_curve(path, across), edge in circled) for edge, path in made.paths.items()],
        _badges(assumed, links, boxes, made.paths, across),
    )


def wrapped(text: str) -> list[str]:
    """``text`` in lines of a box; what does not fit ends in an ellipsis."""
    lines = [""]
    for word in text.split():
        joined = f"{lines[-1]} {word}".strip()
        if len(joined) <= LINE_LENGTH or not lines[-1]:
            lines[-1] = joined[: LINE_LENGTH + 4]
        else:
            lines.append(word[: LINE_LENGTH + 4])
    if len(lines) > MOST_LINES:
        return [*lines[: MOST_LINES - 1], f"{lines[MOST_LINES - 1]}…"]
    return lines


Across = Callable[[int, int], int]


def _plain(x: int, _width: int) -> int:
    return x + MARGIN


def _mirror(sheet: int) -> Across:
    """Where something of a width begins when the sheet is read from the other side."""
    return lambda x, width: sheet - MARGIN - x - width


def _beneath(
    assumed: Sequence[Node], heights: Mapping[int, int], width: int, top: int
) -> dict[int, Box]:
    """The boxes of assumptions, in rows as wide as the graph."""
    step = WIDTH + BETWEEN_BOXES
    in_row = max(1, (width + BETWEEN_BOXES) // step)
    boxes, y = {}, top + 2 * BETWEEN_BOXES
    for start in range(0, len(assumed), in_row):
        row = assumed[start : start + in_row]
        for place, node in enumerate(row):
            boxes[node.pk] = Box(place * step, y, heights[node.pk])
        y += max(heights[node.pk] for node in row) + BETWEEN_BOXES
    return boxes


def _wrong(found: Iterable[Finding]) -> set[int]:
    """The nodes that a finding is about, but for that they are too many."""
    return {key for item in found if item.problem != "too_many" for key in item.nodes}


def _circled(found: Iterable[Finding]) -> set[tuple[int, int]]:
    """The arrows that lie on a circle the test named."""
    rings = [finding.nodes for finding in found if finding.problem == "cycle"]
    return {pair for ring in rings for pair in zip(ring, (*ring[1:], ring[0]), strict=True)}


def _shape(
    node: Node,
    box: Box,
    lines: Sequence[str],
    across: Across,
    is_wrong: bool,
    numbers: Mapping[int, int],
) -> Shape:
    x, y = across(box.x, WIDTH), box.y + MARGIN
    shown = localise(node.text)
    placed = [Line(text, y + TOP + LINE * index + 12) for index, text in enumerate(lines)]
    return Shape(
        node,
        x,
        y,
        box.height,
        x + WIDTH // 2,
        placed,
        shown.language,
        shown.direction,
        is_wrong,
        numbers.get(node.pk),
    )


def _curve(points: Sequence[tuple[int, int]], across: Across) -> str:
    """A smooth line through the points, flat at each."""
    placed = [(across(x, 0), y + MARGIN) for x, y in points]
    (x, y), *others = placed
    parts = [f"M{x} {y}"]
    for next_x, next_y in others:
        half = (x + next_x) // 2
        parts.append(f"C{half} {y} {half} {next_y} {next_x} {next_y}")
        x, y = next_x, next_y
    return " ".join(parts)


def _badges(
    assumed: Sequence[Node],
    links: Sequence[Link],
    boxes: Mapping[int, Box],
    paths: Mapping[tuple[int, int], Sequence[tuple[int, int]]],
    across: Across,
) -> list[Badge]:
    """A number on each thing that is assumed of; several on one stand side by side."""
    ends = {link.pk: (link.tail_id, link.head_id) for link in links}
    taken: dict[tuple[int, int], int] = {}
    badges = []
    for number, node in enumerate(assumed, 1):
        box = boxes.get(node.about_node_id or 0)
        if box is not None:
            point = (box.x + BADGE // 2, box.y)
        elif node.about_link_id in ends:
            point = _middle(paths[ends[node.about_link_id]])
        else:
            continue
        beside = taken[point] = taken.get(point, -1) + 1
        badges.append(Badge(across(point[0] + beside * BADGE, 0), point[1] + MARGIN, number))
    return badges


def _middle(path: Sequence[tuple[int, int]]) -> tuple[int, int]:
    (x1, y1), (x2, y2) = path[0], path[1]
    return (x1 + x2) // 2, (y1 + y2) // 2
