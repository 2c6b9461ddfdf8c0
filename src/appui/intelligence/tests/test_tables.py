"""Tables of reports, typed or imported: cells, editions, and where their lines appear."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import Workbook
from tests.factories import make_organisation, make_user_with_role

from appui.evidence.sheets import sheet_rows
from appui.intelligence.corpus import FlowFilter, corpus_folder, open_corpus, sum_flows
from appui.intelligence.corpus.vintages import vintages
from appui.intelligence.typed.models import PublishedTable
from appui.intelligence.typed.reading import Usual, read_lines
from appui.kernel.access import Role
from appui.kernel.errors import Invalid

pytestmark = pytest.mark.django_db
USUAL = Usual("Landmine Monitor, Cambodia", date(2023, 11, 14), recipient="KH", sector="15250")
WIDE = "donor;2021;2022\nJapan;1,250,000;980000\nIreland;–;640000.50\n"


def read(text, usual=USUAL):
    return read_lines(sheet_rows("t.csv", text.encode()), usual)


def said(found):
    return [(cell.row, cell.column, cell.value) for cell in found.bad]


def amounts(found):
    return [(line["donor"], line["year"], line["amount"]) for line in found.lines]


def test_a_column_a_year_gives_a_line_a_cell_and_nothing_for_an_empty_one():
    found = read(WIDE)

    assert said(found) == []
    assert amounts(found) == [
        ("Japan", "2021", "1250000"),
        ("Japan", "2022", "980000"),
        ("Ireland", "2022", "640000.50"),
    ]
    assert {line["recipient"] for line in found.lines} == {"KH"}
    assert {line["published_on"] for line in found.lines} == {"2023-11-14"}


def test_every_bad_cell_is_named_and_the_good_ones_are_kept():
    found = read(
        "donor;2021;2022\nJapan;12;many\n;5;\nTotal;17;1\nJapan;9;3\n",
    )

    assert said(found) == [
        (2, "2022", "many"),
        (3, "donor", ""),
        (4, "donor", "Total"),
        (5, "2021", "9"),
    ]
    assert all(cell.why for cell in found.bad)
    assert amounts(found) == [("Japan", "2021", "12"), ("Japan", "2022", "3")]


def test_a_line_a_contribution_may_say_its_own_currency_place_and_dollars():
    found = read(
        "Bailleur;Année;Montant;Devise;USD;Country\n"
        "Japon;2023;165000000;JPY;1174000;Laos\n"
        "Irlande;2023;640000;EURO;;KH\n"
        "Irlande;203;640000;EUR;;KH\n"
        "Irlande;2023;640000;EUR;;Atlantis\n"
    )

    (line,) = found.lines
    assert (line["currency"], line["usd"], line["recipient"]) == ("JPY", "1174000", "LA")
    assert said(found) == [
        (3, "currency", "EURO"),
        (4, "year", "203"),
        (5, "recipient", "Atlantis"),
    ]


@pytest.mark.parametrize("text", ["", "name;sum\na;1\n", "donor;year\nJapan;2021\n"])
def test_a_table_without_its_columns_is_refused_with_what_it_needs(text):
    with pytest.raises(Invalid, match="donor"):
        read(text)


@pytest.fixture
def page(client, monkeypatch, tmp_path):
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))
    client.force_login(make_user_with_role(Role.EDITOR, make_organisation()))
    return client


def send(page, pasted=WIDE, day="2023-11-14", /, **fields):
    data = {
        "idempotency_key": "6f1c5c1e-0000-4000-8000-000000000001",
        "source": "Landmine Monitor, Cambodia",
        "published_on": day,
        "recipient": "",
        "flow_type": "spend",
        "currency": "USD",
        "pasted": pasted,
    }
    return page.post(reverse("intelligence:table_add"), data | fields)


def spent():
    return {
        (item.labels[0], item.keys[1]): item.usd
        for item in sum_flows(open_corpus(), FlowFilter(), ("donor", "year"))
    }


def test_a_typed_table_lives_in_the_views_and_a_second_time_changes_nothing(page):
    first = send(page)
    derived = open_corpus().manifest.derived
    second = send(page)

    assert (first.status_code, first.context["kept"].is_new) == (200, True)
    assert second.context["kept"].is_new is False
    assert open_corpus().manifest.derived == derived
    assert PublishedTable.objects.count() == 1
    assert spent() == {
        ("Japan", 2021): Decimal(1250000),
        ("Japan", 2022): Decimal(980000),
        ("Ireland", 2022): Decimal("640000.50"),
    }
    shown = page.get(reverse("intelligence:matrix"))
    assert shown.context["grid"].total.usd == Decimal("2870000.50")


def test_a_later_edition_supersedes_and_both_are_kept(page):
    send(page, page="41")
    send(page, "donor;2022;2023\nJapan;990000;5\n", "2024-11-20", page="38")

    assert spent() == {
        ("Japan", 2021): Decimal(1250000),
        ("Japan", 2022): Decimal(990000),
        ("Japan", 2023): Decimal(5),
        ("Ireland", 2022): Decimal("640000.50"),
    }
    old = PublishedTable.objects.get(published_on="2023-11-14")
    lines = vintages(open_corpus(), old.sha256)
    assert [(v.donor, v.year, v.amount, v.counted_edition, v.counted_amount) for v in lines] == [
        ("Japan", 2021, Decimal(1250000), None, None),
        ("Japan", 2022, Decimal(980000), date(2024, 11, 20), Decimal(990000)),
        ("Ireland", 2022, Decimal("640000.50"), None, None),
    ]
    shown = page.get(old.get_absolute_url())
    assert shown.status_code == 200
    assert b"superseded" in shown.content


def test_an_older_edition_that_comes_later_does_not_count(page):
    send(page, "donor;2022\nJapan;990000\n", "2024-11-20")
    send(page, "donor;2022\nJapan;980000\n", "2023-11-14")

    assert spent() == {("Japan", 2022): Decimal(990000)}


def test_good_lines_of_a_workbook_are_kept_beside_the_bad_cells(page):
    book = Workbook()
    for row in (["Donor", 2021, 2022], ["Japan", 1250000, "n.a."], ["Norway", 3.5, None]):
        book.active.append(row)
    out = BytesIO()
    book.save(out)

    answer = send(page, "", file=SimpleUploadedFile("t.xlsx", out.getvalue()))

    assert said(answer.context["read"]) == [(2, "2022", "n.a.")]
    assert spent() == {("Japan", 2021): Decimal(1250000), ("Norway", 2021): Decimal("3.50")}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"pasted": ""}, 422),
        ({"pasted": "a;b\n"}, 422),
        ({"pasted": "donor;2021\nTotal;4\n"}, 422),
        ({"currency": "XXY"}, 422),
        ({"published_on": "someday"}, 422),
    ],
)
def test_a_table_that_cannot_be_kept_leaves_everything_as_it_was(page, fields, status):
    answer = send(page, **fields)

    assert answer.status_code == status
    assert open_corpus().is_empty
    assert not PublishedTable.objects.exists()


def test_only_those_who_keep_the_register_take_tables_in(client, monkeypatch, tmp_path):
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))
    client.force_login(make_user_with_role(Role.READER, make_organisation()))

    assert client.get(reverse("intelligence:table_add")).status_code == 403
    assert send(client).status_code == 403
    assert not corpus_folder().exists()
