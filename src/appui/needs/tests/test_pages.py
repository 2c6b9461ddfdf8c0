"""Needs over pages and the API: what is sent twice, too late, or for somebody else."""

from datetime import date

import pytest
from django.urls import reverse
from tests.factories import (
    code,
    error_text,
    key,
    make_line,
    make_need,
    make_organisation,
    make_source,
    make_user_with_role,
    place,
)

from appui.kernel.access import SYSTEM, Role
from appui.needs import actions
from appui.needs.models import Need, NeedLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def page(client, owner):
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    return client


@pytest.fixture
def need(owner):
    return make_need(owner, places=("KH",))


def need_fields(organisation, **changes):
    return {
        "idempotency_key": key(),
        "reference": "KHM-2026",
        "title_en": "Clear the land",
        "kind": "programme",
        "sector": code().pk,
        "locations": [place("KH").pk],
        "currency": "USD",
        "owner": organisation.pk,
        "visibility": "private",
    } | changes


def line_fields(**changes):
    return {
        "idempotency_key": key(),
        "pillar": code("Pillar", "clearance").pk,
        "year_from": "2024",
        "year_to": "2025",
        "stated_cost": "138,000,000.00",
        "who_pays": "open",
    } | changes


def test_a_need_is_stated_through_the_form(page, owner):
    answer = page.post(reverse("needs:need_add"), need_fields(owner, needed_by="2026-12-31"))

    need = Need.objects.get()
    assert (answer.status_code, answer.url) == (303, need.get_absolute_url())
    assert (need.title, need.status, need.needed_by) == (
        {"en": "Clear the land"},
        "draft",
        date(2026, 12, 31),
    )
    assert page.get(answer.url).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("needed_by", "2026-02-31"),
        ("currency", "XYZ"),
        ("reference", "with space"),
        ("title_en", " "),
        ("title_en", "nul \x00"),
        ("locations", [999]),
        ("locations", ["\x00"]),
        ("beneficiaries", "-1"),
        ("beneficiaries", "9" * 30),
        ("owner", "9" * 30),
        ("sector", "abc"),
    ],
)
def test_a_mistake_comes_back_at_its_field(page, owner, field, value):
    answer = page.post(reverse("needs:need_add"), need_fields(owner, **{field: value}))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field.removesuffix("_en")]
    assert Need.objects.count() == 0


def test_dates_in_the_wrong_order_come_back_with_the_reason(page, owner):
    sent = need_fields(owner, starts_on="2026-02-01", needed_by="2026-01-01")

    answer = page.post(reverse("needs:need_add"), sent)

    assert answer.status_code == 422
    assert error_text(answer) == "The need ends before it begins."


def test_a_line_sent_twice_is_one_line(page, need):
    sent = line_fields()
    url = reverse("needs:line_add", args=[need.pk])

    answers = [page.post(url, sent) for _time in range(2)]

    line = NeedLine.objects.get()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.url for answer in answers} == {line.get_absolute_url()}
    assert line.cost == 138_000_000


def test_a_key_that_comes_back_with_other_content_is_refused(page, need):
    url = reverse("needs:line_add", args=[need.pk])
    sent = line_fields()
    page.post(url, sent)

    answer = page.post(url, sent | {"stated_cost": "1"})

    assert answer.status_code == 422
    assert NeedLine.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "at"),
    [
        ({"year_from": "2026", "year_to": "2025"}, "__all__"),
        ({"stated_cost": ""}, "__all__"),
        ({"stated_cost": "-5"}, "stated_cost"),
        ({"stated_cost": "1e9"}, "stated_cost"),
        ({"stated_cost": "NaN"}, "stated_cost"),
        ({"stated_cost": "99999999999999999"}, "stated_cost"),
        ({"year_from": "31 February"}, "year_from"),
    ],
)
def test_a_line_that_cannot_be_is_shown_again_with_its_fault(page, need, changes, at):
    answer = page.post(reverse("needs:line_add", args=[need.pk]), line_fields(**changes))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [at]
    assert NeedLine.objects.count() == 0


def test_places_of_a_line_lie_in_the_countries_of_the_need(page, need):
    inside, outside = place("KH-1"), place("LA-1")
    form = page.get(reverse("needs:line_add", args=[need.pk])).context["form"]

    assert {item.code for item in form.fields["location"].queryset} == {"KH", "KH-1"}
    assert inside in form.fields["location"].queryset
    assert outside not in form.fields["location"].queryset


def test_another_organisations_need_is_not_at_its_address(page):
    hidden = make_need(make_organisation("Elsewhere"))
    line = make_line(hidden)
    addresses = [
        *(reverse(f"needs:{name}", args=[hidden.pk]) for name in ("need", "need_edit", "line_add")),
        *(reverse(f"needs:{name}", args=[line.pk]) for name in ("line_edit", "line_remove")),
        reverse("needs:need_move", args=[hidden.pk, "closed"]),
        f"/api/needs/{hidden.pk}",
        f"/api/needs/{hidden.pk}/gap",
    ]

    assert {url: page.get(url).status_code for url in addresses} == dict.fromkeys(addresses, 404)
    page.post(reverse("needs:line_remove", args=[line.pk]), {"idempotency_key": key()})
    assert NeedLine.objects.filter(pk=line.pk).exists()


def test_a_public_need_is_read_but_not_changed_by_outsiders(page):
    public = make_need(make_organisation("Elsewhere"), visibility="public")
    line = make_line(public)

    assert page.get(public.get_absolute_url()).status_code == 200
    assert page.get(reverse("needs:line_edit", args=[line.pk])).status_code == 403
    assert page.get(reverse("needs:need_edit", args=[public.pk])).status_code == 403
    url = reverse("needs:line_add", args=[public.pk])
    assert page.post(url, line_fields()).status_code == 403


def test_a_source_one_may_not_see_is_no_choice(page, need):
    hidden = make_source(make_organisation("Elsewhere"))

    answer = page.post(
        reverse("needs:line_add", args=[need.pk]), line_fields(source=str(hidden.pk))
    )

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["source"])


def test_a_stale_form_is_a_conflict_and_keeps_what_was_typed(page, owner, need):
    actions.change_need(need, by=SYSTEM, kind="service")

    answer = page.post(
        reverse("needs:need_edit", args=[need.pk]),
        need_fields(owner, version=1, title_en="What I typed"),
    )

    assert answer.status_code == 409
    assert "What I typed" in answer.content.decode()
    assert str(Need.objects.get()) == "Clear the land"


def test_after_a_conflict_each_field_says_what_is_stored_where_it_differs(page, owner, need):
    actions.change_need(need, by=SYSTEM, kind="service")
    sent = need_fields(owner, version=1, title_en="What I typed")

    answer = page.post(reverse("needs:need_edit", args=[need.pk]), sent)

    kind = Need.objects.get().get_kind_display()
    errors = answer.context["form"].errors
    assert errors["title"] == ["Stored now: English: Clear the land"]
    assert errors["kind"] == [f"Stored now: {kind}"]
    assert not {"owner", "visibility"} & errors.keys()


def test_after_a_conflict_what_is_not_shared_is_not_named(page, owner, need):
    hidden = make_source(make_organisation("Elsewhere"), publisher="Others, in confidence")
    Need.objects.filter(pk=need.pk).update(source=hidden, version=2)

    answer = page.post(reverse("needs:need_edit", args=[need.pk]), need_fields(owner, version=1))

    assert answer.status_code == 409
    assert "in confidence" in str(hidden)
    assert "in confidence" not in answer.content.decode()


def test_after_a_conflict_saving_once_more_is_heeded(page, owner, need):
    actions.change_need(need, by=SYSTEM, kind="service")
    url = reverse("needs:need_edit", args=[need.pk])
    answer = page.post(url, need_fields(owner, version=1, title_en="What I typed"))

    shown = answer.context["form"]["version"].value()
    again = page.post(url, need_fields(owner, version=shown, title_en="What I typed"))

    assert (shown, again.status_code) == ("2", 303)
    assert str(Need.objects.get()) == "What I typed"


def test_a_move_that_is_not_in_the_table_is_refused_and_an_unknown_one_missing(page, need):
    assert page.get(reverse("needs:need_move", args=[need.pk, "open"])).status_code == 403
    assert page.get(reverse("needs:need_move", args=[need.pk, "sold"])).status_code == 404
    url = reverse("needs:need_move", args=[need.pk, "draft"])
    assert page.post(url, {"idempotency_key": key()}).status_code == 303
    assert Need.objects.get().status == "draft"


def api_post(page, url, body, **headers):
    return page.post(url, body, content_type="application/json", headers=headers)


@pytest.fixture
def api(owner, client):
    """Posts as an editor with a session, past the CSRF check of the test client."""
    client.force_login(make_user_with_role(Role.EDITOR, owner))
    return lambda url, body, **headers: api_post(client, url, body, **headers)


def test_the_api_states_a_need_and_costs_it_with_six_decimals(api, owner):
    code()
    place("KH")
    body = {
        "reference": "KHM-API",
        "title": {"en": "Clear"},
        "sector": "15250",
        "places": ["kh"],
        "owner_id": owner.pk,
    }
    made = api("/api/needs", body)
    assert made.status_code == 201

    code("Pillar", "clearance")
    code("Unit", "m2")
    line = api(
        f"/api/needs/{made.json()['id']}/lines",
        {
            "pillar": "clearance",
            "year_from": 2024,
            "year_to": 2025,
            "quantity": "563000000",
            "unit": "m2",
            "unit_cost": "0.245115",
        },
    )

    assert line.status_code == 201
    assert (line.json()["cost"], line.json()["cost_per_unit"]) == ("137999745.00", "0.245115")


def test_the_api_does_a_repeated_key_once(api, owner):
    code()
    place("KH")
    body = {
        "reference": "KHM-API",
        "title": {"en": "Clear"},
        "sector": "15250",
        "places": ["KH"],
        "owner_id": owner.pk,
    }
    headers = {"Idempotency-Key": "once"}

    first, second = (api("/api/needs", body, **headers) for _time in range(2))
    other = api("/api/needs", body | {"reference": "KHM-2"}, **headers)

    assert first.json() == second.json()
    assert other.status_code == 422
    assert Need.objects.count() == 1


@pytest.mark.parametrize(
    ("change", "at"),
    [
        ({"places": ["XX", "KH"]}, "places"),
        ({"places": ["K\x00"]}, "places"),
        ({"sector": "99999"}, "sector"),
        ({"title": {"de": "x"}}, "title"),
        ({"title": {"en": "\x00"}}, "title"),
        ({"title": {}}, "title"),
        ({"summary": {"de": "x"}}, "summary"),
        ({"currency": "XYZ"}, "currency"),
        ({"owner_id": 999999}, "owner_id"),
    ],
)
def test_the_api_names_the_field_at_fault(api, owner, change, at):
    code()
    place("KH")
    body = {
        "reference": "KHM-API",
        "title": {"en": "Clear"},
        "sector": "15250",
        "places": ["KH"],
        "owner_id": owner.pk,
    } | change

    answer = api("/api/needs", body)

    assert answer.status_code == 422
    assert list(answer.json()["fields"]) == [at]
    assert Need.objects.count() == 0


def test_the_api_does_not_write_for_another_organisation(api):
    code()
    place("KH")
    body = {
        "reference": "KHM-API",
        "title": {"en": "Clear"},
        "sector": "15250",
        "places": ["KH"],
        "owner_id": make_organisation("Elsewhere").pk,
    }

    assert api("/api/needs", body).status_code == 403


def test_a_public_need_names_neither_its_private_source_nor_where_hidden_needs_are(client, owner):
    hidden = make_source(owner, "Confidential Office")
    make_need(owner, visibility="public", source=hidden)
    make_need(owner, "Hidden", places=("ML",))
    need = Need.objects.get(visibility="public")
    choices = {}
    for organisation in (owner, make_organisation("Elsewhere")):
        client.force_login(make_user_with_role(Role.READER, organisation))
        sheet = client.get(need.get_absolute_url()).content.decode()
        offered = 'value="ML"' in client.get(reverse("needs:need_list")).content.decode()
        choices[str(organisation)] = ("Confidential Office" in sheet, offered)

    assert choices == {str(owner): (True, True), "Elsewhere": (False, False)}
