"""The pages of published flows: the donor map, the matrix, movements, and the rows behind them."""

import csv
import json
import re
from decimal import Decimal
from html import unescape
from io import BytesIO, StringIO
from itertools import combinations
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from django.urls import reverse
from openpyxl import load_workbook
from tests.factories import make_organisation, make_user_with_role

from appui.intelligence.corpus import FlowFilter, open_corpus, sum_flows
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.intelligence.words import DIMENSIONS, GROUPS
from appui.kernel.access import Role

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
MAIN = ("donor", "recipient", "sector", "year")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    ingest([DATA / "iati", DATA / "tables"], into=folder / "flows", rates=default_rates())
    return folder


@pytest.fixture
def page(client, monkeypatch, home):
    monkeypatch.setenv("APPUI_HOME", str(home))
    client.force_login(make_user_with_role(Role.READER, make_organisation()))
    return client


def rows_behind(page, address):
    """The rows of a link, read from the file that the page of rows offers."""
    answer = page.get(address + "&format=json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def sum_behind(page, address):
    return sum((Decimal(row["usd"] or 0) for row in rows_behind(page, address)), Decimal(0))


@pytest.mark.parametrize("group", GROUPS)
def test_each_amount_of_the_map_is_the_sum_of_the_rows_it_opens(page, group):
    shown = page.get(reverse("intelligence:donor_map"), {"by": group})
    assert shown.status_code == 200

    usd = next(column for column in shown.context["table"].columns if column.key == "usd")
    for sums in shown.context["table"].objects:
        rows = rows_behind(page, usd.href(sums))
        assert len(rows) == sums.parts
        assert sum((Decimal(row["usd"] or 0) for row in rows), Decimal(0)) == sums.usd


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rows", "columns"), [*combinations(MAIN, 2), ("sector-group", "channel"), ("year", "reporter")]
)
def test_each_amount_of_the_matrix_is_the_sum_of_the_rows_it_opens(page, rows, columns):
    question = {"rows": rows, "columns": columns, "view": "all-reporters"}
    shown = page.get(reverse("intelligence:matrix"), question)
    assert shown.status_code == 200

    grid = shown.context["grid"]
    amounts = [amount for line in grid.lines for amount in [*line.amounts, line.total]]
    amounts += [*grid.footer, grid.total]
    told = [amount for amount in amounts if amount.usd is not None]
    assert len(told) > len(grid.lines)
    seen = {amount.url: amount.usd for amount in told}
    assert {url: sum_behind(page, url) for url in seen} == seen


def test_the_matrix_says_who_a_place_hangs_on(page, home):
    shown = page.get(
        reverse("intelligence:matrix"), {"rows": "recipient", "kind": "spend:fts", "country": "KH"}
    )

    (line,) = shown.context["grid"].lines
    assert (line.total.usd, line.givers.count) == (Decimal("120.00"), 1)
    assert (line.givers.hhi, line.givers.top_share) == (1, 1)
    assert line.givers.top == "Germany"
    everything = FlowFilter(flow_types=("spend",), sources=("fts",), recipients=("KH",))
    assert [s.usd for s in sum_flows(open_corpus(home / "flows"), everything)] == [120]


def test_a_question_keeps_every_filter_from_page_to_page(page):
    asked = "country=KH&sector=152&from=2019&to=2022&view=all-reporters&is=donor%3Ax&window=2"
    shown = page.get(f"{reverse('intelligence:matrix')}?{asked}&rows=sector&columns=donor")

    for tab in shown.context["tabs"]:
        for part in asked.split("&"):
            assert part in tab.url
    assert {chip.label for chip in shown.context["chips"]} == {
        "Country",
        "Sector",
        "Donor",
        "From year",
        "To year",
    }


def test_movements_by_two_windows_open_the_rows_of_each(page):
    shown = page.get(
        reverse("intelligence:movements"),
        {"kind": "spend:fts", "to": "2021", "window": "1", "country": "KH"},
    )

    table = shown.context["table"]
    assert [(m.who[1], m.movement, m.last, m.before) for m in table.objects] == [
        ("Germany", "stayed", Decimal(40), Decimal(40))
    ]
    last, before = (c for c in table.columns if c.key in ("last", "before"))
    assert (last.label, before.label) == ("2021", "2020")
    for mover in table.objects:
        assert sum_behind(page, last.href(mover)) == mover.last
        assert sum_behind(page, before.href(mover)) == mover.before
    later = page.get(
        reverse("intelligence:movements"),
        {"kind": "spend:fts", "to": "2024", "window": "2", "country": "KH"},
    )
    assert [m.movement for m in later.context["table"].objects] == ["left"]


@pytest.mark.parametrize("name", ["donor_map", "matrix", "movements", "flow_rows"])
def test_the_four_kinds_of_file_hold_the_same_rows(page, name):
    question = {"country": "KH", "rows": "donor", "columns": "year"}

    def file(kind):
        return page.get(reverse(f"intelligence:{name}"), question | {"format": kind}).content

    comma = list(csv.reader(StringIO(file("csv").decode("utf-8-sig"))))[1:]
    sheet = list(load_workbook(BytesIO(file("xlsx"))).active.iter_rows(values_only=True))[1:]
    objects = json.loads(file("json"))
    parquet = pq.read_table(BytesIO(file("parquet"))).to_pylist()

    assert len(comma) == len(sheet) == len(objects) == len(parquet) > 0
    assert [[str(v or "") for v in row.values()] for row in objects] == [
        ["" if v is None else str(v) for v in row.values()] for row in parquet
    ]
    assert [row[0] for row in comma] == [row[0] or "" for row in sheet]


def test_what_cannot_be_asked_is_left_out_and_said(page):
    shown = page.get(
        reverse("intelligence:donor_map"),
        {"by": "moon", "view": "x", "from": "abc", "type": "zzz", "is": "moon:1", "window": "99"},
    )

    assert shown.status_code == 200
    assert len(shown.context["asked"].notes) == 6


def test_rows_and_columns_are_never_the_same(page):
    shown = page.get(reverse("intelligence:matrix"), {"rows": "year", "columns": "year"})

    assert (shown.context["asked"].rows, shown.context["asked"].columns) == ("year", "donor")
    assert len(shown.context["asked"].notes) == 1


def test_the_map_is_an_image_and_none_when_nothing_matches(page):
    address = reverse("intelligence:world_map")

    assert page.get(address)["Content-Type"] == "image/svg+xml"
    assert page.get(address, {"donor": "Nobody at all"}).status_code == 404


@pytest.mark.parametrize("name", ["donor_map", "matrix", "movements", "flow_rows"])
@pytest.mark.parametrize("language", ["fr", "ar"])
def test_every_page_answers_a_question_without_rows_in_every_language(page, name, language):
    page.cookies["django_language"] = language

    answer = page.get(reverse(f"intelligence:{name}"), {"donor": "Nobody at all"})

    assert answer.status_code == 200
    assert f'lang="{language}"' in answer.content.decode()


def test_every_link_of_the_matrix_leads_somewhere(page):
    text = page.get(reverse("intelligence:matrix")).content.decode()

    links = {unescape(link) for link in re.findall(r'href="(/flows/[^"]*)"', text)}
    assert len(links) > len(DIMENSIONS)
    assert {page.get(link).status_code for link in links} == {200}
