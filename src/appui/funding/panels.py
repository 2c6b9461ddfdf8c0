"""What the pages below show of money: the gap of a need, its asks and agreements."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding import listings, queries
from appui.funding.gap import Cell, Dimension
from appui.funding.models import Fund, Interaction
from appui.funding.queries import NeedGap, need_gap, need_gaps
from appui.funding.suggestions import suggest
from appui.funding.views.gap import UNSTATED
from appui.funding.views.ledger import last_lines
from appui.intelligence.corpus import FlowFilter, sum_flows
from appui.intelligence.corpus.profile import called
from appui.intelligence.published import published
from appui.kernel.access import Reader, Role
from appui.kernel.errors import Unavailable
from appui.kernel.money import Money
from appui.kernel.panels import RenderedPanel
from appui.needs.models import Need
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation, Person
from appui.registry.queries import match_organisations
from appui.ui.listing import AddedColumn, Column
from appui.ui.table import Table

SUGGESTIONS_SHOWN = 3
YEARS_PUBLISHED = 10


@dataclass(frozen=True, slots=True)
class GapLine:
    """One row of the gap by a dimension, with the address of the rows behind each figure."""

    label: str
    cell: Cell
    urls: dict[str, str]
    share: Decimal | None


def rows_url(need: Need, figure: str, dimension: str = "", value: str = "") -> str:
    """Where the rows behind a figure are."""
    asked = {"figure": figure} | ({"by": dimension, "is": value} if dimension else {})
    return f"{reverse('funding:gap_rows', args=[need.pk])}?{urlencode(asked)}"


def gap_head(need: Need, reader: Reader) -> RenderedPanel | None:
    """Need, secured, asked and missing across the head of a need's page, once it has a cost."""
    gap = need_gap(need, reader, today=timezone.localdate())
    if not gap.rows:
        return None
    urls = {name: rows_url(need, name) for name in ("need", "secured", "asked", "missing")}
    context = {"gap": gap, "urls": urls, "basis": f"{gap.boundary} {gap.rate_rule}"}
    return RenderedPanel("gap", _("Gap"), "funding/_chain.html", context, region="head")


def _missing(needs: Sequence[Need], reader: Reader) -> dict[int, Money]:
    """What each need with a cost is missing."""
    gaps = need_gaps(needs, reader, today=timezone.localdate())
    return {gap.need.pk: Money(gap.total.missing, gap.currency) for gap in gaps if gap.total.need}


NEED_MISSING = AddedColumn(
    Column(
        "missing",
        gettext_lazy("Missing"),
        lambda _need: None,
        "money",
        href=lambda need: rows_url(need, "missing"),
    ),
    before="status",
    values=_missing,
)


def gap_tables(need: Need, reader: Reader) -> RenderedPanel | None:
    """The gap by pillar, place and years."""
    gap = need_gap(need, reader, today=timezone.localdate())
    if not gap.total.parts:
        return None
    tables = [
        (_("By pillar"), gap_lines(gap, "pillar")),
        (_("By place"), gap_lines(gap, "place")),
        (_("By year"), gap_lines(gap, "years")),
    ]
    context = {"gap": gap, "tables": tables}
    return RenderedPanel("gap-by", _("Gap by part"), "funding/_gap_tables.html", context)


def gap_lines(gap: NeedGap, dimension: Dimension) -> list[GapLine]:
    """Rows of one table; at most one query for the labels."""
    cells = gap.by(dimension)
    labels = _labels(dimension, [cell.label for cell in cells if cell.label])
    return [
        GapLine(
            label=labels.get(cell.label or "", cell.label or _("not stated")),
            cell=cell,
            urls={
                name: rows_url(gap.need, name, dimension, cell.label or UNSTATED)
                for name in ("need", "secured", "asked", "missing")
            },
            share=cell.missing / cell.need if cell.need else None,
        )
        for cell in cells
    ]


def _labels(dimension: Dimension, values: list[str]) -> dict[str, str]:
    if dimension == "pillar":
        return {c.code: str(c) for c in Code.objects.of("Pillar").filter(code__in=values)}
    if dimension == "place":
        return {p.code: str(p) for p in Location.objects.filter(code__in=values)}
    return {}


def _published(donors: Sequence[Organisation], reader: Reader) -> dict[int, Money]:
    """What each donor is published to have spent in the last ten years, by the source that tells
    most of it; four queries besides those of the flows."""
    this_year = timezone.localdate().year
    wanted = FlowFilter(
        flow_types=("spend",), years=tuple(range(this_year - YEARS_PUBLISHED + 1, this_year + 1))
    )
    corpus = published()
    sums = sum_flows(corpus, wanted, ("donor",))
    texts = called(corpus, {str(item.keys[0]) for item in sums})
    known = match_organisations([text for names in texts.values() for text in names])
    by_source: dict[tuple[int, str], Decimal] = {}
    for item in sums:
        names = texts.get(str(item.keys[0]), ())
        found = next((known[text] for text in names if text in known), None)
        if found is not None:
            key = (found.pk, item.source)
            by_source[key] = by_source.get(key, Decimal(0)) + item.usd
    most: dict[int, Money] = {}
    for (pk, _source), usd in sorted(by_source.items(), key=lambda pair: pair[1]):
        most[pk] = Money(usd, "USD")
    return most


DONOR_PUBLISHED = AddedColumn(
    Column(
        "published",
        gettext_lazy("Published spending, ten years"),
        lambda _donor: None,
        "money",
        href=lambda donor: f"{reverse('intelligence:donor_profile')}?organisation={donor.pk}",
        phone=False,
    ),
    before="windows",
    values=_published,
)


def _without(columns: tuple[Column, ...], *keys: str) -> list[Column]:
    return [column for column in columns if column.key not in keys]


def need_proposals(need: Need, reader: Reader) -> RenderedPanel:
    """The asks for a need."""
    today = timezone.localdate()
    rows = list(queries.asks(reader, today=today).filter(need=need))
    context = {
        "table": Table(_asks_columns("donor", "fund"), rows),
        "add_url": f"{reverse('funding:proposal_add')}?need={need.pk}",
        "may_add": reader.has_anywhere(Role.EDITOR),
        "warnings": queries.warnings_of_need(need, reader, today=today),
    }
    return RenderedPanel("asks", _("Asks"), "funding/_proposals.html", context, len(rows))


def need_suggestions(need: Need, reader: Reader) -> RenderedPanel:
    """The first likely donors of a need."""
    today = timezone.localdate()
    problem, found = "", None
    try:
        found = suggest(need, need_gap(need, reader, today=today), reader, today=today)
    except Unavailable as error:
        problem = str(error)
    context = {
        "found": found,
        "problem": problem,
        "shown": SUGGESTIONS_SHOWN,
        "url": reverse("funding:need_donors", args=[need.pk]),
    }
    return RenderedPanel(
        "donors",
        _("Donors for this need"),
        "funding/_suggestions_panel.html",
        context,
    )


def need_agreements(need: Need, reader: Reader) -> RenderedPanel | None:
    """The agreements that give money to a need."""
    rows = queries.agreements(reader).filter(allocations__need=need).distinct()
    return _agreements(list(rows))


def activity_agreements(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """The agreements that give money to an activity."""
    rows = queries.agreements(reader).filter(allocations__activity=activity).distinct()
    return _agreements(list(rows))


def _agreements(rows: list[object]) -> RenderedPanel | None:
    if not rows:
        return None
    context = {"table": Table(_without(listings.AGREEMENTS.columns, "visibility"), rows)}
    return RenderedPanel("agreements", _("Agreements"), "funding/_table.html", context, len(rows))


def activity_proposals(activity: Activity, reader: Reader) -> RenderedPanel:
    """The asks for an activity."""
    today = timezone.localdate()
    rows = list(queries.asks(reader, today=today).filter(activity=activity))
    context = {
        "table": Table(_asks_columns("donor", "fund"), rows),
        "add_url": f"{reverse('funding:proposal_add')}?activity={activity.pk}",
        "may_add": reader.has_anywhere(Role.EDITOR),
        "warnings": queries.warnings_of_activity(activity, reader, today=today),
    }
    return RenderedPanel("asks", _("Asks"), "funding/_proposals.html", context, len(rows))


def _asks_columns(*more: str) -> list[Column]:
    """The columns of asks on the page of a record, which has no room for all."""
    kept = {"title", "stage", "amount", "chance", "decision", "look", *more}
    columns = [*listings.ASKS.columns, listings.WINDOW]
    return [column for column in columns if column.key in kept]


def fund_proposals(fund: Fund, reader: Reader) -> RenderedPanel:
    """The asks to a window: for one project or for several."""
    rows = list(queries.asks(reader, today=timezone.localdate()).filter(fund=fund))
    query = urlencode({"fund": fund.pk, "donor": fund.organisation.standing_id})
    context = {
        "table": Table(_asks_columns("for"), rows),
        "add_url": f"{reverse('funding:proposal_add')}?{query}",
        "may_add": reader.has_anywhere(Role.EDITOR),
        "warnings": queries.warnings_of_fund(rows),
    }
    return RenderedPanel("asks", _("Asks"), "funding/_proposals.html", context, len(rows))


def activity_transactions(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """What moved on account of an activity."""
    moved = last_lines(reader, "activity", activity)
    if not moved["count"]:
        return None
    return RenderedPanel("ledger", _("Ledger"), "funding/_ledger_panel.html", moved, moved["count"])


def _same(organisation: Organisation) -> QuerySet[Organisation]:
    """The organisation and those merged into it."""
    return Organisation.objects.filter(Q(pk=organisation.pk) | Q(merged_into=organisation.pk))


def donor_sheet(organisation: Organisation, reader: Reader) -> RenderedPanel:
    """Beside what a donor publishes: the way to its own page, its contacts and what they said."""
    same = _same(organisation)
    exchanges = Interaction.objects.visible_to(reader).filter(organisation__in=same)
    context = {
        "url": reverse("funding:donor", args=[organisation.standing_id]),
        "people": Person.objects.visible_to(reader).filter(organisation__in=same),
        "last": exchanges.order_by("-took_place_on").first(),
    }
    return RenderedPanel("contacts", _("Your contacts"), "funding/_donor_contacts.html", context)


def donor_asks(organisation: Organisation, reader: Reader) -> RenderedPanel:
    """What was asked of a donor."""
    rows = list(queries.proposals(reader).filter(donor__in=_same(organisation)))
    columns = [c for c in listings.PROPOSALS.columns if c.key in ("title", "stage", "amount")]
    context = {
        "table": Table(columns, rows),
        "add_url": f"{reverse('funding:proposal_add')}?donor={organisation.pk}",
        "may_add": reader.has_anywhere(Role.EDITOR),
    }
    return RenderedPanel("asks", _("Asks"), "funding/_proposals.html", context, len(rows))


def donor_agreements(organisation: Organisation, reader: Reader) -> RenderedPanel | None:
    """The agreements signed with a donor."""
    rows = list(queries.agreements(reader).filter(donor__in=_same(organisation)))
    if not rows:
        return None
    columns = [c for c in listings.AGREEMENTS.columns if c.key in ("title", "status", "amount")]
    context = {"table": Table(columns, rows)}
    return RenderedPanel("agreements", _("Agreements"), "funding/_table.html", context, len(rows))


def organisation_as_donor(organisation: Organisation, reader: Reader) -> RenderedPanel | None:
    """A way from the register to the donor's page."""
    if not organisation.is_donor:
        return None
    context = {"url": reverse("funding:donor", args=[organisation.standing_id])}
    return RenderedPanel("donor", _("As a donor"), "funding/_donor_link.html", context)
