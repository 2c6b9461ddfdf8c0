"""Money over many projects, where a whole and its parts are never both counted."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from appui.kernel.access import Reader
from appui.kernel.money import Money
from appui.portfolio.models import Activity, ActivityClassification, BudgetLine
from appui.registry.rates import rate_table

MARKERS = "PolicyMarker"
Tree = Mapping[int, int | None]  # each project and the one it is a part of
Screened = Mapping[tuple[int, str], int]  # project and marker to its significance


@dataclass(frozen=True, slots=True)
class Counted:
    """A project whose budget counts, in one currency."""

    pk: int
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Totals:
    """``unpriced`` projects have no budget, themselves or in their parts, ``without_rate`` one that
    cannot be converted; neither is counted. ``parts`` are inside a whole that states its budget.
    """

    currency: str
    counted: tuple[Counted, ...]
    unpriced: int
    without_rate: int
    parts: int

    @property
    def amount(self) -> Decimal:
        """The sum of what counts."""
        return sum((item.amount for item in self.counted), Decimal(0))


def counted_among(tree: Tree, priced: Iterable[int]) -> list[int]:
    """The projects whose budgets make the whole: a whole that has one, else its parts.

    A parent that is not in ``tree`` is not there for this reader: its part stands alone.
    """
    children: dict[int, list[int]] = {}
    for pk, parent in tree.items():
        if parent in tree and parent is not None:
            children.setdefault(parent, []).append(pk)
    stack = sorted((pk for pk, parent in tree.items() if parent not in tree), reverse=True)
    known, found = set(priced), []
    while stack:
        pk = stack.pop()
        if pk in known:
            found.append(pk)
        else:
            stack.extend(sorted(children.get(pk, ()), reverse=True))
    return found


def totals(reader: Reader, currency: str, owner: int | None = None) -> Totals:
    """The budgets of the projects the reader may see, in one currency; three queries."""
    rows = Activity.objects.visible_to(reader)
    if owner is not None:
        rows = rows.filter(owner=owner)
    tree = dict(rows.order_by().values_list("pk", "parent"))
    lines = _lines(tree)
    rates = rate_table({currency, *(line[2] for line in lines)})
    amounts: dict[int, Decimal] = {}
    failed: set[int] = set()
    for pk, amount, unit, day in lines:
        if unit != currency:
            found = rates.convert(Money(amount, unit), currency, day)
            if found is None:
                failed.add(pk)
                continue
            amount = found.money.amount
        amounts[pk] = amounts.get(pk, Decimal(0)) + amount
    counted = counted_among(tree, amounts.keys() | failed)
    whole = [Counted(pk, amounts[pk]) for pk in counted if pk not in failed]
    known = amounts.keys() | failed
    told = {pk for key in known for pk in _above(key, tree)} | known
    return Totals(
        currency,
        tuple(whole),
        len(tree.keys() - told),
        sum(1 for pk in counted if pk in failed),
        len(known) - len(counted),
    )


def _above(pk: int | None, tree: Tree) -> Iterator[int]:
    """The project and all it is a part of."""
    while pk is not None and pk in tree:
        yield pk
        pk = tree[pk]


def _lines(tree: Tree) -> Sequence[tuple[int, Decimal, str, date]]:
    rows = BudgetLine.objects.filter(replaced_by=None).order_by()
    found = rows.values_list("activity", "amount", "currency", "value_date")
    return [line for line in found if line[0] in tree]


@dataclass(frozen=True, slots=True)
class MarkerShare:
    """Of the money that counts, the part of one marker by significance; None was not screened."""

    marker: str
    by_significance: Mapping[int | None, Decimal]
    projects: Mapping[int | None, tuple[int, ...]]


def marker_shares(found: Totals, tree: Tree, screened: Screened) -> list[MarkerShare]:
    """The money by marker; a part that was not screened has the score of the whole it is in.

    Each marker divides the same money once more: markers are never added up.
    """
    markers = sorted({marker for _pk, marker in screened}, key=lambda code: (len(code), code))
    shares = []
    for marker in markers:
        sums: dict[int | None, Decimal] = {}
        projects: dict[int | None, list[int]] = {}
        for item in found.counted:
            score = _score(item.pk, marker, tree, screened)
            sums[score] = sums.get(score, Decimal(0)) + item.amount
            projects.setdefault(score, []).append(item.pk)
        kept = {score: tuple(keys) for score, keys in projects.items()}
        shares.append(MarkerShare(marker, sums, kept))
    return shares


def _score(pk: int | None, marker: str, tree: Tree, screened: Screened) -> int | None:
    while pk is not None and pk in tree:
        if (pk, marker) in screened:
            return screened[pk, marker]
        pk = tree[pk]
    return None


def screened_by(reader: Reader) -> tuple[dict[int, int | None], dict[tuple[int, str], int]]:
    """The tree of projects the reader may see, and the scores on it; two queries."""
    rows = Activity.objects.visible_to(reader)
    tree = dict(rows.order_by().values_list("pk", "parent"))
    scores = ActivityClassification.objects.filter(
        code__codelist__slug=MARKERS, significance__isnull=False
    )
    found = scores.order_by().values_list("activity", "code__code", "significance")
    return tree, {
        (pk, code): score for pk, code, score in found if pk in tree and score is not None
    }
