"""Whose money made which results, and through whom money passes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef
from django.http import HttpResponse
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from appui.funding.models import Transaction
from appui.outlook import attribution as sharing
from appui.outlook import chain as chains
from appui.outlook.queries.ledger import Chain, Costed, costed_activities, money_chain
from appui.outlook.views.ledger import options_of, usd_column
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
from appui.portfolio.models import Activity
from appui.registry.pages import PageRequest, fetch
from appui.ui import formats
from appui.ui.forms import parse_amount
from appui.ui.listing import Column
from appui.ui.table import Table

ZERO = Decimal(0)
SHOWN = 200
CHAIN_FIGURES: dict[str, str | Promise] = {
    "paid": gettext_lazy("Paid"),
    "committed": gettext_lazy("Committed"),
}
LARGEST_RESULT = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class Shared:
    """One payer of one project: its share of the cost, and of the result where one is told."""

    activity: Activity
    donor: str
    paid: Decimal
    share: Decimal
    result: Decimal | None


def attribution_page(request: PageRequest) -> HttpResponse:
    """Shares of cost of each project; results typed in the address are split by them."""
    organisation = workspace(request)
    found, unknown = costed_activities(organisation, request.reader)
    notes = without_rate(unknown)
    told = results_told(found, request.GET, notes)
    rows = shared_rows(found, told)
    unit = "".join(c for c in request.GET.get("unit", "") if c.isprintable())[:30]
    columns = shared_columns(unit)
    report = Report(
        title=_("Whose money, whose results"),
        lead=_("Type the result of each project: it is split by who paid which share of its cost."),
        current="outlook:attribution",
        asks=_result_asks(found, request, unit),
        notes=notes,
        basis=_(
            "Share of a donor: what it signed for the project, or paid in without an agreement, ÷ "
            "what the project cost, in US dollars fixed when signed or written; the cost is what "
            "the ledger spent, or what was given where that is more. What no donor gave is the "
            "organisation’s own. Shares make 1, and the parts of a result make the result: each "
            "unit counts for one payer only. Nothing is written: the address holds what you typed."
        ),
        file=("attribution", columns, rows),
        submit=_("Split the results"),
    )
    donors = donor_sums(rows)
    if told:
        report.parts.append(
            Part(
                _("Results by donor"),
                "donors",
                table=Table(_donor_result_columns(unit), donors),
                note=_("%(total)s in all")
                % {"total": f"{formats.number(sum(told.values(), ZERO))} {unit}".strip()},
            )
        )
    report.parts.append(
        Part(
            _("Shares of cost by project"),
            "shares",
            table=Table(on_page(columns), rows),
            note="USD",
            none=_("No project has money from a donor yet."),
            hint=_("Give a part of a signed agreement to a project, or record what it received."),
            hint_url=reverse("funding:agreement_list"),
            hint_label=_("Agreements"),
        )
    )
    return answer(request, report)


def _result_asks(found: Sequence[Costed], request: PageRequest, unit: str) -> list[Ask]:
    if not found:
        return []
    return [
        Ask("unit", _("Unit of the results"), unit),
        *(
            Ask(
                f"r{item.activity.pk}",
                str(item.activity),
                request.GET.get(f"r{item.activity.pk}", ""),
            )
            for item in found[:SHOWN]
        ),
    ]


def results_told(
    found: Sequence[Costed], asked: Mapping[str, str], notes: list[str]
) -> dict[int, Decimal]:
    """The results typed, by project: ``r12=3500``; what is no number is left out with a note."""
    told = {}
    for item in found:
        text = asked.get(f"r{item.activity.pk}", "").strip()
        if not text:
            continue
        number = parse_amount(text, formats.language())
        if number is None or not 0 <= number < LARGEST_RESULT:
            notes.append(
                _("“%(text)s” is no result of “%(name)s”.")
                % {"text": text[:40], "name": item.activity}
            )
            continue
        told[item.activity.pk] = number
    return told


def shared_rows(found: Sequence[Costed], told: Mapping[int, Decimal]) -> list[Shared]:
    """One row a project and payer, with its part of the result."""
    rows = []
    for item in found:
        result = told.get(item.activity.pk)
        parts: list[Decimal | None] = [None] * len(item.shares)
        if result is not None:
            exponent = result.as_tuple().exponent
            places = max(0, -exponent) if isinstance(exponent, int) else 0
            parts = [*sharing.results(list(item.shares), result, places)]
        rows += [
            Shared(item.activity, share.donor or str(_("own funds")), share.paid, share.share, part)
            for share, part in zip(item.shares, parts, strict=True)
        ]
    return rows


def donor_sums(rows: Sequence[Shared]) -> list[tuple[str, Decimal]]:
    """What each payer's money reached over all projects, the most first."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        if row.result is not None:
            sums[row.donor] = sums.get(row.donor, ZERO) + row.result
    return sorted(sums.items(), key=lambda pair: (-pair[1], pair[0]))


def shared_columns(unit: str) -> list[Column]:
    """The columns of shares of cost."""
    result = _("Result, %(unit)s") % {"unit": unit} if unit else _("Result")
    return [
        Column(
            "activity",
            _("Project"),
            lambda row: row.activity,
            href=lambda row: row.activity.get_absolute_url(),
        ),
        Column("donor", _("Who paid"), lambda row: row.donor),
        usd_column("paid", _("Signed or paid in"), lambda row: row.paid),
        Column("share", _("Share of the cost"), lambda row: row.share, "percent"),
        Column("result", result, lambda row: row.result, "number"),
    ]


def _donor_result_columns(unit: str) -> list[Column]:
    result = _("Result, %(unit)s") % {"unit": unit} if unit else _("Result")
    return [
        Column("donor", _("Who paid"), lambda row: row[0]),
        Column("result", result, lambda row: row[1], "number"),
    ]


@dataclass(frozen=True, slots=True)
class StageRow:
    """One boundary of a chain: who is in it, what came in from outside, what left it."""

    label: str
    members: str
    came_in: Decimal
    went_out: Decimal

    @property
    def kept(self) -> Decimal | None:
        """What came in and was not passed on; None for who only gives."""
        return self.came_in - self.went_out if self.came_in else None


def chain_page(request: PageRequest) -> HttpResponse:
    """Money from hand to hand, counted once at each boundary; ``in=`` names a boundary."""
    figure = chosen(request, "figure", CHAIN_FIGURES, "paid")
    seen = Activity.objects.visible_to(request.reader)
    asked = request.GET.get("project", "")
    activity = fetch(seen, pk=int(asked)) if asked.isdecimal() and len(asked) < 19 else None
    notes: list[str] = []
    first = year_of(request, "from", 1990, notes)
    last = year_of(request, "to", 2100, notes)
    found = money_chain(
        request.reader,
        figure=figure,
        activity=activity,
        years=(min(first, last), max(first, last)),
    )
    inside = {int(key) for key in request.GET.getlist("in") if key.isdecimal() and len(key) < 19}
    inside &= set(found.names)
    rows = stage_rows(found, inside)
    columns = stage_columns()
    lines = Transaction.objects.visible_to(request.reader).filter(activity=OuterRef("pk"))
    parts = Activity.objects.visible_to(request.reader).filter(parent=OuterRef("pk"))
    ordered = seen.filter(Exists(parts) | Exists(lines)).order_by("pk")[:SHOWN]
    projects = [("", _("All projects")), *((str(item.pk), str(item)) for item in ordered)]
    report = Report(
        title=_("Through whom money passes"),
        lead=_("Joint funding from hand to hand: counted once at each boundary, never twice."),
        current="outlook:chain",
        asks=[
            Ask("figure", _("Figure"), figure, options_of(CHAIN_FIGURES)),
            Ask("project", _("Programme"), asked, projects),
            Ask("from", _("From year"), request.GET.get("from", ""), kind="number"),
            Ask("to", _("To year"), request.GET.get("to", ""), kind="number"),
        ],
        notes=notes,
        basis=_(
            "A boundary is a set of organisations: what comes in is paid by somebody outside to "
            "somebody inside; what members pay each other is not counted. A transfer that giver "
            "and receiver both wrote is one, as the receiver wrote it. US dollars fixed when "
            "written, of the ledger lines you may see that say from whom to whom; without a rate "
            "they are not counted."
        ),
        file=("chain", columns, rows),
    )
    notes += without_rate(found.unconverted)
    report.parts = [
        Part(
            _("At each boundary"),
            "stages",
            table=Table(on_page(columns), rows) if found.transfers else None,
            note="USD",
            none=_("No line of the ledger says from whom to whom money passed."),
            hint=_("Record incoming funds and disbursements with both organisations."),
            hint_url=reverse("funding:transaction_list"),
            hint_label=_("Ledger"),
        ),
        *_apart_parts(found),
    ]
    members = [
        (key, name, key in inside)
        for key, name in sorted(found.names.items(), key=lambda pair: pair[1])
    ]
    return answer(request, report, "outlook/chain.html", members=members)


def stage_rows(found: Chain, inside: set[int]) -> list[StageRow]:
    """The chosen boundary first, then each stage of the chain, then the whole."""
    sets: list[tuple[str, set[int]]] = []
    if inside:
        sets.append((_("Chosen boundary"), inside))
    sets += [
        (_("Stage %(number)d") % {"number": number}, set(stage))
        for number, stage in enumerate(found.stages, 1)
    ]
    return [
        StageRow(
            label,
            ", ".join(sorted(found.names.get(who, "") for who in members)),
            chains.came_in(found.transfers, members),
            chains.went_out(found.transfers, members),
        )
        for label, members in sets
    ]


def stage_columns() -> list[Column]:
    """The columns of the boundaries of a chain."""
    return [
        Column("stage", _("Boundary"), lambda row: row.label),
        Column("members", _("Who is in it"), lambda row: row.members),
        usd_column("came_in", _("Came in"), lambda row: row.came_in),
        usd_column("went_out", _("Passed on"), lambda row: row.went_out),
        usd_column("kept", _("Kept or spent"), lambda row: row.kept),
    ]


def _apart_parts(found: Chain) -> list[Part]:
    if not found.apart:
        return []
    columns = [
        Column(
            "giver",
            pgettext("from whom or what", "From"),
            lambda row: found.names.get(row.giver, ""),
        ),
        Column(
            "taker", pgettext("to whom or what", "To"), lambda row: found.names.get(row.taker, "")
        ),
        usd_column("by_giver", _("Giver says"), lambda row: row.told_by_giver),
        usd_column("by_taker", _("Receiver says"), lambda row: row.told_by_taker),
    ]
    return [
        Part(
            _("Where giver and receiver differ"),
            "apart",
            table=Table(on_page(columns), found.apart),
            note="USD",
            below=_("The receiver’s figure is counted."),
        )
    ]
