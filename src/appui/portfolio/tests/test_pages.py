"""Pages and API of activities."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appui.evidence.models import Source
from appui.evidence.tests.conftest import code
from appui.kernel.access import SYSTEM
from appui.needs import actions as need_actions
from appui.portfolio import actions
from appui.portfolio.models import Activity, ActivityPlace, BudgetLine
from appui.registry.models import Organisation


def sent_with_key(page, url, **fields):
    form = page.get(url).context["form"]
    hidden = {"idempotency_key": str(form["idempotency_key"].value())}
    version = form["version"].value()
    return hidden | ({"version": version} if version else {}) | fields


def activity_fields(authority, **changes):
    return {
        "reference": "P1",
        "title_fr": "Déminage",
        "kind": "project",
        "status": code("ActivityStatus", "2").pk,
        "currency": "USD",
        "owner": authority.pk,
        "visibility": "private",
    } | changes


def test_a_form_sent_twice_records_one_activity(page, lists, authority):
    url = reverse("portfolio:activity_add")
    sent = sent_with_key(page, url, **activity_fields(authority))

    answers = [page.post(url, sent) for _time in range(2)]

    made = Activity.objects.get()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.url for answer in answers} == {made.get_absolute_url()}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("planned_start", "2023-02-31"),
        ("currency", "XYZ"),
        ("iati_identifier", "XM 1"),
        ("reference", "a b"),
    ],
)
def test_a_mistake_comes_back_at_its_field(page, lists, authority, field, value):
    url = reverse("portfolio:activity_add")
    sent = sent_with_key(page, url, **activity_fields(authority, **{field: value}))

    answer = page.post(url, sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Activity.objects.count() == 0


def test_the_31st_of_february_is_refused_in_a_sentence(page, lists, authority):
    url = reverse("portfolio:activity_add")
    sent = sent_with_key(page, url, **activity_fields(authority, planned_end="2023-02-31"))

    assert page.post(url, sent).context["form"].errors["planned_end"] == [
        "There is no such day. Write year, month and day, for example 2026-02-28."
    ]


def test_shares_are_set_at_once_and_a_wrong_sum_says_the_sum(page, describe):
    activity = describe()
    url = reverse("portfolio:shares", args=[activity.pk, "Sector"])
    rows = {"code_0": "15250", "share_0": "60", "code_1": "15190", "share_1": "30"}

    refused = page.post(url, sent_with_key(page, url, **rows))
    assert refused.status_code == 422
    assert "the shares make 90 %, they must make 100 %." in refused.content.decode()

    kept = page.post(url, sent_with_key(page, url, **rows | {"share_1": "40"}))
    assert (kept.status_code, kept.url) == (303, activity.get_absolute_url())
    assert activity.classifications.count() == 2
    again = page.get(url).context["form"]
    assert [row.label for row in again.rows()][:3] == ["Migration", "Mine removal", ""]


@pytest.mark.parametrize(
    ("rows", "field"),
    [
        ({"share_0": "60"}, "code_0"),
        ({"code_0": "15250", "code_1": "15250"}, "code_1"),
        ({"code_0": "15250", "share_0": "150"}, "share_0"),
        ({"code_0": "15250", "share_0": "most"}, "share_0"),
    ],
)
def test_a_mistake_in_a_row_comes_back_at_that_row(page, describe, rows, field):
    url = reverse("portfolio:shares", args=[describe().pk, "Sector"])

    answer = page.post(url, sent_with_key(page, url, **rows))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


def test_two_people_setting_shares_is_a_conflict(page, describe):
    activity = describe()
    url = reverse("portfolio:shares", args=[activity.pk, "Sector"])
    sent = sent_with_key(page, url, code_0="15250", share_0="100")
    actions.set_shares(activity, "Sector", {"15190": None}, by=SYSTEM)

    assert page.post(url, sent).status_code == 409


def test_shares_not_stated_are_never_shown_as_zero(page, describe, cambodia, mali):
    activity = describe()
    actions.set_places(activity, {"KH": None, "ML": None}, by=SYSTEM)

    text = page.get(activity.get_absolute_url()).content.decode()

    assert "not stated" in text
    assert "0%" not in text


def test_places_and_markers_are_set_by_their_forms(page, describe, cambodia, mali):
    activity = describe()
    url = reverse("portfolio:places", args=[activity.pk])
    sent = sent_with_key(page, url, code_0="KH", share_0="25", code_1="ML", share_1="75")
    assert page.post(url, sent).status_code == 303
    url = reverse("portfolio:markers", args=[activity.pk])
    assert (
        page.post(
            url, sent_with_key(page, url, marker_1="2", reason_1="Half of the deminers are women")
        ).status_code
        == 303
    )

    assert [row.percentage for row in activity.places.all()] == [25, 75]
    assert activity.classifications.get().significance == 2
    text = page.get(activity.get_absolute_url()).content.decode()
    assert "75%" in text
    assert "2 · Principal" in text


def test_the_sheet_strikes_the_replaced_line_and_leaves_it_out(page, describe, budget):
    activity = describe()
    first = budget(activity, "100000")
    url = reverse("portfolio:budget_revise", args=[first.pk])
    sent = sent_with_key(
        page,
        url,
        period_start="2022-01-01",
        period_end="2024-12-31",
        amount="120,000.00",
        currency="USD",
        value_date="2022-01-15",
        budget_status=code("BudgetStatus", "2").pk,
    )

    answer = page.post(url, sent, follow=True)

    text = answer.content.decode()
    assert answer.status_code == 200
    assert "<del><bdi>100,000" in text
    assert "longer than 12 months" in text
    assert answer.context["total"].money.amount == Decimal(120000)


def test_the_budget_of_a_part_is_not_added_to_the_whole(page, describe, budget):
    programme = describe("P1")
    budget(programme, "100")
    budget(describe("P2", parent=programme), "40")

    answer = page.get(programme.get_absolute_url())

    assert answer.context["total"].money.amount == Decimal(100)
    assert [row.reference for row in answer.context["parts"].objects] == ["P2"]
    assert "the budgets of its parts are not counted" in answer.content.decode()


def test_partners_and_identifiers_come_and_go(page, describe):
    activity = describe()
    donor = Organisation.objects.create(name={"en": "A donor"})
    url = reverse("portfolio:participation_add", args=[activity.pk])
    role = code("OrganisationRole", "1").pk
    assert (
        page.post(url, sent_with_key(page, url, organisation=donor.pk, role=role)).status_code
        == 303
    )
    url = reverse("portfolio:identifier_add", args=[activity.pk])
    assert page.post(url, sent_with_key(page, url, scheme="Prima ID", code="K1")).status_code == 303
    assert "Prima ID" in page.get(activity.get_absolute_url()).content.decode()

    part, identifier = activity.participations.get(), activity.identifiers.get()
    for name, pk in (("participation_remove", part.pk), ("identifier_remove", identifier.pk)):
        url = reverse(f"portfolio:{name}", args=[pk])
        assert page.get(url).status_code == 200
        assert page.post(url, sent_with_key(page, url)).status_code == 303
    assert (activity.participations.count(), activity.identifiers.count()) == (0, 0)


def test_pages_below_show_the_projects_that_concern_them(
    page, editor, outsider, describe, authority, cambodia, budget
):
    need = need_actions.state_need(
        by=SYSTEM,
        reference="N1",
        title={"en": "Clearance needed"},
        sector=code("Sector", "15250"),
        owner=authority,
        locations=[cambodia],
    )
    source = Source.objects.create(owner=authority, publisher="Monitor", title="Report")
    activity = describe(needs=[need], title={"en": "Clearing Cambodia"})
    budget(activity, "1", source=source)
    actions.set_places(activity, {"KH": None}, by=SYSTEM)
    actions.add_participation(
        activity, by=SYSTEM, organisation=authority, role=code("OrganisationRole", "4")
    )

    for obj in (need, source, cambodia, authority):
        text = page.get(obj.get_absolute_url()).content.decode()
        assert text.count("Clearing Cambodia") == 1


def test_the_private_activity_of_another_organisation_is_not_there(
    client, outsider_user, describe, budget, cambodia
):
    activity = describe()
    line = budget(activity, "1")
    actions.set_places(activity, {"KH": None}, by=SYSTEM)
    identifier = actions.add_identifier(activity, by=SYSTEM, scheme="A", code="1")
    client.force_login(outsider_user)

    for name in (
        "activity",
        "activity_edit",
        "participation_add",
        "identifier_add",
        "budget_add",
        "places",
        "classify",
        "markers",
    ):
        assert client.get(reverse(f"portfolio:{name}", args=[activity.pk])).status_code == 404
    for url in (
        reverse("portfolio:shares", args=[activity.pk, "Sector"]),
        reverse("portfolio:budget_revise", args=[line.pk]),
        reverse("portfolio:identifier_remove", args=[identifier.pk]),
        f"/api/activities/{activity.pk}",
        f"/api/activities/{activity.pk}/budget-lines",
    ):
        assert client.get(url).status_code == 404
    assert "Project P1" not in client.get(cambodia.get_absolute_url()).content.decode()
    assert client.get("/projects/").context["listing"].total == 0


def test_a_reader_sees_the_sheet_without_its_forms(client, authority, member, describe):
    activity = describe()
    client.force_login(authority.memberships.get(role="reader").user)

    text = client.get(activity.get_absolute_url()).content.decode()

    assert "Add a budget line" not in text
    assert client.get(reverse("portfolio:activity_edit", args=[activity.pk])).status_code == 403
    assert client.get(reverse("portfolio:places", args=[activity.pk])).status_code == 403
    assert client.get(reverse("portfolio:activity_add")).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize("url", ["/projects/", "/places/KH/", "/api/activities?limit=500"])
def test_a_list_asks_as_often_with_300_rows_as_with_3(page, describe, budget, cambodia, url):
    def queries_now():
        with CaptureQueriesContext(connection) as found:
            assert page.get(url).status_code == 200
        return len(found)

    for number in range(3):
        activity = describe(f"P{number}")
        budget(activity, "5")
        actions.set_places(activity, {"KH": None}, by=SYSTEM)
    page.get(url)
    few = queries_now()
    line = BudgetLine.objects.first()
    Activity.objects.bulk_create(
        Activity(
            reference=f"Q{number}",
            title={"en": f"Q {number}"},
            status=activity.status,
            owner=activity.owner,
        )
        for number in range(297)
    )
    many = Activity.objects.filter(reference__startswith="Q")
    ActivityPlace.objects.bulk_create(
        ActivityPlace(activity=item, location=cambodia) for item in many
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            activity=item,
            budget_type=line.budget_type,
            budget_status=line.budget_status,
            period_start=line.period_start,
            period_end=line.period_end,
            amount=1,
            currency="USD",
            value_date=line.value_date,
        )
        for item in many
    )

    assert queries_now() == few


def test_filters_and_search_narrow_the_projects(page, describe, authority, cambodia):
    describe("P1", title={"fr": "Déminage"})
    other = describe("P2", status=code("ActivityStatus", "1"), kind="programme")
    actions.set_places(other, {"KH": None}, by=SYSTEM)

    def shown(query):
        return page.get(f"/projects/?{query}").context["listing"].total

    assert shown("") == 2
    assert shown(f"status={code('ActivityStatus', '1').pk}") == 1
    assert shown("kind=programme") == 1
    assert shown("place=KH") == 1
    assert shown(f"owner={authority.pk}") == 2
    assert shown("q=déminage") == 1


def test_the_export_holds_the_budget_and_its_currency(page, describe, budget):
    activity = describe(currency="EUR")
    budget(activity, "1000.50", "EUR")

    _header, row = page.get("/projects/?format=csv").content.decode("utf-8-sig").splitlines()

    assert "1000.50" in row
    assert "EUR" in row


@pytest.mark.parametrize(
    "name", ["activity", "activity_edit", "places", "markers", "budget_add", "classify"]
)
def test_pages_in_arabic_run_from_right_to_left(page, describe, budget, name):
    activity = describe()
    budget(activity, "5")
    page.cookies["django_language"] = "ar"

    text = page.get(reverse(f"portfolio:{name}", args=[activity.pk])).content.decode()

    assert '<html lang="ar" dir="rtl"' in text


def test_the_api_records_activities_and_budget_lines(page, lists, authority, cambodia):
    def post(url, body, **headers):
        return page.post(url, body, content_type="application/json", headers=headers)

    body = {
        "reference": "P1",
        "title": {"fr": "Déminage"},
        "owner_id": authority.pk,
        "places": {"KH": None},
        "sectors": {"15250": "60", "15190": "40"},
    }
    answers = [post("/api/activities", body, **{"Idempotency-Key": "a"}) for _time in range(2)]
    made = Activity.objects.get()
    assert [answer.status_code for answer in answers] == [201, 201]
    assert [row["percentage"] for row in answers[0].json()["classifications"]] == [
        "40.000",
        "60.000",
    ]

    url = f"/api/activities/{made.pk}/budget-lines"
    line = {
        "period_start": "2022-01-01",
        "period_end": "2022-12-31",
        "amount": "100000.00",
        "currency": "USD",
        "value_date": "2022-01-01",
    }
    first = post(url, line).json()
    revised = post(url, line | {"amount": "120000.00", "replaces_id": first["id"]})
    assert (revised.status_code, revised.json()["replaces_id"]) == (201, first["id"])
    lines = page.get(f"/api/activities/{made.pk}").json()["budget_lines"]
    assert [(item["amount"], item["replaced_by_id"]) for item in lines] == [
        ("100000.00", revised.json()["id"]),
        ("120000.00", None),
    ]

    wrong = body | {"reference": "P2", "sectors": {"15250": "60", "15190": "30"}}
    refused = post("/api/activities", wrong, **{"Idempotency-Key": "b"})
    assert (refused.status_code, refused.json()["message"]) == (
        422,
        "“Sector”: the shares make 90 %, they must make 100 %.",
    )
    assert Activity.objects.count() == 1
    assert post(url, line | {"value_date": "2022-02-31"}).status_code == 422
    assert post(url, line | {"currency": "QQQ"}).status_code == 422
    assert BudgetLine.objects.filter(value_date=date(2022, 1, 1)).count() == 2
