"""Stages, forecast and record of asks over pages, the API and the command line."""

import base64
import json
from datetime import date
from decimal import Decimal
from importlib import import_module

import pytest
from click.testing import CliRunner
from django.apps import apps
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import (
    TODAY,
    make_activity,
    make_ask_stage,
    make_donor,
    make_fund,
    make_interaction,
    make_need,
    make_organisation,
    make_proposal,
    make_user_with_role,
)

from appui.funding import actions, queries
from appui.funding.cli import asks
from appui.funding.models import PipelineStage, Proposal, StageMove
from appui.kernel.access import Role

pytestmark = pytest.mark.django_db
SOON = date.today().year + 1  # doors ask the calendar what day it is


def new_ask(by, owner, donor, project, **fields):
    facts = {"reference": "A-1", "title": "Ask", "amount": Decimal(100), "currency": "USD"}
    return actions.make_proposal(
        by=by, owner=owner, donor=donor, activity=project, **facts | fields
    )


def names(owner):
    return [line.name for line in queries.stages_of(owner.pk)]


def moves(ask):
    return list(StageMove.objects.filter(proposal=ask).values_list("from_code", "to_code"))


USUAL = ["Lead", "Proposal submitted", "Pledged", "Signed", "Refused", "Withdrawn"]


def test_pages_move_an_ask_and_show_the_sums_of_each_stage(owner, donor, project, client):
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    first = make_proposal(owner, donor, None, "100", activity=project, stage="lead")
    make_proposal(owner, donor, None, "50", activity=project, stage="lead", probability=50)
    board = reverse("funding:proposal_board")

    page = client.get(board).content.decode()
    lead = page[page.index('id="stage-lead"') : page.index('id="stage-proposal"')]
    assert "150" in lead
    assert "35" in lead  # 100 at 10 % and 50 at 50 %

    url = reverse("funding:proposal_move", args=[first.pk]) + "?back=board"
    key = "00000000-0000-4000-8000-000000000001"
    sent = {"idempotency_key": key, "version": 1, "stage": "proposal"}
    assert client.post(url, sent)["Location"] == board
    assert client.post(url, sent)["Location"] == board  # sent twice, done once
    assert Proposal.objects.get(pk=first.pk).stage == "proposal"
    assert StageMove.objects.count() == 1
    refused = {**sent, "idempotency_key": key[:-1] + "2", "version": 2, "stage": "refused"}
    answer = client.post(url, refused)
    assert answer.status_code == 422
    assert "Choose the kind of reason." in answer.content.decode()


def test_the_pages_of_stages_forecast_and_record_do_what_they_say(owner, donor, project, client):
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner))
    make_proposal(owner, donor, None, "100", activity=project, decision_on=date(SOON, 1, 5))
    number = iter(range(1, 99))

    def post(name, *args, **fields):
        key = f"00000000-0000-4000-8000-{next(number):012}"
        return client.post(reverse(name, args=args), {"idempotency_key": key, **fields})

    added = {"name_en": "Vetted", "category": "proposal", "probability": "40", "stale_after": "15"}
    assert post("funding:stage_add", **added).status_code == 303
    stage = PipelineStage.objects.get(owner=owner, code="vetted")
    assert post("funding:stage_shift", stage.pk, "up").status_code == 303
    assert names(owner)[:3] == ["Lead", "Vetted", "Proposal submitted"]
    changed = {"name_en": "Checked", "probability": "45", "version": stage.version}
    assert post("funding:stage_edit", stage.pk, **changed).status_code == 303
    assert post("funding:stage_retire", stage.pk).status_code == 303
    assert post("funding:stage_restore", stage.pk).status_code == 303
    assert post("funding:stage_remove", stage.pk).status_code == 303
    assert names(owner) == USUAL

    forecast = client.get(reverse("funding:forecast") + f"?start={SOON}-Q1&quarters=2")
    assert f"Q1 {SOON}" in forecast.content.decode()
    for name in ("forecast", "track"):
        file = client.get(reverse(f"funding:{name}") + "?format=xlsx")
        assert file["Content-Disposition"].startswith("attachment")
    rows = client.get(reverse("funding:forecast_rows") + f"?start={SOON}-Q1&where={SOON}-Q1")
    assert "Ask " in rows.content.decode()
    assert client.get(reverse("funding:forecast_rows") + "?where=1999-Q1").status_code == 404
    assert client.get(reverse("funding:forecast") + "?start=soon").status_code == 422


def test_the_api_keeps_stages_moves_documents_and_forecasts(owner, donor, project, client):
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner))
    window = make_fund(owner, donor)
    elsewhere = make_activity(make_organisation("Elsewhere"))

    def call(method, path, body=None):
        answer = getattr(client, method)(f"/api/{path}", body, content_type="application/json")
        return answer.status_code, answer.json() if answer.content else None

    facts = {"reference": "B-1", "title": "B", "donor_id": donor.pk, "amount": "10.00"}
    facts |= {"owner_id": owner.pk, "activity_id": project.pk, "fund_id": window.pk}
    assert call("post", "proposals", {**facts, "activity_id": elsewhere.pk})[0] == 422
    status, ask = call("post", "proposals", facts)
    assert (status, ask["stage_code"], ask["is_stale"]) == (201, "lead", False)
    status, stage = call(
        "post",
        "ask-stages",
        {"owner_id": owner.pk, "name": {"en": "Vetted"}, "category": "lead", "probability": 15},
    )
    assert (status, stage["code"]) == (201, "vetted")
    path = f"proposals/{ask['id']}"
    assert call("post", f"{path}/move", {"stage": "vetted"})[1]["stage_name"] == "Vetted"
    status, changed = call("patch", path, {"decision_on": f"{SOON}-02-01", "probability": 20})
    assert (status, changed["decision_on"], changed["amount"]) == (200, f"{SOON}-02-01", "10.00")
    assert [move["to_code"] for move in call("get", f"{path}/moves")[1]] == ["lead", "vetted"]
    content = base64.b64encode(b"a,b").decode()
    note = {"title": "Budget", "kind": "budget", "file_name": "b.csv", "content": content}
    status, document = call("post", f"{path}/documents", note)
    assert (status, document["size"]) == (201, 3)
    assert client.get(f"/api/ask-documents/{document['id']}/file").content == b"a,b"
    assert call("post", f"{path}/documents", {**note, "content": "?"})[0] == 422
    assert call("delete", f"ask-documents/{document['id']}")[0] == 204
    assert call("get", f"{path}/warnings") == (200, [])
    status, forecast = call("get", f"proposals/forecast?start={SOON}-Q1&quarters=1")
    assert (status, forecast["quarters"][0]["weighted"]) == (200, "2.00")
    assert forecast["quarters"][0]["proposal_ids"] == [ask["id"]]
    assert call("get", "proposals/track-record")[1]["whole"]["open"] == 1
    one = f"ask-stages/{stage['id']}"
    assert call("patch", one, {"probability": 30})[1]["probability"] == 30
    assert call("post", f"{one}/shift", {"step": -1})[0] == 200
    lead = PipelineStage.objects.get(owner=owner, code="lead")
    assert call("post", f"{one}/retire", {})[0] == 422
    assert call("post", f"{one}/retire", {"into_id": lead.pk})[1]["is_retired"] is True
    assert call("post", f"{one}/restore", {})[0] == 200
    assert call("delete", one)[0] == 422
    assert call("get", f"ask-stages?organisation_id={elsewhere.owner_id}")[0] == 404
    met = make_interaction(owner, donor, follow_up="Write")
    status, done = call("patch", f"interactions/{met.pk}", {"followed_up": True})
    assert (status, done["followed_up"]) == (200, True)


def test_the_command_line_lists_asks_forecasts_and_stages(owner, donor, project):
    make_proposal(
        owner, donor, None, "100", activity=project, reference="C-1", decision_on=date(SOON, 1, 5)
    )

    def run(*arguments):
        return CliRunner().invoke(asks, (*arguments, "--organisation", "AUTH", "--format", "json"))

    listed = json.loads(run("list", "--stage", "proposal").output)
    assert [ask["reference"] for ask in listed["asks"]] == ["C-1"]
    assert json.loads(run("list", "--stage", "lead").output)["asks"] == []
    forecast = json.loads(run("forecast", "--start", f"{SOON}-Q1", "--quarters", "1").output)
    assert forecast["quarters"][0]["weighted"] == "30.00"
    stages = json.loads(run("stages").output)["stages"]
    assert [(row["code"], row["asks"]) for row in stages[:2]] == [("lead", 0), ("proposal", 1)]
    for wrong in (("list", "--stage", "nowhere"), ("forecast", "--start", "soon")):
        assert run(*wrong).exit_code == 1
    unknown = CliRunner().invoke(asks, ["list", "--organisation", "Nobody"])
    assert (unknown.exit_code, "No organisation is called" in unknown.output) == (1, True)


def test_the_migration_remembers_what_the_trail_tells(owner, donor, project, editor):
    told = new_ask(editor, owner, donor, project)
    actions.move_proposal(told, by=editor, stage="proposal", today=TODAY)
    silent = make_proposal(owner, donor, None, activity=project, stage="pledged")
    StageMove.objects.all()._raw_delete(StageMove.objects.db)

    import_module("appui.funding.migrations.0007_stages_are_data").remember_moves(apps, None)

    assert moves(told) == [("", "lead"), ("lead", "proposal")]
    assert moves(silent) == [("", "pledged")]


LISTS = ("proposal_list", "proposal_board", "forecast", "forecast_rows", "track", "stage_list")


def test_the_pages_of_asks_ask_the_database_as_often_however_many_asks(owner, project, client):
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner))
    stage = make_ask_stage(owner)

    def counts(asks):
        for _ in range(asks):
            donor = make_donor()
            window = make_fund(owner, donor)
            facts = {"activity": project, "stage": "lead", "pipeline_stage": stage, "fund": window}
            facts |= {"decision_on": date(2026, 12, 1), "currency": "EUR"}
            ask = make_proposal(owner, donor, make_need(owner), **facts)
            make_interaction(owner, donor, proposal=ask)
        found = {}
        for name in LISTS:
            with CaptureQueriesContext(connection) as seen:
                assert client.get(reverse(f"funding:{name}")).status_code == 200
            found[name] = len(seen)
        return found

    client.get(reverse("funding:proposal_list"))  # what is remembered after the first page
    assert counts(2) == counts(6)
