"""The code files hold together: whole, in four languages, and with the published codes."""

import csv
import json
import os
import re
from collections import Counter
from pathlib import Path

import pytest

CODES = Path(__file__).parent.parent / "data" / "codes"
LANGUAGES = ("en", "fr", "es", "ar")
COLUMNS = ["code", "parent", *LANGUAGES, "definition_en", "definition_fr"]
LIST_COLUMNS = ["codelist", *LANGUAGES, "source", "source_date", "parent_list"]
ROWS = {
    "SectorCategory": 44,
    "Sector": 326,
    "UNSDG-Goals": 17,
    "UNSDG-Targets": 169,
    "OrganisationType": 16,
    "OrganisationRole": 4,
    "TransactionType": 13,
    "ActivityStatus": 6,
    "ActivityDateType": 4,
    "ActivityScope": 8,
    "AidType-category": 8,
    "AidType": 25,
    "FlowType": 11,
    "FinanceType-category": 13,
    "FinanceType": 78,
    "TiedStatus": 3,
    "CollaborationType": 7,
    "BudgetType": 2,
    "BudgetStatus": 2,
    "PolicyMarker": 12,
    "PolicySignificance": 5,
    "ConditionType": 3,
    "RelatedActivityType": 5,
    "EarmarkingCategory": 4,
    "Currency": 180,
    "Language": 184,
    "ResultType": 4,
    "IndicatorMeasure": 5,
    "DescriptionType": 4,
    "ContactType": 4,
    "HumanitarianScopeType": 2,
    "DisbursementChannel": 4,
    "Region": 26,
    "DocumentCategory-category": 2,
    "DocumentCategory": 30,
    "CooperationModel": 7,
    "InteractionKind": 6,
    "BudgetCategory": 13,
    "OtherIdentifierType": 6,
    "Pillar": 35,
    "Measure": 69,
    "Unit": 43,
}
# Lists of this program: nobody publishes them, and their codes are written in one way.
OWN = {"Pillar", "Measure", "Unit", "InteractionKind", "CooperationModel", "BudgetCategory"}
# Where a list here and the published one may part: code → why.
ONLY_HERE = {
    ("Currency", "XCG"): "Caribbean guilder, in ISO 4217 since 31 March 2025",
}
PARENTED = {"Sector", "UNSDG-Targets", "AidType", "FinanceType", "DocumentCategory"}
# Parents the publisher gives although its own list of parents lacks them.
PARENT_CHANGED = {("FinanceType", "451"): "category 450 is not in the published categories"}


def table(name):
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def header(name):
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


LISTS = {row["codelist"]: row for row in table("lists")}
every_list = pytest.mark.parametrize("name", LISTS)


def published(name):
    """The list as IATI publishes it, code by code, in English."""
    folder = os.environ.get("APPUI_DATA")
    if not folder:
        pytest.skip("APPUI_DATA does not name a folder with the published code lists")
    path = Path(folder) / "codelists" / "en" / f"{name}.json"
    return {row["code"]: row for row in json.loads(path.read_text(encoding="utf-8"))["data"]}


def test_the_lists_are_those_expected_and_each_has_its_file():
    assert header("lists") == LIST_COLUMNS
    assert [row["codelist"] for row in table("lists")] == list(LISTS)
    assert set(LISTS) == set(ROWS)
    assert {name for name, row in LISTS.items() if row["parent_list"]} - OWN == PARENTED
    assert {path.stem for path in CODES.glob("*.csv")} == {*LISTS, "lists"}


@every_list
def test_a_list_has_its_name_in_four_languages_its_source_and_date(name):
    row = LISTS[name]
    assert [key for key in (*LANGUAGES, "source") if not row[key]] == []
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", row["source_date"])


@every_list
def test_a_file_is_plain_utf_8_with_the_agreed_columns(name):
    raw = (CODES / f"{name}.csv").read_bytes()
    assert b"\r" not in raw
    assert raw.endswith(b"\n")
    assert header(name) == COLUMNS
    with (CODES / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        assert {len(row) for row in csv.reader(file)} == {len(COLUMNS)}


@every_list
def test_a_list_has_every_row_once(name):
    counts = Counter(row["code"] for row in table(name))
    assert [code for code, times in counts.items() if times > 1 or not code] == []
    assert len(counts) == ROWS[name]


@pytest.mark.parametrize("name", [*LISTS, "lists"])
def test_no_label_is_missing_and_none_has_stray_spaces(name):
    labels = [(row[key], key) for row in table(name) for key in LANGUAGES]
    assert [(text, key) for text, key in labels if not text] == []
    texts = [text for row in table(name) for text in row.values()]
    assert [text for text in texts if text != " ".join(text.split())] == []


@pytest.mark.parametrize("name", [*LISTS, "lists"])
def test_arabic_labels_are_in_arabic_and_the_others_are_not(name):
    arabic = re.compile(r"[\u0621-\u064a]")
    for row in table(name):
        assert arabic.search(row["ar"]), row
        assert not any(arabic.search(row[key]) for key in ("en", "fr", "es")), row


@every_list
def test_a_definition_is_in_both_languages_or_in_none(name):
    halves = [
        row for row in table(name) if bool(row["definition_en"]) != bool(row["definition_fr"])
    ]
    assert halves == []


@every_list
def test_every_parent_exists_and_stands_before_its_children(name):
    parent_list = LISTS[name]["parent_list"]
    rows = table(name)
    if parent_list not in ("", name):
        assert list(LISTS).index(parent_list) < list(LISTS).index(name)
        assert {row["parent"] for row in rows} <= {row["code"] for row in table(parent_list)}
        return
    seen = {""}
    for row in rows:
        assert row["parent"] in (seen if parent_list else {""}), row
        seen.add(row["code"])


@pytest.mark.parametrize(
    ("name", "start"), [("Sector", 3), ("AidType", 1), ("DocumentCategory", 1)]
)
def test_a_code_begins_with_the_code_of_its_category(name, start):
    assert [row for row in table(name) if row["code"][:start] != row["parent"]] == []


def test_a_target_belongs_to_the_goal_it_is_numbered_after():
    rows = table("UNSDG-Targets")
    assert [row for row in rows if row["code"].split(".")[0] != row["parent"]] == []
    assert Counter(row["parent"] for row in rows)["17"] == 19


@pytest.mark.parametrize("name", sorted(OWN - {"Unit"}))
def test_our_own_codes_are_lower_case_words(name):
    assert [row["code"] for row in table(name) if not re.fullmatch("[a-z_]+", row["code"])] == []


def test_a_unit_names_money_by_its_currency():
    currencies = {row["code"] for row in table("Currency")}
    upper = [row["code"] for row in table("Unit") if not re.fullmatch("[a-z0-9_]+", row["code"])]
    assert [code for code in upper if code.partition("_per_")[0] not in currencies] == []


def test_the_languages_of_the_program_are_in_the_list_of_languages():
    assert set(LANGUAGES) <= {row["code"] for row in table("Language")}


@pytest.mark.parametrize("name", [name for name in LISTS if name not in OWN])
def test_our_codes_are_the_published_ones(name):
    source = published(name)
    # Withdrawn currencies are left out: a new amount is never given in one.
    if name == "Currency":
        source = {code: row for code, row in source.items() if row["status"] == "active"}
    ours = {row["code"] for row in table(name)}
    extra = {code for listed, code in ONLY_HERE if listed == name}
    assert ours - set(source) == extra
    assert set(source) - ours == set()


@pytest.mark.parametrize("name", sorted(PARENTED))
def test_our_parents_are_the_published_ones(name):
    source = published(name)
    moved = {row["code"] for row in table(name) if row["parent"] != source[row["code"]]["category"]}
    assert moved == {code for listed, code in PARENT_CHANGED if listed == name}


@pytest.mark.parametrize("name", ["SectorCategory", "Sector", "FlowType", "FinanceType", "Region"])
def test_a_withdrawn_code_says_so(name):
    source = published(name)
    said = {row["code"] for row in table(name) if row["definition_en"].startswith("Withdrawn")}
    assert said == {code for code, row in source.items() if row["status"] != "active"}
