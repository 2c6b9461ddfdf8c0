"""What the sheet of an activity shows: its facts and its tables."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.evidence.models import Source
from appui.kernel.access import Reader
from appui.kernel.money import Converted
from appui.needs.models import Need
from appui.portfolio import listings, queries
from appui.portfolio.actions import MARKERS
from appui.portfolio.models import CHILD, Activity, BudgetLine
from appui.registry.models import Code
from appui.ui.facts import Fact
from appui.ui.forms import LANGUAGE_NAMES
from appui.ui.listing import Column
from appui.ui.table import Table

DOLLARS = "USD"
USUAL = ("Sector", "UNSDG-Goals", MARKERS)


@dataclass(frozen=True, slots=True)
class BudgetRow:
    """A line with its amount in US dollars at its value date, None without a rate."""

    line: BudgetLine
    dollars: Converted | None


@dataclass(frozen=True, slots=True)
class ShownVocabulary:
    """The codes of one list as a table, with where they are changed."""

    title: str
    note: str
    table: Table
    url: str


def facts(obj: Activity, reader: Reader) -> list[Fact]:
    """The facts beside the tables; what the reader may not see is left out."""
    return [
        Fact(_("Status"), obj.status, "tag", tone=listings.status_tone(obj)),
        Fact(_("Kind"), obj.get_kind_display()),
        *_links(obj, reader),
        Fact(_("Planned start"), obj.planned_start, "date"),
        Fact(_("Actual start"), obj.actual_start, "date"),
        Fact(_("Planned end"), obj.planned_end, "date"),
        Fact(_("Actual end"), obj.actual_end, "date"),
        Fact(_("IATI identifier"), obj.iati_identifier),
        Fact(_("Scope"), obj.scope),
        Fact(_("Type of aid"), obj.aid_type),
        Fact(_("Type of collaboration"), obj.collaboration_type),
        Fact(_("Currency"), obj.currency),
        Fact(_("Languages of its texts"), _languages(obj)),
        Fact(_("Belongs to"), obj.owner),
        Fact(_("Seen by"), obj.get_visibility_display(), "tag", tone="plain"),
    ]


def _languages(obj: Activity) -> str:
    """The languages in which the title and the description are written, by their own names."""
    written = {
        code for texts in (obj.title, obj.description) for code, text in texts.items() if text
    }
    return ", ".join(name for code, name in LANGUAGE_NAMES.items() if code in written)


def _links(obj: Activity, reader: Reader) -> list[Fact]:
    found: list[tuple[str, QuerySet[Any]]] = [
        (_("Part of"), Activity.objects.visible_to(reader).filter(pk=obj.parent_id or 0)),
        (_("Answers the need"), Need.objects.visible_to(reader).filter(activities=obj)),
        (_("Source"), Source.objects.visible_to(reader).filter(pk=obj.source_id or 0)),
    ]
    return [
        Fact(label, item, href=item.get_absolute_url()) for label, rows in found for item in rows
    ]


def tables(obj: Activity, reader: Reader, *, may_change: bool) -> dict[str, Any]:
    """The tables of the sheet by name; the acts of each are left out unless ``may_change``."""
    parts = list(queries.parts_of(obj, reader))
    rates = queries.rates_for([obj, *parts], DOLLARS)
    lines = list(obj.budget_lines.all())
    own = queries.budget_total(lines, obj.currency, rates)
    dollars = queries.budget_total(lines, DOLLARS, rates)
    sorted_ones = queries.by_category(lines, obj.currency, rates)
    return {
        "budget": [BudgetRow(line, queries.in_currency(line, DOLLARS, rates)) for line in lines],
        "shows_dollars": any(line.currency != DOLLARS for line in lines),
        "total": own,
        "total_in_dollars": None if obj.currency == DOLLARS else dollars,
        "categories": _categories(sorted_ones),
        "mixed": [listings.period_label(period) for period in sorted_ones.mixed],
        "tree": queries.tree_total(obj, obj.currency, reader) if parts else None,
        "parts": Table([*listings.PARTS, listings.budget_column(rates)], parts),
        "participations": Table(
            _with(listings.PARTICIPATIONS, listings.EDIT_PARTICIPATION, may_change),
            list(obj.participations.all()),
        ),
        "identifiers": Table(
            _with(listings.IDENTIFIERS, listings.REMOVE_IDENTIFIER, may_change),
            list(obj.identifiers.all()),
        ),
        "relations": _relations(obj, reader, may_change),
        "documents": Table(
            _with(listings.DOCUMENTS, listings.REMOVE_DOCUMENT, may_change),
            list(queries.documents(reader).filter(activity=obj)),
        ),
        "states": Table(
            _with(listings.STATES, listings.WHO, reader.role_in(obj.owner_id) is not None),
            list(queries.status_changes(obj)),
        ),
        "places": Table(listings.PLACE_SHARES, list(obj.places.all())),
        "vocabularies": _vocabularies(obj),
        "classify_urls": _classify_urls(obj),
    }


def _categories(found: queries.CategoryTotals) -> Table | None:
    """The budget by category and period, None where no line has a category."""
    if not found.is_sorted:
        return None
    return Table(listings.category_columns(found), found.rows, found.whole)


def _relations(obj: Activity, reader: Reader, may_change: bool) -> Table:
    """Related activities but the parts, which have a table of their own."""
    found = [item for item in queries.relations(obj, reader) if item.code != CHILD]
    return Table(_with(listings.RELATIONS, listings.REMOVE_RELATION, may_change), found)


def _with(columns: Sequence[Column], act: Column, may_change: bool) -> list[Column]:
    return [*columns, *([act] if may_change else [])]


def _vocabularies(obj: Activity) -> list[ShownVocabulary]:
    found = queries.vocabularies(obj)
    weights = _weights() if any(item.codelist.slug == MARKERS for item in found) else {}
    return [
        ShownVocabulary(
            str(item.codelist),
            "" if item.is_stated or item.codelist.slug == MARKERS else _("shares not stated"),
            Table(_columns(item, weights), item.items),
            shares_url(obj, item.codelist.slug),
        )
        for item in found
    ]


def _columns(vocabulary: queries.Vocabulary, weights: dict[str, str]) -> list[Column]:
    if vocabulary.codelist.slug == MARKERS:
        weight = Column(
            "significance",
            _("Significance"),
            lambda row: weights.get(str(row.significance), row.significance),
        )
        return [listings.CODE, weight, listings.REASON]
    return list(listings.CODE_SHARES) if vocabulary.is_stated else [listings.CODE, listings.REASON]


def _weights() -> dict[str, str]:
    return {item.code: f"{item.code} · {item}" for item in Code.objects.of("PolicySignificance")}


def _classify_urls(obj: Activity) -> list[tuple[str, str]]:
    """The usual vocabularies that the activity does not have yet."""
    labels = {
        "Sector": _("Add sectors"),
        "UNSDG-Goals": _("Add goals"),
        MARKERS: _("Add policy markers"),
    }
    present = {item.code.codelist.slug for item in obj.classifications.all()}
    return [(labels[slug], shares_url(obj, slug)) for slug in USUAL if slug not in present]


def shares_url(obj: Activity, codelist: str) -> str:
    """Where the codes of one vocabulary on an activity are edited."""
    if codelist == MARKERS:
        return reverse("portfolio:markers", args=[obj.pk])
    return reverse("portfolio:shares", args=[obj.pk, codelist])
