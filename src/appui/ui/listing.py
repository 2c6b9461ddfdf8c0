"""Lists: search, filter, sort, page and export, from one declaration."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, reduce
from typing import Any, Literal
from urllib.parse import urlencode

from django.core.paginator import Page, Paginator
from django.db.models import F, Model, Q, QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce, Replace
from django.db.models.lookups import Contains
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.kernel.access import Reader
from appui.kernel.folding import Folded, Spoken, fold
from appui.kernel.money import Money
from appui.kernel.multilingual import LANGUAGES, MultilingualField
from appui.ui import export, formats
from appui.ui.cells import cell, link
from appui.ui.context import reader_of

Kind = Literal["text", "number", "money", "date", "year", "tag", "percent", "multilingual"]
Text = str | Promise
Rows = QuerySet[Any]
NUMERIC = frozenset({"number", "money", "percent"})
CLOSING = SafeString("</td>")
LONGEST_SEARCH = 200
MOST_KEYS = 1000  # as many records are named to the database one by one
INITIALS = (("É", "E"), ("È", "E"), ("Ê", "E"), ("Î", "I"), ("Á", "A"), ("Å", "A"), ("Ó", "O"))
NOTHING_YET = gettext_lazy("Nothing here yet.")


@dataclass(frozen=True, slots=True)
class Column:
    """One column; the first one names the row and heads its card on a phone.

    ``value`` gives a Decimal or ``Money`` for money, a ratio of 1 for percent, a mapping for
    multilingual. ``order_by`` are the fields it sorts by; without them it does not sort.
    """

    key: str
    label: Text
    value: Callable[[Any], object]
    kind: Kind = "text"
    order_by: tuple[str, ...] = ()
    href: Callable[[Any], str] | None = None
    currency: Callable[[Any], str] | None = None
    tone: Callable[[Any], str] | None = None
    phone: bool = True


@dataclass(frozen=True, slots=True)
class AddedColumn:
    """A column that a room above puts in a list of a room below, before the column ``before``.

    ``values`` gives what it shows by the key of the row, all the rows of a page in one batch.
    """

    column: Column
    before: str
    values: Callable[[Sequence[Any], Reader], Mapping[Any, object]]


_added: dict[str, list[AddedColumn]] = {}


def add_column(listing: str, added: AddedColumn) -> None:
    """Show ``added`` in the list named ``listing``; a second call with the same key is nothing."""
    known = _added.setdefault(listing, [])
    if all(other.column.key != added.column.key for other in known):
        known.append(added)


def columns_of(
    listing: "Listing", objects: Sequence[Any], reader: Reader | None
) -> tuple[Column, ...]:
    """The columns of the list with those added from above, filled for ``objects``."""
    columns = list(listing.columns)
    for added in _added.get(listing.name, []) if reader else []:
        values = added.values(objects, reader) if reader else {}
        place = next(i for i, column in enumerate(columns) if column.key == added.before)
        columns.insert(place, _filled(added.column, values))
    return tuple(columns)


def _filled(column: Column, values: Mapping[Any, object]) -> Column:
    """``column`` with its values; a row without one leads nowhere."""
    href = column.href
    return replace(
        column,
        value=lambda row: values.get(row.pk),
        href=(lambda row: href(row) if row.pk in values else "") if href else None,
    )


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice above the list; a value that is not among ``choices`` is ignored, visibly."""

    key: str
    label: Text
    choices: Callable[[HttpRequest], Sequence[tuple[str, Text]]]
    apply: Callable[[Rows, str], Rows]


@dataclass(frozen=True, slots=True)
class Listing:
    """``name`` is the file name of exports; ``search`` are fields that hold every word
    typed, case and accents aside. ``is_long`` finds the keys of a page before its rows, one query
    more: far down a list of a hundred thousand nothing is joined for rows that are passed over; its
    columns are sorted by fields of the model."""

    columns: tuple[Column, ...]
    name: str
    filters: tuple[Filter, ...] = ()
    search: tuple[str, ...] = ()
    order: tuple[str, ...] = ("pk",)
    empty: Text = NOTHING_YET
    empty_hint: Text = ""
    page_size: int = 50
    is_long: bool = False


@dataclass(frozen=True, slots=True)
class Choice:
    """One option of a filter as shown."""

    value: str
    label: Text
    selected: bool


@dataclass(slots=True)
class ShownFilter:
    """A filter with its options and the chosen value, empty when unused."""

    key: str
    label: Text
    choices: list[Choice]
    value: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A column's head: where a press on it leads and how the list is sorted by it now."""

    label: Text
    numeric: bool
    phone: bool
    url: str
    sorted: Literal["", "ascending", "descending"]


@dataclass(slots=True)
class ListView:
    """Everything the template shows; ``notes`` say what was asked for and could not be done."""

    listing: Listing
    query: str
    filters: list[ShownFilter]
    sort: str
    notes: list[str] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    rows: list[list[SafeString]] = field(default_factory=list)
    page: "Page[Any] | None" = None
    pages: list["PageLink"] = field(default_factory=list)
    total: int = 0
    csv_url: str = ""
    xlsx_url: str = ""
    reader: Reader | None = None

    @property
    def narrowed(self) -> bool:
        """Whether a search or a filter is on."""
        return bool(self.query) or any(shown.value for shown in self.filters)

    @property
    def can_narrow(self) -> bool:
        """Whether a search or filters are of any use: not on a list that is empty anyway."""
        offered = bool(self.listing.search or self.filters)
        return offered and (self.total > 0 or self.narrowed)

    def url(self, **changes: str) -> str:
        """The same list with ``changes``; an empty value is left out."""
        asked = {"q": self.query, "sort": self.sort}
        asked |= {shown.key: shown.value for shown in self.filters} | changes
        return "?" + urlencode({key: value for key, value in asked.items() if value})


@dataclass(frozen=True, slots=True)
class PageLink:
    """A page number, or a gap when ``url`` is empty and it is not the current one."""

    label: str
    url: str
    current: bool


def list_page(
    request: HttpRequest,
    listing: Listing,
    queryset: Rows,
    *,
    template: str = "ui/list_page.html",
    **context: Any,
) -> HttpResponse:
    """The list as a page, a fragment (to htmx) or a file (``?format=csv`` or ``xlsx``).

    Two queries besides those of the filters: the count and the page. Exports hold all the
    rows that the filters leave, whatever the page.
    """
    view = read(request, listing)
    rows = sorted_rows(view, filtered(view, queryset))
    wanted = request.GET.get("format", "")
    if wanted in export.KINDS:
        found = list(rows)
        columns = columns_of(listing, found, view.reader)
        return export.file_response(listing.name, wanted, columns, found)
    if wanted:
        view.notes.append(
            _("Files come as csv or xlsx; “%(format)s” is neither.") % {"format": wanted}
        )
    fill(view, rows, request.GET.get("page", ""))
    fragment = request.headers.get("HX-Request") == "true"
    return render(
        request, "ui/_listing.html" if fragment else template, {**context, "listing": view}
    )


def read(request: HttpRequest, listing: Listing) -> ListView:
    """What was asked for, with a note for each part that cannot be done."""
    typed = "".join(c if c.isprintable() else " " for c in request.GET.get("q", ""))
    query = " ".join(typed.split())[:LONGEST_SEARCH] if listing.search else ""
    view = ListView(listing, query, [], request.GET.get("sort", ""), reader=reader_of(request))
    for declared in listing.filters:
        view.filters.append(_read_filter(request, declared, view.notes))
    if view.sort and _sort_column(view) is None:
        view.notes.append(
            _("This list cannot be sorted by “%(column)s”; it is in its usual order.")
            % {"column": view.sort[:60]}
        )
        view.sort = ""
    return view


def _read_filter(request: HttpRequest, declared: Filter, notes: list[str]) -> ShownFilter:
    asked = request.GET.get(declared.key, "")
    offered = [(str(value), label) for value, label in declared.choices(request)]
    if asked and asked not in {value for value, _label in offered}:
        notes.append(
            _("“%(value)s” is not a choice of the filter “%(filter)s”; it was left out.")
            % {"value": asked[:60], "filter": declared.label}
        )
        asked = ""
    choices = [Choice(value, label, value == asked) for value, label in offered]
    return ShownFilter(declared.key, declared.label, choices, asked)


def _sort_column(view: ListView) -> Column | None:
    key = view.sort.removeprefix("-")
    return next((c for c in view.listing.columns if c.key == key and c.order_by), None)


def filtered(view: ListView, queryset: Rows) -> Rows:
    """``queryset`` narrowed by the filters in use and by every word of the search."""
    for declared, shown in zip(view.listing.filters, view.filters, strict=True):
        if shown.value:
            queryset = declared.apply(queryset, shown.value)
    for word in fold(view.query).split():
        queryset = queryset.filter(_holding(queryset.model, view.listing.search, word))
    return queryset


def _holding(model: type[Model], lookups: Sequence[str], word: str) -> Q:
    """The rows that hold a word in one of the fields: those of other records are read once each,
    not once for each row that names them."""
    found = Q(pk__in=())  # none, where only other records are searched and none is found
    fields: dict[str, list[str]] = {}
    for lookup in lookups:
        path, _dot, name = lookup.rpartition("__")
        fields.setdefault(path, []).append(name)
    for path, names in fields.items():
        related: Any = model
        for relation in filter(None, path.split("__")):
            related = related._meta.get_field(relation).related_model
        folded = Folded(*(_searched(related, name) for name in names))
        if path:
            rows = related._base_manager.alias(searched=folded).filter(searched__contains=word)
            keys: Any = list(rows.values_list("pk", flat=True)[: MOST_KEYS + 1])
            if keys:
                found |= Q((f"{path}__in", keys if len(keys) <= MOST_KEYS else rows.values("pk")))
        else:
            found |= Q(Contains(folded, word))
    return found


def _searched(model: type[Model], name: str) -> Any:
    """What a search reads of a field: text in several languages in all of them."""
    spoken = isinstance(model._meta.get_field(name), MultilingualField)
    return Spoken(name) if spoken else Cast(name, TextField())


def sorted_rows(view: ListView, queryset: Rows) -> Rows:
    """Rows without a value come last either way; the key settles ties, so pages never overlap."""
    column = _sort_column(view)
    names = column.order_by if column else view.listing.order
    down = column is not None and view.sort.startswith("-")
    order = [_direction(queryset, name, down=down) for name in names]
    return queryset.order_by(*order, "pk")


def _direction(queryset: Rows, name: str, *, down: bool) -> Any:
    expression = _sorted_by(queryset, name.removeprefix("-"))
    if down != name.startswith("-"):
        return expression.desc(nulls_last=True)
    return expression.asc(nulls_last=True)


def _sorted_by(queryset: Rows, name: str) -> Any:
    """What a field sorts by: text in several languages by the one shown, accents aside."""
    fields = {field.name: field for field in queryset.model._meta.concrete_fields}
    if not isinstance(fields.get(name), MultilingualField):
        return F(name)
    languages = sorted(LANGUAGES, key=lambda code: code != formats.language())
    shown: Any = Coalesce(*(KeyTextTransform(code, name) for code in languages))
    return reduce(lambda text, pair: Replace(text, *map(Value, pair)), INITIALS, shown)


class Found(Paginator):  # type: ignore[type-arg]  # not to be subscripted when it runs
    """Pages of a search: the words are looked for once, for the count and the page together."""

    is_long = False

    @cached_property
    def keys(self) -> list[Any]:
        """The keys of all rows that are found, in order."""
        rows: Any = self.object_list
        if self.is_long:  # sorted when they are found, not found in their order
            order = rows.query.order_by
            rows = rows.model._base_manager.filter(pk__in=rows.order_by().values("pk"))
            rows = rows.order_by(*order)
        return list(rows.values_list("pk", flat=True))

    @cached_property
    def count(self) -> int:
        """How many there are."""
        return len(self.keys)

    def page(self, number: int | str) -> "Page[Any]":
        """The rows of one page, in the order found."""
        valid: int = self.validate_number(number)
        keys = self.keys[(valid - 1) * self.per_page : valid * self.per_page]
        rows: Any = self.object_list
        by_key = {row.pk: row for row in rows.filter(pk__in=keys)}
        return Page([by_key[key] for key in keys], valid, self)


class Long(Paginator):  # type: ignore[type-arg]  # not to be subscripted when it runs
    """Pages of a long list: their keys are sought from its nearer end, then their rows."""

    def page(self, number: int | str) -> "Page[Any]":
        """The rows of one page, in their order."""
        valid: int = self.validate_number(number)
        rows: Any = self.object_list
        first, last = (valid - 1) * self.per_page, min(valid * self.per_page, self.count)
        keys = rows.values_list("pk", flat=True)
        if first > self.count // 2:
            found = list(keys.reverse()[self.count - last : self.count - first])[::-1]
        else:
            found = list(keys[first:last])
        by_key = {row.pk: row for row in rows.filter(pk__in=found)}
        return Page([by_key[key] for key in found], valid, self)


def fill(view: ListView, rows: Rows, asked_page: str) -> None:
    """Put the asked page, its headings and its links into ``view``."""
    pages = Found if view.query else Long if view.listing.is_long else Paginator
    paginator = pages(rows, view.listing.page_size)
    if isinstance(paginator, Found):
        paginator.is_long = view.listing.is_long
    page = paginator.get_page(asked_page or 1)
    if asked_page and asked_page != str(page.number):
        view.notes.append(
            _("There is no page “%(asked)s”; this is page %(number)d of %(total)d.")
            % {"asked": asked_page[:20], "number": page.number, "total": paginator.num_pages}
        )
    fill_table(view, page)


def fill_table(view: ListView, page: "Page[Any]") -> None:
    """Put the rows of ``page``, the headings and the links into ``view``."""
    view.page, view.total = page, page.paginator.count
    objects = list(page.object_list)
    columns = columns_of(view.listing, objects, view.reader)
    view.headings = [_heading(view, column) for column in columns]
    view.rows = shown_rows(columns, objects)
    view.pages = _page_links(view, page.paginator, page.number)
    view.csv_url, view.xlsx_url = view.url(format="csv"), view.url(format="xlsx")


def _heading(view: ListView, column: Column) -> Heading:
    state: Literal["", "ascending", "descending"] = ""
    if view.sort.removeprefix("-") == column.key:
        state = "descending" if view.sort.startswith("-") else "ascending"
    following = f"-{column.key}" if state == "ascending" else column.key
    url = view.url(sort=following) if column.order_by else ""
    return Heading(column.label, column.kind in NUMERIC, column.phone, url, state)


def shown_rows(columns: Sequence[Column], objects: Sequence[Any]) -> list[list[SafeString]]:
    """The cells of a table as HTML; the amounts of one column share their decimals."""
    by_column = [_shown_column(column, objects) for column in columns]
    return [list(cells) for cells in zip(*by_column, strict=True)]


def _shown_column(column: Column, objects: Sequence[Any]) -> list[SafeString]:
    values = [column.value(row) for row in objects]
    decimals = formats.decimals_of(_amounts(values)) if column.kind == "money" else None
    classes = ["n"] * (column.kind in NUMERIC) + ["wide-only"] * (not column.phone)
    opening = format_html(
        '<td role="cell" data-label="{}" class="{}">', column.label, " ".join(classes)
    )
    cells = []
    for row, value in zip(objects, values, strict=True):
        html = cell(
            value,
            column.kind,
            currency=column.currency(row) if column.currency else "",
            tone=column.tone(row) if column.tone else "",
            decimals=decimals,
        )
        cells.append(opening + link(column.href(row) if column.href else None, html) + CLOSING)
    return cells


def _amounts(values: Sequence[object]) -> list[Decimal]:
    plain = (value.amount if isinstance(value, Money) else value for value in values)
    return [value for value in plain if isinstance(value, Decimal)]


def _page_links(view: ListView, paginator: "Paginator[Any]", number: int) -> list[PageLink]:
    if paginator.num_pages == 1:
        return []
    links = []
    for label in paginator.get_elided_page_range(number, on_each_side=2, on_ends=1):
        url = view.url(page=str(label)) if isinstance(label, int) else ""
        links.append(PageLink(str(label), url, label == number))
    return links
