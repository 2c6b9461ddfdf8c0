"""Every operation of the API from the command line, with the roles of the person named."""

import json

import pytest
from click.testing import CliRunner
from tests.factories import (
    make_activity,
    make_organisation,
    make_strategy,
    make_user,
    make_user_with_role,
)

from appui.config.cli import cli
from appui.kernel.access import Role
from appui.kernel.models import AuditEntry
from appui.registry.calling import call, everything
from appui.strategies.models import Strategy

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Directorate")


@pytest.fixture
def editor(owner):
    return make_user_with_role(Role.EDITOR, owner, email="ed@example.org", display_name="Ed")


def appui(*arguments, send=None):
    """What the program answers; ``send`` goes to its standard input as JSON."""
    text = None if send is None else json.dumps(send)
    return CliRunner().invoke(cli, list(arguments), input=text)


def strategy(owner, **more):
    facts = {"title": {"en": "Raise"}, "year_from": 2026, "year_to": 2028, "owner_id": owner.pk}
    return {"reference": "rm"} | facts | more


def test_a_person_does_with_an_operation_what_their_role_allows(owner, editor):
    told = ["api", "POST", "/api/strategies", "--body", "-", "--as", editor.email, "--key", "k1"]
    made = appui(*told, send=strategy(owner))
    again = appui(*told, send=strategy(owner))
    other = appui(*told, send=strategy(owner, reference="x"))

    found = Strategy.objects.get()
    assert (made.exit_code, json.loads(made.stdout)["id"]) == (0, found.pk)
    assert json.loads(again.stdout) == json.loads(made.stdout)
    assert other.exit_code == 6
    assert AuditEntry.objects.get(model="strategies.strategy").user_name == "Ed"

    reader = make_user_with_role(Role.READER, owner, email="r@example.org")
    refused = appui(
        "api", "POST", "/api/strategies", "--body", "-", "--as", reader.email, send=strategy(owner)
    )
    assert (refused.exit_code, refused.stdout) == (3, "")
    assert refused.stderr.startswith("appui: ")


def test_another_organisation_sees_nothing_there(owner):
    private = make_strategy(owner)
    stranger = make_user_with_role(Role.ADMINISTRATOR, make_organisation("Elsewhere"))

    answer = appui("api", "GET", f"/api/strategies/{private.pk}", "--as", stranger.email)
    assert answer.exit_code == 4
    assert appui("api", "GET", "/api/nothing", "--as", stranger.email).exit_code == 1
    assert appui("api", "GET", "/strategies/", "--as", stranger.email).exit_code == 1


def test_what_is_wrong_with_a_call_is_said_field_by_field(owner, editor):
    answer = appui(
        "strategies", "add", "strategies", "--body", "-", "--as", editor.email,
        send=strategy(owner, year_from=1),
    )  # fmt: skip

    assert answer.exit_code == 6
    assert "year_from: Input should be greater than or equal to 1990." in answer.stderr


def test_a_change_made_meanwhile_is_a_conflict(owner, editor):
    found = make_strategy(owner)
    sent = {"title": {"en": "New"}, "version": found.version + 1}

    answer = appui(
        "strategies", "change", f"strategies/{found.pk}", "--body", "-", "--as", editor.email,
        send=sent,
    )  # fmt: skip

    assert answer.exit_code == 5
    done = appui(
        "strategies", "change", f"strategies/{found.pk}", "--body", "-", "--as", editor.email,
        send=sent | {"version": found.version},
    )  # fmt: skip
    assert json.loads(done.stdout)["title"] == {"en": "New"}


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["api", "GET", "/api/me"], 2),  # nobody acts
        (["api", "GET", "/api/me", "--as", "nobody@example.org"], 1),
        (["api", "GET", "/api/me", "--as", "closed@example.org"], 1),
        (["strategies", "show", "needs/1", "--as", "ed@example.org"], 1),  # another room's
        (["strategies", "list", "plans", "--where", "x", "--as", "ed@example.org"], 1),
    ],
)
def test_a_call_that_cannot_be_made_ends_with_a_sentence(editor, arguments, code):
    make_user(email="closed@example.org", is_active=False)
    answer = appui(*arguments)

    assert (answer.exit_code, answer.stdout) == (code, "")


def test_the_operations_and_what_they_take_are_told():
    listed = appui("api", "--list", "--word", "envelope").stdout
    assert "DELETE /api/envelopes/{pk}" in listed

    told = json.loads(appui("api", "POST", "/api/plans/3/approve", "--schema").stdout)
    assert "ApprovalIn" in told["schemas"]
    assert appui("api", "POST", "/api/plans/3/nothing", "--schema").exit_code == 1


def test_a_list_comes_whole_however_many_pages_it_has(owner, editor, monkeypatch):
    for number in range(5):
        make_strategy(owner, f"S{number}")
    monkeypatch.setattr("appui.registry.calling.MOST_AT_ONCE", 2)

    rows = everything(editor, "/api/strategies").json()
    assert sorted(row["title"]["en"] for row in rows) == ["S0", "S1", "S2", "S3", "S4"]
    shown = appui("strategies", "list", "strategies", "--as", editor.email)
    assert len(json.loads(shown.stdout)) == 5
    one = appui(
        "strategies", "list", "strategies", "--where", "state=approved", "--as", editor.email
    )
    assert json.loads(one.stdout) == []


def test_verbs_of_the_rooms_reach_their_operations(owner, editor, tmp_path):
    activity = make_activity(owner, reference="P-1")
    criteria = {
        "title": {"en": "Criteria"},
        "owner_id": owner.pk,
        "criteria": [{"title": {"en": "Reach"}}],
    }
    made = appui(
        "portfolio", "add", "criteria-sets", "--body", "-", "--as", editor.email, send=criteria
    )
    one = json.loads(made.stdout)["criteria"][0]["id"]
    changed = appui(
        "portfolio", "change", f"criteria/{one}", "--body", "-", "--as", editor.email,
        send={"points": "3"},
    )  # fmt: skip
    gone = appui("portfolio", "remove", f"criteria/{one}", "--as", editor.email)
    refused = appui(
        "portfolio", "publish", f"criteria-sets/{json.loads(made.stdout)['id']}",
        "--as", editor.email,
    )  # fmt: skip
    stages = appui("design", "list", "project-stages", "--as", editor.email)
    file = tmp_path / "people.csv"
    file.write_text("Name,Email\nAna,ana@example.org\n")
    batch = appui(
        "intake", "add", "intake", "--file", str(file), "--body", "-", "--as", editor.email,
        send={"owner_id": owner.pk},
    )  # fmt: skip

    assert json.loads(changed.stdout)["points"] == "3"
    assert json.loads(gone.stdout) == {"removed": True}
    assert refused.exit_code == 3  # a manager publishes
    assert [row["activity_id"] for row in json.loads(stages.stdout)] == [activity.pk]
    assert json.loads(batch.stdout)["file_name"] == "people.csv"


def test_a_strategy_is_exported_with_its_items(owner, editor):
    found = make_strategy(owner)
    body = {"title": {"en": "Objective"}}
    call(editor, "POST", f"/api/strategies/{found.pk}/items", body=body)

    told = json.loads(
        appui("strategies", "export", f"strategies/{found.pk}", "--as", editor.email).stdout
    )
    assert [(item["kind"], item["reports"]) for item in told["items"]] == [("objective", [])]
    assert appui("strategies", "export", "strategies/999", "--as", editor.email).exit_code == 4
