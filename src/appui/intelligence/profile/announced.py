"""What a donor announces in an organisation file of its own: money ahead, for whom and when."""

from django.utils.translation import gettext as _

from appui.intelligence.corpus import Announced, announced
from appui.intelligence.profile.content import Section
from appui.intelligence.profile.material import Material
from appui.intelligence.words import Words, words
from appui.kernel.money import Money
from appui.ui.listing import Column
from appui.ui.table import Table

MOST = 30
COMMITTED = "2"


def announcements(material: Material) -> Section:
    """The budgets from this year on; a total and what it is made of stand side by side."""
    found = announced(
        material.corpus, [item.key for item in material.seen], first_year=material.this_year
    )
    title = _("Announced by the donor itself")
    rule = _(
        "Budgets of its newest organisation file. A total holds what is announced by country, "
        "region and organisation: they are never added. The first %(most)d of %(count)d."
    ) % {"most": min(MOST, len(found)), "count": len(found)}
    if not found:
        return Section(
            "announced",
            title,
            _("Budgets of its newest organisation file."),
            absent=_("No organisation file of this donor announces money for %(year)d or later.")
            % {"year": material.this_year},
        )
    names = words([item.country for item in found], ())
    columns = [
        Column("year", _("Year"), lambda row: row.year, "year"),
        Column("for", _("For"), lambda row: _whom(row, names)),
        Column("status", _("State"), _status),
        Column("amount", _("As published"), _amount, "money"),
        Column("dollars", _("US dollars"), lambda row: row.usd, "money", currency=_dollars),
    ]
    return Section("announced", title, rule, Table(columns, found[:MOST]))


def _dollars(_row: Announced) -> str:
    return "USD"


def _amount(row: Announced) -> Money | None:
    return Money(row.amount, row.currency) if row.currency else None


def _status(row: Announced) -> str:
    return _("committed") if row.status == COMMITTED else _("indicative")


def _whom(row: Announced, names: Words) -> str:
    if row.country:
        return names.recipient(row.country)
    if row.region:
        return names.recipient(f"region {row.region}")
    return row.recipient_name or _("All it gives")
