"""To which countries, for which sectors, through whom: the largest, each with its share."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from appui.intelligence.profile.content import Section, share_of
from appui.intelligence.profile.material import Material
from appui.intelligence.words import DIMENSIONS
from appui.ui.listing import Column
from appui.ui.table import Table

MOST = 10


@dataclass(frozen=True, slots=True)
class Share:
    """One line: what it is, its dollars, its share of all, and the address of its rows."""

    label: str
    usd: Decimal
    share: Decimal | None
    url: str


def countries(material: Material) -> Section:
    return _section(material, "recipient", "countries", _("Countries"))


def sectors(material: Material) -> Section:
    return _section(material, "sector", "sectors", _("Sectors"))


def channels(material: Material) -> Section:
    return _section(material, "channel", "channels", _("Channels"))


def _section(material: Material, group: str, slug: str, title: str) -> Section:
    """The largest of a grouping; the others together have no rows of their own to open."""
    found = material.by[group]
    whole = sum((item.usd for item in found if item.usd > 0), Decimal(0))
    lines = [
        Share(
            material.names.of(group, item.keys[0], item.labels[0]),
            item.usd,
            share_of(item.usd, whole) if item.usd > 0 else None,
            material.link((group, item.keys[0])),
        )
        for item in found[:MOST]
    ]
    rest = found[MOST:]
    if rest:
        usd = sum((item.usd for item in rest), Decimal(0))
        label = _("%(count)d others") % {"count": len(rest)}
        lines.append(Share(label, usd, share_of(usd, whole), material.matrix_url(group)))
    rule = _("The ten largest; shares of what is above zero.")
    return Section(slug, title, rule, Table(_columns(group), lines))


def _columns(group: str) -> list[Column]:
    return [
        Column("label", DIMENSIONS[group], lambda row: row.label),
        Column(
            "usd",
            _("US dollars"),
            lambda row: row.usd,
            "money",
            currency=lambda _row: "USD",
            href=lambda row: row.url,
        ),
        Column("share", _("Share"), lambda row: row.share, "percent"),
    ]
