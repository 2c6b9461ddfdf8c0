"""Targets: what an institution has set out to mobilise, and where it stands toward it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding import actions, forms, listings, queries, rules
from appui.funding.history import Span, Step, history, rounded
from appui.funding.models import Agreement, Target
from appui.funding.queries import TargetBook
from appui.funding.queries.entries import FIGURES, STATES
from appui.funding.queries.targets import NAMES, Name
from appui.kernel.access import Reader, Role
from appui.kernel.errors import Missing
from appui.kernel.money import Money
from appui.kernel.verdict import require
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import shown
from appui.registry.rules import may_keep_register
from appui.ui import charts, formats
from appui.ui.export import KINDS, file_response
from appui.ui.facts import Fact
from appui.ui.forms import form_page, without_version
from appui.ui.listing import list_page
from appui.ui.table import Table

ROWS_SHOWN = 50
LEFT_OUT_SHOWN = 20
STEPS_DRAWN = 12
FIGURE_LABELS: dict[str, str | Promise] = {
    "pledged": gettext_lazy("Pledged"),
    "committed": gettext_lazy("Committed"),
    "received": gettext_lazy("Received"),
    "spent": gettext_lazy("Spent"),
    "pipeline": gettext_lazy("Weighted pipeline"),
}
FIGURE_HELP: dict[str, str | Promise] = {
    "pledged": gettext_lazy(
        "Incoming pledges of the ledger that no signed agreement has taken up, and asks whose "
        "donor said yes. These asks also stand in the pipeline: the two are not added."
    ),
    "committed": gettext_lazy(
        "Agreements signed in the period, and incoming commitments of the ledger that name none."
    ),
    "received": gettext_lazy("Incoming funds of the ledger."),
    "spent": gettext_lazy("Disbursements to partners and expenditures of the ledger."),
    "pipeline": gettext_lazy(
        "Open asks, each times its chance; not those decided after the end of the period."
    ),
}
STEP_LABELS: dict[Step, str | Promise] = {
    Step.MONTH: gettext_lazy("Month"),
    Step.QUARTER: gettext_lazy("Quarter"),
    Step.YEAR: gettext_lazy("Year"),
}
STATE_LABELS: dict[str, str | Promise] = {
    "same": gettext_lazy("its agreement says it"),
    "unsigned": gettext_lazy("its agreement is not signed"),
    "outside": gettext_lazy("between two others"),
}


@dataclass(frozen=True, slots=True)
class FigureRow:
    """One figure of the position with the address of its rows."""

    label: str
    amount: Decimal
    share: Decimal
    rows: int
    note: str
    url: str


@dataclass(frozen=True, slots=True)
class ApartRow:
    """An agreement and its commitment lines, side by side."""

    agreement: Agreement
    amount: Money
    in_ledger: Money
    counted: str


@dataclass(frozen=True, slots=True)
class LeftOutRow:
    """A line of the period that no figure counts, and why."""

    row: queries.BehindRow
    why: str


def target_list(request: PageRequest) -> HttpResponse:
    """What organisations have set out to mobilise."""
    rows = Target.objects.visible_to(request.reader).select_related("owner", "source")
    return list_page(
        request,
        listings.TARGETS,
        rows,
        title=_("Targets"),
        **adding(request, "funding:target_add", _("Set a target"), Role.MANAGER),
    )


def target(request: PageRequest, pk: int) -> HttpResponse:
    """One target, where it stands, and how it came there."""
    obj, book = _open(request, pk, by=["month"])
    position = book.position
    step = _step(request, obj)
    spans = target_history(book, step)
    source = shown(obj.source, request.reader)
    return sheet_page(
        request,
        obj,
        template="funding/target.html",
        crumbs=[(_("Targets"), reverse("funding:target_list"))],
        lead=str(obj.owner),
        buttons=[
            Button(
                _("Change"),
                reverse("funding:target_edit", args=[pk]),
                True,
                rules.may_set_target(obj.owner_id, request.reader),
            )
        ],
        facts=[
            Fact(_("Amount to mobilise"), Money(obj.amount, obj.currency), "money", source=source),
            Fact(_("From"), obj.starts_on, "date"),
            Fact(_("To"), obj.ends_on, "date"),
            *_rate_fact(obj),
            Fact(_("Source"), source, href=source.get_absolute_url() if source else None),
            Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
        ],
        position=position,
        basis=boundary(obj, request.reader),
        rows_of={name: rows_url(obj, name) for name in NAMES},
        figures=Table(listings.figures_of(obj.currency), figure_rows(book)),
        helps=[(FIGURE_LABELS[name], FIGURE_HELP[name]) for name in NAMES],
        spans=Table(listings.SPANS, spans),
        steps=[(choice.value, STEP_LABELS[choice], choice == step) for choice in Step],
        chart_url=_chart_url(obj, spans, step),
        apart=Table(listings.APART, _apart(book, request.reader)),
        left_out=Table(listings.LEFT_OUT, _left_out(book, request.reader)),
        left_out_count=book.left_out,
    )


def _open(
    request: PageRequest,
    pk: int,
    only: Collection[queries.Figure] = FIGURES,
    by: Collection[queries.By] = (),
    with_asks: bool = True,
) -> tuple[Target, TargetBook]:
    rows = Target.objects.visible_to(request.reader).select_related("owner", "source")
    obj = fetch(rows, pk=pk)
    (book,) = queries.target_books(
        [obj],
        request.reader,
        today=timezone.localdate(),
        figures=only,
        by=by,
        with_asks=with_asks,
    )
    return obj, book


def rows_url(obj: Target, name: str) -> str:
    """Where the rows of one figure are."""
    return reverse("funding:target_rows", args=[obj.pk, name])


def boundary(obj: Target, reader: Reader) -> str:
    """Whose money the figures of a target count, in which period and currency, at which rates."""
    counted = _(
        "Money that comes to “%(name)s” within the period of the target, both days included, and "
        "money that leaves it. A commitment line of the ledger that names an agreement is the "
        "same money: the agreement counts. Asks are not deducted from what is missing."
    ) % {"name": obj.owner}
    if obj.currency == "USD":
        rate = _(
            "In US dollars at the rates fixed when each agreement was signed and each line "
            "written: new rates do not move it. Asks at the latest monthly rate."
        )
    else:
        rate = _(
            "In %(currency)s: what is in another currency by its US dollars, fixed when it was "
            "signed or written, at the rate of this target, fixed when it was set: new rates do "
            "not move it. Asks at the latest monthly rate."
        ) % {"currency": obj.currency}
    said = f"{counted} {rate}"
    if reader.role_in(obj.owner_id) is None:
        said = f"{said} {_('Only what is shared with you is counted.')}"
    return said


def _rate_fact(obj: Target) -> list[Fact]:
    if obj.currency == "USD":
        return []
    if obj.usd_rate is None or obj.usd_rate_date is None:
        return [Fact(_("Its rate"), _("none known when it was set: save it again to fix one"))]
    text = f"{obj.usd_rate.normalize():f} · {obj.usd_rate_date:%Y-%m}"
    return [
        Fact(
            _("Its rate"),
            text,
            help=_("US dollars for one %(currency)s") % {"currency": obj.currency},
        )
    ]


def figure_rows(book: TargetBook) -> list[FigureRow]:
    """The five figures of a target, each with the count and the address of its rows."""
    obj = book.position.target
    return [
        FigureRow(
            str(FIGURE_LABELS[name]),
            book.position.figure(name),
            book.position.figure(name) / obj.amount,
            len(queries.CountedRows(book, name)),
            str(FIGURE_HELP[name]),
            rows_url(obj, name),
        )
        for name in NAMES
    ]


def target_history(book: TargetBook, step: Step) -> list[Span]:
    """What was pledged, committed, received and spent by step; the sums make the figures of the
    ledger. Asks have no past here and are left out. The lines of the book are told apart by month.
    """
    amounts: dict[str, list[tuple[date, Decimal]]] = {
        name: [(item.day, amount) for item, amount in book.counted(name) if amount is not None]
        for name in FIGURES
    }
    return rounded(history(amounts, step))


def _step(request: PageRequest, obj: Target) -> Step:
    asked = request.GET.get("by", "")
    if asked in set(Step):
        return Step(asked)
    start, end = obj.starts_on, obj.ends_on
    short = start is not None and end is not None and (end - start).days <= 366
    return Step.MONTH if short else Step.QUARTER


def _chart_url(obj: Target, spans: list[Span], step: Step) -> str:
    """Where the picture of the history is; empty below two steps."""
    if len(spans) < 2:
        return ""
    return f"{reverse('funding:target_chart', args=[obj.pk])}?{urlencode({'by': step})}"


def target_chart(request: PageRequest, pk: int) -> HttpResponse:
    """What was reached by the end of each step, or of some where they are many, as lines."""
    obj, book = _open(request, pk, by=["month"], with_asks=False)
    spans = target_history(book, _step(request, obj))
    each = max(1, -(-len(spans) // STEPS_DRAWN))
    spans = spans[::-each][::-1]  # the last always
    parts = tuple(
        (span.label, str(FIGURE_LABELS[name]), span.until[name])
        for name in FIGURES
        if any(span.until[name] for span in spans)
        for span in spans
    )
    if len(spans) < 2 or not parts:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    drawn = charts.lines(parts, unit=obj.currency, language=formats.language(), width=560)
    return HttpResponse(drawn, content_type="image/svg+xml")


def _apart(book: TargetBook, reader: Reader) -> list[ApartRow]:
    found = book.apart
    known = Agreement.objects.visible_to(reader).in_bulk([item.agreement for item in found])
    return [
        ApartRow(
            known[item.agreement],
            Money(item.amount, item.currency),
            Money(item.in_ledger, item.currency),
            _("the agreement") if item.signed else _("neither: it is not signed"),
        )
        for item in found
    ]


def _left_out(book: TargetBook, reader: Reader) -> list[LeftOutRow]:
    if not book.left_out:
        return []
    rows = book.entries.lines_of(book.position.target.owner_id, book.within)
    found = list(rows.select_related("transaction_type")[:LEFT_OUT_SHOWN])
    return [
        LeftOutRow(row, str(STATE_LABELS[STATES[item.state]]))
        for item, row in zip(found, queries.behind(found, "committed", book, reader), strict=True)
    ]


def target_rows(request: PageRequest, pk: int, name: str) -> HttpResponse:
    """Exactly the rows that make one figure of a target, to the cent."""
    if name not in NAMES:
        raise Missing(_("There is no figure “%(name)s”.") % {"name": name[:40]})
    figure: Name = name
    only = [name for name in FIGURES if name == figure]
    obj, book = _open(request, pk, only)
    counted = queries.CountedRows(book, figure)
    columns = listings.behind_of(obj.currency)
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        rows = queries.behind(counted[:], figure, book, request.reader)
        return file_response(f"target-{obj.pk}-{name}", wanted, columns, rows)
    page = Paginator(counted, ROWS_SHOWN).get_page(request.GET.get("page", 1))
    rows = queries.behind(page.object_list, figure, book, request.reader)
    return render(
        request,
        "funding/target_rows.html",
        {
            "obj": obj,
            "label": FIGURE_LABELS[name],
            "help": FIGURE_HELP[name],
            "total": book.position.figure(figure),
            "basis": boundary(obj, request.reader),
            "table": Table(columns, rows),
            "page": page,
            "count": len(counted),
            "excel": "?" + urlencode({"format": "xlsx"}),
            "csv": "?" + urlencode({"format": "csv"}),
            "crumbs": [
                (_("Targets"), reverse("funding:target_list")),
                (str(obj), obj.get_absolute_url()),
            ],
        },
    )


def target_add(request: PageRequest) -> HttpResponse:
    """Set an amount to mobilise."""
    require(may_keep_register(request.reader, Role.MANAGER))
    return form_page(
        request,
        forms.TargetForm,
        act=lambda data: actions.set_target(by=request.reader, **without_version(data)),
        title=_("Set a target"),
        submit=_("Set"),
        cancel=reverse("funding:target_list"),
        kwargs={"reader": request.reader},
    )


def target_edit(request: PageRequest, pk: int) -> HttpResponse:
    """Change a target."""
    obj = fetch(Target.objects.visible_to(request.reader), pk=pk)
    require(rules.may_set_target(obj.owner_id, request.reader))
    return form_page(
        request,
        forms.TargetForm,
        act=lambda data: actions.change_target(obj, by=request.reader, **data),
        title=_("Change “%(name)s”") % {"name": obj},
        submit=_("Save"),
        cancel=obj.get_absolute_url(),
        kwargs={"reader": request.reader, "obj": obj},
    )
