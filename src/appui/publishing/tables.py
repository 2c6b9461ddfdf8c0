"""The tables of a brief."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.intelligence.words import FLOW_TYPES
from appui.kernel.multilingual import localise
from appui.needs.models import NeedLine
from appui.publishing import units
from appui.publishing.content import BriefRow, BriefTable, plain
from appui.publishing.giving import Giving
from appui.publishing.material import Cofunder, Share
from appui.publishing.pen import Pen
from appui.registry.models import Organisation

LINES_SHOWN = 12


@dataclass(frozen=True, slots=True)
class _Column:
    label: str
    value: Callable[[NeedLine], str]
    numeric: bool = False


def plan_table(pen: Pen, lines: Sequence[NeedLine]) -> BriefTable | None:
    """The lines of the need and their total; what comes after the twelfth is one row."""
    if not lines:
        return None
    columns = _plan_columns(pen, lines)
    shown, rest = _split(lines)
    rows = [
        BriefRow(tuple(column.value(line) for column in columns), pen.cited(line.source))
        for line in shown
    ]
    if rest:
        label = ngettext("%(count)d other line", "%(count)d other lines", len(rest))
        rows.append(_sum_row(pen, label % {"count": len(rest)}, rest, len(columns)))
    rows.append(_sum_row(pen, _("Total"), lines, len(columns), is_total=True))
    return BriefTable(
        "",
        tuple(column.label for column in columns),
        tuple(column.numeric for column in columns),
        tuple(rows),
    )


def shares_table(pen: Pen, title: str, shares: Sequence[Share]) -> BriefTable | None:
    """Needed, secured and missing by pillar or years.

    None when there is only one, or when some money names none: what is missing from the others
    would then look larger than it is.
    """
    if len(shares) < 2 or not all(share.label for share in shares):
        return None
    record = pen.record()
    rows = tuple(
        BriefRow((plain(share.label), *(pen.amount(value) for value in share.amounts)), (record,))
        for share in shares
    )
    money = [f"{label}, {pen.need.currency}" for label in (_("Needed"), _("Secured"), _("Missing"))]
    return BriefTable("", (title, *money), (False, True, True, True), rows)


def cofunders_table(pen: Pen, cofunders: Sequence[Cofunder]) -> BriefTable | None:
    """Who has signed, how, since when, for how much."""
    if not cofunders:
        return None
    rows = tuple(_cofunder_row(pen, item) for item in cofunders)
    columns = (_("Who"), _("Signed on"), _("Amount"))
    return BriefTable("", columns, (False, False, True), rows)


def giving_table(
    pen: Pen, donor: Organisation | None, giving: Sequence[Giving]
) -> BriefTable | None:
    """What the donor is publicly known to have given here; rows of several types never add up."""
    if donor is None or not giving:
        return None
    title = _("What %(donor)s is known to have given to this sector here") % {"donor": donor}
    rows = tuple(
        BriefRow(
            (
                _years(item.first_year, item.last_year),
                str(FLOW_TYPES.get(item.flow_type, item.flow_type)),
                pen.amount(item.usd),
            ),
            (pen.giving(item),),
        )
        for item in giving
    )
    return BriefTable(plain(title), (_("Years"), _("Type"), "USD"), (False, False, True), rows)


def _years(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def _cofunder_row(pen: Pen, item: Cofunder) -> BriefRow:
    signed = pen.day(item.signed_on) if item.signed_on else ""
    amount = pen.money(item.money.amount, item.money.currency)
    return BriefRow((plain(item.name), signed, amount), cofunder_sources(pen, item))


def cofunder_sources(pen: Pen, item: Cofunder) -> tuple[int, ...]:
    """The publication behind an agreement, else its record."""
    return pen.notes.publication(item.source) or (
        pen.notes.record(
            publisher=pen.owner,
            title=_("%(what)s, as recorded in Appui") % {"what": item.record},
            href=item.url,
        ),
    )


def _plan_columns(pen: Pen, lines: Sequence[NeedLine]) -> list[_Column]:
    """Columns that no line fills are left out."""
    optional = [
        _Column(_("Place"), lambda line: plain(line.location) if line.location else ""),
        _Column(_("Quantity"), lambda line: _quantity(pen, line), numeric=True),
        _Column(_("Unit cost"), lambda line: _unit_cost(pen, line), numeric=True),
    ]
    return [
        _Column(_("Pillar"), lambda line: _pillar(pen, line)),
        _Column(_("Years"), lambda line: line.years),
        *(column for column in optional if any(column.value(line) for line in lines)),
        _Column(_("Who pays"), lambda line: str(line.get_who_pays_display())),
        _Column(
            _("Cost, %(currency)s") % {"currency": pen.need.currency},
            lambda line: pen.amount(line.cost),
            numeric=True,
        ),
    ]


def _pillar(pen: Pen, line: NeedLine) -> str:
    detail = localise(line.detail, pen.language).text
    return plain(f"{line.pillar} · {detail}" if detail else line.pillar)


def _quantity(pen: Pen, line: NeedLine) -> str:
    if line.quantity is None:
        return ""
    return units.quantity(line.quantity, line.unit, pen.language)


def _unit_cost(pen: Pen, line: NeedLine) -> str:
    if line.cost_per_unit is None:
        return ""
    return units.unit_cost(line.cost_per_unit, pen.need.currency, line.unit, pen.language)


def _split(lines: Sequence[NeedLine]) -> tuple[Sequence[NeedLine], Sequence[NeedLine]]:
    """A single line too many is shown rather than summed up."""
    if len(lines) <= LINES_SHOWN + 1:
        return lines, ()
    return lines[:LINES_SHOWN], lines[LINES_SHOWN:]


def _sum_row(
    pen: Pen, label: str, lines: Sequence[NeedLine], width: int, *, is_total: bool = False
) -> BriefRow:
    cost = pen.amount(sum((line.cost for line in lines), Decimal(0)))
    empty = ("",) * (width - 2)
    return BriefRow((label, *empty, cost), (pen.record(),), is_total)
