"""What the pages of a selection change and remove, the API changes and removes."""

import json

import pytest
from tests.factories import (
    make_activity,
    make_appraisal,
    make_criteria,
    make_donor,
    make_organisation,
    make_scenario,
    make_user_with_role,
)

from appui.kernel.access import Role
from appui.selection.models import Balance, Envelope, Reviewer, Rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def user(owner):
    return make_user_with_role(Role.MANAGER, owner)


@pytest.fixture
def call(client, user):
    client.force_login(user)

    def call(method, path, **body):
        answer = client.generic(method, f"/api/{path}", json.dumps(body), "application/json")
        return answer.status_code, answer.json()

    return call


def test_criteria_are_changed_judged_moved_and_removed(owner, call):
    draft = make_criteria(owner, published=False, weighing="pairwise")
    first, second = draft.criteria.all()
    partner = make_donor("Partner")

    _status, changed = call(
        "POST",
        f"criteria-sets/{draft.pk}",
        title={"en": "Other"},
        visibility="partners",
        shared_with_ids=[partner.pk],
    )
    assert changed["title"] == {"en": "Other"}
    assert list(draft.shared_with.all()) == [partner]
    judged = {"first_id": first.pk, "second_id": second.pk, "preference": 3}
    _status, told = call("POST", f"criteria-sets/{draft.pk}/judgements", judgements=[judged])
    assert told["judgements"] == [judged]
    _status, moved = call("POST", f"criteria/{second.pk}/move", up=True)
    assert [item["id"] for item in moved["criteria"]] == [second.pk, first.pk]
    stale = call("POST", f"criteria/{first.pk}", points="2", version=first.version + 5)
    assert stale[0] == 409
    assert call("DELETE", f"criteria/{first.pk}") == (200, {"removed": True})
    assert call("POST", f"criteria-sets/{draft.pk}/publish", version=1)[0] == 409


def test_an_appraisal_is_changed_closed_and_opened_again(owner, user, call):
    one, two = make_activity(owner), make_activity(owner)
    found = make_appraisal(owner, [one])
    path = f"appraisals/{found.pk}"

    assert call("POST", path, due_on="2027-01-31", budget="500")[1]["budget"] == "500.00"
    assert call("POST", path, budget="")[1]["budget"] is None
    told = call("POST", f"{path}/candidates", activity_ids=[one.pk, two.pk])
    assert told[1]["candidate_count"] == 2
    status, asked = call("POST", f"{path}/reviewers", user_id=user.pk)
    assert (status, asked["deadline"]) == (201, "2027-01-31")
    later = call("POST", f"reviewers/{asked['id']}", due_on="2027-02-15")[1]
    assert later["deadline"] == "2027-02-15"
    assert call("GET", f"{path}/reviewers")[1]["count"] == 1
    assert call("DELETE", f"reviewers/{asked['id']}")[0] == 200
    assert not Reviewer.objects.exists()
    assert call("POST", f"{path}/close")[1]["closed_at"] is not None
    assert call("POST", path, due_on="2027-03-31")[0] == 403
    assert call("POST", f"{path}/reopen")[1]["closed_at"] is None


def test_money_and_rules_of_a_scenario_are_changed_and_removed(owner, call):
    activity = make_activity(owner)
    scenario = make_scenario(make_appraisal(owner, [activity]), envelopes=[("Window", "10")])
    path = f"scenarios/{scenario.pk}"
    envelope = scenario.envelopes.get()

    assert call("POST", path, certainty=50)[1]["certainty"] == 50
    _status, told = call(
        "POST", f"envelopes/{envelope.pk}", years={"2027": "30"}, maximum="20", certainty=80
    )
    assert (told["years"], told["maximum"], told["certainty"]) == ({"2027": "30.00"}, "20.00", 80)
    kept = call("POST", f"envelopes/{envelope.pk}", maximum="")[1]
    assert (kept["maximum"], kept["years"]) == (None, {"2027": "30.00"})
    cents = call("POST", f"envelopes/{envelope.pk}", years={"2027": "30.50"})
    assert (cents[0], "years" in cents[1]["fields"]) == (422, True)
    copied = call("POST", f"{path}/copy", title={"en": "Copy"})[1]
    assert [item["title"] for item in copied["envelopes"]] == ["Window"]
    rule = call("POST", f"{path}/rules", activity_id=activity.pk, kind="mandatory")[1]
    assert call("DELETE", f"scenario-rules/{rule['id']}")[0] == 200
    assert call("DELETE", f"envelopes/{envelope.pk}")[0] == 200
    assert (Rule.objects.count(), Balance.objects.count()) == (0, 0)
    assert Envelope.objects.filter(scenario=scenario).count() == 0
    assert call("DELETE", f"envelopes/{envelope.pk}")[0] == 404


def test_another_organisation_changes_nothing(owner, client):
    scenario = make_scenario(make_appraisal(owner), envelopes=[("Window", "10")])
    client.force_login(make_user_with_role(Role.MANAGER, make_organisation("Elsewhere")))

    for method, path in (
        ("POST", f"scenarios/{scenario.pk}"),
        ("DELETE", f"envelopes/{scenario.envelopes.get().pk}"),
        ("POST", f"appraisals/{scenario.appraisal_id}/reopen"),
    ):
        answer = client.generic(method, f"/api/{path}", "{}", "application/json")
        assert answer.status_code == 404, path
