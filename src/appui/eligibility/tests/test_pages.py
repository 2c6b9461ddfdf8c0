"""The pages, the API and the commands."""

import json

import pytest
from click.testing import CliRunner
from tests.factories import key, make_activity, make_donor, make_fund, make_organisation, place

from appui.eligibility.cli import windows
from appui.eligibility.models import EligibilityRule, Statement
from appui.funding.models import RequiredDocument

pytestmark = pytest.mark.django_db
SENT = {
    "code": "short",
    "severity": "must",
    "message_en": "It lasts a year at most.",
    "expression": '{"at_most": ["months", 12]}',
    "citation": "One year.",
    "valid_from": "2026-01-01",
}


def text(answer):
    return answer.content.decode()


def test_a_project_sees_its_windows_with_what_to_fix_and_answers(page, project, window, rule):
    rule({"not": {"is": "emergency"}})
    shown = text(page("project", project.pk))
    assert "Not known yet" in shown
    assert "To be answered: It is an emergency operation." in shown
    assert "Is it an emergency operation?" in shown

    sent = {"fact": "emergency", "value": "no", "said_by": "Ministry", "said_on": "2026-11-01"}
    assert page("answer_add", project.pk, send=sent).status_code == 303

    shown = text(page("check", project.pk, window.pk))
    assert "Eligible" in shown
    assert "Ministry, Nov 1, 2026" in shown
    assert "The page says so." in shown
    said = Statement.objects.get()
    assert page("answer_withdraw", said.pk, send={"ok": "1"}).status_code == 303
    assert not Statement.objects.exists()


def test_an_answer_that_is_none_comes_back_at_its_field(page, project):
    sent = {"fact": "emergency", "value": "perhaps", "said_by": "A", "said_on": "2026-11-01"}

    answer = page("answer_add", project.pk, send=sent)

    assert answer.status_code == 422
    assert "is no answer here" in text(answer)


def test_the_pages_of_project_and_window_show_verdicts_and_rules(page, project, window, rule):
    rule({"at_most": ["amount", 200_000]})

    assert "Windows it may ask" in text(page.client.get(project.get_absolute_url()))
    shown = text(page.client.get(window.get_absolute_url()))
    assert "Rule one" in shown
    assert "Projects that may ask" in shown
    assert "Referral" in shown
    assert "never checked" in shown


def test_a_rule_is_tried_before_it_is_written(page, project, window):
    tried = page("rule_add", window.pk, send=SENT | {"try": "1", "project": project.pk})
    assert tried.status_code == 200
    assert "not known" in text(tried)
    assert not EligibilityRule.objects.exists()

    wrong = page("rule_add", window.pk, send=SENT | {"try": "1", "expression": '{"is": "x"}'})
    assert wrong.status_code == 422
    assert "is no fact that fits" in text(wrong)
    assert "Choose the project to try it on." in text(wrong)

    assert page("rule_add", window.pk, send=SENT).status_code == 303
    rule = EligibilityRule.objects.get()
    assert (rule.code, rule.edition, rule.message) == (
        "short",
        1,
        {"en": "It lasts a year at most."},
    )
    assert "Try it on a project" in text(page("rule", rule.pk, project=project.pk))


def test_a_badly_written_rule_is_refused_at_its_field(page, window):
    answer = page("rule_add", window.pk, send=SENT | {"expression": "{nothing"})

    assert answer.status_code == 422
    assert "This is not JSON: line 1, character 2" in text(answer)
    assert not EligibilityRule.objects.exists()


def test_a_rule_in_force_is_replaced_from_its_page(page, rule):
    first = rule({"at_most": ["months", 12]}, "short")
    assert page("rule_edit", first.pk).status_code == 403

    sent = SENT | {"expression": '{"at_most": ["months", 24]}', "version": first.version}
    assert page("rule_replace", first.pk, send=sent).status_code == 303

    assert EligibilityRule.objects.get(edition=2).expression == '{"at_most": ["months", 24]}'
    assert page("rule_replace", first.pk).status_code == 403


def test_shipped_rules_are_brought_to_a_window(page, window):
    answer = page("rules_load", window.pk, send={"rules": "idf/regional"})

    assert answer.status_code == 303
    assert EligibilityRule.objects.filter(fund=window).count() == 11


def test_windows_are_searched_for_a_project(page, project, window, rule):
    other = make_fund(window.owner, make_donor("B"), "Elsewhere alone")
    other.locations.set([place("ML")])
    rule({"at_most": ["amount", 200_000]})

    def titles(**asked):
        listing = page("window_list", **asked).context["listing"]
        return [str(fund) for fund in listing.page.object_list]

    assert len(titles(project=project.pk)) == 2
    assert titles(project=project.pk, standing="eligible") == ["IOM Development Fund"]
    assert titles(project=project.pk, standing="not-eligible") == ["Elsewhere alone"]
    assert titles(place="ML") == ["IOM Development Fund", "Elsewhere alone"]
    assert len(titles(size="100000", deadline="30")) == 0
    assert len(titles(checked="old")) == 2
    assert "Mend" not in text(page("window_list", project="9" * 17))


def test_the_matrix_holds_projects_and_windows_and_goes_to_excel(page, project, window, rule):
    rule({"at_most": ["amount", 100_000]})

    assert "Not eligible" in text(page("matrix"))
    told = text(page("matrix", format="csv"))
    assert "IOM Development Fund" in told
    assert "Not eligible" in told
    assert page("matrix", format="xlsx").content[:2] == b"PK"
    assert "Mend one" in text(page("window_projects", window.pk))
    assert "Mend one" in text(page("window_projects", window.pk, format="csv"))


def test_records_of_others_are_not_there(page, rule):
    elsewhere = make_organisation("Elsewhere")
    fund, activity = make_fund(elsewhere, make_donor("B")), make_activity(elsewhere)

    for name, arguments in (
        ("window_projects", [fund.pk]),
        ("rule_add", [fund.pk]),
        ("project", [activity.pk]),
        ("check", [activity.pk, fund.pk]),
        ("answer_add", [activity.pk]),
    ):
        assert page(name, *arguments).status_code == 404


def test_papers_of_a_window_are_kept(page, window):
    url = f"/windows/{window.pk}/papers/add/"
    sent = {"idempotency_key": key(), "kind": "budget", "title_en": "Budget", "is_mandatory": "on"}
    assert page.client.post(url, sent).status_code == 303
    paper = RequiredDocument.objects.get()
    assert "Budget" in text(page.client.get(window.get_absolute_url()))
    sent = {"idempotency_key": key()}
    assert page.client.post(f"/windows/papers/{paper.pk}/remove/", sent).status_code == 303
    assert not RequiredDocument.objects.exists()


def test_the_api_writes_tries_replaces_and_judges(call, project, window):
    body = {
        "code": "short",
        "expression": '{"not": {"is": "emergency"}}',
        "message": {"en": "No emergency"},
        "citation": "None.",
        "valid_from": "2026-01-01",
    }
    made = call("POST", f"funds/{window.pk}/rules", body, **{"Idempotency-Key": "a"})
    again = call("POST", f"funds/{window.pk}/rules", body, **{"Idempotency-Key": "a"})
    assert (made.status_code, again.json()["id"]) == (201, made.json()["id"])

    trial = {"expression": body["expression"], "activity_id": project.pk}
    tried = call("POST", f"funds/{window.pk}/rules/try", trial).json()
    assert (tried["holds"], tried["missing"]) == (None, ["emergency"])

    said = {"fact": "emergency", "value": "yes", "said_by": "A", "said_on": "2026-11-01"}
    assert call("POST", f"activities/{project.pk}/statements", said).status_code == 201
    (found,) = call("GET", f"activities/{project.pk}/windows").json()
    assert (found["standing"], found["rules"][0]["holds"]) == ("not-eligible", False)
    assert call("GET", f"funds/{window.pk}/projects").json() == [found]
    assert call("GET", f"windows?activity_id={project.pk}&standing=eligible").json() == []
    assert call("GET", "windows?standing=eligible").status_code == 422

    pk = made.json()["id"]
    assert call("POST", f"window-rules/{pk}", body).status_code == 403
    replaced = call("POST", f"window-rules/{pk}/replace", body | {"valid_from": "2026-02-01"})
    assert (replaced.status_code, replaced.json()["edition"]) == (201, 2)
    bad = call("POST", f"funds/{window.pk}/rules", body | {"code": "b", "expression": "[]"})
    assert (bad.status_code, list(bad.json()["fields"])) == (422, ["expression"])
    loaded = call("POST", f"funds/{window.pk}/rule-sets", {"name": "idf", "part": "national"})
    assert loaded.json() == {"added": 11, "replaced": 0, "kept": 0}


def test_the_api_tells_and_changes_all_of_a_window(call, window):
    body = {
        "places": [place("KH").code],
        "languages": [],
        "cost_share": "12.50",
        "verified_on": "2026-01-01",
        "deadline": "2027-01-01",
        "version": window.version,
    }
    changed = call("POST", f"funds/{window.pk}", body).json()
    assert (changed["places"], changed["cost_share"]) == (["KH"], "12.50")
    assert (changed["verification"], changed["currency"]) == ("old", "USD")
    assert call("POST", f"funds/{window.pk}", body).status_code == 409
    paper = {"kind": "budget", "title": {"en": "Budget"}}
    made = call("POST", f"funds/{window.pk}/documents", paper)
    assert made.status_code == 201
    assert call("GET", f"funds/{window.pk}").json()["documents"][0]["kind"] == "budget"
    assert call("DELETE", f"fund-documents/{made.json()['id']}").status_code == 200


def test_the_commands_list_check_and_load(project, window, rule):
    rule({"not": {"is": "emergency"}})

    def run(*arguments):
        return CliRunner().invoke(windows, arguments)

    listed = json.loads(run("list", "--project", "ref-1", "--format", "json").output)
    assert listed["windows"][0]["verdict"]["standing"] == "unknown"
    found = json.loads(run("check", "ref-1", "--format", "json").output)
    assert found["project"] == "ref-1"
    assert found["windows"][0]["rules"][0]["missing"] == ["emergency"]
    assert "Not known yet" in run("check", "ref-1", "--window", str(window.pk)).output
    assert "IOM Development Fund" in run("list", "--size", "5").output
    loaded = run("load-rules", "idf", "--window", str(window.pk), "--part", "national")
    assert "added 11, replaced 0, kept 0" in loaded.output
    assert run("check", "nothing").exit_code == 1
    assert run("check", "ref-1", "--window", "999").exit_code == 1
