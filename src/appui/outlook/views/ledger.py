"""Who gives, and what of a change is volume and what is rate."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import cast

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding.queries import Figure
from appui.outlook.effects import total as total_of
from appui.outlook.queries.ledger import (
    LedgerMap,
    effects_between,
    labels_of,
    ledger_map,
)
from appui.outlook.views.gap import concentration_facts, giver_columns
from appui.outlook.views.report import (
    Ask,
    Part,
    Report,
    answer,
    chosen,
    on_page,
    without_rate,
    workspace,
    year_of,
)
from appui.registry.pages import PageRequest
from appui.ui import charts, formats
from appui.ui.listing import Column
from appui.ui.table import Table

BARS = 10
SHOWN = 200
FIGURES: dict[str, str | Promise] = {
    "committed": gettext_lazy("Committed"),
    "received": gettext_lazy("Received"),
    "pledged": gettext_lazy("Pledged"),
}


def options_of(labels: Mapping[str, str | Promise]) -> list[tuple[str, str]]:
    """Labels as the options of a choice."""
    return [(key, str(label)) for key, label in labels.items()]


def usd_column(key: str, label: str, value: object) -> Column:
    """An amount in US dollars."""
    return Column(key, label, value, "money", currency=lambda _row: "USD")  # type: ignore[arg-type]


def map_page(request: PageRequest) -> HttpResponse:
    """Donor × place × pillar × year of one figure of the ledger; its sum is the ledger's."""
    organisation = workspace(request)
    figure = chosen(request, "figure", FIGURES, "committed")
    notes: list[str] = []
    first = year_of(request, "from", 1990, notes)
    last = year_of(request, "to", 2100, notes)
    found = ledger_map(
        organisation,
        request.reader,
        figure=cast("Figure", figure),
        years=(min(first, last), max(first, last)),
    )
    columns = map_columns(found)
    notes += without_rate(found.unconverted)
    report = Report(
        title=_("Who gives"),
        lead=_("%(name)s: each dollar of the ledger once, by donor, place, pillar and year.")
        % {"name": organisation},
        current="outlook:ledger_map",
        asks=[
            Ask("figure", _("Figure"), figure, options_of(FIGURES)),
            Ask("from", _("From year"), request.GET.get("from", ""), kind="number"),
            Ask("to", _("To year"), request.GET.get("to", ""), kind="number"),
        ],
        notes=notes,
        basis=map_boundary(str(organisation), figure),
        file=("ledger-map", columns, found.rows),
    )
    by_donor = [(found.donors.get(key or 0, ""), usd) for key, usd in found.by_donor]
    report.parts = [
        Part(
            _("Sum of the map: %(usd)s USD") % {"usd": formats.amount(found.total, 2)},
            "donors",
            table=Table(on_page(giver_columns(found.total, "USD")), by_donor),
            note="USD",
            facts=concentration_facts(found.givers) if found.givers else (),
            chart=_donor_chart(by_donor),
            alt=_("Bars: what each donor gave; the table below has the same figures."),
            none=_("The ledger has nothing of this kind yet."),
            hint=_("Sign an agreement, or record what was pledged or paid in."),
            hint_url=reverse("funding:transaction_list"),
            hint_label=_("Ledger"),
        )
    ]
    if found.rows:
        report.parts.append(
            Part(
                _("Donor, place, pillar and year"),
                "map",
                table=Table(on_page(columns), found.rows[:SHOWN]),
                note="USD",
                below=_("The downloads hold all %(count)d rows.") % {"count": len(found.rows)}
                if len(found.rows) > SHOWN
                else "",
            )
        )
    return answer(request, report)


def map_boundary(organisation: str, figure: str) -> str:
    """Whose money the map counts, and how it is placed."""
    return _(
        "%(figure)s: money that comes to “%(name)s”, as on the pages of its targets: an agreement "
        "and the commitment lines that name it count once. US dollars at the rates fixed when "
        "each was signed or written. The year is that of the ledger. Places and pillars are those "
        "allocated, else the stated places of the project; what is not allocated stands as not "
        "stated. The rows make the ledger’s sum to the cent."
    ) % {"figure": FIGURES[figure], "name": organisation}


def map_columns(found: LedgerMap) -> list[Column]:
    """The columns of the map; two queries for the labels."""
    places, pillars = labels_of(found.rows)
    none = _("not stated")
    return [
        Column("donor", _("Donor"), lambda row: found.donors.get(row.donor or 0, none)),
        Column("place", _("Place"), lambda row: places.get(row.place or "", row.place or none)),
        Column("pillar", _("Pillar"), lambda r: pillars.get(r.pillar or "", r.pillar or none)),
        Column("year", _("Year"), lambda row: row.year, "year"),
        usd_column("usd", _("Amount"), lambda row: row.usd),
    ]


def _donor_chart(by_donor: Sequence[tuple[str, Decimal]]) -> str:
    bars = tuple((name or "–", usd) for name, usd in by_donor[:BARS] if usd > 0)
    return _bars(bars, formats.language()) if len(bars) > 1 else ""


@lru_cache(maxsize=64)
def _bars(bars: tuple[tuple[str, Decimal], ...], language: str) -> str:
    return charts.bars(bars, unit="USD", language=language, width=560)


def effects_page(request: PageRequest) -> HttpResponse:
    """What changed between two years, split into volume and exchange rate, by donor."""
    organisation = workspace(request)
    figure = chosen(request, "figure", FIGURES, "received")
    notes: list[str] = []
    this = timezone.localdate().year
    before = year_of(request, "before", this - 1, notes)
    after = year_of(request, "after", this, notes)
    found, unknown = effects_between(
        organisation,
        request.reader,
        figure=cast("Figure", figure),
        before=_year(before),
        after=_year(after),
    )
    notes += without_rate(unknown)
    columns = effect_columns(before, after)
    report = Report(
        title=_("Volume and exchange rates"),
        lead=_("What a change in dollars owes to what donors gave, and what to exchange rates."),
        current="outlook:effects",
        asks=[
            Ask("figure", _("Figure"), figure, options_of(FIGURES)),
            Ask("before", _("From year"), str(before), kind="number"),
            Ask("after", _("To year"), str(after), kind="number"),
        ],
        notes=notes,
        basis=_(
            "Money that comes to “%(name)s”. Change in dollars = change in the donor’s currency × "
            "the rate before (volume) + what came after × change of the rate (rate), a rate being "
            "the dollars fixed when written ÷ the amount. What was nothing before is all volume. "
            "The two parts make the change to the cent."
        )
        % {"name": organisation},
        file=("effects", columns, found),
    )
    report.parts = [
        Part(
            _("By donor and currency"),
            "effects",
            table=Table(_shown(columns), found, _effect_footer(found)) if found else None,
            note="USD",
            none=_("Nothing of this kind stands in the ledger in these two years."),
            hint=_("Choose other years, or another figure."),
        )
    ]
    return answer(request, report)


def _shown(columns: Sequence[Column]) -> list[Column]:
    """Dollars as plain numbers; amounts in the donor's currency keep it."""
    return [
        *(item for item in columns if item.key in ("donor", "before", "after")),
        *on_page([item for item in columns if item.key not in ("donor", "before", "after")]),
    ]


@dataclass(frozen=True, slots=True)
class _Foot:
    donor: str
    currency: str
    before: None
    after: None
    before_usd: Decimal
    after_usd: Decimal
    change: Decimal
    volume: Decimal
    rate: Decimal


def _effect_footer(found: Sequence[object]) -> _Foot:
    sums = total_of(found)  # type: ignore[arg-type]
    return _Foot(
        _("Total"),
        "",
        None,
        None,
        sums.before_usd,
        sums.after_usd,
        sums.change,
        sums.volume,
        sums.rate,
    )


def _year(year: int) -> tuple[date, date]:
    return date(year, 1, 1), date(year, 12, 31)


def effect_columns(before: int, after: int) -> list[Column]:
    """The columns of the effects between two years."""
    return [
        Column("donor", _("Donor"), lambda row: row.donor or _("not stated")),
        Column(
            "before",
            str(before),
            lambda row: row.before,
            "money",
            currency=lambda row: row.currency,
        ),
        Column(
            "after",
            str(after),
            lambda row: row.after,
            "money",
            currency=lambda row: row.currency,
        ),
        usd_column(
            "before_usd", _("%(year)d, dollars") % {"year": before}, lambda row: row.before_usd
        ),
        usd_column(
            "after_usd", _("%(year)d, dollars") % {"year": after}, lambda row: row.after_usd
        ),
        usd_column("change", _("Difference"), lambda row: row.change),
        usd_column("volume", _("Volume"), lambda row: row.volume),
        usd_column("rate", _("Exchange rate"), lambda row: row.rate),
    ]
