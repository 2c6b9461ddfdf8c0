"""The other parts of a profile: at a glance, sizes, pace, concentration, markers, likeness."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from appui.intelligence.corpus import Marked, Seen, Sizes, currencies, markers, pace, sizes
from appui.intelligence.figures.concentration import Concentration, concentration
from appui.intelligence.figures.similarity import Common, Portfolio, Similar, similar
from appui.intelligence.profile.content import Section, share_of
from appui.intelligence.profile.material import YEARS, Material
from appui.intelligence.profile.series import own_currency
from appui.intelligence.views import shown
from appui.intelligence.words import DIMENSIONS, FLOW_TYPES, SOURCES, words
from appui.registry.queries import codes_by_value
from appui.ui import formats
from appui.ui.facts import Fact
from appui.ui.listing import Column
from appui.ui.table import Table

DAC_MARKERS = "1"
PACELESS = ("fts", "appui")


def seen_facts(known: Iterable[Seen]) -> list[Fact]:
    """Since when and until when it is known, over all kinds and reports."""
    first = [item.first_year for item in known if item.first_year]
    last = [item.last_year for item in known if item.last_year]
    return [
        Fact(_("First year published"), min(first, default=None), "year"),
        Fact(_("Last year published"), max(last, default=None), "year"),
    ]


def glance(material: Material) -> list[Fact]:
    """The donor in eight lines."""
    ten = [item for item in material.by["year"] if _recent(material, item.keys[0])]
    total = sum((item.usd for item in ten), Decimal(0))
    size = _of_kind(material)
    facts = [
        Fact(
            _("Last ten years"),
            formats.money(total, "USD", short=True),
            href=material.link(**{"from": material.until - YEARS + 1, "to": material.until}),
            help=shown.kind_words(material.kind),
        ),
        *seen_facts(material.seen),
        Fact(_("Currency"), own_currency(currencies(material.corpus, material.wanted))),
    ]
    for group, label in (("recipient", _("Main country")), ("sector", _("Main sector"))):
        facts += _main(material, group, label)
    if size is not None:
        usual = _("half of its lines between %(low)s and %(high)s") % {
            "low": formats.money(size.low, "USD", short=True),
            "high": formats.money(size.high, "USD", short=True),
        }
        middle = formats.money(size.middle, "USD", short=True)
        facts.append(Fact(_("Typical size"), middle, help=usual))
    return facts


def _recent(material: Material, year: object) -> bool:
    return isinstance(year, int) and material.until - YEARS < year <= material.until


def _main(material: Material, group: str, label: str) -> list[Fact]:
    stated = [item for item in material.by[group] if item.keys[0] is not None and item.usd > 0]
    if not stated:
        return []
    first, whole = stated[0], sum(item.usd for item in material.by[group] if item.usd > 0)
    share = share_of(first.usd, Decimal(whole))
    return [
        Fact(
            label,
            material.names.of(group, first.keys[0], first.labels[0]),
            href=material.link((group, first.keys[0])),
            help=formats.percent(share) if share is not None else "",
        )
    ]


def _of_kind(material: Material) -> Sizes | None:
    return next(iter(sizes(material.corpus, material.wanted)), None)


def typical(material: Material) -> Section:
    """Quartiles and the largest line of every kind of flow."""
    found = sizes(material.corpus, material.asked.wanted)
    money = (
        ("low", _("Lower quarter")),
        ("middle", _("Median")),
        ("high", _("Upper quarter")),
        ("largest", _("Largest")),
    )
    columns = [
        Column("type", _("Kind of flow"), lambda row: FLOW_TYPES.get(row.flow_type, row.flow_type)),
        Column("source", _("Source"), lambda row: SOURCES.get(row.source, row.source)),
        Column(
            "lines",
            _("Lines"),
            lambda row: row.lines,
            "number",
            href=lambda row: shown.behind_url(material.asked, (row.flow_type, row.source)),
        ),
    ]
    columns += [_dollars(key, label) for key, label in money]
    rule = _(
        "US dollars of whole transactions above zero; a quarter of them are at most the lower, a "
        "quarter at least the upper. The quartiles are amounts that occur."
    )
    if not found:
        return Section("typical", _("Typical size"), rule, absent=_("No line is above zero."))
    return Section("typical", _("Typical size"), rule, Table(columns, found))


def _dollars(key: str, label: str) -> Column:
    return Column(key, label, lambda row: getattr(row, key), "money", currency=lambda _row: "USD")


def pace_section(material: Material) -> Section:
    """What of the commitments was spent after how many whole years."""
    title = _("Pace from commitment to payment")
    rule = _(
        "For activities that committed money, what they had paid by the end of the year this many "
        "years after the first commitment, of all that they committed; only activities for which "
        "that year has passed."
    )
    source = material.kind[1]
    if source in PACELESS:
        absent = _("Not stated: %(source)s does not tell payments apart by commitment.")
        return Section("pace", title, rule, absent=absent % {"source": SOURCES.get(source, source)})
    found = pace(material.corpus, material.wanted, until=min(material.until, material.this_year))
    if not found:
        return Section("pace", title, rule, absent=_("No activity has published commitments."))
    columns = [
        Column("after", _("Years after"), lambda row: str(row.after), "year"),
        Column("activities", _("Activities"), lambda row: row.activities, "number"),
        _dollars("committed", _("Committed")),
        _dollars("spent", _("Paid by then")),
        Column("share", _("Share"), lambda row: row.share, "percent"),
    ]
    return Section("pace", title, rule, Table(columns, found))


def concentrations(material: Material) -> Section:
    """How much of its giving hangs on one country or sector."""
    rule = _(
        "HHI: sum of the squares of the shares, 1 when all goes to one. Effective number: 1 ÷ HHI, "
        "as concentrated as so many of equal size. What is not stated counts as one."
    )
    found = [
        (group, measured)
        for group in ("recipient", "sector")
        if (measured := _measured(material, group)) is not None
    ]
    columns = [
        Column("by", pgettext("grouping", "By"), lambda row: DIMENSIONS[row[0]]),
        Column("count", _("Number"), lambda row: row[1].count, "number"),
        Column("effective", _("Effective number"), lambda row: row[1].effective, "number"),
        Column("hhi", _("HHI"), lambda row: row[1].hhi, "number"),
        Column("top", _("Largest"), lambda row: row[1].top),
        Column("share", _("Share of the largest"), lambda row: row[1].top_share, "percent"),
    ]
    return Section("concentration", _("Concentration"), rule, Table(columns, found))


def _measured(material: Material, group: str) -> Concentration[str] | None:
    return concentration(
        (material.names.of(group, item.keys[0], item.labels[0]), item.usd)
        for item in material.by[group]
    )


def markers_section(material: Material) -> Section:
    """The policy markers that its activities bear."""
    found = markers(material.corpus, material.wanted)
    title = _("Markers")
    rule = _("Activities of these flows by marker; an activity that bears several is in each.")
    if not found:
        return Section("markers", title, rule, absent=_("Its activities bear no policy marker."))
    known, weights = codes_by_value("PolicyMarker"), codes_by_value("PolicySignificance")
    columns = [
        Column("marker", _("Marker"), lambda row: _coded(known, row)),
        Column(
            "significance",
            _("Significance"),
            lambda row: weights.get(str(row.significance), row.significance),
        ),
        Column("activities", _("Activities"), lambda row: row.activities, "number"),
        Column(
            "usd",
            _("US dollars"),
            lambda row: row.usd,
            "money",
            currency=lambda _row: "USD",
            href=lambda row: material.link(marker=[row.key]),
        ),
    ]
    return Section("markers", title, rule, Table(columns, found))


def _coded(known: Mapping[str, object], row: Marked) -> object:
    """The label of a DAC marker; a code of another vocabulary as it is."""
    return known.get(row.code, row.code) if row.vocabulary == DAC_MARKERS else row.code


def similar_section(material: Material, known: Mapping[str, Portfolio]) -> Section:
    """The donors that divide their money most alike, with what they have in common."""
    title = _("Similar donors")
    rule = _(
        "Likeness is the mean of two overlaps, of the shares of countries and of the shares of "
        "sectors, over the ten years up to %(year)d and all kinds of commitments and spending: 100 "
        "%% when two donors divide their money alike. Amounts do not matter to it."
    ) % {"year": material.this_year}
    own_names = [item.name for item in material.seen]
    own = next((known[name] for name in own_names if name in known), None)
    found = similar(own, known, without=own_names) if own else []
    if not found:
        return Section("similar", title, rule, absent=_("No other donor has anything in common."))
    names = words(
        [common.code for item in found for common in item.countries],
        [common.code for item in found for common in item.sectors],
        [item.donor for item in found],
    )

    def reason(row: Similar) -> str:
        both = [_common(names.recipient(c.code), c) for c in row.countries]
        both += [_common(names.sector(c.code), c) for c in row.sectors]
        return "; ".join(both)

    columns = [
        Column(
            "donor",
            _("Donor"),
            lambda row: names.of("donor", row.donor, row.donor),
            href=lambda row: shown.profile_url(row.donor),
        ),
        Column("likeness", _("Likeness"), lambda row: _ratio(row.similarity), "percent"),
        Column("reason", _("In common: its share and theirs"), reason),
    ]
    return Section("similar", title, rule, Table(columns, found))


def _common(label: str, common: Common) -> str:
    return _("%(what)s (%(own)s and %(other)s)") % {
        "what": label,
        "own": formats.percent(_ratio(common.own)),
        "other": formats.percent(_ratio(common.other)),
    }


def _ratio(weight: float) -> Decimal:
    return Decimal(str(round(weight, 4)))
