"""How windows, projects, rules and verdicts look in lists."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.eligibility import queries, words
from appui.eligibility.facts import Pair
from appui.eligibility.verdicts import WindowVerdict
from appui.eligibility.vocabulary import by_name
from appui.funding.listings import FUNDS
from appui.funding.listings.funds import (
    CHECKED_FILTER,
    DEADLINE_FILTER,
    PLACE_FILTER,
    THEME_FILTER,
)
from appui.funding.models import Fund
from appui.kernel.money import Money
from appui.portfolio.listings import ACTIVITIES, STATUS
from appui.portfolio.models import Activity
from appui.registry.listings import OWNER_FILTER, address
from appui.ui import formats
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing

SIZES = (10_000, 50_000, 100_000, 250_000, 500_000, 1_000_000, 5_000_000)  # US dollars
SHOWN = ("title", "donor", "deadline", "minimum", "maximum", "state", "checked")


def chosen(request: HttpRequest) -> Activity | None:
    """The project that the address names, if the reader may see it."""
    given = request.GET.get("project", "")
    if not given.isascii() or not given.isdigit() or len(given) > 18:
        return None
    return Activity.objects.visible_to(reader_of(request)).filter(pk=int(given)).first()


def _projects(request: HttpRequest) -> list[tuple[str, str]]:
    rows = Activity.objects.visible_to(reader_of(request)).order_by("reference")
    return [(str(row.pk), f"{row.reference} · {row}"[:90]) for row in rows]


def _sizes(_request: HttpRequest) -> list[tuple[str, str]]:
    return [(str(size), formats.money(Decimal(size), "USD", short=True)) for size in SIZES]


def window_search(request: HttpRequest, project: Activity | None, *, today: date) -> Listing:
    """Windows by place, theme, deadline and size; with a project, by what it may ask."""
    reader = reader_of(request)

    def of_size(rows: Any, value: str) -> Any:
        found = queries.sized(list(rows), Money(Decimal(value), "USD"), today)
        return rows.filter(pk__in=[fund.pk for fund in found])

    def of_standing(rows: Any, value: str) -> Any:
        if project is None:
            return rows
        judged = queries.verdicts([project], rows, reader, day=today)
        kept = [pair[1] for pair, verdict in judged.items() if verdict.standing == value]
        return rows.filter(pk__in=kept)

    standing = Filter(
        "standing", _("Eligibility"), lambda _r: list(words.STANDINGS.items()), of_standing
    )
    by_key = {item.key: item for item in FUNDS.filters}
    return Listing(
        name="windows-to-ask",
        columns=tuple(column for column in FUNDS.columns if column.key in SHOWN),
        filters=(
            Filter("project", _("For the project"), _projects, lambda rows, _value: rows),
            *([standing] if project is not None else []),
            PLACE_FILTER,
            THEME_FILTER,
            DEADLINE_FILTER,
            Filter("size", _("Pays a grant of"), _sizes, of_size),
            by_key["kind"],
            by_key["state"],
            CHECKED_FILTER,
        ),
        search=FUNDS.search,
        order=FUNDS.order,
        empty=_("No window fits."),
        empty_hint=_("Leave out a filter, or record a window under “Windows and calls”."),
    )


def with_verdict(
    listing: Listing, judged: Mapping[int, WindowVerdict], project: Activity
) -> Listing:
    """The list with what the project may ask, by the key of the window."""

    def check(row: Any) -> str:
        return reverse("eligibility:check", args=[project.pk, row.pk])

    added = (
        Column(
            "standing",
            _("Eligibility"),
            lambda row: words.standing(judged[row.pk]),
            "tag",
            tone=lambda row: words.tone(judged[row.pk]),
            href=check,
        ),
        Column("fix", _("What to fix"), lambda row: words.in_short(judged[row.pk])),
    )
    title, *rest = listing.columns
    others = [column for column in rest if column.key not in ("minimum", "maximum", "state")]
    return replace(listing, columns=(title, *added, *others))


WINDOWS_OF_PROJECT = replace(
    FUNDS,
    columns=tuple(c for c in FUNDS.columns if c.key in ("title", "donor", "deadline", "maximum")),
)
MATRIX = Listing(
    name="projects-and-windows",
    columns=tuple(column for column in ACTIVITIES.columns if column.key in ("title", "reference")),
    filters=(
        *(item for item in ACTIVITIES.filters if item.key in ("status", "place")),
        OWNER_FILTER,
    ),
    search=("title", "reference"),
    order=("reference",),
    empty=_("No project yet."),
    empty_hint=_("Record a project: its place, dates and budget decide which windows it may ask."),
    page_size=25,
)


def matrix(funds: Sequence[Fund], judged: Mapping[Pair, WindowVerdict]) -> Listing:
    """Projects against windows, one column a window."""
    return replace(MATRIX, columns=(*MATRIX.columns, *(_of_window(fund, judged) for fund in funds)))


def _of_window(fund: Fund, judged: Mapping[Pair, WindowVerdict]) -> Column:
    def there(row: Any) -> WindowVerdict:
        return judged[row.pk, fund.pk]

    return Column(
        f"window-{fund.pk}",
        str(fund),
        lambda row: words.standing(there(row)),
        "tag",
        tone=lambda row: words.tone(there(row)),
        href=lambda row: reverse("eligibility:check", args=[row.pk, fund.pk]),
    )


def at_window(fund: Fund, judged: Mapping[Pair, WindowVerdict]) -> tuple[Column, ...]:
    """Projects with what one window says of them."""
    title, *_others = MATRIX.columns
    standing = replace(_of_window(fund, judged), key="standing", label=_("Eligibility"))
    return (
        title,
        STATUS,
        standing,
        Column(
            "fix",
            _("What to fix"),
            lambda row: words.in_short(judged[row.pk, fund.pk]),
        ),
    )


SEVERITY_TONES = {"must": "", "should": "plain"}
RULES = (
    Column("message", _("Rule"), lambda row: row.message, "multilingual", href=address),
    Column(
        "severity",
        _("When it does not hold"),
        lambda row: row.get_severity_display(),
        "tag",
        tone=lambda row: SEVERITY_TONES[row.severity],
    ),
    Column("citation", _("Sentence of the source"), lambda row: row.citation, phone=False),
    Column("from", _("Applies from"), lambda row: row.valid_from, "date"),
    Column("until", _("Applies until"), lambda row: row.valid_until, "date", phone=False),
)
EDITIONS = (
    Column("edition", _("Edition"), lambda row: row.edition, "number", href=address),
    Column("message", _("Rule"), lambda row: row.message, "multilingual"),
    Column("from", _("Applies from"), lambda row: row.valid_from, "date"),
    Column("until", _("Applies until"), lambda row: row.valid_until, "date"),
)


def _question(row: Any) -> str:
    return words.label(row.fact)


def _answer(row: Any) -> str:
    fact = by_name().get(row.fact)
    if fact is None:
        return str(row.value)
    shown = {"yes": _("yes"), "no": _("no"), "none": _("none")} | dict(fact.choices)
    return str(shown.get(row.value, row.value))


ANSWERS = (
    Column("fact", _("What"), _question),
    Column("value", _("Answer"), _answer),
    Column("who", _("Who says so"), lambda row: row.said_by),
    Column("on", _("On"), lambda row: row.said_on, "date"),
    Column(
        "source",
        _("Source"),
        lambda row: row.source,
        href=lambda row: row.source.get_absolute_url() if row.source else "",
        phone=False,
    ),
    Column("note", _("Note"), lambda row: row.note, phone=False),
)
WITHDRAW = Column(
    "withdraw",
    _("Withdraw"),
    lambda _row: _("Withdraw"),
    href=lambda row: reverse("eligibility:answer_withdraw", args=[row.pk]),
)
