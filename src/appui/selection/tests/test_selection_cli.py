"""``appui portfolio select``: a scenario written by hand, its plan and its faults."""

import json

import pytest
from click.testing import CliRunner

from appui.kernel.errors import Invalid
from appui.selection.cli import portfolio

SCENARIO = """
currency = "USD"
most_funders = 2

[[fund]]
key = "caribbean"
envelopes = { 2026 = 1000000, 2027 = 500000 }
maximum = 700000
open_to = ["islands"]

[[fund]]
key = "bank"
envelopes = { 2026 = 900000, 2027 = 900000 }
minimum = 100000
cofinancing = 0.2

[[project]]
key = "ports"
value = 71.5
asked = { 2026 = 600000, 2027 = 300000 }
groups = ["trade", "islands"]

[[project]]
key = "reefs"
value = 64
asked = { 2026 = 500000 }
secured = 200000
groups = ["sea", "islands"]

[[project]]
key = "roads"
value = 40
asked = { 2027 = 3000000 }

[[pair]]
project = "roads"
fund = "caribbean"
certainty = 0.5

[[balance]]
group = "sea"
least = 0.1
"""


@pytest.fixture
def scenario(tmp_path):
    def write(text):
        path = tmp_path / "scenario.toml"
        path.write_text(text, encoding="utf-8")
        return str(path)

    return write


def run(*arguments):
    result = CliRunner().invoke(portfolio, ["select", *arguments], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.output


def test_a_plan_says_who_pays_whom_and_why_the_others_are_out(scenario):
    said = run(scenario(SCENARIO))

    assert "2 of 3 projects, 1,400,000 USD, value 135.5" in said
    assert "no plan is better" in said
    assert "needs 1,600,000 USD more from a fund open to it, whatever else is left out" in said


def test_the_answer_for_programs_is_the_same_each_time(scenario):
    path = scenario(SCENARIO)
    first, again = (run(path, "--format", "json", "--more", "1600000") for _ in range(2))
    told = json.loads(first)

    assert first == again
    assert told["chosen"] == ["ports", "reefs"]
    assert sum(row["amount"] for row in told["funding"]) == told["money"] == 1_400_000
    assert told["reasons"]["roads"]["code"] == "cannot-pay"
    assert {(row["fund"], row["year"]) for row in told["worth"]} == {
        (fund, year) for fund in ("caribbean", "bank") for year in (2026, 2027)
    }
    assert all(float(row["adds"]) == 0 for row in told["worth"])
    assert set(told["lists"]) == {"by_value", "by_ratio"}


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('currency = "USD"', "", "“currency” is missing"),
        ("value = 64", 'value = "much"', "In the project reefs, “value” is much"),
        ("value = 64", "", "In the project reefs, “value” is missing"),
        ("{ 2026 = 500000 }", "500000", "In the project reefs, “asked” is missing"),
        ("{ 2026 = 500000 }", "{ soon = 500000 }", "“soon” is no year"),
        ("{ 2026 = 500000 }", "{ 2026 = 0.5 }", "a whole number is needed"),
        ("secured = 200000", "secrued = 200000", "“secrued” means nothing"),
        ('["islands"]', '["moon"]', "no project or group is called “moon”"),
        ('project = "roads"', 'project = "rails"', "rails – caribbean names no project"),
        ("least = 0.1", "least = 2", "not in order between 0 and 1"),
        ("[[balance]]", "[balance]", "“balance” is written [[balance]]"),
        ("most_funders = 2", "most_funders = ", "The scenario is no TOML"),
    ],
)
def test_a_fault_is_told_with_its_place(scenario, old, new, said):
    assert old in SCENARIO
    path = scenario(SCENARIO.replace(old, new, 1))

    with pytest.raises(Invalid) as raised:
        run(path)
    assert said in str(raised.value)
    assert "scenario.toml" in str(raised.value)


def test_rules_that_collide_are_named(scenario):
    forced = SCENARIO.replace('key = "roads"', 'key = "roads"\nmandatory = true')

    with pytest.raises(Invalid) as raised:
        run(scenario(forced))
    assert "These collide" in str(raised.value)
    assert "mandatory roads" in str(raised.value)
