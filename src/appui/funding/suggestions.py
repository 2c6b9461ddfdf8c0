"""Likely donors for a need: ranked on published flows, each with its reasons and its rows."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from appui.funding.models import Agreement, Proposal, SetAside
from appui.funding.queries import NeedGap
from appui.funding.why import Asked, Evidence, confidence, reasons
from appui.intelligence.corpus import FlowFilter, flow_rows, year_after
from appui.intelligence.likely import likely
from appui.intelligence.published import published
from appui.intelligence.ranking import Method, RankedDonor, Ranking, rank_taught
from appui.kernel.access import Reader
from appui.needs.models import Need
from appui.registry.models import Location, Organisation
from appui.registry.queries import match_organisations
from appui.registry.rates import rate_table

WINDOW = 5
NAIVE: Final = "geometric"
NEW_SHOWN: Final = 10
JUDGED: Final = (
    40  # new donors looked at closely, some of whom are with the institution or set aside
)
EVIDENCE_KEPT = 20
SHARE_ASKED = 10


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
    confidence: str
    ask_url: str
    set_aside_url: str

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
    set_aside: tuple[SetAside, ...]
    method: Method
    learned: tuple[int, int] | None
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
        return Suggestions(need, chosen, countries, asked, 0, 0, (), (), (), NAIVE, None, True)
    as_of = year_after(corpus, today.year)
    taught = likely(corpus, digits=len(need.sector.code), as_of=as_of, window=WINDOW)
    found = rank_taught(
        taught,
        chosen.code,
        need.sector.code,
        amount=float(asked) if asked else None,
        most=JUDGED,
    )
    refused = tuple(SetAside.objects.visible_to(reader).filter(need=need))
    names = {item.donor for item in refused}
    listed = [item for item in _listed(need, found, chosen, reader) if item.name not in names]
    known = [item for item in listed if item.with_you or item.ranked.incumbent]
    new = [item for item in listed if not (item.with_you or item.ranked.incumbent)]
    return Suggestions(
        need,
        chosen,
        countries,
        asked,
        found.first_year,
        found.last_year,
        tuple(known),
        tuple(new[:NEW_SHOWN]),
        refused,
        found.method,
        found.learned,
        not (listed or refused),
    )


def evidence_of(suggestions: Suggestions, item: Suggestion) -> dict[str, object]:
    """What an ask born from the suggestion keeps: reasons, method, years and row keys."""
    years = tuple(range(suggestions.first_year, suggestions.last_year + 1))
    rows = flow_rows(published(), FlowFilter(donors=(item.name,), years=years), limit=EVIDENCE_KEPT)
    return {
        "donor": item.name,
        "rank": item.rank,
        "method": suggestions.method,
        "learned": list(suggestions.learned or ()),
        "confidence": item.confidence,
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
    asked = Asked(found, country, need.sector, _place_names(ranked))
    return [
        Suggestion(
            name=item.donor,
            rank=item.rank,
            ranked=item,
            organisation=known.get(item.donor),
            with_you=item.donor in known and known[item.donor].pk in with_you,
            evidence=tuple(reasons(item, asked)),
            typical=Decimal(str(item.typical_size[1])) if item.typical_size else None,
            confidence=confidence(item.chance),
            ask_url=_url("funding:need_ask", need, item, country),
            set_aside_url=_url("funding:need_set_aside", need, item, country),
        )
        for item in ranked
    ]


def _url(name: str, need: Need, item: RankedDonor, country: Location) -> str:
    asked = urlencode({"donor": item.donor, "country": country.code})
    return f"{reverse(name, args=[need.pk])}?{asked}"


def _place_names(ranked: list[RankedDonor]) -> dict[str, str]:
    """The countries that reasons name; one query."""
    codes = {code for item in ranked for code in item.elsewhere.places}
    return {place.code: str(place) for place in Location.objects.filter(code__in=codes)}


def _with_you(need: Need, reader: Reader) -> set[int]:
    """Standing keys of donors that the need's owner has asked or signed with."""
    found: set[int] = set()
    for model in (Proposal, Agreement):
        rows = model.objects.visible_to(reader).filter(owner=need.owner_id)
        for own, standing in rows.values_list("donor", "donor__merged_into"):
            found.add(standing or own)
    return found
