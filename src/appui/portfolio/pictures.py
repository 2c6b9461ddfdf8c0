"""Where a project takes place, drawn; the list beside it says the same."""

from collections.abc import Collection, Sequence
from functools import lru_cache

from django.utils.translation import gettext as _

from appui.registry import outlines
from appui.registry.models import Location
from appui.ui import maps

MOST_WITH_PROVINCES = 6  # countries; beyond, their outlines alone tell more
KEPT = 100  # pictures of some 20 kB


def places_map(places: Sequence[Location]) -> str | None:
    """The places shaded among the provinces of their countries, as SVG; None without an outline."""
    countries = tuple(sorted({place.country_code for place in places}))
    shaded = shaded_by(places)
    return _drawn(countries, shaded) if shaded else None


def shaded_by(places: Sequence[Location]) -> tuple[str, ...]:
    """The codes of the outlines that draw these places, none twice."""
    topology = _topology(tuple(sorted({place.country_code for place in places})))
    found = (code for place in places for code in outlines.drawn_by(place, topology))
    return tuple(sorted(set(found)))


def alternative(places: Sequence[Location]) -> str:
    """What the map shows, in words; empty when nothing can be drawn."""
    if not places or not shaded_by(places):
        return ""
    return _("Map of the places: %(places)s") % {"places": ", ".join(map(str, places))}


@lru_cache(maxsize=KEPT)
def _topology(countries: tuple[str, ...]) -> outlines.Topology:
    found = outlines.provinces(countries) if len(countries) <= MOST_WITH_PROVINCES else None
    return found or outlines.countries(countries)


@lru_cache(maxsize=KEPT)
def _drawn(countries: tuple[str, ...], shaded: Collection[str]) -> str:
    return maps.highlighted(_topology(countries), shaded, language="en", width=460, height=300)
