"""How one amount is divided: by sector in one vocabulary, by country and region, by year."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple

from appui.intelligence.ingest.codes import DAC_3, DAC_5
from appui.intelligence.ingest.rows import Item

WHOLE: Final = 1_000_000  # 100 per cent: weights and shares here have four decimals of a per cent
CLOSE: Final = 1_000  # a tenth of a per cent: the publisher's own rounding


class Part(NamedTuple):
    code: str | None
    weight: int


class Split(NamedTuple):
    """``basis`` says how the percentages were read; see the table in the corpus guide."""

    vocabulary: str | None
    parts: tuple[Part, ...]
    basis: str


Place = tuple[str | None, str | None, int]  # country, region, weight


class PlaceSplit(NamedTuple):
    """Countries and regions together; ``unallocated`` (of WHOLE) is the part of no place."""

    parts: tuple[Place, ...]
    basis: str
    unallocated: int


NO_SECTOR: Final = Split(None, (Part(None, 1),), "none")
NOWHERE: Final = PlaceSplit(((None, None, 1),), "none", WHOLE)


@lru_cache(maxsize=50_000)
def read_share(text: str | None) -> tuple[int | None, bool]:
    """A percentage as a share and whether it was usable; absent is (None, True)."""
    if text is None or not (written := text.strip().rstrip("%").strip()):
        return None, True
    try:
        number = Decimal(written)
    except InvalidOperation:
        return None, False
    if not number.is_finite() or not 0 <= number <= 1000:
        return None, False
    return int(number * 10_000), True


def split_sectors(items: Sequence[Item]) -> Split:
    """Parts of one vocabulary: DAC-5 when there is one, then DAC-3, else the first reported."""
    if not items:
        return NO_SECTOR
    if len(items) == 1:
        basis = "single" if items[0].share in (None, WHOLE) else "rescaled"
        return Split(items[0].vocabulary, (Part(items[0].code, 1),), basis)
    present = [item.vocabulary for item in items]
    chosen = next((v for v in (DAC_5, DAC_3) if v in present), present[0])
    kept = [item for item in items if item.vocabulary == chosen]
    weights, basis = complete([item.share for item in kept])
    return Split(chosen, _parts(kept, weights), basis)


def split_places(countries: Sequence[Item], regions: Sequence[Item]) -> PlaceSplit:
    """Countries first; regions take only what countries leave; a known rest stays unallocated."""
    if not regions:
        if not countries:
            return NOWHERE
        if len(countries) == 1 and countries[0].share in (None, WHOLE):
            return PlaceSplit(((countries[0].code, None, 1),), "single", 0)
    elif not countries:
        return _regions_only(regions)
    return _shared_places(countries, regions)


@lru_cache(maxsize=4096)
def known_sectors(items: tuple[Item, ...]) -> Split:
    """Like split_sectors; the same items come again in most transactions of a file."""
    return split_sectors(items)


@lru_cache(maxsize=4096)
def known_places(countries: tuple[Item, ...], regions: tuple[Item, ...]) -> PlaceSplit:
    """Like split_places, for the same reason."""
    return split_places(countries, regions)


def complete(shares: Sequence[int | None]) -> tuple[list[int], str]:
    """Weights for shares that may be missing or may not make 100, and how they were completed.

    Missing shares divide evenly what the given ones leave; all missing means equal parts.
    """
    given = sum(share for share in shares if share is not None)
    missing = sum(share is None for share in shares)
    if missing == len(shares):
        return [1] * len(shares), "single" if len(shares) == 1 else "equal"
    if missing:
        rest = max(WHOLE - given, 0) // missing
        return [rest if share is None else share for share in shares], "filled"
    weights = [share for share in shares if share is not None]
    if given == 0:
        return [1] * len(shares), "equal"
    if given == WHOLE:
        return weights, "as-reported"
    return weights, "rounded" if abs(given - WHOLE) <= CLOSE else "rescaled"


def _regions_only(regions: Sequence[Item]) -> PlaceSplit:
    kept = _one_vocabulary(regions)
    weights, basis = complete([item.share for item in kept])
    places: list[Place] = [(None, code, weight) for code, weight in _parts(kept, weights)]
    return _with_rest(places, basis)


def _one_vocabulary(regions: Sequence[Item]) -> list[Item]:
    """The regions of the DAC's vocabulary when there are some, else of the first reported."""
    vocabulary = "1" if any(item.vocabulary == "1" for item in regions) else regions[0].vocabulary
    return [item for item in regions if item.vocabulary == vocabulary]


def _shared_places(countries: Sequence[Item], regions: Sequence[Item]) -> PlaceSplit:
    if split := _beside_regions(countries, regions):
        return split
    weights, basis = complete([item.share for item in countries])
    places: list[Place] = []
    places += [(code, None, weight) for code, weight in _parts(countries, weights)]
    left = WHOLE - sum(weights) if basis == "rescaled" else 0
    if left > CLOSE and regions:
        kept = _one_vocabulary(regions)
        places += [(None, code, weight) for code, weight in _parts(kept, _within(kept, left))]
        basis = "countries-then-regions"
    return _with_rest(places, basis)


def _beside_regions(countries: Sequence[Item], regions: Sequence[Item]) -> PlaceSplit | None:
    """Countries without a share where regions state theirs: they divide what both leave."""
    shares = [item.share for item in countries]
    kept = _one_vocabulary(regions) if regions else []
    stated = [item.share or 0 for item in kept]
    rest = WHOLE - sum(share or 0 for share in shares) - sum(stated)
    if None not in shares or not any(stated) or rest <= 0:
        return None
    each = rest // shares.count(None)
    weights = [each if share is None else share for share in shares]
    places: list[Place] = [(code, None, weight) for code, weight in _parts(countries, weights)]
    places += [(None, code, weight) for code, weight in _parts(kept, stated)]
    return PlaceSplit(tuple(places), "filled", 0)


def _within(regions: Sequence[Item], left: int) -> list[int]:
    """What regions take of what is left: their own share of the whole, never more than is there."""
    shares = [item.share for item in regions]
    if all(share is None for share in shares):
        shares = [left // len(shares)] * len(shares)
    weights = [share or 0 for share in shares]
    total = sum(weights)
    return [weight * left // total for weight in weights] if total > left else weights


def _with_rest(places: list[Place], basis: str) -> PlaceSplit:
    """Add the unallocated part when the reported shares sum to clearly less than 100."""
    rest = WHOLE - sum(weight for _, _, weight in places)
    if basis in ("rescaled", "countries-then-regions") and rest > CLOSE:
        return PlaceSplit((*places, (None, None, rest)), "unallocated-part", rest)
    return PlaceSplit(tuple(places), basis, 0)


def _parts(items: Sequence[Item], weights: Sequence[int]) -> tuple[Part, ...]:
    """One part a code, in the order first reported; parts of no weight are left out."""
    merged: dict[str, int] = {}
    for item, weight in zip(items, weights, strict=True):
        merged[item.code] = merged.get(item.code, 0) + weight
    return tuple(Part(code, weight) for code, weight in merged.items() if weight)
