"""Donors: organisations seen as sources of money."""

from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding import listings, queries, rules
from appui.funding.models import Agreement, Fund, Interaction, Proposal
from appui.intelligence.asked import Asked
from appui.intelligence.corpus import FlowFilter, FlowSum, sum_flows
from appui.intelligence.published import published
from appui.intelligence.views.shown import profile_url, rows_url
from appui.intelligence.words import BOUNDARIES, FLOW_TYPES, RATE_RULE, SOURCES, words
from appui.kernel.access import Reader
from appui.registry.models import Organisation, Person
from appui.registry.pages import Button, PageRequest, adding, fetch, sheet_page
from appui.registry.queries import names_of
from appui.registry.rules import may_keep_register
from appui.ui.facts import Fact
from appui.ui.listing import Column, list_page
from appui.ui.table import Table

GIVING_SHOWN = 30
RECORDS_SHOWN = 50


def _of(model: Any, reader: Reader, field: str, aggregate: Any, **where: Any) -> Subquery:
    """An aggregate over what the reader sees of a donor, merged organisations included."""
    standing = Coalesce(f"{field}__merged_into", field)
    rows = (
        model.objects.visible_to(reader)
        .filter(**where)
        .annotate(standing=standing)
        .filter(standing=OuterRef("pk"))
        .order_by()
        .values("standing")
        .annotate(answer=aggregate)
    )
    return Subquery(rows.values("answer"))


def donors(reader: Reader) -> QuerySet[Organisation]:
    """Organisations followed as donors, or met in an ask or agreement, with their counts."""
    met = Q(is_donor=True)
    for rows in (Proposal.objects.visible_to(reader), Agreement.objects.visible_to(reader)):
        met |= Q(
            pk__in=rows.annotate(stands=Coalesce("donor__merged_into", "donor")).values("stands")
        )
    open_asks = {"stage__in": rules.OPEN_STAGES}
    counting = {"status__in": rules.COUNTING}
    return (
        Organisation.objects.standing()
        .filter(met)
        .select_related("organisation_type", "country")
        .annotate(
            windows=Coalesce(_of(Fund, reader, "organisation", Count("pk")), 0),
            asks=Coalesce(_of(Proposal, reader, "donor", Count("pk"), **open_asks), 0),
            signed=Coalesce(_of(Agreement, reader, "donor", Count("pk"), **counting), 0),
            last_exchange=_of(Interaction, reader, "organisation", Max("took_place_on")),
        )
    )


def donor_list(request: PageRequest) -> HttpResponse:
    """Those one asks money from."""
    return list_page(
        request,
        listings.DONORS,
        donors(request.reader),
        title=_("Donors"),
        lead=_("Those you follow, and those you have asked or signed with."),
        **adding(request, "registry:organisation_add", _("Add an organisation")),
    )


def donor(request: PageRequest, pk: int) -> HttpResponse:
    """One donor: windows, asks, agreements, exchanges, contacts."""
    obj = fetch(Organisation.objects.select_related("organisation_type", "country"), pk=pk)
    names = Q(pk=pk) | Q(merged_into=pk)
    same = Organisation.objects.filter(names)
    reader = request.reader
    keep = may_keep_register(reader)
    return sheet_page(
        request,
        obj,
        template="funding/donor.html",
        crumbs=[(_("Donors"), reverse("funding:donor_list"))],
        lead=str(obj.organisation_type or ""),
        buttons=[
            Button(_("Organisation"), obj.get_absolute_url()),
            Button(
                _("Note an exchange"),
                f"{reverse('funding:interaction_add')}?with={pk}",
                False,
                keep,
            ),
            Button(_("New ask"), f"{reverse('funding:proposal_add')}?donor={pk}", True, keep),
        ],
        facts=[
            Fact(_("Name"), obj.name, "multilingual"),
            Fact(_("Country"), obj.country),
            Fact(_("Website"), obj.website, href=obj.website or None),
            Fact(_("Other names"), ", ".join(alias.name for alias in obj.aliases.all())),
        ],
        proposals=_table(listings.PROPOSALS, queries.proposals(reader).filter(donor__in=same)),
        agreements=_table(listings.AGREEMENTS, queries.agreements(reader).filter(donor__in=same)),
        funds=_table(
            listings.FUNDS,
            Fund.objects.visible_to(reader)
            .filter(organisation__in=same)
            .select_related("organisation__merged_into"),
        ),
        interactions=_table(
            listings.INTERACTIONS,
            Interaction.objects.visible_to(reader)
            .filter(organisation__in=same)
            .select_related("organisation__merged_into", "kind"),
        ),
        giving=giving_of(obj),
        people=list(Person.objects.visible_to(reader).filter(organisation__in=same)),
    )


@dataclass(frozen=True, slots=True)
class Giving:
    """What a donor's published flows say, by year and kind; ``profile_url`` opens all of it."""

    table: Table
    basis: str
    url: str
    profile_url: str


def published_gifts(donor: Organisation) -> tuple[FlowFilter, list[FlowSum]]:
    """What is published under any name of the donor, by year and recipient, the last year first."""
    wanted = FlowFilter(donors=tuple(names_of(donor)))
    sums = sum_flows(published(), wanted, ("year", "recipient"))
    sums.sort(key=lambda item: (-int(item.keys[0] or 0), -item.usd))
    return wanted, sums


def giving_of(donor: Organisation) -> Giving | None:
    """Published flows under any name of the donor; None without any."""
    wanted, sums = published_gifts(donor)
    if not sums:
        return None
    names = words([item.keys[1] for item in sums], ())
    asked = Asked(replace(wanted, donors=tuple(sorted(wanted.donors))), by="year")
    columns = [
        Column("year", _("Year"), lambda row: row.keys[0], "year"),
        Column("country", _("Country"), lambda row: names.of("recipient", row.keys[1], "")),
        Column("type", _("Kind of flow"), lambda row: FLOW_TYPES.get(row.flow_type, "")),
        Column("source", _("Source"), lambda row: SOURCES.get(row.source, row.source)),
        Column(
            "usd",
            _("US dollars"),
            lambda row: row.usd,
            "money",
            currency=lambda _row: "USD",
            href=lambda row: rows_url(asked, row, ("year", "recipient")),
        ),
    ]
    return Giving(
        Table(columns, sums[:GIVING_SHOWN]),
        f"{BOUNDARIES[wanted.view]} {RATE_RULE}",
        reverse("intelligence:donor_map") + asked.url(),
        profile_url(*asked.wanted.donors),
    )


def _table(listing: Any, rows: Any) -> Table:
    """The columns of a listing without those that only say whose page it is."""
    columns = [c for c in listing.columns if c.key not in ("donor", "visibility", "with")]
    return Table(columns, list(rows[:RECORDS_SHOWN]))
