"""Published tables: the list, one edition line by line, and the form that takes one in."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.evidence.sheets import sheet_rows
from appui.intelligence.corpus.vintages import Vintage, vintages
from appui.intelligence.files import LABELS, file_response
from appui.intelligence.published import published
from appui.intelligence.typed.actions import keep_table
from appui.intelligence.typed.forms import TableForm
from appui.intelligence.typed.models import PublishedTable
from appui.intelligence.typed.reading import TableRead, read_lines
from appui.intelligence.views import shown
from appui.intelligence.words import words
from appui.kernel.errors import AppuiError
from appui.kernel.verdict import require
from appui.registry.pages import PageRequest, adding, fetch, sheet_page
from appui.registry.rules import may_keep_register
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.listing import Column, Listing, list_page
from appui.ui.table import Table

PASTED = "pasted.csv"
WIDE = "donor;2021;2022;2023\nJapan;1250000;980000;1100000\nIreland;;640000;700000"
LONG = (
    "donor;year;amount;currency;usd\n"
    "Japan;2023;165000000;JPY;1174000\nIreland;2023;640000;EUR;692000"
)
TABLES = Listing(
    name="published-tables",
    columns=(
        Column(
            "source",
            gettext_lazy("Source"),
            lambda row: row.source,
            order_by=("source",),
            href=lambda row: row.get_absolute_url(),
        ),
        Column(
            "published_on",
            gettext_lazy("Published on"),
            lambda row: row.published_on,
            "date",
            ("published_on",),
        ),
        Column("page", gettext_lazy("Page or section"), lambda row: row.page, phone=False),
        Column("lines", gettext_lazy("Lines"), lambda row: row.lines, "number", ("lines",)),
        Column("at", gettext_lazy("Recorded on"), lambda row: row.at, "date", ("at",)),
        Column("by", gettext_lazy("Recorded by"), lambda row: row.by, phone=False),
    ),
    search=("source", "page"),
    order=("source", "-published_on"),
    empty=gettext_lazy("No published table was typed or imported yet."),
    empty_hint=gettext_lazy("A table of a report: donors, years and amounts for one country."),
)
BAD_CELLS = (
    Column("row", gettext_lazy("Row"), lambda item: str(item.row), "year"),
    Column("column", gettext_lazy("Column"), lambda item: item.column),
    Column("value", gettext_lazy("What stands there"), lambda item: item.value),
    Column("why", gettext_lazy("Why it was left out"), lambda item: item.why),
)


def table_list(request: PageRequest) -> HttpResponse:
    """The published tables of this installation."""
    return list_page(
        request,
        TABLES,
        PublishedTable.objects.visible_to(request.reader),
        title=_("Published tables"),
        lead=_("Tables of reports, typed or imported; their lines are in the donor map."),
        **adding(request, "intelligence:table_add", _("Add a table")),
    )


def table(request: PageRequest, pk: int) -> HttpResponse:
    """One edition: its lines as published, and which edition counts for each."""
    obj = fetch(PublishedTable.objects.visible_to(request.reader), pk=pk)
    lines = vintages(published(), obj.sha256)
    columns = _columns(lines)
    wanted = request.GET.get("format", "")
    if wanted in LABELS:
        return file_response("published-table", wanted, columns, lines)
    old = sum(line.counted_edition is not None for line in lines)
    return sheet_page(
        request,
        obj,
        template="intelligence/table.html",
        crumbs=[
            (_("Donor map"), reverse("intelligence:donor_map")),
            (_("Published tables"), reverse("intelligence:table_list")),
        ],
        title=obj.source,
        lead=_("Edition of %(day)s") % {"day": formats.day(obj.published_on)},
        facts=[
            Fact(_("Source"), obj.source),
            Fact(_("Published on"), obj.published_on, "date"),
            Fact(_("Page or section"), obj.page),
            Fact(_("Address"), obj.url, href=obj.url or None),
            Fact(_("Lines"), obj.lines, "number"),
            Fact(_("Superseded"), old, "number"),
            Fact(_("Recorded on"), obj.at, "date"),
            Fact(_("Recorded by"), obj.by),
        ],
        table=Table(columns, lines),
        files=[(label, f"?format={kind}") for kind, label in LABELS.items()],
        rows_url=f"{reverse('intelligence:flow_rows')}?{shown.query(reporter=obj.source)}",
    )


def _columns(lines: list[Vintage]) -> list[Column]:
    names = words(
        [line.recipient for line in lines],
        [line.sector for line in lines],
        {line.donor for line in lines},
    )
    return [
        Column("donor", _("Donor"), lambda row: names.of("donor", row.donor, row.donor)),
        Column("country", _("Country"), lambda row: names.recipient(row.recipient)),
        Column("sector", _("Sector"), lambda row: names.sector(row.sector), phone=False),
        Column("year", _("Year"), lambda row: row.year, "year"),
        Column(
            "amount",
            _("As published"),
            lambda row: row.amount,
            "money",
            currency=lambda row: row.currency or "",
        ),
        Column("usd", _("US dollars"), lambda row: row.usd, "money", currency=lambda _row: "USD"),
        Column(
            "state",
            _("Which counts"),
            lambda row: _("superseded") if row.counted_edition else _("this one"),
            "tag",
            tone=lambda row: "plain" if row.counted_edition else "",
        ),
        Column("later", _("Later edition"), lambda row: row.counted_edition, "date"),
        Column(
            "later_amount",
            _("It says"),
            lambda row: row.counted_amount,
            "money",
            currency=lambda row: row.counted_currency or "",
        ),
    ]


def table_add(request: PageRequest) -> HttpResponse:
    """Take in a table and show what became of each cell.

    Not kept by an idempotency key: the same lines a second time change nothing by themselves.
    """
    require(may_keep_register(request.reader))
    context: dict[str, Any] = {
        "title": _("Add a published table"),
        "submit": _("Take in the table"),
        "cancel": reverse("intelligence:table_list"),
        "wide": WIDE,
        "long": LONG,
    }
    if request.method != "POST":
        initial = {"recipient": request.GET.get("country", ""), "sector": "15250"}
        return render(
            request, "intelligence/table_add.html", context | {"form": TableForm(initial=initial)}
        )
    form = TableForm(request.POST, request.FILES)
    context["form"] = form
    if not form.is_valid():
        return render(request, "intelligence/table_add.html", context, status=422)
    try:
        read = _read(form)
        kept = keep_table(
            read,
            form.usual,
            by=request.reader,
            url=form.cleaned_data["url"],
            at=timezone.now(),
        )
    except AppuiError as error:
        form.add_error(None, str(error))
        return render(request, "intelligence/table_add.html", context, status=error.status)
    context |= {"kept": kept, "read": read, "bad": Table(BAD_CELLS, read.bad)}
    return render(request, "intelligence/table_report.html", context)


def _read(form: TableForm) -> TableRead:
    """The lines of the file or of the box; raises ``Invalid``."""
    file = form.cleaned_data["file"]
    name, content = (
        (file.name, file.read())
        if file
        else (PASTED, form.cleaned_data["pasted"].strip("\r\n").encode())
    )
    return read_lines(sheet_rows(name, content), form.usual)
