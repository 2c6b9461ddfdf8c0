"""What an appraisal found: orders, disagreement, firmness, and the picture."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.access import Role
from appui.kernel.errors import Missing
from appui.kernel.verdict import require
from appui.registry.pages import PageRequest, fetch
from appui.selection import picture as pictures
from appui.selection import queries, rules
from appui.selection.appraised import Appraised, Row, appraised
from appui.selection.models import Appraisal, Method, Review
from appui.selection.problems import costs_of
from appui.ui import formats
from appui.ui.export import KINDS, file_response
from appui.ui.listing import Column
from appui.ui.table import Table
from appui.ui.templatetags.ui import Tab

HIDDEN = {"en": "—"}
MOST_SHOWN = 60  # projects a table; the downloads have all


@dataclass(frozen=True, slots=True)
class Shown:
    """A row of the order with what the reader may see of its project."""

    row: Row
    title: Mapping[str, str]
    url: str
    cost: int | None


def results(request: PageRequest, pk: int) -> HttpResponse:
    """The order by one method, the other methods beside it; ``?format=xlsx`` or ``csv``."""
    obj = fetch(queries.appraisals(request.reader), pk=pk)
    require(rules.may_see_results(obj, request.reader))
    found = appraised(obj)
    method = _method(request.GET.get("method", ""), found)
    costs = costs_of(obj, request.reader)
    under = queries.under_appraisal(obj, request.reader).only("reference", "title")
    seen = {item.pk: item for item in under}
    shown = [_shown(row, seen, costs) for row in found.ranked(method)]
    columns = _columns(found, method, obj.currency)
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        return file_response(f"appraisal-{obj.pk}", wanted, columns, shown)
    inside = request.reader.has(Role.EDITOR, obj.owner_id)
    drawn = pictures.picture(found.rows, costs, obj.budget)
    context = {
        "obj": obj,
        "found": found,
        "method": Method(method),
        "tabs": _tabs(obj, found, method),
        "table": Table(columns, shown[:MOST_SHOWN]),
        "scores": Table(_score_columns(found), shown[:MOST_SHOWN]),
        "left_out": max(0, len(shown) - MOST_SHOWN),
        "turns": Table(_turn_columns(found), found.turns(method)),
        "reversals": _reversals(found, method, seen),
        "picture": drawn,
        "placed": Table(_placed_columns(seen), drawn.placed[:MOST_SHOWN]) if drawn else None,
        "drawing": reverse("selection:results_picture", args=[pk]),
        "awaited": len(found.awaited),
        "late": [(item, _name(item, seen)) for item in found.late] if inside else [],
        "conflicts": [(item, _name(item, seen)) for item in found.conflicts] if inside else [],
        "kept_back": 0 if inside else len(found.late) + len(found.conflicts),
        "unscored": [str(item.activity) for item in found.unscored if item.activity_id in seen],
        "crumbs": [
            (_("Appraisals"), reverse("selection:appraisal_list")),
            (str(obj), obj.get_absolute_url()),
        ],
    }
    return render(request, "selection/results.html", context)


def results_picture(request: PageRequest, pk: int) -> HttpResponse:
    """The projects by what they change and how surely, as an image; nothing without both sides."""
    obj = fetch(queries.appraisals(request.reader), pk=pk)
    require(rules.may_see_results(obj, request.reader))
    found = appraised(obj)
    drawn = pictures.picture(found.rows, costs_of(obj, request.reader), obj.budget)
    if drawn is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    return HttpResponse(pictures.draw(drawn, formats.language()), content_type="image/svg+xml")


def _name(review: Review, seen: Mapping[int, Any]) -> str:
    """The project of a review, where the reader may see it."""
    return str(seen.get(review.candidate.activity_id, "—"))


def _method(asked: str, found: Appraised) -> str:
    """The method asked for where it can take these scores, else the weighted sum."""
    usable = found.rows[0].values if found.rows else {}
    return asked if asked in usable else Method.WSM.value


def _tabs(obj: Appraisal, found: Appraised, method: str) -> list[Tab]:
    usable = found.rows[0].values if found.rows else {}
    return [
        Tab(item.label, f"?method={item.value}", item == method)
        for item in Method
        if item.value in usable
    ]


def _shown(row: Row, seen: Mapping[int, Any], costs: Mapping[int, int]) -> Shown:
    activity = seen.get(row.candidate.activity_id)
    if activity is None:
        return Shown(row, HIDDEN, "", None)
    return Shown(row, activity.title, activity.get_absolute_url(), costs.get(activity.pk))


def _project() -> Column:
    return Column(
        "project",
        _("Project"),
        lambda shown: shown.title,
        "multilingual",
        href=lambda shown: shown.url,
    )


def _columns(found: Appraised, method: str, currency: str) -> list[Column]:
    """Rank and value by the chosen method, then the ranks by the others."""
    usable = found.rows[0].values if found.rows else {}
    others = [item for item in Method if item.value in usable and item != method]
    short = {"wsm": "WSM", "ahp": "AHP", "topsis": "TOPSIS", "promethee": "PROMETHEE"}
    return [
        _project(),
        Column("rank", _("Rank"), lambda shown: shown.row.ranks[method], "number"),
        Column(
            "value",
            _("Points of 100"),
            lambda shown: shown.row.values[method].quantize(Decimal("0.1")),
            "number",
        ),
        *(
            Column(
                item.value,
                _("Rank by %(method)s") % {"method": short[item.value]},
                _rank_by(item.value),
                "number",
                phone=False,
            )
            for item in others
        ),
        Column(
            "disagreement",
            _("Reviewers differ by"),
            lambda shown: Decimal(str(round(shown.row.disagreement, 2))),
            "number",
        ),
        Column(
            "cost", _("Cost, %(currency)s") % {"currency": currency}, lambda s: s.cost, "number"
        ),
    ]


def _rank_by(method: str) -> Any:
    return lambda shown: shown.row.ranks[method]


def _score_columns(found: Appraised) -> list[Column]:
    """The mean score on each criterion, with how far the reviewers are apart."""
    return [
        _project(),
        *(
            Column(f"score{at}", str(item), _score_at(at), "number")
            for at, item in enumerate(found.criteria)
        ),
        Column("reviews", _("Reviews"), lambda shown: min(shown.row.given), "number"),
    ]


def _score_at(at: int) -> Any:
    def score(shown: Shown) -> str:
        mean, spread = shown.row.scores[at], shown.row.spread[at]
        text = formats.number(round(Decimal(mean), 1))
        return f"{text} ± {formats.number(round(Decimal(spread), 1))}" if spread else text

    return score


def _turn_columns(found: Appraised) -> list[Column]:
    def share(value: float | None) -> str:
        return str(_("never")) if value is None else formats.percent(Decimal(str(value)), 1)

    return [
        Column("criterion", _("Criterion"), lambda turn: str(found.criteria[turn.criterion])),
        Column("weight", _("Weight"), lambda turn: share(turn.weight)),
        Column("below", _("The order changes below"), lambda turn: share(turn.below)),
        Column("above", _("The order changes above"), lambda turn: share(turn.above)),
    ]


def _reversals(found: Appraised, method: str, seen: Mapping[int, Any]) -> list[str]:
    """A sentence for each pair whose order turns when a third project leaves."""

    def named(at: int) -> str:
        return str(seen.get(found.rows[at].candidate.activity_id, "—"))

    return [
        _("Without “%(removed)s”, “%(second)s” comes before “%(first)s”.")
        % {
            "removed": named(item.removed),
            "first": named(item.first),
            "second": named(item.second),
        }
        for item in found.reversals(method)
    ]


def _placed_columns(seen: Mapping[int, Any]) -> list[Column]:
    def title(item: pictures.Placed) -> Mapping[str, str]:
        activity = seen.get(item.row.candidate.activity_id)
        return activity.title if activity else HIDDEN

    return [
        Column("project", _("Project"), title, "multilingual"),
        Column("number", _("No."), lambda item: item.number, "number"),
        Column(
            "benefit",
            _("What it changes"),
            lambda item: item.benefit.quantize(Decimal("0.1")),
            "number",
        ),
        Column(
            "feasibility",
            _("How surely it can be done"),
            lambda item: item.feasibility.quantize(Decimal("0.1")),
            "number",
        ),
        Column("quadrant", _("The money reaches it on"), lambda item: item.quadrant, "tag"),
    ]
