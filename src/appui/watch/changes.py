"""What changed in windows since a search last looked, read from the trail of their changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.db.models import Max
from django.utils import timezone

from appui.funding.models import Fund
from appui.kernel.models import AuditEntry

Sides = tuple[str, str]  # what it was and what it is now, as text; empty for nothing
# What those who mean to ask must know; that somebody looked at the page again is no news.
TERMS: Final = (
    "opens_on",
    "deadline",
    "minimum",
    "maximum",
    "envelope",
    "currency",
    "cost_share",
    "earmarking",
    "earmarking_note",
    "sectors",
    "locations",
    "languages",
    "conditions",
)
PARTS: Final = ("rule", "document")  # each with a line of its own in the trail of the window


@dataclass(frozen=True, slots=True)
class WindowChange:
    """All that changed in one window; ``entry`` is the last line of the trail that says so."""

    fund: Fund
    entry: int
    on: date
    fields: Mapping[str, Sides]


def last_entry() -> int:
    """The number of the last line of the trail, 0 for none."""
    return int(AuditEntry.objects.aggregate(last=Max("pk"))["last"] or 0)


def changed_windows(
    funds: Sequence[Fund], *, since: int | None, until: int
) -> Iterator[WindowChange]:
    """What changed in ``funds`` by the lines of the trail after ``since``; one query.

    None is told before a search has looked once. What was changed and changed back is no change.
    """
    if since is None or not funds:
        return
    known = {fund.pk: fund for fund in funds}
    lines: dict[int, list[AuditEntry]] = {}
    rows = AuditEntry.objects.filter(
        model=Fund._meta.label_lower, object_id__in=list(known), pk__gt=since, pk__lte=until
    )
    for entry in rows.exclude(verb="created").order_by("pk"):
        lines.setdefault(entry.object_id, []).append(entry)
    for pk, entries in lines.items():
        fields = _between(entries)
        if fields:
            on = timezone.localdate(entries[-1].at)
            yield WindowChange(known[pk], entries[-1].pk, on, fields)


def _between(entries: Sequence[AuditEntry]) -> dict[str, Sides]:
    """What each term was before the first of these lines and is after the last; papers and rules
    one by one."""
    terms: dict[str, Sides] = {}
    parts: dict[str, list[Sides]] = {}
    for entry in entries:
        for name, sides in entry.changes.items():
            before, after = (str(side or "") for side in sides)
            if name in TERMS:
                terms[name] = (terms.get(name, (before, ""))[0], after)
            elif name in PARTS:
                parts.setdefault(name, []).append((before, after))
    found = {name: sides for name, sides in terms.items() if sides[0] != sides[1]}
    for name, several in parts.items():
        gone = "; ".join(before for before, _after in several if before)
        come = "; ".join(after for _before, after in several if after)
        found[name] = (gone[:500], come[:500])
    return found
