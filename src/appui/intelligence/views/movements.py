"""Who entered, left, returned or stayed, for the place or sector of the question."""

from dataclasses import dataclass, replace
from decimal import Decimal

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.intelligence import asked as addresses
from appui.intelligence.asked import WINDOWS, Asked
from appui.intelligence.corpus import Corpus, sum_flows
from appui.intelligence.figures.movements import MOVEMENTS, Movement, Mover, Windows
from appui.intelligence.figures.movements import movements as movers_of
from appui.intelligence.files import LABELS, file_response
from appui.intelligence.published import published
from appui.intelligence.views import shown
from appui.intelligence.views.shown import Kind, Option
from appui.intelligence.words import words
from appui.registry.pages import PageRequest
from appui.ui.listing import Column
from appui.ui.table import Table

SHOWN = 100
MOVEMENT_WORDS: dict[Movement, object] = {
    "entered": gettext_lazy("entered"),
    "returned": gettext_lazy("returned"),
    "left": gettext_lazy("left"),
    "stayed": gettext_lazy("stayed"),
}
TONES: dict[Movement, str] = {"entered": "", "returned": "", "left": "late", "stayed": "plain"}
Who = tuple[str, str]  # key and label of a donor


@dataclass(frozen=True, slots=True)
class Moved:
    """The movers of a question with its windows and kind."""

    movers: list[Mover[Who]]
    windows: Windows
    kind: Kind


def movements(request: PageRequest) -> HttpResponse:
    """Donors by how their giving moved between two windows of years."""
    corpus = published()
    asked = addresses.read(request.GET)
    sums = sum_flows(corpus, asked.wanted)
    kind = shown.shown_kind(asked.kind, sums)
    found = _moved(corpus, asked, kind) if kind else None
    wanted = request.GET.get("format", "")
    columns = _columns(asked, found) if found else []
    if wanted in LABELS:
        return file_response("movements", wanted, columns, found.movers if found else [])
    context = shown.question(corpus, asked, "movements") | {
        "kinds": shown.kind_tabs(asked, sums, kind),
        "kind": shown.kind_words(kind) if kind else "",
        "counts": _counts(found) if found else [],
        "rule": _rule(found.windows) if found else "",
        "table": Table(columns, found.movers[:SHOWN]) if found else None,
        "hidden": max(len(found.movers) - SHOWN, 0) if found else 0,
        "windows": [Option(str(n), str(n), n == asked.window) for n in WINDOWS],
        "files": [(label, asked.url(format=form)) for form, label in LABELS.items()],
    }
    return render(request, "intelligence/movements.html", context)


def _moved(corpus: Corpus, asked: Asked, kind: Kind) -> Moved:
    """The last year is that of the question, else the last one published up to this year."""
    every = replace(shown.of_kind(asked.wanted, kind), years=())
    sums = [item for item in sum_flows(corpus, every, ("donor", "year")) if item.keys[1]]
    this_year = timezone.localdate().year
    years = [year for item in sums if (year := int(item.keys[1] or 0)) <= this_year]
    windows = Windows(asked.last_year or max(years, default=this_year), asked.window)
    given = [
        ((str(item.keys[0]), item.labels[0]), int(item.keys[1] or 0), item.usd)
        for item in sums
        if int(item.keys[1] or 0) >= (asked.first_year or 0)
    ]
    return Moved(movers_of(given, windows), windows, kind)


def _counts(found: Moved) -> list[tuple[object, int, Decimal, Decimal]]:
    """Each movement with how many, and the sums of both windows."""
    rows = []
    for movement in MOVEMENTS:
        of_one = [mover for mover in found.movers if mover.movement == movement]
        last = sum((mover.last for mover in of_one), Decimal(0))
        before = sum((mover.before for mover in of_one), Decimal(0))
        rows.append((MOVEMENT_WORDS[movement], len(of_one), last, before))
    return rows


def _rule(windows: Windows) -> str:
    return _(
        "Entered: gave in %(last)s and never before. Returned: gave in %(last)s, not in "
        "%(before)s, but earlier. Left: gave in %(before)s and not since. Stayed: gave in both. "
        "To give is to have more than nothing on balance; rows without a year do not count."
    ) % {"last": _years(windows.last), "before": _years(windows.before)}


def _years(window: tuple[int, int]) -> str:
    first, last = window
    return str(first) if first == last else f"{first}–{last}"


def _columns(asked: Asked, found: Moved) -> list[Column]:
    names = words((), (), [mover.who[1] for mover in found.movers])
    return [
        Column(
            "donor",
            _("Donor"),
            lambda row: names.of("donor", row.who[0], row.who[1]),
            href=lambda row: shown.profile_url(row.who[0]),
        ),
        Column(
            "movement",
            _("Movement"),
            lambda row: MOVEMENT_WORDS[row.movement],
            "tag",
            tone=lambda row: TONES[row.movement],
        ),
        _window_column(asked, found, "last", found.windows.last),
        _window_column(asked, found, "before", found.windows.before),
        Column("seen_before", _("Last seen earlier"), lambda row: row.seen_before, "year"),
    ]


def _window_column(asked: Asked, found: Moved, key: str, window: tuple[int, int]) -> Column:
    first, last = window

    def rows_behind(row: Mover[Who]) -> str:
        years: dict[str, object] = {"from": first, "to": last}
        url = shown.behind_url(asked, found.kind, ("donor", row.who[0]), **years)
        return url if getattr(row, key) else ""

    return Column(
        key,
        _years(window),
        lambda row: getattr(row, key) or None,
        "money",
        currency=lambda _row: "USD",
        href=rows_behind,
    )
