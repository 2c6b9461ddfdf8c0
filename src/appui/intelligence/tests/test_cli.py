"""The commands as a person or a script uses them."""

import csv
import io
import json

import pytest
from click.testing import CliRunner

from appui.intelligence.cli import commands

from .conftest import DATA


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))

    def run(*words):
        group = next(command for command in commands if command.name == words[0])
        return CliRunner().invoke(group, [str(word) for word in words[1:]])

    return run


def every_command():
    return [(group, name) for group in commands for name in group.commands]


@pytest.mark.parametrize(("group", "name"), every_command())
def test_every_command_explains_itself(group, name):
    answer = CliRunner().invoke(group, [name, "--help"])

    assert answer.exit_code == 0
    assert len(answer.output.splitlines()) > 5


def test_ingest_reports_each_file_and_succeeds_when_one_could_be_read(run):
    answer = run("flows", "ingest", DATA / "iati", "--report", "json")

    report = json.loads(answer.output)
    assert answer.exit_code == 0
    assert report["totals"]["refused"] == 4
    assert len(report["files"]) == len(list((DATA / "iati").iterdir()))


def test_ingest_fails_when_nothing_could_be_read(run):
    answer = run("flows", "ingest", DATA / "iati/not_found.xml")

    assert answer.exit_code == 1
    assert answer.stderr == "Error: No file could be read: see the report for each reason.\n"


def test_ingest_names_a_path_that_does_not_exist(run):
    answer = run("flows", "ingest", "/nowhere")

    assert (answer.exit_code, answer.stderr) == (1, "Error: The path /nowhere does not exist.\n")


def test_a_file_of_another_format_than_announced_is_refused(run):
    answer = run("flows", "ingest", DATA / "tables/fts.csv", "--format", "appui")

    assert answer.exit_code == 1
    assert "it looks like fts" in answer.output


def test_sum_prints_csv_and_json_with_the_same_numbers(run):
    run("flows", "ingest", DATA / "tables/fts.csv")
    words = ("flows", "sum", "--by", "donor,year", "--country", "kh", "--format")

    rows = list(csv.DictReader(io.StringIO(run(*words, "csv").stdout)))
    answer = json.loads(run(*words, "json").stdout)

    assert [(r["donor"], r["year"], r["usd"]) for r in rows] == [
        ("Germany", "2020", "40.00"),
        ("Germany", "2021", "40.00"),
        ("Germany", "2022", "40.00"),
    ]
    assert [s["usd"] for s in answer["sums"]] == [r["usd"] for r in rows]
    assert answer["boundary"]["pledges_in"] is False


def test_sum_of_nothing_says_what_to_do(run):
    answer = run("flows", "sum")

    assert answer.exit_code == 0
    assert "run appui flows ingest" in answer.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--by", "moon"), "One cannot sum by moon"),
        (("--year", "last"), "last is not a year or a range"),
    ],
)
def test_sum_refuses_what_it_does_not_know(run, words, sentence):
    answer = run("flows", "sum", *words)

    assert answer.exit_code != 0
    assert sentence in answer.stderr


def test_rows_open_the_sum(run):
    run("flows", "ingest", DATA / "tables/fts.csv")

    answer = json.loads(run("flows", "rows", "--country", "KH", "--format", "json").stdout)

    assert (answer["total"], [r["usd"] for r in answer["rows"]]) == (3, ["40.00"] * 3)
    assert answer["rows"][0]["url"] == "https://fts.unocha.org/flows/1"


def test_rank_gives_evidence_that_are_rows_of_the_corpus(run):
    run("flows", "ingest", DATA / "tables/fts.csv")
    words = ("donors", "rank", "--country", "KH", "--sector", "15250", "--as-of", "2023")

    answer = json.loads(run(*words, "--amount", "40", "--format", "json").stdout)
    rows = json.loads(run("flows", "rows", "--country", "KH", "--format", "json").stdout)["rows"]

    donor = answer["already"][0]
    assert (donor["donor"], donor["gave_here"]["usd"], donor["size_fit"]) == (
        "Germany",
        120.0,
        1.0,
    )
    assert sorted(donor["evidence"]["gave_here"]) == sorted(row["key"] for row in rows)
    assert json.loads(run(*words, "--new-only", "--format", "json").stdout)["already"] == []


def test_rank_of_an_empty_corpus_says_what_to_do(run):
    answer = run("donors", "rank", "--country", "KH", "--sector", "15250")

    assert answer.exit_code == 1
    assert answer.stderr.endswith("run appui flows ingest first.\n")


def test_backtest_names_the_missing_column(run):
    answer = run("donors", "backtest", DATA / "tables/published.csv", "--years", "2022")
    absent = run("donors", "backtest", "none.parquet", "--years", "2022")

    assert answer.exit_code == 1
    assert "has no query in 2022" in answer.stderr
    assert absent.stderr == "Error: The table none.parquet does not exist.\n"
