"""The gap on the command line."""

import json
from decimal import Decimal

import pytest
from click.testing import CliRunner
from tests.factories import (
    code,
    make_agreement,
    make_donor,
    make_line,
    make_need,
    make_organisation,
    make_source,
)

from appui.outlook.cli.gap import show_gap

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Authority", acronym="CMAA")


@pytest.fixture
def donor():
    return make_donor()


@pytest.fixture
def need(owner):
    need = make_need(owner, reference="KHM-2024-2025")
    make_line(need, "1000", year_from=2024, year_to=2025)
    return need


def test_the_command_prints_the_gap_as_json_with_rows_and_sources(owner, donor, need):
    line = need.lines.get()
    line.quantity, line.unit = Decimal(4000), code("Unit", "m2")
    line.source = make_source(owner, "CMAA")
    line.save()
    make_agreement(owner, donor, "400", need=need)

    ran = CliRunner().invoke(show_gap, ["--need", "khm-2024-2025", "--format", "json"])

    (told,) = json.loads(ran.output)
    assert ran.exit_code == 0
    assert told["reference"] == "KHM-2024-2025"
    assert {name: told[name] for name in ("need", "secured", "missing")} == {
        "need": "1000.00",
        "secured": "400.00",
        "missing": "600.00",
    }
    assert [(cost["value"], cost["unit"], cost["source"]) for cost in told["unit_costs"]] == [
        ("0.2500", "USD/m2", "CMAA, Report")
    ]
    assert [(row["kind"], row["counted"], row["source"]) for row in told["rows"]] == [
        ("need", "1000.00", "CMAA, Report"),
        ("secured", "400.00", None),
    ]


def test_the_command_sums_the_open_needs_of_an_organisation(owner, need):
    make_line(make_need(owner, status="draft"), "7")

    ran = CliRunner().invoke(show_gap, ["--organisation", "cmaa", "--format", "json"])
    table = CliRunner().invoke(show_gap, ["--organisation", "cmaa"])

    told = json.loads(ran.output)
    assert (told["organisation"], told["missing"]) == ("Authority", "1000.00")
    assert len(told["needs"]) == 1
    assert "1,000" in table.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "Name either"),
        (["--need", "A", "--organisation", "B"], "Name either"),
        (["--need", "nothing"], "No need has the reference"),
        (["--organisation", "nobody"], "No organisation is called"),
    ],
)
def test_the_command_says_what_it_does_not_know(arguments, says):
    ran = CliRunner().invoke(show_gap, arguments)

    assert ran.exit_code != 0
    assert says in ran.output
