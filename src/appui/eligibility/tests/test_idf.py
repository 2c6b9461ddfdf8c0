"""The rules of the IOM Development Fund: fourteen projects, each with the sentence that decides."""

import json
from datetime import date, timedelta
from importlib import resources

import pytest
from tests.factories import TODAY, make_activity, make_fund, place
from tests.world import budget_line

from appui.eligibility import actions
from appui.eligibility.expression import evaluate, problems, write
from appui.eligibility.models import EligibilityRule
from appui.eligibility.queries import verdict
from appui.eligibility.rulesets import load_rule_set, rule_set
from appui.eligibility.vocabulary import by_name, kinds, parsed
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid, Refused
from appui.kernel.multilingual import LANGUAGES

DATA = resources.files("appui.eligibility") / "data"
CASES = json.loads((DATA / "idf_cases.json").read_text(encoding="utf-8"))["cases"]
HELD = ("amount", "countries")  # of these the tables speak, of the others people


def titled(case):
    return case["title"]


def test_there_are_fourteen_cases_and_each_cites_the_sentence_of_its_rule():
    sentences = {rule["code"]: rule["citation"] for rule in rule_set("idf")["rules"]}

    assert len(CASES) == 14
    assert {case["title"]: sentences[case["rule"]] for case in CASES} == {
        case["title"]: case["sentence"] for case in CASES
    }


@pytest.mark.parametrize("case", CASES, ids=titled)
def test_the_rule_alone_says_what_the_case_expects(case):
    (rule,) = [item for item in rule_set("idf")["rules"] if item["code"] == case["rule"]]
    facts = {
        name: tuple(value) if isinstance(value, list) else parsed(by_name()[name], value)
        for name, value in case["facts"].items()
    }
    facts["regional"] = len(facts["countries"]) > 1

    assert evaluate(rule["expression"], facts).truth is case["passes"]


@pytest.mark.django_db
@pytest.mark.parametrize("case", CASES, ids=titled)
def test_a_project_with_these_facts_is_eligible_or_fails_by_that_rule_alone(owner, window, case):
    load_rule_set(window, "idf", case["part"], by=SYSTEM)
    project = make_activity(owner)
    for country in case["facts"]["countries"]:
        project.places.create(location=place(country))
    for code in {*case["facts"]["eligible_states"], *case["facts"]["endorsing_states"]}:
        place(code)
    budget_line(project, case["facts"]["amount"])
    for fact, value in case["facts"].items():
        if fact not in HELD:
            actions.answer(
                project,
                by=SYSTEM,
                today=TODAY,
                fact=fact,
                value=" ".join(value) if isinstance(value, list) else value,
                said_by="Mission",
                said_on=TODAY,
            )

    found = verdict(project, window, SYSTEM, day=TODAY)

    assert found.missing == ()
    assert found.standing == ("eligible" if case["passes"] else "not-eligible")
    (judged,) = [item for item in found.rules if item.rule.code == case["rule"]]
    assert (judged.truth, judged.rule.citation) == (case["passes"], case["sentence"])
    assert [item.rule.code for item in found.failed] == ([] if case["passes"] else [case["rule"]])


def test_every_shipped_rule_is_well_written_in_four_languages_with_its_source():
    for rule in rule_set("idf")["rules"]:
        assert problems(rule["expression"], kinds()) == [], rule["code"]
        for texts in (rule["message"], rule["fix"]):
            assert set(texts) == set(LANGUAGES)
            assert all(texts.values())
        assert rule["citation"].endswith(".")
        assert rule["citation_url"].startswith("http")


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_leaves_what_people_replaced(window, manager):
    first = load_rule_set(window, "idf", "national", by=manager)
    rule = EligibilityRule.objects.get(code="idf-staff-and-office")
    actions.replace_rule(
        rule,
        by=manager,
        expression='{"at_most": [{"sum": ["staff_share", "office_share"]}, 25]}',
        valid_from=TODAY,
    )
    again = load_rule_set(window, "idf", "national", by=manager)

    # 12 rules in the file, one of them for regional projects alone
    assert (first.added, first.replaced, first.kept) == (11, 0, 0)
    assert (again.added, again.replaced, again.kept) == (0, 0, 11)
    assert EligibilityRule.objects.filter(fund=window).count() == 12


@pytest.mark.django_db
def test_a_shipped_rule_of_a_later_day_becomes_the_next_edition(window, manager, rule):
    earlier = date(2022, 1, 1) - timedelta(days=1)
    rule({"is": "emergency"}, "idf-no-emergency", valid_from=earlier)

    found = load_rule_set(window, "idf", "regional", by=manager)

    assert (found.added, found.replaced) == (10, 1)
    latest = EligibilityRule.objects.get(code="idf-no-emergency", edition=2)
    assert latest.expression == write({"not": {"is": "emergency"}})


@pytest.mark.django_db
def test_rules_are_brought_by_a_manager_and_from_a_set_that_exists(owner, editor, window):
    with pytest.raises(Refused):
        load_rule_set(window, "idf", "national", by=editor)
    with pytest.raises(Invalid, match="There are: idf"):
        load_rule_set(make_fund(owner, owner), "pbf", "national", by=SYSTEM)
    with pytest.raises(Invalid, match="national, regional"):
        load_rule_set(window, "idf", "world", by=SYSTEM)
