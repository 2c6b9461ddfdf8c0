"""Two publications of one table: what came in, what went, what changed. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Context, Decimal
from enum import StrEnum

EXACT = Context(prec=40, rounding=ROUND_HALF_EVEN)
ZERO, FOUR_PLACES = Decimal(0), Decimal("0.0001")
Key = tuple[str, ...]


class Sort(StrEnum):
    """What became of a row from one publication to the other."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a publication: what it is about, and its value; ``ref`` is where it stands."""

    key: Key
    value: Decimal
    ref: object = None


@dataclass(frozen=True, slots=True)
class Difference:
    """One row in both publications; a side that lacks it is None."""

    key: Key
    before: Row | None
    after: Row | None

    @property
    def sort(self) -> Sort:
        """Added, removed, changed or the same."""
        if self.before is None:
            return Sort.ADDED
        if self.after is None:
            return Sort.REMOVED
        return Sort.SAME if self.before.value == self.after.value else Sort.CHANGED

    @property
    def change(self) -> Decimal:
        """After less before; a row that is not there counts as nothing."""
        after = self.after.value if self.after else ZERO
        return after - (self.before.value if self.before else ZERO)

    @property
    def relative(self) -> Decimal | None:
        """The change as a ratio of the size before, four decimals; None without one."""
        if self.before is None or self.after is None or self.before.value == 0:
            return None
        ratio = EXACT.divide(self.change, abs(self.before.value))
        return ratio.quantize(FOUR_PLACES, context=EXACT)


@dataclass(frozen=True, slots=True)
class Comparison:
    """All rows of both, in the order of the later publication and then of the earlier.

    ``twice`` are keys that one publication has more than once: none of their rows is compared.
    """

    rows: tuple[Difference, ...]
    twice: tuple[Key, ...]

    def of(self, *sorts: Sort) -> list[Difference]:
        """The rows of those sorts, sort by sort."""
        return [row for sort in sorts for row in self.rows if row.sort == sort]

    @property
    def before(self) -> Decimal:
        """The sum of the earlier publication, of the rows that are compared."""
        return sum((row.before.value for row in self.rows if row.before), ZERO)

    @property
    def after(self) -> Decimal:
        """The sum of the later publication, of the rows that are compared."""
        return sum((row.after.value for row in self.rows if row.after), ZERO)

    @property
    def change(self) -> Decimal:
        """Later less earlier; the changes of the rows make it."""
        return self.after - self.before


def compare(before: Iterable[Row], after: Iterable[Row]) -> Comparison:
    """Every row of the two publications, matched by its key."""
    old, new = list(before), list(after)
    twice = _twice(old) | _twice(new)
    earlier = {row.key: row for row in old if row.key not in twice}
    later = {row.key: row for row in new if row.key not in twice}
    keys = [*later, *(key for key in earlier if key not in later)]
    rows = tuple(Difference(key, earlier.get(key), later.get(key)) for key in keys)
    return Comparison(rows, tuple(sorted(twice)))


def _twice(rows: Sequence[Row]) -> set[Key]:
    seen: set[Key] = set()
    found = set()
    for row in rows:
        if row.key in seen:
            found.add(row.key)
        seen.add(row.key)
    return found
