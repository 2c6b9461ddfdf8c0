"""Likely donors for a need: ranked on published flows, each with its reasons and its rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.funding.models import Agreement, Proposal
from appui.funding.queries import NeedGap
from appui.intelligence.corpus import FlowFilter, flow_rows, gifts, year_after
from appui.intelligence.published import published
from appui.intelligence.ranking import Gave, RankedDonor, Ranking, history, rank
from appui.kernel.access import Reader
from appui.needs.models import Need
from appui.registry.models import Location, Organisation
from appui.registry.queries import match_organisations
from appui.registry.rates import rate_table
from appui.ui import formats

WINDOW = 5
METHOD: Final = "geometric"
EVIDENCE_KEPT = 20
SHARE_ASKED = 10


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason: the number in words, and the address of the rows behind it."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One donor. ``organisation`` is None when the register does not know the name yet."""

    name: str
    rank: int
    ranked: RankedDonor
    organisation: Organisation | None
    with_you: bool
    evidence: tuple[Evidence, ...]
    typical: Decimal | None
    ask_url: str

    @property
    def fit(self) -> Decimal | None:
        """How well the asked amount fits the donor's usual size, 0 to 1."""
        fit = self.ranked.size_fit
        return None if fit is None else Decimal(str(fit))


@dataclass(frozen=True, slots=True)
class Suggestions:
    """Donors for one need and country; ``already`` give there or are with the institution."""

    need: Need
    country: Location | None
    countries: tuple[Location, ...]
    amount: Decimal | None
    first_year: int
    last_year: int
    already: tuple[Suggestion, ...]
    new: tuple[Suggestion, ...]
    is_empty: bool

    def named(self, name: str) -> Suggestion | None:
        """The suggestion for one donor."""
        return next((item for item in (*self.new, *self.already) if item.name == name), None)


def suggest(
    need: Need,
    gap: NeedGap,
    reader: Reader,
    *,
    today: date,
    country: str = "",
    amount: Decimal | None = None,
) -> Suggestions:
    """Rank donors for the need's sector in one of its countries.

    ``amount`` (US dollars) judges whether the size fits; a tenth of what is missing unless told.
    The years are the five that end with the last one published, or with the year before ``today``.
    """
    corpus = published()
    countries = _countries(need)
    chosen = next((place for place in countries if place.code == country), None) or next(
        iter(countries), None
    )
    asked = amount or _usual_ask(gap, today)
    if chosen is None or corpus.is_empty:
        return Suggestions(need, chosen, countries, asked, 0, 0, (), (), True)
    as_of = year_after(corpus, today.year)
    given = gifts(corpus, first_year=as_of - WINDOW, last_year=as_of - 1)
    found = rank(
        history(given),
        chosen.code,
        need.sector.code,
        as_of=as_of,
        window=WINDOW,
        amount=float(asked) if asked else None,
        method=METHOD,
    )
    listed = _listed(need, found, chosen, reader)
    return Suggestions(
        need,
        chosen,
        countries,
        asked,
        found.first_year,
        found.last_year,
        tuple(item for item in listed if item.with_you or item.ranked.incumbent),
        tuple(item for item in listed if not (item.with_you or item.ranked.incumbent)),
        not listed,
    )


def evidence_of(suggestions: Suggestions, item: Suggestion) -> dict[str, object]:
    """What an ask born from the suggestion keeps: reasons, method, years and row keys."""
    years = tuple(range(suggestions.first_year, suggestions.last_year + 1))
    rows = flow_rows(published(), FlowFilter(donors=(item.name,), years=years), limit=EVIDENCE_KEPT)
    return {
        "donor": item.name,
        "rank": item.rank,
        "method": METHOD,
        "score": f"{item.ranked.score:.6f}",
        "years": [suggestions.first_year, suggestions.last_year],
        "country": suggestions.country.code if suggestions.country else "",
        "sector": suggestions.need.sector.code,
        "reasons": [reason.text for reason in item.evidence],
        "url": item.evidence[0].url if item.evidence else "",
        "rows": [row.key for row in rows],
    }


def _countries(need: Need) -> tuple[Location, ...]:
    """The countries of the need's places, in the order of their codes."""
    codes = {place.country_code for place in need.locations.all()}
    return tuple(Location.objects.filter(code__in=codes))


def missing_dollars(gap: NeedGap, today: date) -> Decimal | None:
    """What is missing, in US dollars of ``today``; None when nothing is, or without a rate."""
    rate = rate_table([gap.currency]).rate_of(gap.currency, today)
    if rate is None or not gap.total.missing:
        return None
    return gap.total.missing * rate.usd_per_unit


def _usual_ask(gap: NeedGap, today: date) -> Decimal | None:
    """A tenth of what is missing, in US dollars and to two significant digits."""
    missing = missing_dollars(gap, today)
    if missing is None:
        return None
    part = missing / SHARE_ASKED
    return part.quantize(Decimal(1).scaleb(part.adjusted() - 1), rounding=ROUND_HALF_EVEN)


def _listed(need: Need, found: Ranking, country: Location, reader: Reader) -> list[Suggestion]:
    ranked = [
        item
        for item in (*found.already, *found.new)
        if item.gave_here.count or item.gave_sector.count
    ]
    known = match_organisations(item.donor for item in ranked)
    with_you = _with_you(need, reader)
    return [
        Suggestion(
            name=item.donor,
            rank=item.rank,
            ranked=item,
            organisation=known.get(item.donor),
            with_you=item.donor in known and known[item.donor].pk in with_you,
            evidence=tuple(_evidence(item, found, country)),
            typical=Decimal(str(item.typical_size[1])) if item.typical_size else None,
            ask_url=f"{reverse('funding:need_ask', args=[need.pk])}?"
            + urlencode({"donor": item.donor, "country": country.code}),
        )
        for item in ranked
    ]


def _with_you(need: Need, reader: Reader) -> set[int]:
    """Standing keys of donors that the need's owner has asked or signed with."""
    found: set[int] = set()
    for model in (Proposal, Agreement):
        rows = model.objects.visible_to(reader).filter(owner=need.owner_id)
        for own, standing in rows.values_list("donor", "donor__merged_into"):
            found.add(standing or own)
    return found


def _rows_url(item: RankedDonor, found: Ranking, **chosen: str) -> str:
    asked = {"donor": item.donor, "from": found.first_year, "to": found.last_year} | chosen
    return f"{reverse('intelligence:flow_rows')}?{urlencode(asked)}"


def _dollars(value: float) -> str:
    return formats.money(Decimal(str(value)), "USD", short=True)


def _evidence(item: RankedDonor, found: Ranking, country: Location) -> Iterable[Evidence]:
    here = {"country": found.recipient}
    this = {"sector": found.sector}
    if item.gave_both.count:
        yield Evidence(
            _gave(_("Gave to this sector in %(country)s"), item.gave_both, country),
            _rows_url(item, found, **here, **this),
        )
    elif item.gave_here.count:
        yield Evidence(
            _gave(_("Gave to other sectors in %(country)s"), item.gave_here, country),
            _rows_url(item, found, **here),
        )
    if item.gave_sector.count > (1 if item.gave_both.count else 0):
        yield Evidence(
            ngettext(
                "Gave %(amount)s to this sector in %(count)d country, last in %(year)s.",
                "Gave %(amount)s to this sector in %(count)d countries, last in %(year)s.",
                item.gave_sector.count,
            )
            % {
                "amount": _dollars(item.gave_sector.usd),
                "count": item.gave_sector.count,
                "year": item.gave_sector.last_year,
            },
            _rows_url(item, found, **this),
        )
    if item.typical_size is not None:
        low, middle, high = item.typical_size
        yield Evidence(
            _("Usual size %(middle)s a year (half of its gifts between %(low)s and %(high)s).")
            % {"low": _dollars(low), "middle": _dollars(middle), "high": _dollars(high)},
            _rows_url(item, found),
        )


def _gave(words: str, gave: Gave, country: Location) -> str:
    start = words % {"country": country}
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
