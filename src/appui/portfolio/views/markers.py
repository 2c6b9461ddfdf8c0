"""The page of the money by policy marker, and the goal one may hold it against."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.portfolio import listings, queries
from appui.portfolio.totals import (
    MARKERS,
    MarkerShare,
    marker_shares,
    screened_by,
    totals,
)
from appui.registry.models import Code
from appui.registry.pages import PageRequest
from appui.ui import formats
from appui.ui.export import KINDS, file_response
from appui.ui.listing import Column
from appui.ui.table import Table

CURRENCY = "USD"
MOST_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One marker at one significance; ``score`` is None for money that was not screened."""

    marker: str
    label: str
    score: int | None
    significance: str
    amount: Decimal
    share: Decimal
    projects: tuple[int, ...]


def marker_list(request: PageRequest) -> HttpResponse:
    """The money by marker; ``?marker=1&score=2`` also shows the projects behind one figure."""
    owner = _owner(request)
    found = totals(request.reader, CURRENCY, owner)
    tree, screened = screened_by(request.reader)
    rows = marker_rows(marker_shares(found, tree, screened), found.amount)
    columns = _columns(request)
    wanted = request.GET.get("format", "")
    if wanted in KINDS:
        return file_response("markers", wanted, columns, rows)
    goal = _goal(request)
    behind = _behind(request, rows)
    context = {
        "found": found,
        "table": Table(columns, rows),
        "owners": request.workspaces,
        "owner": owner,
        "goal": goal,
        "reached": _reached(rows, goal),
        "behind": behind,
        "projects": _projects(request, behind) if behind else None,
        "more": max(0, len(behind.projects) - MOST_SHOWN) if behind else 0,
        "crumbs": [(_("Projects"), reverse("portfolio:activity_list"))],
    }
    return render(request, "portfolio/marker_list.html", context)


def _owner(request: PageRequest) -> int | None:
    known = {str(item.pk): item.pk for item in request.workspaces}
    return known.get(request.GET.get("owner", ""))


def _goal(request: PageRequest) -> int | None:
    written = request.GET.get("goal", "")
    return min(int(written), 100) if written.isascii() and written.isdigit() else None


def marker_rows(shares: list[MarkerShare], whole: Decimal) -> list[Row]:
    """Each marker by significance, the highest first, with its share of ``whole``."""
    names = {item.code: str(item) for item in Code.objects.of(MARKERS)}
    weights = {item.code: str(item) for item in Code.objects.of("PolicySignificance")}
    rows = []
    for share in shares:
        order = sorted(share.by_significance, key=lambda score: (score is None, -(score or 0)))
        for score in order:
            amount = share.by_significance[score]
            label = _("Not screened") if score is None else weights.get(str(score), str(score))
            rows.append(
                Row(
                    share.marker,
                    names.get(share.marker, share.marker),
                    score,
                    label if score is None else f"{score} · {label}",
                    amount,
                    amount / whole if whole else Decimal(0),
                    share.projects[score],
                )
            )
    return rows


def _columns(request: PageRequest) -> list[Column]:
    def address(row: Row) -> str:
        kept = {name: request.GET[name] for name in ("owner", "goal") if request.GET.get(name)}
        asked = {"marker": row.marker, "score": "" if row.score is None else str(row.score)}
        return "?" + "&".join(f"{name}={value}" for name, value in (kept | asked).items())

    return [
        Column("marker", _("Policy marker"), lambda row: row.label),
        Column("significance", _("Significance"), lambda row: row.significance),
        Column(
            "amount",
            _("Budget"),
            lambda row: row.amount,
            "money",
            currency=lambda _row: CURRENCY,
            href=address,
        ),
        Column("share", _("Share"), lambda row: row.share, "percent"),
        Column("projects", _("Projects"), lambda row: len(row.projects), "number"),
    ]


def principal_shares(rows: list[Row]) -> dict[str, Decimal]:
    """By marker, the share of the money where it is the principal objective."""
    shares: dict[str, Decimal] = {}
    for row in rows:
        shares.setdefault(row.marker, Decimal(0))
        if row.score is not None and row.score >= 2:
            shares[row.marker] += row.share
    return shares


def _reached(rows: list[Row], goal: int | None) -> list[str]:
    """For each marker, whether the money where it is the principal objective reaches the goal."""
    if goal is None:
        return []
    labels = {row.marker: row.label for row in rows}
    told = {
        True: _("%(marker)s: %(share)s as principal objective, the goal of %(goal)s is reached."),
        False: _("%(marker)s: %(share)s as principal objective, below the goal of %(goal)s."),
    }
    wanted = Decimal(goal) / 100
    return [
        told[share >= wanted]
        % {
            "marker": labels[marker],
            "share": formats.percent(share, 1),
            "goal": formats.percent(wanted),
        }
        for marker, share in principal_shares(rows).items()
    ]


def _behind(request: PageRequest, rows: list[Row]) -> Row | None:
    if "marker" not in request.GET:
        return None
    score = request.GET.get("score", "")
    for row in rows:
        if row.marker == request.GET["marker"] and score == (
            "" if row.score is None else str(row.score)
        ):
            return row
    return None


def _projects(request: PageRequest, row: Row) -> Table:
    rows = list(queries.activities(request.reader).filter(pk__in=row.projects[:MOST_SHOWN]))
    columns: list[Any] = [
        listings.TITLE,
        listings.PLACES,
        listings.budget_column(queries.rates_for(rows)),
    ]
    return Table(columns, rows)
