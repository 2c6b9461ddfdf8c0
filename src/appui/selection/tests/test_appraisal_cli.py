"""``appui portfolio appraise``: a table of scores, its order and its faults."""

import json

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from appui.kernel.errors import Invalid
from appui.selection.cli import portfolio

SCORES = """project;reach;cost
weight;0,7;0,3
direction;more;less
ports;10;90
reefs;0;10
roads;5;100
"""


@pytest.fixture
def run(tmp_path):
    def call(text, *options):
        path = tmp_path / "scores.csv"
        path.write_text(text, encoding="utf-8-sig")
        arguments = ["appraise", str(path), *options]
        result = CliRunner().invoke(portfolio, arguments, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return result.output

    return call


def test_projects_are_ranked_and_the_weight_that_turns_them_is_told(run):
    told = json.loads(run(SCORES, "--format", "json"))

    assert [(row["rank"], row["project"]) for row in told["ranks"]] == [
        (1, "ports"),
        (2, "roads"),
        (3, "reefs"),
    ]
    # ports 0.7 + 0.3 / 9, roads 0.35, reefs 0.3: reefs passes roads where w/2 = 1 - w.
    reach = told["weights"][0]
    assert (reach["criterion"], reach["above"]) == ("reach", None)
    assert reach["below"] == pytest.approx(2 / 3, abs=1e-5)


@pytest.mark.parametrize("method", ["wsm", "topsis", "promethee"])
def test_each_method_prints_a_table(run, method):
    said = run(SCORES, "--method", method)

    assert "ports" in said
    assert "order changes at" in said


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("ports;10;90", "ports;ten;90", "Line 4, reach: “ten” is no number"),
        ("ports;10;90", "ports;10", "Line 4: 2 cells, 3 needed"),
        ("ports;10;90", ";10;90", "Line 4: the project has no name"),
        ("roads;", "ports;", "Line 6: ports is there already"),
        ("more;less", "more;fewer", "Line 3, cost: “fewer” is neither more nor less"),
        ("0,7;0,3", "0;0", "Line 2: Weights are zero or more, and not all zero"),
    ],
)
def test_a_fault_is_told_with_its_line(run, old, new, said):
    assert old in SCORES
    with pytest.raises(Invalid) as raised:
        run(SCORES.replace(old, new))
    assert said in str(raised.value)


def test_shares_of_a_sum_need_scores_above_zero(run):
    with pytest.raises(Invalid, match="every score is above zero"):
        run(SCORES, "--method", "ahp")


def test_an_excel_table_is_read_as_well(tmp_path):
    book = Workbook()
    for row in (["project", "reach"], ["weight", 1], ["ports", 10], ["reefs", 2.5]):
        book.active.append(row)
    book.save(tmp_path / "scores.xlsx")
    arguments = ["appraise", str(tmp_path / "scores.xlsx"), "--format", "json"]

    told = json.loads(CliRunner().invoke(portfolio, arguments, catch_exceptions=False).output)
    assert [row["project"] for row in told["ranks"]] == ["ports", "reefs"]


def test_a_table_without_projects_is_refused(run):
    with pytest.raises(Invalid, match="There is no project"):
        run("project;reach\nweight;1\n")
