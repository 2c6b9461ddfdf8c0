"""What the asks may bring, by quarter, with the asks behind each figure; and how asks came out."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from appui.funding import queries
from appui.funding.forecast import Line, Outside, Quarter, Where, quarters_from
from appui.funding.queries import ForecastRow, OwnerForecast, quarter_called, quarter_name
from appui.funding.queries.forecast import QUARTERS
from appui.funding.track import Record
from appui.funding.views.asktabs import ask_tabs, owner_of
from appui.kernel.errors import Missing
from appui.kernel.money import Money, cents
from appui.registry.pages import PageRequest
from appui.ui import charts, formats
from appui.ui.export import KINDS, file_response
from appui.ui.listing import Column
from appui.ui.table import Table

FIGURES = ("committed", "weighted", "low", "middle", "high", "everything")
OUTSIDE = {
    Outside.OVERDUE: gettext_lazy("Decision day gone by"),
    Outside.UNDATED: gettext_lazy("No decision day"),
    Outside.LATER: gettext_lazy("Later"),
}
TONES = {"committed": "accent", "weighted": "asked", "everything": "asked-light"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One line of the table: its name, its figures, and where its asks are."""

    name: str
    line: Line
    currency: str
    url: str
    is_total: bool = False

    def money(self, figure: str) -> Money:
        """One of its figures."""
        return Money(cents(getattr(self.line, figure)), self.currency)


def quarter_label(quarter: Quarter) -> str:
    """A quarter as people write it."""
    return pgettext("quarter of a year", "Q%(number)d %(year)d") % {
        "number": quarter[1],
        "year": quarter[0],
    }


def forecast(request: PageRequest) -> HttpResponse:
    """The forecast of the organisation one works in, from ``?start=2026-Q1`` on."""
    found = _found(request)
    context: dict[str, Any] = {
        "title": _("Forecast of asks"),
        "tabs": ask_tabs("forecast"),
        "found": found,
    }
    if found is None:
        return render(request, "funding/forecast.html", context)
    shown = _shown(found)
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        return file_response("forecast", wanted, forecast_columns(), shown)
    first = quarters_from(found.start, found.count)[0]
    context |= {
        "table": Table(forecast_columns(), shown),
        "chart": _chart(found),
        "is_exact": found.found.whole.is_exact and found.found.period.is_exact,
        "query": _query(found),
        "earlier": _query(found, start=(first[0] - 1, first[1])),
        "later": _query(found, start=(first[0] + 1, first[1])),
    }
    return render(request, "funding/forecast.html", context)


def _found(request: PageRequest) -> OwnerForecast | None:
    owner = owner_of(request)
    if owner is None:
        return None
    asked, count = request.GET.get("start", ""), request.GET.get("quarters", "")
    return queries.owner_forecast(
        owner,
        request.reader,
        today=timezone.localdate(),
        start=quarter_called(asked) if asked else None,
        count=int(count) if count.isascii() and count.isdecimal() and len(count) < 4 else QUARTERS,
    )


def _query(found: OwnerForecast, start: Quarter | None = None, **more: str) -> str:
    asked = {"start": quarter_name(start or found.start), "quarters": str(found.count)}
    return urlencode(asked | more)


def _shown(found: OwnerForecast) -> list[Shown]:
    def line(name: object, figures: Line, place: str, *, is_total: bool = False) -> Shown:
        url = f"{reverse('funding:forecast_rows')}?{_query(found, where=place)}"
        return Shown(str(name), figures, found.currency, url, is_total)

    return [
        *(
            line(quarter_label(quarter), figures, quarter_name(quarter))
            for quarter, figures in found.found.quarters.items()
        ),
        line(_("These quarters together"), found.found.period, "period", is_total=True),
        *(
            line(OUTSIDE[why], figures, why.value)
            for why, figures in found.found.outside.items()
            if figures.keys
        ),
    ]


def forecast_columns() -> tuple[Column, ...]:
    """Columns of the forecast; each amount opens the asks behind it."""

    def figure(key: str, label: Any) -> Column:
        return Column(key, label, lambda row: row.money(key), "money", href=lambda row: row.url)

    return (
        Column("quarter", _("Quarter"), lambda row: row.name, href=lambda row: row.url),
        Column("asks", _("Asks"), lambda row: len(row.line.keys), "number"),
        figure("committed", _("Committed")),
        figure("weighted", _("Weighted")),
        figure("low", _("Low")),
        figure("middle", _("Middle")),
        figure("high", _("High")),
        figure("everything", _("Everything")),
    )


def _chart(found: OwnerForecast) -> str:
    """Bars of what is committed, hoped for by weight, and the rest of what is asked."""
    parts = []
    labels = {
        "committed": _("Committed"),
        "weighted": _("Open asks, weighted"),
        "everything": _("The rest of what is asked"),
    }
    for quarter, line in found.found.quarters.items():
        name = quarter_label(quarter)
        parts += [
            (name, labels["committed"], line.committed),
            (name, labels["weighted"], line.weighted - line.committed),
            (name, labels["everything"], line.everything - line.weighted),
        ]
    tones = {labels[key]: tone for key, tone in TONES.items()}
    return charts.stacked_bars(
        parts, unit=found.currency, language=formats.language(), tones=tones, width=680, height=240
    )


def forecast_rows(request: PageRequest) -> HttpResponse:
    """The asks behind one line of the forecast: ``?where=`` names the line."""
    found = _found(request)
    if found is None:
        raise Missing(_("Choose the organisation you work in first."))
    asked = request.GET.get("where", "period")
    place, name, line = _place(found, asked)
    rows = found.rows_at(place)
    columns = row_columns(found.currency)
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        return file_response(f"forecast-{asked}", wanted, columns, rows)
    return render(
        request,
        "funding/forecast_rows.html",
        {
            "found": found,
            "name": name,
            "line": line,
            "table": Table(columns, rows),
            "query": request.GET.urlencode(),
            "back": f"{reverse('funding:forecast')}?{_query(found)}",
        },
    )


def _place(found: OwnerForecast, asked: str) -> tuple[Where | None, str, Line]:
    if asked == "period":
        return None, _("These quarters together"), found.found.period
    for why in Outside:
        if asked == why.value:
            return why, str(OUTSIDE[why]), found.found.outside[why]
    for quarter, line in found.found.quarters.items():
        if asked == quarter_name(quarter):
            return quarter, quarter_label(quarter), line
    raise Missing(_("The forecast has no line “%(name)s”.") % {"name": asked[:20]})


def row_columns(currency: str) -> tuple[Column, ...]:
    """Columns of the asks behind a figure; amounts counted in ``currency``."""
    return (
        Column(
            "ask", _("Ask"), lambda row: row.ask.title, href=lambda row: row.ask.get_absolute_url()
        ),
        Column("donor", _("Donor"), lambda row: row.ask.donor.merged_into or row.ask.donor),
        Column("stage", _("Stage"), lambda row: row.ask.stage_name, phone=False),
        Column("on", _("Decided or signed on"), lambda row: row.on, "date"),
        Column("original", _("As recorded"), lambda row: row.original, "money", phone=False),
        Column("rate", _("Rate"), _rate, phone=False),
        Column("chance", _("Chance"), lambda row: row.probability, "percent"),
        Column("counted", _("Counted in full"), _counted, "money", currency=lambda _row: currency),
        Column(
            "weighted",
            _("Weighted"),
            lambda row: row.weighted,
            "money",
            currency=lambda _row: currency,
        ),
    )


def _counted(row: ForecastRow) -> Decimal | None:
    return None if row.counted is None else row.counted.money.amount


def _rate(row: ForecastRow) -> str:
    if row.counted is None:
        return str(_("no rate known: not counted"))
    if not row.counted.rate_source:
        return ""
    return f"{row.counted.rate.normalize():f} · {row.counted.rate_date:%Y-%m}"


def track(request: PageRequest) -> HttpResponse:
    """Win rate and time in stage of the organisation one works in, by donor."""
    owner = owner_of(request)
    found = queries.track(owner, request.reader, today=timezone.localdate()) if owner else None
    columns: list[Column] = []
    rows: list[tuple[Any, Record]] = []
    if found is not None:
        rows = [(item.donor, item.record) for item in found.donors]
        columns = [*_outcome_columns(), *(_time_column(line) for line in found.stages)]
    wanted = request.GET.get("format", "")
    everything = [*rows, (None, found.whole)] if found is not None else []
    if wanted in KINDS:
        return file_response("win-rate", wanted, columns, everything)
    outcomes = [c for c in columns if not c.key.startswith("days-")]
    times = [columns[0], *(c for c in columns if c.key.startswith("days-"))] if columns else []
    last = (None, found.whole) if found is not None else None
    return render(
        request,
        "funding/track.html",
        {
            "title": _("Win rate and time in stage"),
            "tabs": ask_tabs("track"),
            "owner": owner,
            "found": found,
            "outcomes": Table(outcomes, rows, footer=last),
            "times": Table(times, rows, footer=last),
        },
    )


def _outcome_columns() -> list[Column]:
    return [
        Column(
            "donor",
            _("Donor"),
            lambda row: row[0] or _("All donors"),
            href=lambda row: reverse("funding:donor", args=[row[0].pk]) if row[0] else "",
        ),
        Column("asks", _("Asks"), lambda row: row[1].asks, "number"),
        Column("open", _("Open"), lambda row: row[1].open, "number"),
        Column("won", _("Won"), lambda row: row[1].won, "number"),
        Column("lost", _("Lost"), lambda row: row[1].lost, "number"),
        Column("withdrawn", _("Withdrawn"), lambda row: row[1].withdrawn, "number"),
        Column("rate", _("Win rate"), lambda row: row[1].rate, "percent"),
        Column(
            "few",
            _("Rests on"),
            lambda row: few_words(row[1]),
            "tag",
            tone=lambda row: "wait" if row[1].is_small else "plain",
        ),
    ]


def few_words(record: Record) -> str:
    """How many answers a win rate rests on, and whether these are few."""
    if not record.answered:
        return str(_("no answer yet"))
    words = {"count": record.answered}
    return _("n = %(count)d, few") % words if record.is_small else _("n = %(count)d") % words


def _time_column(line: queries.StageLine) -> Column:
    return Column(f"days-{line.code}", line.name, lambda row: time_words(row[1], line.code))


def time_words(record: Record, code: str) -> str:
    """The median days at a stage, with how many stays it is of and how many still go on."""
    found = record.times.get(code)
    if found is None:
        return ""
    return _("%(days)s days (n = %(count)d, %(still)d still there)") % {
        "days": formats.number(found.median.normalize() + 0),
        "count": found.count,
        "still": found.still,
    }
