"""The pages and the API of strategies as people use them."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone
from tests.factories import (
    TODAY,
    error_text,
    make_activity,
    make_deliverable,
    make_donor,
    make_item,
    make_mandate,
    make_organisation,
    make_person,
    make_plan,
    make_plan_item,
    make_source,
    make_strength,
    make_trace,
    make_user_with_role,
)

from appui.kernel.access import Role
from appui.strategies import actions
from appui.strategies.models import Deliverable, PlanItem, Progress, Strategy, StrategyItem

pytestmark = pytest.mark.django_db


def text(answer):
    plain = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))
    return plain.replace("\N{NO-BREAK SPACE}", " ")


def ownership(owner):
    return {"owner": owner.pk, "visibility": "private"}


@pytest.mark.slow
def test_a_strategy_is_drafted_filled_approved_and_revised_on_its_pages(page, owner):
    sent = {"title_en": "Raise", "year_from": 2026, "year_to": 2028, "currency": "USD"}
    made = page("strategy_add", send=sent | ownership(owner))
    strategy = Strategy.objects.get()
    assert (made.status_code, made.url) == (303, strategy.get_absolute_url())
    assert strategy.reference.startswith("ACS-STR-")

    page("item_add", strategy.pk, send={"title_en": "100 million", "position": 1})
    for title in ("Events", "Conference"):
        above = StrategyItem.objects.latest("pk")
        url = f"/strategies/{strategy.pk}/items/add/?under={above.pk}"
        answer = page.client.post(url, page.sealed(title_en=title, position=1, currency="USD"))
        assert answer.status_code == 303
    assert [str(row) for row in StrategyItem.objects.order_by("pk")] == [
        "100 million",
        "Events",
        "Conference",
    ]

    seen = page("strategy_approve", strategy.pk).context["form"]["version"].value()
    sent = {"unheard": "A test.", "version": seen}
    assert page("strategy_approve", strategy.pk, send=sent).status_code == 303
    assert page("item_edit", above.pk).status_code == 403
    page("strategy_revise", strategy.pk, send={})
    second = Strategy.objects.get(edition=2)
    copy = second.items.get(kind="action")
    page("item_edit", copy.pk, send={"title_en": "Larger one", "position": 1, "currency": "USD"})

    told = text(page("compare", second.pk))
    assert "From version 1 to version 2" in told
    assert "Title (English) Conference Larger one" in told
    assert "1.1 Events" in text(page("strategy", second.pk))


@pytest.mark.slow
def test_a_conflict_is_shown_in_the_form_of_the_item(page, draft):
    item = draft.items.get(kind="action")
    sent = {"title_en": "Mine", "position": 0, "currency": "USD", "version": 1}
    StrategyItem.objects.filter(pk=item.pk).update(version=2)

    answer = page("item_edit", item.pk, send=sent)

    assert answer.status_code == 409
    assert "was changed by someone else" in error_text(answer)


def test_what_a_colleague_changed_since_is_not_approved_unseen(page, draft, editor):
    seen = page("strategy_approve", draft.pk).context["form"]["version"].value()
    sent = {"version": seen, "unheard": "A test."}
    actions.add_item(draft, by=editor, title={"en": "Added since"})

    answer = page("strategy_approve", draft.pk, send=sent)

    assert answer.status_code == 409
    assert "was changed by someone else" in error_text(answer)


def test_an_outsider_reads_a_shared_item_without_its_notes_and_history(
    client, page, approved, manager
):
    actions.share_strategy(approved, by=manager, visibility="public")
    item = approved.items.get(kind="action")
    actions.report_progress(item, by=manager, state="under_way", on=TODAY, today=TODAY, note="Ours")
    assert "Ours" in text(page("item", item.pk))
    client.force_login(make_user_with_role(Role.READER, make_organisation("Elsewhere")))

    told = text(client.get(item.get_absolute_url()))

    assert "Meet donors" in told
    assert "Under way" in told
    assert "Ours" not in told
    assert "History" not in told


def test_progress_is_reported_on_the_page_of_the_action(page, approved):
    item = approved.items.get(kind="action")
    sent = {"state": "dropped", "on": "2026-11-20", "note": ""}

    refused = page("item_progress", item.pk, send=sent)
    page("item_progress", item.pk, send=sent | {"note": "No money"})

    assert (refused.status_code, error_text(refused)) == (422, "Say why it is dropped.")
    assert Progress.objects.get().said_by == "Ana"
    assert "Dropped No money Ana" in text(page("item", item.pk))


def test_the_sheet_says_costs_and_what_has_none(page, draft):
    axis = draft.items.get(kind="axis")
    make_item(draft, "Write", parent=axis, cost=900, currency="EUR")

    told = text(page("strategy", draft.pk))

    assert "Cost of all actions: 900 EUR · 1 action without a cost" in told


def test_the_four_quarters_stand_on_one_page(page, owner):
    make_strength(owner, "Trusted", source=make_source(owner, "Ministry"), usable=True)
    make_strength(owner, "Few people", kind="weakness")

    told = text(page("swot"))

    assert "Trusted usable in a brief Ministry, Report" in told
    assert "Few people source not stated" in told


def test_a_strength_without_a_source_comes_back_at_its_field(page, owner):
    sent = {"kind": "strength", "text_en": "Known", "usable": "on", "position": 0}

    answer = page("strength_add", send=sent | ownership(owner))

    assert answer.status_code == 422
    assert [*answer.context["form"].errors] == ["source"]


@pytest.mark.slow
def test_a_plan_is_narrowed_by_person_state_and_quarter_and_exported(page, approved, owner):
    person = make_person(owner, "Rosa")
    plan = make_plan(approved)
    make_plan_item(plan, "Call", person=person, due_on=date(2026, 2, 1))
    make_plan_item(plan, "Write", due_on=date(2026, 12, 1), cost=5)

    assert "Call" not in text(page("plan", plan.pk, quarter="4"))
    assert "Write" not in text(page("plan", plan.pk, person=f"p{person.pk}"))
    assert "Call" not in text(page("plan", plan.pk, person="nobody"))
    assert "Nothing matches" in text(page("plan", plan.pk, progress="done"))
    rows = page("plan", plan.pk, format="csv").content.decode().splitlines()
    assert rows[1].startswith("Call,Rosa,2026-02-01")
    assert page("plan", plan.pk, format="xlsx").status_code == 200
    printed = text(page("plan_print", plan.pk))
    assert printed.index("Quarter 1") < printed.index("Quarter 4")


@pytest.mark.slow
def test_a_plan_is_made_derived_and_filled_on_its_pages(page, approved):
    made = page("plan_add", send={"strategy": approved.pk, "year": 2026, "visibility": "private"})
    assert made.status_code == 303
    plan = approved.plans.get()
    sent = {"title_en": "Train", "currency": "USD", "origin": "Priority 3"}
    page("plan_item_add", plan.pk, send=sent)

    assert page("plan_derive", plan.pk, send={}).status_code == 303
    assert sorted(map(str, PlanItem.objects.all())) == ["Meet donors", "Train"]
    assert "Priority 3" in text(page("plan_item", PlanItem.objects.get(item=None).pk))


def test_what_is_late_stands_under_each_person(page, approved, owner):
    rosa = make_person(owner, "Rosa")
    yesterday = timezone.localdate() - timedelta(days=1)
    StrategyItem.objects.filter(kind="action").update(due_on=yesterday, person=rosa)

    assert "Rosa 1 late" in text(page("late"))


@pytest.mark.slow
def test_a_project_shows_what_it_serves_and_where_it_is_not_traced(page, approved, owner):
    activity, other = make_activity(owner, "Ports"), make_activity(owner, "Reefs")
    make_trace(activity, approved.items.get(kind="action"))

    told = text(page("untraced_list"))
    assert "Reefs" in told
    assert "Ports" not in told
    assert "Meet donors Action Raise" in text(page.client.get(activity.get_absolute_url()))
    page("trace_add", other.pk, send={"item": approved.items.get(kind="axis").pk})
    assert "Every project is traced" in text(page("untraced_list"))


def test_a_deliverable_is_delivered_on_its_page_with_what_it_ended_in(page, owner):
    mandate = make_mandate(owner, make_donor("Mechanism"))
    row = make_deliverable(mandate, "Workshop", form="event")

    refused = page("deliverable_deliver", row.pk, send={"delivered_on": "2026-11-01", "event": ""})
    page("deliverable_deliver", row.pk, send={"delivered_on": "2026-11-01", "event": "Phnom Penh"})

    assert refused.status_code == 422
    assert Deliverable.objects.get().event == "Phnom Penh"
    told = text(page("request", mandate.request.pk))
    assert "1 of 1 delivered, 0 late" in told
    assert "Workshop Event not stated Delivered Phnom Penh" in told


@pytest.mark.slow
def test_the_api_does_what_pages_do(call, owner, client):
    def post(path, **body):
        answer = call("POST", path, body)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    made = post(
        "strategies",
        reference="rm",
        title={"en": "Raise"},
        year_from=2026,
        year_to=2027,
        owner_id=owner.pk,
    )
    pk = made["id"]
    objective = post(f"strategies/{pk}/items", title={"en": "100 million"})
    axis = post(f"strategies/{pk}/items", title={"en": "Events"}, under_id=objective["id"])
    action = post(
        f"strategies/{pk}/items",
        title={"en": "Conference"},
        under_id=axis["id"],
        due_on="2026-01-31",
        cost="900.50",
    )
    assert (action["cost"], action["currency"], action["progress"]) == (
        "900.50",
        "USD",
        "planned",
    )
    version = client.get(f"/api/strategies/{pk}").json()["version"]
    assert call("POST", f"strategies/{pk}/approve", {"version": version}).status_code == 422
    approved = post(f"strategies/{pk}/approve", version=version, unheard="A test.")
    assert (approved["consultation_ids"], approved["unheard"]) == ([], "A test.")
    second = post(f"strategies/{pk}/revise")
    copy = next(
        row
        for row in client.get(f"/api/strategies/{second['id']}/items").json()["items"]
        if row["kind"] == "action"
    )
    assert copy["lineage"] == action["lineage"]
    changed = post(f"strategy-items/{copy['id']}", title={"en": "Fair"}, due_on="2026-01-31")
    stale = call("POST", f"strategy-items/{copy['id']}", {"title": {"en": "X"}, "version": 1})
    assert (changed["title"], stale.status_code) == ({"en": "Fair"}, 409)
    found = client.get(f"/api/strategies/{second['id']}/differences").json()
    assert [(row["sort"], row["title"]) for row in found["items"]] == [("changed", {"en": "Fair"})]

    plan = post("plans", strategy_id=pk, year=2026)
    assert post(f"plans/{plan['id']}/derive") == {"added": 0}
    post(f"plans/{plan['id']}/items", title={"en": "Train"}, origin="Priority 3")
    post(f"plans/{plan['id']}/approve", unheard="A test.")
    late = client.get("/api/late-work").json()
    assert [(row["kind"], row["title"]) for row in late] == [("planitem", {"en": "Conference"})]
    post(f"plan-items/{late[0]['id']}/progress", state="done", on="2026-11-01")
    assert client.get("/api/late-work").json() == []


@pytest.mark.slow
def test_the_api_leads_an_expert_from_request_to_delivery(call, owner):
    def post(path, **body):
        answer = call("POST", path, body)
        assert answer.status_code in (200, 201), answer.content
        return answer.json()

    asked = post(
        "expert-requests",
        reference="E1",
        subject={"en": "Expert"},
        asked_by_id=owner.pk,
        description={"en": "Advise."},
        owner_id=owner.pk,
    )
    path = f"expert-requests/{asked['id']}"
    post(f"{path}/move", state="agreed")
    post(f"{path}/mandate", organisation_id=make_donor("Mechanism").pk)
    row = post(f"{path}/deliverables", title={"en": "Map"}, form="document")
    refused = call("POST", f"deliverables/{row['id']}/deliver", {"delivered_on": "2026-11-01"})
    done = post(
        f"deliverables/{row['id']}/deliver",
        delivered_on="2026-11-01",
        document_id=make_source(owner).pk,
    )

    assert refused.status_code == 422
    assert "ends in a document" in refused.json()["fields"]["document"]
    assert done["delivered_on"] == "2026-11-01"
    closed = post(f"{path}/move", state="closed")
    assert (closed["state"], closed["delivered"]) == ("closed", 1)
