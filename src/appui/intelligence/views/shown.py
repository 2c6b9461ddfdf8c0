"""What the pages of published flows share: totals, kinds, filters, names, and what they say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appui.intelligence.asked import UNSTATED_YEAR, Asked
from appui.intelligence.corpus import (
    Choice,
    Choices,
    Corpus,
    FlowFilter,
    FlowSum,
    Unconverted,
    boundary,
    choices,
    sum_flows,
)
from appui.intelligence.corpus.filters import DEFAULT_TYPES, UNSTATED
from appui.intelligence.words import (
    BOUNDARIES,
    DIMENSIONS,
    FLOW_TYPES,
    GROUPS,
    RATE_RULE,
    SOURCES,
    VIEWS,
    Words,
    words,
)
from appui.ui import formats
from appui.ui.templatetags.ui import Tab

Kind = tuple[str, str]  # flow type and source: sums of different kinds are never added
DONORS_OFFERED = 100
SELECTED = SafeString(" selected")


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a filter as shown."""

    value: str
    label: str
    selected: bool


@dataclass(frozen=True, slots=True)
class FilterShown:
    """One filter of the page; ``chosen`` says what is selected, ``name`` is that of the address."""

    name: str
    label: str
    options: list[Option]

    @property
    def html(self) -> SafeString:
        """The options of the select: hundreds of them, ten times faster than by a template."""
        return format_html_join(
            "",
            '<option value="{}"{}>{}</option>',
            (
                (option.value, SELECTED if option.selected else "", option.label)
                for option in self.options
            ),
        )

    @property
    def chosen(self) -> str:
        """The first choice by its label, with how many more; empty without any."""
        found = [option.label for option in self.options if option.selected]
        return "" if not found else found[0] + (f" +{len(found) - 1}" if found[1:] else "")


@dataclass(frozen=True, slots=True)
class Chip:
    """One part of the question in words, with the address of the question without it."""

    label: str
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Total:
    """One total, never added to another: of one flow type, from one source."""

    label: str
    source: str
    usd: Decimal
    lines: int
    unconverted: int
    url: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """What a chart or map shows in words; the picture is fetched from its own address."""

    alt: str
    caption: str


def rows_url(asked: Asked, item: FlowSum, groups: Sequence[str] = ()) -> str:
    """The address of exactly the rows that make ``item``, a sum by ``groups``."""
    return behind_url(asked, (item.flow_type, item.source), *zip(groups, item.keys, strict=True))


def behind_url(asked: Asked, kind: Kind, *cells: tuple[str, object], **changes: object) -> str:
    """The address of the rows of one kind that have these keys."""
    return reverse("intelligence:flow_rows") + asked.behind(kind, **changes).url(*cells)


def profile_url(*donors: str) -> str:
    """The address of the profile of a donor under these keys or names."""
    return f"{reverse('intelligence:donor_profile')}?{query(donor=donors)}"


def query(**parts: object) -> str:
    """Names and values as the query of an address."""
    return urlencode(parts, doseq=True)


def totals(asked: Asked, sums: Iterable[FlowSum]) -> list[Total]:
    """One total a kind of flow and source, each with the address of its rows."""
    return [
        Total(
            label=str(FLOW_TYPES.get(item.flow_type, item.flow_type)),
            source=str(SOURCES.get(item.source, item.source)),
            usd=item.usd,
            lines=item.parts,
            unconverted=item.unconverted,
            url=rows_url(asked, item),
        )
        for item in sums
    ]


def basis(corpus: Corpus, wanted: FlowFilter) -> list[str]:
    """What the totals of a filter count, at which rates, and what they leave out."""
    said = boundary(corpus, wanted)
    left_out = _(
        "Left out: %(lines)s rows that wait for a person to look (%(usd)s), %(unconverted)s "
        "without a known rate."
    ) % {
        "lines": formats.number(said.quarantined_lines),
        "usd": formats.money(said.quarantined_usd, "USD", short=True),
        "unconverted": formats.number(said.unconverted_lines),
    }
    basis = [str(BOUNDARIES[said.view]), str(RATE_RULE), left_out]
    return [*basis, _unconverted(said.unconverted)] if said.unconverted else basis


def _unconverted(found: Sequence[Unconverted]) -> str:
    """The amounts without dollars, each in its own currency."""
    amounts = [
        formats.money(item.amount, item.currency)
        if item.currency
        else _("%(amount)s of no stated currency") % {"amount": formats.number(item.amount, 2)}
        for item in found
    ]
    return _("Not converted and not in these totals: %(amounts)s.") % {
        "amounts": "; ".join(amounts)
    }


def main_kind(sums: Iterable[FlowSum]) -> Kind | None:
    """The flow type and source with the most money."""
    sizes: dict[Kind, Decimal] = {}
    for item in sums:
        kind = (item.flow_type, item.source)
        sizes[kind] = sizes.get(kind, Decimal(0)) + abs(item.usd)
    return max(sizes, key=lambda kind: (sizes[kind], kind)) if sizes else None


def of_kind(wanted: FlowFilter, kind: Kind) -> FlowFilter:
    """The same filter, of one kind only."""
    return replace(wanted, flow_types=(kind[0],), sources=(kind[1],))


def kind_words(kind: Kind) -> str:
    """“Commitments · IATI”."""
    flow_type, source = kind
    return f"{FLOW_TYPES.get(flow_type, flow_type)} · {SOURCES.get(source, source)}"


def kind_tabs(asked: Asked, sums: Iterable[FlowSum], shown: Kind | None) -> list[Tab]:
    """A tab for each kind of flow and source under the filter, the one shown marked."""
    kinds = [(item.flow_type, item.source) for item in sums]
    return [
        Tab(
            kind_words(kind),
            asked.url(kind=":".join(kind)),
            current=kind == shown,
        )
        for kind in kinds
    ]


def shown_kind(asked_kind: str, sums: Sequence[FlowSum]) -> Kind | None:
    """The kind that the address names as ``flow type:source`` when there is any, else the main."""
    flow_type, _colon, source = asked_kind.partition(":")
    kinds = {(item.flow_type, item.source) for item in sums}
    return (flow_type, source) if (flow_type, source) in kinds else main_kind(sums)


def page_tabs(asked: Asked, current: str) -> list[Tab]:
    """The ways to look at one question: map, matrix, movements."""
    pages = (
        ("donor_map", _("Map and sums")),
        ("matrix", _("Matrix")),
        ("movements", _("Who came and went")),
    )
    return [
        Tab(label, reverse(f"intelligence:{name}") + asked.url(), current=name == current)
        for name, label in pages
    ]


def question(corpus: Corpus, asked: Asked, page: str) -> dict[str, Any]:
    """What the head of each page takes: tabs, filters, chips, totals and what they count."""
    found = choices(corpus, asked.wanted)
    sums = sum_flows(corpus, asked.wanted)
    names = filter_names(found, asked)
    return {
        "asked": asked,
        "tabs": page_tabs(asked, page),
        "filters": filters(found, asked, names),
        "chips": chips(asked, names),
        "kept": kept(asked),
        "donors": donors_offered(found),
        "views": [
            Option(key, str(label), key == asked.wanted.view) for key, label in VIEWS.items()
        ],
        "totals": totals(asked, sums),
        "basis": basis(corpus, asked.wanted),
        "is_empty": corpus.is_empty,
    }


def group_options(chosen: str, groups: Iterable[str] = GROUPS) -> list[Option]:
    """Groupings to choose from."""
    return [Option(key, str(DIMENSIONS[key]), key == chosen) for key in groups]


def donors_offered(found: Choices) -> SafeString:
    """Names proposed while one types, as options; those with the most rows."""
    most = sorted(found.donors, key=lambda item: -item.parts)[:DONORS_OFFERED]
    names = sorted({item.label for item in most if item.label})
    return format_html_join("", '<option value="{}"></option>', ((name,) for name in names))


def filter_names(found: Choices, asked: Asked) -> Words:
    """Names of all countries and sectors that the filters and chips show."""
    exactly = [(group, key) for group, key in asked.wanted.exactly if key is not None]
    places = [item.key for item in found.recipients] + list(asked.wanted.recipients)
    sectors = [item.key for item in found.sectors] + list(asked.wanted.sectors)
    return words(
        [*places, *(key for group, key in exactly if group == "recipient")],
        [*sectors, *(key for group, key in exactly if group.startswith("sector"))],
    )


def filters(found: Choices, asked: Asked, names: Words) -> list[FilterShown]:
    """Country, sector, kind of flow and source, each with several choices at once."""
    wanted = asked.wanted
    types = () if wanted.flow_types == DEFAULT_TYPES else wanted.flow_types
    return [
        _filter("country", _("Country"), found.recipients, wanted.recipients, names.recipient),
        _filter("sector", _("Sector"), found.sectors, wanted.sectors, names.sector),
        _filter("type", _("Kind of flow"), found.flow_types, types, _type),
        _filter("source", _("Source"), found.sources, wanted.sources, _source),
    ]


def _type(key: str) -> str:
    return str(FLOW_TYPES.get(key, key))


def _source(key: str) -> str:
    return str(SOURCES.get(key, key))


def _filter(
    name: str, label: str, found: Iterable[Choice], chosen: Sequence[str], text: Any
) -> FilterShown:
    keys = [str(item.key) for item in found if item.key is not None]
    keys += [value for value in chosen if value not in keys]
    options = [Option(key, text(key if key != UNSTATED else None), key in chosen) for key in keys]
    return FilterShown(name, label, sorted(options, key=lambda option: option.label.casefold()))


def kept(asked: Asked) -> list[tuple[str, str]]:
    """Parts of the question without a field of their own, for hidden fields of the form."""
    pairs = asked.pairs()
    found = [("donor", name) for name in asked.wanted.donors[1:]]
    for name in ("reporter", "channel", "marker", "is"):
        given = pairs.get(name, [])
        found += [(name, str(value)) for value in (given if isinstance(given, list) else [given])]
    return found


def chips(asked: Asked, names: Words) -> list[Chip]:
    """The parts of the question, each with the way to take it out."""
    wanted = asked.wanted
    several = (
        ("donor", _("Donor"), wanted.donors, str),
        ("country", _("Country"), wanted.recipients, names.recipient),
        ("sector", _("Sector"), wanted.sectors, names.sector),
        ("source", _("Source"), wanted.sources, _source),
        ("reporter", _("Reported by"), wanted.reporters, str),
        ("channel", _("Through"), wanted.channels, str),
        ("marker", _("Marker"), wanted.markers, str),
    )
    found = [
        Chip(label, text(value), asked.url(**{name: [v for v in values if v != value]}))
        for name, label, values, text in several
        for value in values
    ]
    if wanted.flow_types != DEFAULT_TYPES:
        found += [
            Chip(_("Kind of flow"), _type(value), asked.url(type=_others(wanted.flow_types, value)))
            for value in wanted.flow_types
        ]
    found += [_exact_chip(asked, names, group, key) for group, key in wanted.exactly]
    return found + _year_chips(asked)


def _others(values: Sequence[str], value: str) -> list[str]:
    return [other for other in values if other != value]


def _exact_chip(asked: Asked, names: Words, group: str, key: str | None) -> Chip:
    given = asked.pairs()["is"]
    text = group if key is None else f"{group}:{key}"
    rest = _others(given, text) if isinstance(given, list) else []
    label = names.of(group, key, key or "")
    return Chip(str(DIMENSIONS[group]), label, asked.url(**{"is": rest}))


def _year_chips(asked: Asked) -> list[Chip]:
    shown = ((_("From year"), "from", asked.first_year), (_("To year"), "to", asked.last_year))
    return [
        Chip(
            label,
            _("not stated") if year == UNSTATED_YEAR else str(year),
            asked.url(**{name: None}),
        )
        for label, name, year in shown
        if year is not None
    ]
