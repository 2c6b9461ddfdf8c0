"""How the tables of the dashboard and the audit page look."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

from django.apps import apps
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding.queries import NeedGap
from appui.home import trail
from appui.home.standing import share_missing
from appui.kernel.models import AuditEntry
from appui.ui.cells import DASH, compact
from appui.ui.listing import Column, Filter, Listing, Rows

LONGEST_CHANGE = 160
PERIODS = {
    "1": gettext_lazy("Since yesterday"),
    "7": gettext_lazy("Last 7 days"),
    "30": gettext_lazy("Last 30 days"),
    "365": gettext_lazy("Last 12 months"),
}


def _when_costed(gap: NeedGap, amount: Decimal) -> object:
    """The amount in millions; None for a need whose cost is not known."""
    return compact(amount, gap.currency) if gap.total.need > 0 else None


NEED_COLUMNS = (
    Column(
        "need",
        gettext_lazy("Need"),
        lambda gap: gap.need.title,
        "multilingual",
        href=lambda gap: gap.need.get_absolute_url(),
    ),
    Column("cost", gettext_lazy("Cost"), lambda gap: _when_costed(gap, gap.total.need), "number"),
    Column(
        "secured",
        gettext_lazy("Secured"),
        lambda gap: _when_costed(gap, gap.total.secured),
        "number",
    ),
    Column(
        "asked",
        gettext_lazy("Asked, weighted"),
        lambda gap: _when_costed(gap, gap.total.weighted),
        "number",
        phone=False,
    ),
    Column(
        "missing",
        gettext_lazy("Missing"),
        lambda gap: _when_costed(gap, gap.total.missing),
        "number",
    ),
    Column(
        "share",
        gettext_lazy("Share missing"),
        lambda gap: share_missing(gap) if gap.total.need > 0 else None,
        "percent",
    ),
)


def _moment(entry: AuditEntry) -> str:
    return timezone.localtime(entry.at).strftime("%Y-%m-%d %H:%M")


def _changed(entry: AuditEntry) -> str:
    """“field: before → after”, shortened; the record's own page has the whole.

    Nothing for a record just created: all its fields would be listed.
    """
    if entry.verb == "created":
        return ""
    parts = []
    for name, sides in entry.changes.items():
        before, after = sides if isinstance(sides, list) and len(sides) == 2 else (None, sides)
        parts.append(
            _("%(field)s: %(before)s → %(after)s")
            % {
                "field": trail.field_label(entry, name),
                "before": before or DASH,
                "after": DASH if after is None else after,
            }
        )
    text = "; ".join(parts)
    return text if len(text) <= LONGEST_CHANGE else f"{text[:LONGEST_CHANGE]}…"


def _distinct(field: str, request: HttpRequest) -> list[str]:
    rows = trail.of_request(request)
    return list(rows.order_by(field).values_list(field, flat=True).distinct())


def _people(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(name, name) for name in _distinct("user_name", request) if name]


def _verbs(request: HttpRequest) -> Sequence[tuple[str, str]]:
    return [(verb, _(verb)) for verb in _distinct("verb", request)]


def _kinds(request: HttpRequest) -> Sequence[tuple[str, str]]:
    known = {model._meta.label_lower: model._meta.verbose_name for model in apps.get_models()}
    return [(name, str(known.get(name, name))) for name in _distinct("model", request)]


def _since(rows: Rows, days: str) -> Rows:
    return rows.filter(at__gte=timezone.now() - timedelta(days=int(days)))


AUDIT = Listing(
    name="history",
    columns=(
        Column("at", gettext_lazy("When"), _moment, "year", ("at",)),
        Column(
            "who",
            gettext_lazy("Who"),
            lambda row: row.user_name or "Appui",
            order_by=("user_name",),
        ),
        Column("verb", gettext_lazy("Did"), lambda row: _(row.verb), order_by=("verb",)),
        Column("kind", gettext_lazy("To what"), trail.kind_of, order_by=("model",)),
        Column(
            "label",
            gettext_lazy("Record"),
            lambda row: row.label,
            order_by=("label",),
            href=trail.url_of,
        ),
        Column("changes", gettext_lazy("Before → after"), _changed, phone=False),
    ),
    filters=(
        Filter(
            "who", gettext_lazy("Who"), _people, lambda rows, value: rows.filter(user_name=value)
        ),
        Filter("verb", gettext_lazy("Did"), _verbs, lambda rows, value: rows.filter(verb=value)),
        Filter(
            "kind", gettext_lazy("To what"), _kinds, lambda rows, value: rows.filter(model=value)
        ),
        Filter("since", gettext_lazy("Period"), lambda _request: list(PERIODS.items()), _since),
    ),
    search=("label", "user_name"),
    order=("-at", "-pk"),
    empty=gettext_lazy("Nothing has been written yet."),
)
