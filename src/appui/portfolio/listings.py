"""How lists and tables of activities look."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.kernel.money import Money
from appui.portfolio.models import Activity, ActivityKind
from appui.portfolio.queries import CategoryRow, CategoryTotals, Period, budget_total
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
    Column("kind", _("Type"), lambda row: row.kind),
    Column("code", _("Reference there"), lambda row: row.code),
)
REMOVE_IDENTIFIER = Column(
    "remove",
    _("Remove"),
    lambda row: _("Remove"),
    href=lambda row: reverse("portfolio:identifier_remove", args=[row.pk]),
)
RELATIONS = (
    Column("relation", _("Relation"), lambda row: row.label),
    Column(
        "other",
        _("Project"),
        lambda row: row.other.title if row.other else {"en": row.reference},
        "multilingual",
        href=lambda row: address(row.other) if row.other else "",
    ),
)
REMOVE_RELATION = Column(
    "remove",
    _("Remove"),
    lambda row: _("Remove") if row.link else "",
    href=lambda row: reverse("portfolio:relation_remove", args=[row.link.pk]) if row.link else "",
)
DOCUMENTS = (
    Column("source", _("Document"), lambda row: row.source, href=lambda row: address(row.source)),
    Column("category", _("Category"), lambda row: row.category),
    Column("language", _("Language"), lambda row: row.language, phone=False),
    Column("published_on", _("Published on"), lambda row: row.source.published_on, "date"),
)
REMOVE_DOCUMENT = Column(
    "remove",
    _("Remove"),
    lambda row: _("Remove"),
    href=lambda row: reverse("portfolio:document_remove", args=[row.pk]),
)
STATES = (
    Column("status", _("Status"), lambda row: row.status),
    Column("at", _("Since"), lambda row: row.at, "date"),
    Column("reason", _("Reason"), lambda row: row.reason, phone=False),
)
WHO = Column("who", _("Who"), lambda row: row.user_name)
NO_CATEGORY = _("Without a category")
BUDGET_LINES = Listing(
    name="budget-lines",
    columns=(
        Column("from", _("From"), lambda row: row.period_start, "date", ("period_start",)),
        Column("to", _("To"), lambda row: row.period_end, "date", ("period_end",)),
        Column(
            "category",
            _("Category"),
            lambda row: row.category or NO_CATEGORY,
            order_by=("category__position",),
        ),
        Column("type", _("Type"), lambda row: row.budget_type, order_by=("budget_type__code",)),
        Column("status", _("Status"), lambda row: row.budget_status, phone=False),
        Column(
            "amount",
            _("Amount"),
            lambda row: row.amount,
            "money",
            ("amount",),
            currency=lambda row: row.currency,
        ),
        Column("value_date", _("Value date"), lambda row: row.value_date, "date", phone=False),
        Column(
            "counts",
            _("Counts"),
            lambda row: _("replaced, not counted") if row.is_replaced else _("yes"),
            "tag",
            tone=lambda row: "plain" if row.is_replaced else "",
        ),
    ),
    filters=(
        Filter(
            "category",
            _("Category"),
            code_choices("BudgetCategory"),
            lambda rows, value: rows.filter(category=value),
        ),
    ),
    order=("period_start", "category__position", "pk"),
    empty=_("The budget is not stated."),
    empty_hint=_("Add a line for each period and category on the page of the project."),
)


def period_label(period: Period) -> str:
    """“2026” for a calendar year, else both days."""
    start, end = period
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31) and start.year == end.year:
        return str(start.year)
    return formats.period(start, end)


def category_columns(found: CategoryTotals) -> list[Column]:
    """The category, what is planned in each period, the total and its share; the currency stands
    above the table."""

    def amount(period: Period) -> Callable[[CategoryRow], Decimal | None]:
        return lambda row: row.amounts.get(period)

    def named(row: CategoryRow) -> object:
        if row is found.whole:
            return _("Total")
        return row.category or NO_CATEGORY

    return [
        Column("category", _("Category"), named),
        *(
            Column(
                f"period{number}",
                period_label(period),
                amount(period),
                "money",
            )
            for number, period in enumerate(found.periods)
        ),
        Column("total", _("Total"), lambda row: row.total, "money"),
        Column("share", _("Share"), lambda row: row.share, "percent"),
    ]


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
