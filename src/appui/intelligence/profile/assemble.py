"""A profile from the corpus: what is asked of it, in reading order."""

from collections.abc import Mapping
from pathlib import Path

from django.utils.translation import gettext as _

from appui.intelligence.asked import Asked
from appui.intelligence.corpus import Corpus, FlowSum, Seen, gifts, seen, sum_flows
from appui.intelligence.corpus.profile import called
from appui.intelligence.figures.similarity import Portfolio, portfolios
from appui.intelligence.profile import parts, series, sums
from appui.intelligence.profile.announced import announcements
from appui.intelligence.profile.content import Name, Profile
from appui.intelligence.profile.material import YEARS, Material
from appui.intelligence.views import shown
from appui.intelligence.views.shown import Kind
from appui.intelligence.words import Words, words
from appui.kernel.errors import Missing
from appui.registry.models import Organisation
from appui.registry.queries import match_organisations

_kept: dict[tuple[Path, str, int], Mapping[str, Portfolio]] = {}


def assemble_profile(corpus: Corpus, asked: Asked, *, this_year: int) -> Profile:
    """The profile of the donors that ``asked`` names, as one; raises ``Missing`` without rows."""
    known = seen(corpus, asked.wanted.donors) if asked.wanted.donors else []
    if not known:
        raise Missing(_("No published flow names this donor."))
    organisation = _organisation(corpus, known)
    kinds = sum_flows(corpus, asked.wanted)
    kind = shown.shown_kind(asked.kind, kinds)
    title = str(organisation or known[0].name)
    names = [Name(item.key, item.name, item.parts) for item in known]
    said = shown.basis(corpus, asked.wanted)
    if kind is None:
        return Profile(title, names, organisation, "", parts.seen_facts(known), [], said)
    material = _material(corpus, asked, kind, known, this_year)
    return Profile(
        title=title,
        names=names,
        organisation=organisation,
        kind=shown.kind_words(kind),
        facts=parts.glance(material),
        sections=[
            series.ten_years(material),
            sums.countries(material),
            sums.sectors(material),
            sums.channels(material),
            parts.typical(material),
            parts.pace_section(material),
            parts.concentrations(material),
            series.forward(material),
            announcements(material),
            parts.markers_section(material),
            parts.similar_section(material, _alike(corpus, this_year)),
        ],
        basis=said,
        words=material.names,
    )


def _organisation(corpus: Corpus, known: list[Seen]) -> Organisation | None:
    """The organisation of the register that bears one of the names or references."""
    published_as = called(corpus, [item.key for item in known])
    texts = [item.name for item in known]
    texts += [text for item in known for text in published_as.get(item.key, [])]
    found = match_organisations(texts)
    return next((found[text] for text in texts if text in found), None)


def _material(
    corpus: Corpus, asked: Asked, kind: Kind, known: list[Seen], this_year: int
) -> Material:
    wanted = shown.of_kind(asked.wanted, kind)
    by = {
        group: sum_flows(corpus, wanted, (group,))
        for group in ("year", "recipient", "sector", "channel")
    }
    years = [int(item.keys[0]) for item in by["year"] if item.keys[0]]
    past = [year for year in years if year <= this_year]
    return Material(
        corpus=corpus,
        asked=asked,
        wanted=wanted,
        kind=kind,
        seen=known,
        until=max(past or years, default=this_year),
        this_year=this_year,
        by=by,
        names=_words(by),
    )


def _words(by: Mapping[str, list[FlowSum]]) -> Words:
    return words(
        [item.keys[0] for item in by["recipient"]],
        [item.keys[0] for item in by["sector"]],
        [item.labels[0] for item in by["channel"][: sums.MOST]],
    )


def _alike(corpus: Corpus, this_year: int) -> Mapping[str, Portfolio]:
    """How every donor divided its money in the last ten years; kept for one version of flows."""
    version = (corpus.folder, corpus.manifest.derived, this_year)
    if version not in _kept:
        given = gifts(corpus, first_year=this_year - YEARS, last_year=this_year)
        _kept.clear()
        _kept[version] = portfolios(given)
    return _kept[version]
