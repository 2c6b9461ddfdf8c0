"""Invented sample values for the gallery of components, in no real institution's name."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appui.kernel.models import AuditEntry
from appui.kernel.money import Converted, Money
from appui.kernel.verdict import allow, refuse
from appui.ui import charts, maps
from appui.ui.facts import Fact
from appui.ui.forms import AmountField, MultilingualFormField, PageForm
from appui.ui.listing import Column, Listing, ListView, fill_table
from appui.ui.table import Table
from appui.ui.templatetags.ui import Claim, Tab

MILLION = Decimal(1_000_000)
DAY = date(2031, 4, 30)


@dataclass(frozen=True, slots=True)
class SampleSource:
    """A source that opens the gallery itself."""

    label: str

    def get_absolute_url(self) -> str:
        """Back to the same page."""
        return "#sources"


@dataclass(frozen=True, slots=True)
class SampleRow:
    """One made-up need."""

    name: dict[str, str]
    place: str
    year: int
    cost: Decimal | None
    currency: str
    share: Decimal
    due: date | None
    state: str
    tone: str


class SampleForm(PageForm):
    """One field of each sort."""

    title = MultilingualFormField(label="Title", help_text="In the languages you have.")
    amount = AmountField(label="Amount", help_text="In whole units or with two decimals.")
    currency = forms.ChoiceField(label="Currency", choices=[("USD", "USD"), ("EUR", "EUR")])
    due = forms.DateField(
        label="Due", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    note = forms.CharField(
        label="Note", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=2000
    )
    shared = forms.BooleanField(
        label="Share with partners", required=False, help_text="They see it; they cannot change it."
    )
    sections = (
        ("What", "Say it as you would to a donor.", ("title", "note")),
        ("How much and when", "", ("amount", "currency", "due", "shared")),
    )


def sample_rows() -> list[SampleRow]:
    """Rows with everything a table must bear: long text, no value, a fallback language."""
    return [
        SampleRow(
            {"fr": "Points d’eau du district Nord", "ar": "نقاط المياه في المقاطعة الشمالية"},
            "Nord, Vallée-Haute",
            2031,
            Decimal("40200000"),
            "USD",
            Decimal("0.435"),
            DAY,
            _("in progress"),
            "",
        ),
        SampleRow(
            {"en": "Cold chain for vaccines in the twelve islands of the southern province"},
            "Sud",
            2032,
            Decimal("1250000.5"),
            "EUR",
            Decimal("0.08"),
            date(2031, 3, 28),
            _("late"),
            "late",
        ),
        SampleRow(
            {"fr": "Routes rurales"}, "", 2032, None, "", Decimal(0), None, _("idea"), "plain"
        ),
    ]


COLUMNS = (
    Column("name", "Need", lambda row: row.name, "multilingual", ("name",), lambda _row: "#"),
    Column("place", "Place", lambda row: row.place),
    Column("year", "Year", lambda row: row.year, "year", ("year",)),
    Column("cost", "Cost", lambda row: row.cost, "money", ("cost",), None, lambda r: r.currency),
    Column("share", "Secured", lambda row: row.share, "percent", phone=False),
    Column("due", "Due", lambda row: row.due, "date"),
    Column("state", "State", lambda row: row.state, "tag", tone=lambda row: row.tone),
)


def sample_listing(rows: Sequence[SampleRow]) -> ListView:
    """A table as a list page shows it, sorted by its first column."""
    view = ListView(Listing(COLUMNS, "gallery", search=("name",)), "", [], "name")
    fill_table(view, Paginator(rows, 2).get_page(1))
    return view


def sample_form() -> SampleForm:
    """A form that came back with mistakes."""
    form = SampleForm(
        {"idempotency_key": "-", "amount": "1.5e309", "title_fr": "", "currency": "USD"}
    )
    form.is_valid()
    return form


def sample_history() -> list[AuditEntry]:
    """Two lines of a trail, not stored."""
    at = datetime(2031, 4, 4, 9, 30, tzinfo=UTC)
    return [
        AuditEntry(at=at, user_name="A. Exemple", verb="changed", changes={"cost": ["38", "40.2"]}),
        AuditEntry(at=at, user_name="ب. مثال", verb="created", changes={"name": [None, "Routes"]}),
    ]


def sample_topology() -> dict[str, Any]:
    """Four square places in TopoJSON."""
    squares = {"A": (0, 0), "B": (1, 0), "C": (0, 1), "D": (1, 1)}
    arcs = [[[x, y], [x, y + 1], [x + 1, y + 1], [x + 1, y], [x, y]] for x, y in squares.values()]
    shapes = [
        {"type": "Polygon", "id": code, "arcs": [[index]]} for index, code in enumerate(squares)
    ]
    places = {"type": "GeometryCollection", "geometries": shapes}
    return {"type": "Topology", "arcs": arcs, "objects": {"places": places}}


def sample_pictures(language: str) -> list[tuple[SafeString | str, str]]:
    """Each chart and the map, with the text that stands for it."""
    parts = [_("Secured"), _("Asked, weighted"), _("Missing")]
    figures = {"2030": (12, 3, 20), "2031": (20, 6, 14), "2032": (8, 11, 30)}
    rows = [
        (year, part, value * MILLION)
        for year, values in figures.items()
        for part, value in zip(parts, values, strict=True)
    ]
    tones = dict(zip(parts, ("accent", "asked", "gap"), strict=True))
    totals = [(part, Decimal(index) * MILLION) for index, part in enumerate(parts, start=1)]
    words = maps.Legend(values="USD", unknown=_("no value"))
    values = {"A": Decimal(10), "B": Decimal(250), "C": Decimal(4000)}
    return [
        (
            charts.stacked_bars(rows, unit="USD", language=language, tones=tones),
            "Stacked bars",
        ),
        (charts.lines(rows, unit="USD", language=language), "Lines"),
        (charts.bars(totals, unit="USD", language=language), "Bars"),
        (
            maps.choropleth(
                sample_topology(), values, language=language, title="Places", legend=words
            ),
            "Map",
        ),
    ]


def context(language: str) -> dict[str, object]:
    """Everything the gallery shows."""
    source = SampleSource("S6")
    cost = Money(Decimal("40200000"), "USD")
    euros = Converted(
        Money(Decimal("1250000.50"), "EUR"),
        Money(Decimal("1356250.54"), "USD"),
        Decimal("1.085"),
        DAY,
        "European Central Bank",
    )
    return {
        "listing": sample_listing(sample_rows()),
        "table": Table(COLUMNS[:4], sample_rows()[:1], footer=sample_rows()[0]),
        "form": sample_form(),
        "source": source,
        "cost": cost,
        "euros": euros,
        "need": 138 * MILLION,
        "secured": 60 * MILLION,
        "asked": Decimal("21800000"),
        "weighted": Decimal("11400000"),
        "gap": 78 * MILLION,
        "ratio": Decimal("0.565"),
        "day": DAY,
        "text": {"en": "Written in English only"},
        "tabs": [
            Tab(_("Cost and gap"), "#", current=True),
            Tab("Donors", "#", count=12),
            Tab("Plan", "#"),
        ],
        "facts": [
            Fact("Cost", cost, "money", source=source),
            Fact("Place", "Nord", href="#"),
            Fact("Due", DAY, "date", help="fixed by the law"),
            Fact("State", _("late"), "tag", tone="late"),
            Fact("Beneficiaries", None, "number"),
        ],
        "claims": [
            Claim("Monitor", "681 km²", date(2030, 12, 31), source, "2038,2"),
            Claim("Authority", "563 km²", DAY, source, "2042,8"),
        ],
        "history": sample_history(),
        "allowed": allow(),
        "refused": refuse(_("Only a manager may delete a need.")),
        "pictures": sample_pictures(language),
    }
