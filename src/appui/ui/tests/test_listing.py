"""A list searches, filters, sorts, pages and exports; bad input is answered, never an error."""

import io
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.template import engines
from django.test import Client
from django.utils.translation import override
from openpyxl import load_workbook
from tests.factories import make_organisation, make_user_with_role

from appui.kernel.access import Role
from appui.kernel.models import AuditEntry
from appui.kernel.money import Money
from appui.ui import export
from appui.ui import listing as listings
from appui.ui.listing import (
    Column,
    Filter,
    Listing,
    fill,
    filtered,
    list_page,
    read,
    shown_rows,
    sorted_rows,
)
from appui.ui.table import Table

THINGS = Listing(
    columns=(
        Column(
            "label", "Name", lambda row: row.label, order_by=("label",), href=lambda r: f"/{r.pk}/"
        ),
        Column(
            "verb", "Verb", lambda row: row.verb, "tag", order_by=("verb",), tone=lambda _r: "wait"
        ),
        Column("day", "Day", lambda row: row.at.date(), "date", order_by=("at",)),
        Column(
            "cost", "Cost", lambda row: Decimal(row.object_id), "money", currency=lambda _r: "USD"
        ),
        Column("n", "Number", lambda row: row.object_id, "number", phone=False),
    ),
    name="things",
    filters=(
        Filter(
            "verb",
            "Verb",
            lambda _request: [("created", "Created"), ("changed", "Changed")],
            lambda rows, value: rows.filter(verb=value),
        ),
    ),
    search=("label", "verb"),
    order=("label",),
    page_size=20,
)


def shown(request, listing=THINGS):
    view = read(request, listing)
    fill(
        view,
        sorted_rows(view, filtered(view, AuditEntry.objects.all())),
        request.GET.get("page", ""),
    )
    return view


def names(view) -> list[str]:
    return [entry.label for entry in view.page.object_list]


def page(request, **context):
    return list_page(request, THINGS, AuditEntry.objects.all(), title="Things", **context)


def test_rows_come_in_the_usual_order_a_page_at_a_time(asked, entries):
    entries(45)
    view = shown(asked(data={"page": "3"}))
    assert names(view) == [f"thing {n:03}" for n in range(40, 45)]
    assert (view.total, view.notes) == (45, [])
    assert [(link.label, link.current) for link in view.pages] == [
        ("1", False),
        ("2", False),
        ("3", True),
    ]


def test_a_column_sorts_both_ways_and_its_heading_says_so(asked, entries):
    entries(3)
    up, down = shown(asked(data={"sort": "day"})), shown(asked(data={"sort": "-day"}))
    assert names(up) == list(reversed(names(down)))
    assert [h.sorted for h in up.headings] == ["", "", "ascending", "", ""]
    assert up.headings[2].url == "?sort=-day"
    assert down.headings[2].url == "?sort=day"
    assert up.headings[3].url == ""


def test_every_word_of_a_search_must_be_found(asked, entries):
    entries(12)
    assert names(shown(asked(data={"q": "changed  THING 011"}))) == ["thing 011"]
    assert names(shown(asked(data={"q": "nothing like it"}))) == []


@pytest.mark.parametrize("typed", ["deminage", "DÉMINAGE", "Deminage l'Est"])
def test_a_search_takes_no_account_of_case_and_accents(asked, entries, typed):
    entries(3)
    AuditEntry.objects.create(label="Déminage de l’Est", model="tests.thing", object_id=9)
    assert names(shown(asked(data={"q": typed}))) == ["Déminage de l’Est"]


@pytest.mark.django_db
def test_a_search_of_other_records_alone_finds_their_rows_and_no_more(client):
    owner = make_organisation()
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner, display_name="Ana Keo"))

    assert "Ana Keo</a>" in client.get("/members/?q=keo").content.decode().replace("\n", "")
    assert "Nothing matches." in client.get("/members/?q=nobody").content.decode()


def test_a_filter_keeps_its_rows_and_stays_in_every_link(asked, entries):
    entries(45)
    view = shown(asked(data={"verb": "created", "q": "thing", "sort": "-day"}))
    assert view.total == 23
    assert view.pages[1].url == "?q=thing&sort=-day&verb=created&page=2"
    assert view.csv_url == "?q=thing&sort=-day&verb=created&format=csv"


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ({"sort": "cost"}, "This list cannot be sorted by “cost”; it is in its usual order."),
        ({"sort": "--day"}, "This list cannot be sorted by “--day”; it is in its usual order."),
        ({"page": "9"}, "There is no page “9”; this is page 1 of 1."),
        ({"page": "-1"}, "There is no page “-1”; this is page 1 of 1."),
        ({"page": "x"}, "There is no page “x”; this is page 1 of 1."),
        ({"verb": "' or 1=1"}, "“' or 1=1” is not a choice of the filter “Verb”; it was left out."),
    ],
)
def test_what_cannot_be_done_is_said_and_the_list_still_shows(asked, entries, data, note):
    entries(3)
    with override("en"):
        view = shown(asked(data=data))
    assert view.notes == [note]
    assert len(view.rows) == 3


def test_a_search_with_control_characters_or_no_end_is_cut(asked, entries):
    entries(1)
    assert shown(asked(data={"q": "thing\x00000"})).query == "thing 000"
    assert len(shown(asked(data={"q": "x" * 5000})).query) == 200


def test_an_unknown_file_format_is_said(asked, entries):
    entries(1)
    with override("en"):
        content = page(asked(data={"format": "exe"})).content.decode()
    assert "Files come as csv or xlsx; “exe” is neither." in content


@pytest.mark.parametrize("count", [3, 300])
def test_a_list_costs_two_queries_however_long(asked, entries, django_assert_num_queries, count):
    entries(count)
    with django_assert_num_queries(2):
        response = page(asked())
    assert response.status_code == 200


@pytest.mark.parametrize("sort", ["", "label", "-label", "verb", "-day"])
@pytest.mark.parametrize("typed", ["", "thing"])
def test_a_long_list_has_the_pages_of_any_other(asked, entries, sort, typed):
    entries(67)
    long = replace(THINGS, is_long=True)

    for number in range(1, 6):
        data = {"page": str(number), "sort": sort, "q": typed}
        assert names(shown(asked(data=data), long)) == names(shown(asked(data=data)))


def test_htmx_gets_the_fragment_alone(asked, entries):
    entries(1)
    whole = page(asked()).content.decode()
    part = page(asked(headers={"HX-Request": "true"})).content.decode()
    assert ("<html" in whole, "<html" in part) == (True, False)
    assert 'id="listing-results"' in part


def test_an_empty_list_says_what_to_do_next(asked, db):
    context = {"new_url": "/things/new/", "new_label": "Add a thing"}
    with override("en"):
        empty = page(asked(), **context).content.decode()
        narrowed = page(asked(data={"q": "zzz"}), **context).content.decode()
    assert empty.count('href="/things/new/"') == 2
    assert "Nothing here yet." in empty
    assert "Nothing matches." in narrowed


def test_every_cell_carries_its_label_for_a_phone(asked, entries):
    entries(1)
    content = page(asked()).content.decode()
    assert content.count('data-label="Cost"') == 1
    assert 'data-label="Number" class="n wide-only"' in content


def test_csv_holds_every_row_of_the_filter_with_plain_values(asked, entries):
    entries(45)
    with override("en"):
        response = page(asked(data={"format": "csv", "verb": "created", "page": "2"}))
    lines = response.content.decode().removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}").splitlines()
    assert response["Content-Disposition"] == 'attachment; filename="things.csv"'
    assert lines[0] == 'Name,Verb,Day,Cost,"Cost, currency",Number'
    assert lines[2] == "thing 002,created,2031-01-03,2,USD,2"
    assert len(lines) == 24


def sheet_of(columns, rows, language="en"):
    with override(language):
        return load_workbook(io.BytesIO(export.to_xlsx("Things", columns, rows, language))).active


def test_a_sheet_has_typed_cells(asked, entries):
    entries(2)
    sheet = sheet_of(THINGS.columns, AuditEntry.objects.order_by("label"))
    kinds = [cell.data_type for cell in sheet[3]]
    assert kinds == ["s", "s", "d", "n", "s", "n"]
    assert [cell.value for cell in sheet[3]][3:] == [1, "USD", 1]
    assert sheet.freeze_panes == "A2"


def test_a_sheet_reads_right_to_left_in_arabic():
    columns = (Column("a", "A", lambda row: row),)
    assert sheet_of(columns, ["x"], "ar").sheet_view.rightToLeft
    assert not sheet_of(columns, ["x"], "fr").sheet_view.rightToLeft


FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(0)", "  =1", "\u00a0=1", "\ufeff=1"]
FORMULAS += ["\u200e=1", "\u200b @A1", "＝1+1", "＋1", "－1", " ＠SUM(A1)", "\u3000﹦1"]


@pytest.mark.parametrize("text", FORMULAS)
def test_text_is_never_run_as_a_formula(text):
    columns = (Column("a", "A", lambda row: row),)
    cell = sheet_of(columns, [text])["A2"]
    assert (cell.data_type, cell.value) == ("s", text)
    assert export.to_csv(columns, [text]).splitlines()[1] == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "1-2", " Cambodia", "− minus", "A=B", "\u200eA"])
def test_other_text_is_written_as_it_is(text):
    columns = (Column("a", "A", lambda row: row), Column("b", "B", lambda _row: 1))
    assert export.to_csv(columns, [text]).splitlines()[1] == f"{text},1"


def test_a_negative_number_stays_a_number_in_csv():
    columns = (Column("a", "A", lambda row: row, "number"),)
    assert export.to_csv(columns, [Decimal("-1.50")]).splitlines()[1] == "-1.50"


def test_an_amount_beyond_what_a_sheet_holds_is_written_whole():
    columns = (Column("a", "A", lambda row: row, "money"),)
    amounts = [Decimal("1234567890123.45"), Decimal("999999999999999.01")]
    sheet = sheet_of(columns, [Money(amount, "KHR") for amount in amounts])
    assert sheet["A2"].value == 1234567890123.45
    assert sheet["A3"].value == "999999999999999.01"
    assert sheet["B2"].value == "KHR"


def test_what_has_no_value_is_an_empty_cell_and_other_types_are_text():
    columns = (Column("a", "A", lambda row: row), Column("b", "B", lambda _row: None, "money"))
    rows = [None, True, {"fr": "Déminage"}, date(2031, 4, 30)]
    with override("fr"):
        lines = export.to_csv(columns, rows).splitlines()[1:]
    assert lines == [",,", "True,,", "Déminage,,", "2031-04-30,,"]


def test_amounts_of_one_column_share_their_decimals(asked, db):
    columns = (Column("a", "A", lambda row: row[0], "money", currency=lambda _row: "USD"),)
    from_values = [(Decimal("10"),), (Decimal("2.5"),)]
    view = read(asked(), Listing(columns, "a"))
    engine = engines["django"].from_string("{% for row in rows %}{{ row.0 }}|{% endfor %}")
    with override("en"):
        text = engine.render({"rows": shown_rows(view.listing.columns, from_values)})
    assert [_figure(part) for part in text.split("|")[:2]] == ["<bdi>10.00", "<bdi>2.50"]


def _figure(html: str) -> str:
    """What a cell of a table holds, without its unit."""
    opening, inside = html.removesuffix("</td>").split(">", 1)
    assert opening.startswith('<td role="cell" data-label="')
    return inside.split("\N{NO-BREAK SPACE}")[0]


def test_a_plain_table_shows_its_rows_and_a_footer_with_the_same_decimals():
    columns = (
        Column("name", "Name", lambda row: row[0]),
        Column("cost", "Cost", lambda row: row[1], "money", currency=lambda _row: "USD"),
    )
    table = Table(columns, [("Well", Decimal(10))], footer=("Total", Decimal("10.50")))
    with override("en"):
        shown = [[_figure(cell) for cell in row] for row in table.rows]
        total = [_figure(cell) for cell in table.footer_cells]
    assert shown == [["Well", "<bdi>10.00"]]
    assert total == ["Total", "<bdi>10.50"]
    assert table.headings == [("Name", False), ("Cost", True)]
    assert (Table(columns, []).rows, Table(columns, []).footer_cells) == ([], [])


@pytest.mark.django_db
def test_the_language_switch_needs_no_sign_in():
    response = Client().post("/language/", {"language": "ar", "next": "/accounts/login/"})
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/")
    assert response.cookies["django_language"].value == "ar"


def test_a_column_added_from_above_is_filled_in_one_batch_page_and_file_alike(
    asked, entries, monkeypatch
):
    entries(3)
    batches = []

    def values(rows, _reader):
        batches.append(len(rows))
        return {row.pk: Money(Decimal(7), "USD") for row in rows if row.label != "thing 001"}

    added = Column("left", "Left", lambda _row: None, "money", href=lambda row: f"/left/{row.pk}/")
    monkeypatch.setattr(listings, "_added", {})
    for _twice in range(2):
        listings.add_column("things", listings.AddedColumn(added, "n", values))
    with override("en"):
        html = page(asked()).content.decode()
        lines = page(asked(data={"format": "csv"})).content.decode().splitlines()
    assert batches == [3, 3]
    assert html.count('href="/left/') == 2
    assert lines[0].endswith('Cost,"Cost, currency",Left,"Left, currency",Number')
    assert [line.split(",")[5:7] for line in lines[1:]] == [["7", "USD"], ["", ""], ["7", "USD"]]
