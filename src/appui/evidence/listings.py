"""How lists and tables of sources and figures look."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Confidence, Figure, Source
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.registry.models import Code, Location
from appui.ui import formats
from appui.ui.listing import Column, Filter, Listing

CONFIDENCE_TONES = {
    Confidence.STATED: "",
    Confidence.COMPUTED: "plain",
    Confidence.ESTIMATED: "plain",
    Confidence.DISPUTED: "wait",
}

SHORT_CONFIDENCE = {
    Confidence.STATED: _("stated"),
    Confidence.COMPUTED: _("computed"),
    Confidence.ESTIMATED: _("estimated"),
    Confidence.DISPUTED: _("to be checked"),
}


def when(figure: Figure) -> str:
    """The day or the period a figure speaks of; whole years as “2022” or “2024–2025”."""
    if figure.as_of:
        return formats.day(figure.as_of).replace(" ", formats.NO_BREAK)
    start, end = figure.days
    if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
        return formats.period(start, end)
    return str(start.year) if start.year == end.year else f"{start.year}–{end.year}"


def state(figure: Figure) -> Any:
    """Whether it is replaced; else how it is known, when it is not simply stated."""
    if figure.is_superseded:
        return _("replaced")
    return SHORT_CONFIDENCE[Confidence(figure.confidence)]


def state_tone(figure: Figure) -> str:
    """The tone of ``state``."""
    return "plain" if figure.is_superseded else CONFIDENCE_TONES[Confidence(figure.confidence)]


def _seen(request: Any) -> Any:
    return Figure.objects.visible_to(request.reader)


def _measures(request: HttpRequest) -> list[tuple[str, str]]:
    used = _seen(request).order_by().values("measure")
    return [(item.code, str(item)) for item in Code.objects.of("Measure").filter(pk__in=used)]


def _places(request: HttpRequest) -> list[tuple[str, str]]:
    used = _seen(request).order_by().values("location")
    return [(item.code, str(item)) for item in Location.objects.filter(pk__in=used)]


def _publishers(request: Any) -> list[tuple[str, str]]:
    rows = Source.objects.visible_to(request.reader).order_by("publisher")
    names = rows.values_list("publisher", flat=True).distinct()
    return [(name, name) for name in names]


def _by_state(rows: Any, value: str) -> Any:
    return rows.filter(superseded_by__isnull=value == "current")


SOURCES = Listing(
    name="sources",
    columns=(
        Column("title", _("Title"), lambda row: row.title, order_by=("title",), href=address),
        Column("label", _("Mark"), lambda row: row.label, order_by=("pk",), phone=False),
        Column("publisher", _("Publisher"), lambda row: row.publisher, order_by=("publisher",)),
        Column(
            "published",
            _("Published on"),
            lambda row: row.published_on,
            "date",
            ("published_on",),
        ),
        Column("page", _("Page or section"), lambda row: row.page, phone=False),
        Column("figures", _("Figures"), lambda row: row.figure_count, "number", ("figure_count",)),
        visibility_column(),
    ),
    filters=(
        Filter(
            "publisher",
            _("Publisher"),
            _publishers,
            lambda rows, value: rows.filter(publisher=value),
        ),
        OWNER_FILTER,
    ),
    search=("publisher", "title", "page", "url", "note"),
    order=("publisher", "-published_on"),
    empty=_("No source is recorded yet."),
    empty_hint=_("Cite the publication that a figure is taken from; every figure needs one."),
)

NAME = Column(
    "measure", _("Figure"), lambda row: row.name, order_by=("measure__label",), href=address
)
PLACE = Column("place", _("Place"), lambda row: row.location, order_by=("location__code",))
VALUE = Column("value", _("Value"), lambda row: row.value, "number", ("value",))
UNIT = Column("unit", _("Unit"), lambda row: row.unit.symbol, order_by=("unit__code",))
WHEN = Column("when", _("Date or period"), when, "year", ("fact_date",))
PUBLISHER = Column(
    "publisher",
    _("Publisher"),
    lambda row: row.source.publisher,
    order_by=("source__publisher",),
)
SOURCE = Column(
    "source",
    _("Source"),
    lambda row: row.source.label,
    order_by=("source",),
    href=lambda row: address(row.source),
)
STATE = Column(
    "state",
    _("State"),
    state,
    "tag",
    ("superseded_by",),
    tone=state_tone,
)
FIGURES = Listing(
    name="figures",
    columns=(
        NAME,
        PLACE,
        VALUE,
        UNIT,
        WHEN,
        PUBLISHER,
        SOURCE,
        STATE,
    ),
    filters=(
        Filter(
            "measure",
            _("Measure"),
            _measures,
            lambda rows, value: rows.filter(measure__code=value),
        ),
        Filter("place", _("Place"), _places, lambda rows, value: rows.filter(location__code=value)),
        Filter(
            "publisher",
            _("Publisher"),
            _publishers,
            lambda rows, value: rows.filter(source__publisher=value),
        ),
        Filter(
            "state",
            _("Vintage"),
            lambda _request: [("current", _("Current only")), ("replaced", _("Replaced only"))],
            _by_state,
        ),
    ),
    search=(
        "measure__label",
        "note",
        "detail",
        "location__name",
        "source__publisher",
        "source__title",
    ),
    order=("measure__position", "measure", "location__code", "-fact_date"),
    empty=_("No figure is recorded yet."),
    empty_hint=_("Record a value with its date and its source, or import a table of them."),
)

OF_SOURCE = (NAME, PLACE, VALUE, UNIT, WHEN, STATE)
OF_PLACE = (NAME, VALUE, UNIT, WHEN, PUBLISHER, SOURCE)
VINTAGES = (WHEN, VALUE, UNIT, PUBLISHER, SOURCE, STATE)
