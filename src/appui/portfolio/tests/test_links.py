"""Related projects, documents, identifiers, the history of the status, the whole of a tree."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import code, key, make_activity, make_organisation, make_source
from tests.world import budget_line

from appui.kernel import audit
from appui.kernel.errors import Invalid, Refused
from appui.portfolio import actions, queries
from appui.portfolio.models import RelatedActivity, StatusChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def activity(owner):
    return make_activity(owner, "Clearance")


@pytest.fixture
def other(owner):
    return make_activity(owner, "Survey")


def relation(value):
    return code("RelatedActivityType", value)


def told(activity, reader):
    return [
        (item.code, str(item.other) if item.other else item.reference)
        for item in queries.relations(activity, reader)
    ]


def test_a_parent_and_a_child_are_a_whole_and_its_part(owner, activity, other, editor):
    third = make_activity(owner, "Training")
    actions.relate(activity, by=editor, relation=relation("1"), other=other)
    actions.relate(other, by=editor, relation=relation("2"), other=third)

    third.refresh_from_db()
    assert (activity.parent, third.parent) == (other, other)
    assert told(activity, editor) == [("1", "Survey"), ("3", "Training")]
    assert told(other, editor) == [("2", "Clearance"), ("2", "Training")]
    assert RelatedActivity.objects.count() == 0


def test_a_circle_is_refused(activity, other, editor):
    actions.relate(activity, by=editor, relation=relation("1"), other=other)

    with pytest.raises(Invalid, match="is itself a part of"):
        actions.relate(other, by=editor, relation=relation("1"), other=activity)
    with pytest.raises(Invalid, match="is itself a part of"):
        actions.relate(activity, by=editor, relation=relation("2"), other=other)
    with pytest.raises(Invalid, match="a whole and its part already"):
        actions.relate(other, by=editor, relation=relation("3"), other=activity)


def test_a_relation_holds_both_ways_and_once(activity, other, editor):
    actions.relate(activity, by=editor, relation=relation("4"), other=other)

    assert told(activity, editor) == [("4", "Survey")]
    assert told(other, editor) == [("4", "Clearance")]
    with pytest.raises(Invalid, match="recorded already"):
        actions.relate(other, by=editor, relation=relation("4"), other=activity)
    with pytest.raises(Invalid, match="not related to itself"):
        actions.relate(activity, by=editor, relation=relation("4"), other=activity)
    assert audit.history(activity).first().verb == "related project added"


def test_a_project_that_is_not_here_is_named_by_its_identifier(activity, other, editor):
    actions.relate(activity, by=editor, relation=relation("1"), reference=" XM-DAC-7 ")

    assert told(activity, editor) == [("1", "XM-DAC-7")]
    with pytest.raises(Invalid, match="Choose the project, or give its identifier"):
        actions.relate(activity, by=editor, relation=relation("4"))
    with pytest.raises(Invalid, match="Choose the project, or give its identifier"):
        actions.relate(activity, by=editor, relation=relation("5"), other=other, reference="X-1")


def test_a_part_of_another_whole_is_not_taken_away(owner, activity, other, editor):
    part = make_activity(owner, "Part", parent=other)
    with pytest.raises(Invalid, match="a part of another project already"):
        actions.relate(activity, by=editor, relation=relation("2"), other=part)


def test_what_the_reader_may_not_see_is_not_named(activity, owner, editor):
    hidden = make_activity(make_organisation("Elsewhere"), "Hidden")
    RelatedActivity.objects.create(activity=hidden, relation=relation("5"), other=activity)

    assert told(activity, editor) == []


def test_documents_are_sources_with_what_they_are(owner, activity, editor, page, stranger_reader):
    source = make_source(owner, "Evaluators", url="https://example.org/e.pdf")
    kind = code("DocumentCategory", "A02")
    actions.attach_document(
        activity, by=editor, source=source, category=kind, language=code("Language", "fr")
    )

    assert [str(item) for item in queries.documents(editor)] == [str(source)]
    assert "Evaluators" in page.get(activity.get_absolute_url()).content.decode()
    with pytest.raises(Invalid, match="stands here already"):
        actions.attach_document(activity, by=editor, source=source, category=kind)
    with pytest.raises(Refused):
        actions.attach_document(activity, by=stranger_reader, source=source, category=kind)
    assert list(queries.documents(stranger_reader)) == []


@pytest.fixture
def stranger_reader():
    from tests.factories import administrator_of  # noqa: PLC0415 - one test wants it

    return administrator_of(make_organisation("Elsewhere"))


def test_each_change_of_the_status_is_kept_with_who_and_why(owner, editor, page):
    activity = actions.describe_activity(
        by=editor, owner=owner, title={"en": "A"}, reference="A-1",
        status=code("ActivityStatus", "1"),
    )  # fmt: skip
    actions.change_activity(
        activity, by=editor, status=code("ActivityStatus", "2"), status_reason=" Money came "
    )
    actions.change_activity(activity, by=editor, title={"en": "B"}, status_reason="No change")

    kept = [(item.status.code, item.reason, item.user_name) for item in StatusChange.objects.all()]
    assert kept == [("2", "Money came", editor.name), ("1", "", editor.name)]
    assert "Money came" in page.get(activity.get_absolute_url()).content.decode()
    with pytest.raises(TypeError):
        StatusChange.objects.first().delete()


def test_the_form_asks_why_the_status_changes(owner, activity, page):
    first = page.get(f"/projects/{activity.pk}/edit/").context["form"]
    data = {name: first[name].value() or "" for name in first.fields}
    data |= {"title_en": "Clearance", "status": code("ActivityStatus", "3").pk}
    data |= {"status_reason": "All land is released", "needs": [], "shared_with": []}
    sent = page.post(
        f"/projects/{activity.pk}/edit/",
        {name: value for name, value in data.items() if value is not None}
        | {"version": activity.version, "idempotency_key": key()},
    )
    assert sent.status_code == 303, sent.context["form"].errors
    assert StatusChange.objects.get(activity=activity).reason == "All land is released"


def test_a_tree_adds_up_without_counting_money_twice(owner, activity, editor):
    """The whole states nothing: its parts 100 and (30 + 20 of its own parts, which states none)
    make 150; once a part states 40, that counts and not the 50 below it: 140."""
    first = make_activity(owner, parent=activity)
    second = make_activity(owner, parent=activity)
    below = [make_activity(owner, parent=second) for _ in range(2)]
    budget_line(first, "100")
    for part, amount in zip(below, ("30", "20"), strict=True):
        budget_line(part, amount)

    def total():
        seen = queries.whole_activities(editor).get(pk=activity.pk)
        return queries.tree_total(seen, "USD", editor).money.amount

    assert total() == Decimal(150)
    budget_line(second, "40")
    assert total() == Decimal(140)
    budget_line(activity, "500")
    assert total() == Decimal(500)


def test_both_doors_connect(page, owner, activity, other):
    address = f"/api/activities/{activity.pk}"
    body = {"relation": "4", "activity_id": other.pk}
    relation("4")
    assert page.post(f"{address}/related", body, "application/json").status_code == 201
    (link,) = page.get(f"{address}/related").json()
    assert (link["relation"], link["activity_id"]) == ("4", other.pk)
    assert page.delete(f"/api/related-activities/{link['id']}").status_code == 204
    activity.refresh_from_db()
    data = {"relation": relation("5").pk, "reference": "XM-1", "version": activity.version}
    sent = page.post(f"/projects/{activity.pk}/related/add/", data | {"idempotency_key": key()})
    assert (sent.status_code, RelatedActivity.objects.get().reference) == (303, "XM-1")

    source = make_source(owner)
    code("DocumentCategory", "A02")
    body = {"source_id": source.pk, "category": "A02"}
    made = page.post(f"{address}/documents", body, "application/json").json()
    assert page.get(f"{address}/documents").json()["count"] == 1
    assert page.delete(f"/api/activity-documents/{made['id']}").status_code == 204

    code("OtherIdentifierType", "A2")
    body = {"scheme": "OECD", "code": "77", "kind": "A2"}
    made = page.post(f"{address}/identifiers", body, "application/json").json()
    assert made["kind"] == "A2"
    assert page.delete(f"/api/activity-identifiers/{made['id']}").status_code == 204


def test_the_api_changes_the_status_with_its_reason(page, activity):
    code("ActivityStatus", "3")
    address = f"/api/activities/{activity.pk}"
    body = {"status": "3", "status_reason": "Ready", "planned_end": "2027-01-31"}
    changed = page.patch(address, body, "application/json").json()
    assert (changed["status"], changed["planned_end"]) == ("3", "2027-01-31")
    (state,) = page.get(f"{address}/status-history").json()
    assert (state["status"], state["reason"]) == ("3", "Ready")
    activity.refresh_from_db()
    assert activity.planned_end == date(2027, 1, 31)
