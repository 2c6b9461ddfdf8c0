"""What the pages of the outlook share: a question in the address, tables, files, tabs."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.kernel.errors import Missing
from appui.kernel.money import CENT
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest
from appui.ui.export import KINDS, file_response
from appui.ui.facts import Fact
from appui.ui.listing import Column
from appui.ui.table import Table
from appui.ui.templatetags.ui import Tab

YEARS = (1990, 2100)


def without_rate(count: int) -> list[str]:
    """The note that so many amounts are in no figure; none where there are none."""
    if not count:
        return []
    return [
        ngettext(
            "%(count)d amount has no exchange rate and is in no figure.",
            "%(count)d amounts have no exchange rate and are in no figure.",
            count,
        )
        % {"count": count}
    ]


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of the question: a choice where it has options, else a line of ``kind``."""

    name: str
    label: str
    value: str
    options: Sequence[tuple[str, str]] = ()
    kind: str = "text"

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """The options, each with whether it is the chosen one."""
        return [(value, label, value == self.value) for value, label in self.options]


@dataclass(frozen=True, slots=True)
class Part:
    """One panel of a report: a table, a chart or facts, and words under it."""

    title: str
    slug: str
    table: Table | None = None
    note: str = ""
    chart: str = ""
    alt: str = ""
    facts: Sequence[Fact] = ()
    below: str = ""
    none: str = ""
    hint: str = ""
    hint_url: str = ""
    hint_label: str = ""


@dataclass(slots=True)
class Report:
    """A whole page; ``file`` is what its downloads hold."""

    title: str
    lead: str
    current: str
    asks: Sequence[Ask] = ()
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    basis: str = ""
    file: tuple[str, Sequence[Column], Sequence[Any]] | None = None
    submit: str = ""


def answer(
    request: PageRequest, report: Report, template: str = "outlook/report.html", **context: Any
) -> HttpResponse:
    """The report as a page, or its rows as a file (``?format=csv`` or ``xlsx``)."""
    wanted = request.GET.get("format", "")
    if wanted in KINDS and report.file is not None:
        name, columns, rows = report.file
        return file_response(name, wanted, columns, rows)
    shown = {
        "report": report,
        "tabs": tabs(report.current),
        "files": _files(request) if report.file is not None else [],
    }
    return render(request, template, shown | context)


def on_page(columns: Sequence[Column], *, whole: bool = False) -> list[Column]:
    """The columns with amounts as plain numbers, for a panel that names their currency; in whole
    units where asked, since files hold the cents."""
    return [_plain(item, whole) if item.kind == "money" else item for item in columns]


def _plain(column: Column, whole: bool) -> Column:
    def value(row: Any) -> object:
        found = column.value(row)
        if not isinstance(found, Decimal):
            return found
        return found.quantize(Decimal(1) if whole else CENT)

    return replace(column, kind="number", value=value, currency=None)


def tabs(current: str) -> list[Tab]:
    """The questions of the outlook."""
    items = [
        ("outlook:gap", _("Gap")),
        ("outlook:what_if", _("What if")),
        ("outlook:ledger_map", _("Who gives")),
        ("outlook:effects", _("Volume and rates")),
        ("outlook:attribution", _("Whose results")),
        ("outlook:chain", _("Through whom")),
        ("outlook:vintages", _("Two publications")),
    ]
    return [Tab(label, reverse(name), name == current) for name, label in items]


def _files(request: PageRequest) -> list[tuple[str, str]]:
    asked = request.GET.copy()
    found = []
    for kind, label in (("xlsx", _("Download as Excel")), ("csv", _("Download as CSV"))):
        asked["format"] = kind
        found.append((label, f"?{asked.urlencode()}"))
    return found


def workspace(request: PageRequest) -> Organisation:
    """The organisation in which the reader works; raises ``Missing`` without one."""
    organisation = Organisation.objects.filter(pk=request.reader.workspace_id or 0).first()
    if organisation is None:
        raise Missing(_("You do not work in an organisation yet, so there is nothing to show."))
    return organisation


def chosen(request: PageRequest, name: str, values: Iterable[str], usual: str) -> str:
    """A value of the address among ``values``, else the usual one."""
    asked = request.GET.get(name, "")
    return asked if asked in set(values) else usual


def year_of(request: PageRequest, name: str, usual: int, notes: list[str]) -> int:
    """A year of the address; one that is none is left out, with a note."""
    asked = request.GET.get(name, "").strip()
    if not asked:
        return usual
    if asked.isdecimal() and len(asked) == 4 and YEARS[0] <= int(asked) <= YEARS[1]:
        return int(asked)
    notes.append(
        _("“%(value)s” is no year from %(first)d to %(last)d; %(usual)d was taken.")
        % {"value": asked[:20], "first": YEARS[0], "last": YEARS[1], "usual": usual}
    )
    return usual
