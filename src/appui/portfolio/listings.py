"""How lists and tables of activities look."""

from dataclasses import replace
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.money import Money
from appui.portfolio.models import Activity, ActivityKind
from appui.portfolio.queries import budget_total
from appui.registry.listings import OWNER_FILTER, address, code_choices
from appui.registry.models import Location
from appui.registry.rates import RateTable
from appui.ui import formats
from appui.ui.listing import Column, Filter, Listing

STATUS_TONES = {"1": "wait", "4": "plain", "5": "plain", "6": "late"}
NOT_STATED = _("not stated")


def status_tone(activity: Activity) -> str:
    """The tone of an activity's status."""
    return STATUS_TONES.get(activity.status.code, "")


def places_of(activity: Activity) -> str:
    """The places of an activity; beyond three, how many there are."""
    names = [str(item.location) for item in activity.places.all()]
    if len(names) > 3:
        return str(_("%(count)d places") % {"count": len(names)})
    return ", ".join(names)


def _place_choices(request: Any) -> list[tuple[str, str]]:
    seen = Activity.objects.visible_to(request.reader)
    used = seen.order_by().values("places__location")
    return [(item.code, str(item)) for item in Location.objects.filter(pk__in=used)]


TITLE = Column(
    "title", _("Project"), lambda row: row.title, "multilingual", ("title",), href=address
)
STATUS = Column(
    "status",
    _("Status"),
    lambda row: row.status,
    "tag",
    ("status__code",),
    tone=status_tone,
)
PLACES = Column("places", _("Places"), places_of)
STARTS = Column(
    "starts", _("Start"), lambda row: row.starts_on, "date", ("planned_start",), phone=False
)
ENDS = Column("ends", _("End"), lambda row: row.ends_on, "date", ("planned_end",))

ACTIVITIES = Listing(
    name="projects",
    columns=(
        TITLE,
        Column("reference", _("Reference"), lambda row: row.reference, order_by=("reference",)),
        PLACES,
        STARTS,
        ENDS,
        STATUS,
    ),
    filters=(
        Filter(
            "status",
            _("Status"),
            code_choices("ActivityStatus"),
            lambda rows, value: rows.filter(status=value),
        ),
        Filter(
            "kind",
            _("Kind"),
            lambda _request: ActivityKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "place",
            _("Place"),
            _place_choices,
            lambda rows, value: rows.filter(places__location__code=value),
        ),
        OWNER_FILTER,
    ),
    search=("title", "description", "reference", "iati_identifier"),
    order=("-updated_at",),
    empty=_("No project is recorded yet."),
    empty_hint=_("Describe what is done with the money: where, by whom, for how much."),
)


def with_budget(listing: Listing, rates: RateTable) -> Listing:
    """``listing`` with the budget of each activity in its own currency before the status."""
    columns = list(listing.columns)
    columns.insert(columns.index(STATUS), budget_column(rates))
    return replace(listing, columns=tuple(columns))


def budget_column(rates: RateTable) -> Column:
    """What an activity's lines that count make in its own currency."""

    def budget(activity: Activity) -> Money | None:
        lines = activity.budget_lines.all()
        total = budget_total(lines, activity.currency, rates)
        return total.money if total else None

    return Column("budget", _("Budget"), budget, "money")


def share_of(row: Any) -> str:
    """The share of a place or a code; “not stated”, never 0 %."""
    if row.percentage is None:
        return str(NOT_STATED)
    return formats.percent(row.percentage / 100, decimals_of(row.percentage))


def decimals_of(percentage: Any) -> int:
    """As many decimals as the share needs."""
    exponent: int = percentage.normalize().as_tuple().exponent
    return max(0, -exponent)


PARTICIPATIONS = (
    Column(
        "organisation",
        _("Organisation"),
        lambda row: row.organisation,
        href=lambda row: address(row.organisation),
    ),
    Column("role", _("Role"), lambda row: row.role),
    Column("note", _("Note"), lambda row: row.note, phone=False),
)
EDIT_PARTICIPATION = Column(
    "change",
    _("Change"),
    lambda row: _("Change"),
    href=lambda row: reverse("portfolio:participation_edit", args=[row.pk]),
)
IDENTIFIERS = (
    Column("scheme", _("System"), lambda row: row.scheme),
    Column("code", _("Reference there"), lambda row: row.code),
)
REMOVE_IDENTIFIER = Column(
    "remove",
    _("Remove"),
    lambda row: _("Remove"),
    href=lambda row: reverse("portfolio:identifier_remove", args=[row.pk]),
)
PLACE_SHARES = (
    Column("place", _("Place"), lambda row: row.location, href=lambda row: address(row.location)),
    Column("share", _("Share"), share_of, "year"),
)
CODE = Column("code", _("Code"), lambda row: f"{row.code.code} · {row.code}")
REASON = Column("reason", _("Reason"), lambda row: row.reason, phone=False)
CODE_SHARES = (CODE, Column("share", _("Share"), share_of, "year"), REASON)
PARTS = (TITLE, STARTS, ENDS, STATUS)
ROLES_OF = (
    Column(
        "title",
        _("Project"),
        lambda row: row.activity.title,
        "multilingual",
        href=lambda row: address(row.activity),
    ),
    Column("role", _("Role"), lambda row: row.role),
)
