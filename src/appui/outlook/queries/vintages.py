"""Two publications side by side: the figures of two sources, or two tables."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.evidence.models import Figure, Source
from appui.evidence.queries import figures
from appui.evidence.sheets import sheet_rows
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.multilingual import localise
from appui.outlook.vintages import Comparison, Difference, Key, Row, compare
from appui.ui import formats
from appui.ui.forms import parse_amount

MOST_ROWS = 20_000
EMPTY = frozenset(("", "-", "–", "—", "…", "..", "n/a"))


@dataclass(frozen=True, slots=True)
class Compared:
    """Two publications by their names, and what differs; ``left_out`` are rows of a table whose
    value is no number, by where they stand; ``has_units``: the last part of a key is a unit, and
    values of several are never summed."""

    before: str
    after: str
    comparison: Comparison
    heads: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    has_units: bool = False


@dataclass(frozen=True, slots=True)
class Published:
    """One table read: its name, the columns of its key, its rows, and what was left out."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: tuple[str, ...]


def compare_sources(before: Source, after: Source, reader: Reader) -> Compared:
    """What two sources say of the same measure, place, unit and time; one query.

    Figures that only one of them has are told as added or removed.
    """
    rows: dict[int, list[Row]] = {before.pk: [], after.pk: []}
    for figure in (
        figures(reader)
        .filter(source__in=[before.pk, after.pk])
        .order_by("measure__position", "location__code", "period_end", "as_of", "pk")
    ):
        rows[figure.source_id].append(Row(_key(figure), figure.value, figure))
    heads = (_("What it measures"), _("Place"), _("Period"), _("Unit"))
    found = compare(rows[before.pk], rows[after.pk])
    return Compared(named(before), named(after), found, heads, has_units=True)


def named(source: Source) -> str:
    """A publication by its publisher, title and day."""
    day = f" ({source.published_on:%Y-%m-%d})" if source.published_on else ""
    return f"{source.publisher}, {source.title}{day}"


def _key(figure: Figure) -> Key:
    detail = localise(figure.detail).text
    name = f"{figure.measure} ({detail})" if detail else str(figure.measure)
    first, last = figure.days
    if first == last:
        time = f"{first:%Y-%m-%d}"
    elif (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        time = str(first.year) if first.year == last.year else f"{first.year}–{last.year}"
    else:
        time = f"{first:%Y-%m-%d} – {last:%Y-%m-%d}"
    return (name, str(figure.location or ""), time, str(figure.unit))


def compare_files(
    before: tuple[str, bytes],
    after: tuple[str, bytes],
    *,
    value: str = "",
    keys: Sequence[str] = (),
) -> Compared:
    """What two tables of a publication say, each ``(file name, content)``; raises ``Invalid``.

    ``value`` is the heading of the column of values, else the last whose cells are mostly numbers
    in both; ``keys`` are the headings that say what a row is about, else those both tables have
    that hold no numbers.
    """
    old, new = _grid(before), _grid(after)
    heads = [head for head in old.heads if head in new.heads]
    column = _named(value, heads) if value else _value_column(old, new, heads)
    by = [_named(key, heads) for key in keys] or _key_columns(old, new, heads, column)
    if not by:
        raise Invalid(_("The two tables share no column that says what a row is about."))
    first, second = _published(old, by, column), _published(new, by, column)
    found = compare(first.rows, second.rows)
    left_out = (*first.left_out, *second.left_out)
    return Compared(old.name, new.name, found, tuple(by), left_out)


@dataclass(frozen=True, slots=True)
class _Grid:
    name: str
    heads: tuple[str, ...]
    rows: tuple[dict[str, str], ...]


def _grid(file: tuple[str, bytes]) -> _Grid:
    name, content = file
    found = (tuple(_text(cell) for cell in row) for row in sheet_rows(name, content))
    heads = next((row for row in found if any(row)), None)
    if heads is None:
        raise Invalid(_("“%(name)s” is empty.") % {"name": name})
    if len({head for head in heads if head}) < len([head for head in heads if head]):
        raise Invalid(_("Two columns of “%(name)s” have the same heading.") % {"name": name})
    rows: list[dict[str, str]] = []
    for row in found:
        if len(rows) == MOST_ROWS:
            raise Invalid(_("The file has more than %(count)d rows.") % {"count": MOST_ROWS})
        if any(row):
            rows.append({head: cell for head, cell in _paired(heads, row) if head})
    return _Grid(name, tuple(head for head in heads if head), tuple(rows))


def _paired(heads: Sequence[str], row: Sequence[str]) -> Iterator[tuple[str, str]]:
    return zip(heads, [*row, *[""] * len(heads)], strict=False)


def _text(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{Decimal(str(cell)).normalize():f}"
    return " ".join(str(cell).split())


def _named(head: str, heads: Iterable[str]) -> str:
    for known in heads:
        if known.casefold() == " ".join(head.split()).casefold():
            return known
    raise Invalid(_("No column is called “%(head)s” in both tables.") % {"head": head[:60]})


def _number(text: str) -> Decimal | None:
    plain = text.replace("$", "").replace("€", "").replace("£", "").replace("%", "")
    return parse_amount(plain, formats.language())


def _numeric(grid: _Grid, head: str) -> bool:
    told = [row[head] for row in grid.rows if row.get(head, "") not in EMPTY]
    return bool(told) and sum(_number(cell) is not None for cell in told) * 2 > len(told)


def _value_column(old: _Grid, new: _Grid, heads: Sequence[str]) -> str:
    found = [head for head in heads if _numeric(old, head) and _numeric(new, head)]
    values = [head for head in found if not _is_time(old, head)] or found
    if not values:
        raise Invalid(_("The two tables share no column of numbers: name the one to compare."))
    return values[-1]


def _is_time(grid: _Grid, head: str) -> bool:
    """Whether a column of numbers holds years."""
    told = [_number(row.get(head, "")) for row in grid.rows]
    numbers = [number for number in told if number is not None]
    return all(number == int(number) and 1900 <= number <= 2100 for number in numbers)


def _key_columns(old: _Grid, new: _Grid, heads: Sequence[str], column: str) -> list[str]:
    others = [head for head in heads if head != column]
    return [
        head
        for head in others
        if _is_time(old, head) or not (_numeric(old, head) and _numeric(new, head))
    ]


def _published(grid: _Grid, by: Sequence[str], column: str) -> Published:
    rows: list[Row] = []
    left_out: list[str] = []
    for row in grid.rows:
        key = tuple(row.get(head, "") for head in by)
        cell = row.get(column, "")
        value = _number(cell)
        if value is None:
            if cell not in EMPTY:
                left_out.append(f"{grid.name}: {' · '.join(key)}: {cell}")
            continue
        rows.append(Row(key, value))
    return Published(grid.name, tuple(by), tuple(rows), tuple(left_out))


def known_sources(reader: Reader) -> list[Source]:
    """Sources that the reader may see and that have figures; one query."""
    seen = Figure.objects.visible_to(reader).order_by().values("source")
    return list(Source.objects.visible_to(reader).filter(pk__in=seen))


__all__ = [
    "Compared",
    "Difference",
    "compare_files",
    "compare_sources",
    "known_sources",
    "named",
]
