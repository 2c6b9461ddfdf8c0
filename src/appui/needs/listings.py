"""How lists and tables of needs look."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Source
from appui.needs.models import Need, NeedStatus, WhoPays
from appui.needs.queries import cost_of
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.registry.models import Location
from appui.ui import formats
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing

STATUS_TONES: dict[str, str] = {
    NeedStatus.DRAFT: "wait",
    NeedStatus.OPEN: "",
    NeedStatus.CLOSED: "plain",
}


def places_of(need: Need) -> str:
    """The places of a need; beyond three, how many there are."""
    names = [str(place) for place in need.locations.all()]
    if len(names) > 3:
        return str(_("%(count)d places") % {"count": len(names)})
    return ", ".join(names)


def _place_choices(request: HttpRequest) -> list[tuple[str, str]]:
    seen = Need.objects.visible_to(reader_of(request))
    used = seen.order_by().values("locations")
    return [(item.code, str(item)) for item in Location.objects.filter(pk__in=used)]


NEEDS = Listing(
    name="needs",
    columns=(
        Column("title", _("Need"), lambda row: row.title, "multilingual", ("title",), href=address),
        Column("reference", _("Reference"), lambda row: row.reference, order_by=("reference",)),
        Column("places", _("Places"), places_of),
        Column("sector", _("Sector"), lambda row: row.sector, order_by=("sector__code",)),
        Column("needed_by", _("Needed by"), lambda row: row.needed_by, "date", ("needed_by",)),
        Column(
            "cost",
            _("Cost"),
            lambda row: cost_of(row.lines.all()) if row.lines.all() else None,
            "money",
            currency=lambda row: row.currency,
        ),
        Column(
            "status",
            _("Status"),
            lambda row: row.get_status_display(),
            "tag",
            ("status",),
            tone=lambda row: STATUS_TONES[row.status],
        ),
        visibility_column(),
    ),
    filters=(
        Filter(
            "status",
            _("Status"),
            lambda _request: NeedStatus.choices,
            lambda rows, value: rows.filter(status=value),
        ),
        Filter(
            "place",
            _("Place"),
            _place_choices,
            lambda rows, value: rows.filter(locations__code=value),
        ),
        OWNER_FILTER,
    ),
    search=("title", "summary", "reference"),
    order=("-updated_at",),
    empty=_("No need is recorded yet."),
    empty_hint=_("Begin with what is lacking: where, by when, and what it costs."),
)


def unit_cost(line: Any) -> str:
    """“0.2451 USD/m²”, with its range where there is one, rounded to four decimals; empty when the
    line has no quantity."""
    cost = line.cost_per_unit
    if cost is None or line.unit is None:
        return ""
    shown = f"{formats.number(cost, 4)} {line.need.currency}/{line.unit.symbol}"
    if line.unit_cost_low is None:
        return shown
    low, high = (formats.number(each, 4) for each in (line.unit_cost_low, line.unit_cost_high))
    return f"{shown} ({low} – {high})"


def quantity(line: Any) -> str:
    """“563 000 000 m²”; empty without a quantity."""
    if line.quantity is None:
        return ""
    return f"{formats.number(line.quantity)} {line.unit.symbol}"


def source_mark(line: Any) -> str:
    """The mark of the line's source, or why none is shown."""
    source: Source | None = line.source
    if source is not None:
        return source.label
    return str(_("not shared with you") if line.source_id else _("not stated"))


def source_address(line: Any) -> str:
    """Where the line's source is; empty without one."""
    source: Source | None = line.source
    return source.get_absolute_url() if source else ""


READ_LINE = Column("line", _("Line"), str)
EDITABLE_LINE = Column(
    "line", _("Line"), str, href=lambda row: reverse("needs:line_edit", args=[row.pk])
)
LINE_COLUMNS = (
    Column("place", _("Place"), lambda row: row.location, phone=False),
    Column("quantity", _("Quantity"), quantity),
    Column("unit_cost", _("Unit cost"), unit_cost),
    Column("payer", _("Who pays"), lambda row: row.get_who_pays_display(), phone=False),
    Column(
        "cost", _("Cost"), lambda row: row.cost, "money", currency=lambda row: row.need.currency
    ),
    Column("source", _("Source"), source_mark, href=source_address),
)


def line_columns(lines: Sequence[Any], *, changeable: bool) -> list[Column]:
    """The columns that say something: no place or payer when every line says the same."""
    same = {"place"} if not any(line.location for line in lines) else set()
    same |= {"payer"} if all(line.who_pays == WhoPays.OPEN for line in lines) else set()
    shown = [column for column in LINE_COLUMNS if column.key not in same]
    return [EDITABLE_LINE if changeable else READ_LINE, *shown]
