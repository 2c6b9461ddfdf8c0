"""Why a donor is suggested, in words: one sentence for each family of features behind its place."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal
from urllib.parse import urlencode

from babel.lists import format_list
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.intelligence.ranking import Gave, RankedDonor, Ranking
from appui.registry.models import Code, Location
from appui.ui import formats

SENTENCES_SHOWN: Final = 3
NAIVE_FAMILIES: Final = ("sector", "country")


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: the number in words, and the address of the rows behind it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What the sentences speak of; ``places`` names the countries by their codes."""

    found: Ranking
    country: Location
    sector: Code
    places: Mapping[str, str]


def reasons(item: RankedDonor, asked: Asked) -> Iterable[Evidence]:
    """The strongest first, at most three; then the usual size. For one already here, what it gave.

    What the method learned names the families that raised the score; the naive method knows two.
    """
    told = [_SENTENCES[family](item, asked) for family in _families(item)]
    yield from [sentence for sentence in told if sentence][:SENTENCES_SHOWN]
    if item.typical_size is not None:
        low, middle, high = item.typical_size
        words = (
            _("Usual size %(middle)s a year.")
            if low == high
            else _("Usual size %(middle)s a year (half of its gifts between %(low)s and %(high)s).")
        )
        sizes = {"low": _dollars(low), "middle": _dollars(middle), "high": _dollars(high)}
        yield Evidence(words % sizes, _rows_url(item, asked.found))


def confidence(chance: float | None) -> str:
    """A word for the chance, with the chance itself; nothing where none was learned."""
    if chance is None:
        return ""
    words = {
        0.35: _("likely"),
        0.15: _("possible"),
        0.05: _("less likely"),
        0.0: _("a long shot"),
    }
    word = next(word for least, word in words.items() if chance >= least)
    percent = formats.number(Decimal(str(round(100 * chance, 1 if chance < 0.1 else 0))))
    return _("%(word)s: %(percent)s in 100 this year") % {"word": word, "percent": percent}


def _families(item: RankedDonor) -> list[str]:
    if item.incumbent:
        return ["here"]
    wanted: list[str] = ["returned"] if item.before.count else []  # who is back is not quite new
    if item.chance is None:
        wanted += NAIVE_FAMILIES
    for family, _part in item.because:
        wanted += NAIVE_FAMILIES if family == "both" else (family,)
    return list(dict.fromkeys(wanted))


def _here(item: RankedDonor, asked: Asked) -> Evidence | None:
    """What an old friend gave here, and what changed."""
    text = _gave_words(_("Gave to this sector in %(country)s"), item.gave_both, asked)
    if item.earlier > 0:
        text += " " + _("Lately %(lately)s a year, %(earlier)s a year before.") % {
            "lately": _dollars(item.lately),
            "earlier": _dollars(item.earlier),
        }
    elif item.lately > 0:
        text += " " + _("It began in the last two years.")
    url = _rows_url(item, asked.found, country=asked.found.recipient, sector=asked.found.sector)
    return Evidence(text, url)


def _sector(item: RankedDonor, asked: Asked) -> Evidence | None:
    there = item.elsewhere
    if not there.times or there.typical is None:
        return None
    names = [asked.places.get(code, code) for code in there.places]
    style: Literal["unit", "standard"] = "unit" if there.more_places else "standard"
    places = format_list(names, style, formats.language())
    if there.more_places:
        places = _("%(places)s and %(count)d more") % {
            "places": places,
            "count": there.more_places,
        }
    values = {
        "count": there.times,
        "sector": asked.sector,
        "places": places,
        "year": there.first_year,
        "amount": _dollars(there.typical),
        "country": asked.country,
    }
    if item.before.count:
        text = ngettext(
            "Gave %(count)d time to “%(sector)s” in %(places)s since %(year)s, "
            "typically %(amount)s.",
            "Gave %(count)d times to “%(sector)s” in %(places)s since %(year)s, "
            "typically %(amount)s.",
            there.times,
        )
    else:
        text = ngettext(
            "Gave %(count)d time to “%(sector)s” in %(places)s since %(year)s, "
            "typically %(amount)s, never in %(country)s.",
            "Gave %(count)d times to “%(sector)s” in %(places)s since %(year)s, "
            "typically %(amount)s, never in %(country)s.",
            there.times,
        )
    return Evidence(text % values, _rows_url(item, asked.found, sector=asked.found.sector))


def _country(item: RankedDonor, asked: Asked) -> Evidence | None:
    if not item.gave_here.count:
        return None
    text = _gave_words(_("Gave to other sectors in %(country)s"), item.gave_here, asked)
    return Evidence(text, _rows_url(item, asked.found, country=asked.found.recipient))


def _returned(item: RankedDonor, asked: Asked) -> Evidence | None:
    if not item.before.count:
        return None
    text = _("Gave to this sector in %(country)s until %(year)s, %(amount)s in all.") % {
        "country": asked.country,
        "year": item.before.last_year,
        "amount": _dollars(item.before.usd),
    }
    found = asked.found
    chosen = {"donor": item.donor, "country": found.recipient, "sector": found.sector}
    return Evidence(text, f"{reverse('intelligence:flow_rows')}?{urlencode(chosen)}")


def _company(item: RankedDonor, asked: Asked) -> Evidence | None:
    if not item.beside:
        return None
    text = _("Often gives where %(donor)s gives, which gives to this sector here already.")
    return Evidence(text % {"donor": item.beside}, _rows_url(item, asked.found))


def _donor(item: RankedDonor, asked: Asked) -> Evidence | None:
    if not item.begun:
        return None
    text = ngettext(
        "Began %(count)d new relation with a country and sector in %(year)s.",
        "Began %(count)d new relations with countries and sectors in %(year)s.",
        item.begun,
    ) % {"count": item.begun, "year": asked.found.last_year}
    years = {"from": str(asked.found.last_year)}
    return Evidence(text, _rows_url(item, asked.found, **years))


_SENTENCES: Final[dict[str, Callable[[RankedDonor, Asked], Evidence | None]]] = {
    "here": _here,
    "sector": _sector,
    "country": _country,
    "returned": _returned,
    "company": _company,
    "donor": _donor,
}


def _rows_url(item: RankedDonor, found: Ranking, **chosen: str) -> str:
    asked = {"donor": item.donor, "from": found.first_year, "to": found.last_year} | chosen
    return f"{reverse('intelligence:flow_rows')}?{urlencode(asked)}"


def _dollars(value: float) -> str:
    return formats.money(Decimal(str(value)), "USD", short=True)


def _gave_words(words: str, gave: Gave, asked: Asked) -> str:
    start = words % {"country": asked.country}
    return ngettext(
        "%(start)s: %(amount)s in %(count)d year, last in %(year)s.",
        "%(start)s: %(amount)s in %(count)d years, last in %(year)s.",
        gave.count,
    ) % {
        "start": start,
        "amount": _dollars(gave.usd),
        "count": gave.count,
        "year": gave.last_year,
    }
