"""The profile of one donor, with what the institution itself knows of it."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.intelligence import asked as addresses
from appui.intelligence.corpus import sum_flows
from appui.intelligence.profile import Profile, assemble_profile
from appui.intelligence.published import published
from appui.intelligence.views import shown
from appui.intelligence.views.shown import Drawing
from appui.kernel.panels import panels_for
from appui.registry.pages import PageRequest
from appui.ui import charts, formats

PANELS = "intelligence.donor"


def donor_profile(request: PageRequest) -> HttpResponse:
    """One donor: what it publishes, and beside it contacts, asks and agreements."""
    corpus = published()
    asked = addresses.read(request.GET)
    profile = assemble_profile(corpus, asked, this_year=timezone.localdate().year)
    kinds = sum_flows(corpus, asked.wanted)
    organisation = profile.organisation
    context = {
        "asked": asked,
        "profile": profile,
        "kinds": shown.kind_tabs(asked, kinds, shown.shown_kind(asked.kind, kinds)),
        "totals": shown.totals(asked, kinds),
        "basis": profile.basis,
        "chart": _chart(profile),
        "panels": panels_for(organisation, request.reader, PANELS) if organisation else [],
        "crumbs": [(_("Donor map"), reverse("intelligence:donor_map"))],
        "map_url": reverse("intelligence:donor_map") + asked.url(kind=None),
        "matrix_url": reverse("intelligence:matrix")
        + asked.url(kind=None, rows="recipient", columns="year"),
        "query": asked.url(),
    }
    return render(request, "intelligence/donor_profile.html", context)


def _chart(profile: Profile) -> Drawing | None:
    found = next((section.bars for section in profile.sections if section.bars), None)
    if found is None:
        return None
    svg = charts.stacked_bars(found.parts, unit="USD", language=formats.language(), width=560)
    return Drawing(found.alt, found.caption, svg)
