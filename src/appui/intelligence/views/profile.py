"""The profile of one donor, with what the institution itself knows of it."""

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.intelligence import asked as addresses
from appui.intelligence.asked import MOST, Asked
from appui.intelligence.corpus import sum_flows
from appui.intelligence.profile import Profile, assemble_profile
from appui.intelligence.published import published
from appui.intelligence.views import shown
from appui.kernel.panels import panels_for
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest, fetch
from appui.registry.queries import names_of

PANELS = "intelligence.donor"
LONGEST_KEY = 10


def donor_profile(request: PageRequest) -> HttpResponse:
    """One donor: what it publishes, and beside it contacts, asks and agreements."""
    corpus = published()
    asked = question(request)
    profile = assemble_profile(corpus, asked, this_year=timezone.localdate().year)
    kinds = sum_flows(corpus, asked.wanted)
    organisation = profile.organisation
    context = {
        "asked": asked,
        "profile": profile,
        "kinds": shown.kind_tabs(asked, kinds, shown.shown_kind(asked.kind, kinds)),
        "totals": shown.totals(asked, kinds),
        "basis": profile.basis,
        "chart_url": _chart_url(asked, profile),
        "panels": panels_for(organisation, request.reader, PANELS) if organisation else [],
        "crumbs": [(_("Donor map"), reverse("intelligence:donor_map"))],
        "map_url": reverse("intelligence:donor_map") + asked.url(kind=None),
        "matrix_url": reverse("intelligence:matrix")
        + asked.url(kind=None, rows="recipient", columns="year"),
        "query": asked.url(),
    }
    return render(request, "intelligence/donor_profile.html", context)


def question(request: PageRequest) -> Asked:
    """The question of an address; ``organisation`` stands for all names of one of the register."""
    asked = addresses.read(request.GET)
    key = request.GET.get("organisation", "")
    if key.isascii() and key.isdigit() and len(key) < LONGEST_KEY:
        organisation = fetch(Organisation.objects.all(), pk=int(key))
        asked.wanted = replace(asked.wanted, donors=tuple(sorted(names_of(organisation))[:MOST]))
    return asked


def _chart_url(asked: Asked, profile: Profile) -> str:
    """The picture of the ten years; empty without any."""
    found = next((section.bars for section in profile.sections if section.bars), None)
    if found is None:
        return ""
    years = [int(year) for year, _part, _value in found.parts]
    changes: dict[str, object] = {"by": "year", "from": years[0], "to": years[-1]}
    return reverse("intelligence:chart") + asked.url(**changes)
