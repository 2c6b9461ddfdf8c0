"""Pages and API of sources and figures."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appui.evidence import actions
from appui.evidence.models import Figure, Source
from appui.evidence.tests.conftest import code

END_2022 = date(2022, 12, 31)


def sent_with_key(page, url, **fields):
    form = page.get(url).context["form"]
    return fields | {"idempotency_key": str(form["idempotency_key"].value())}


def figure_fields(source, authority, **changes):
    return {
        "measure": code("Measure", "mined_area_ap").pk,
        "unit": code("Unit", "km2").pk,
        "value": "681.28",
        "as_of": "2022-12-31",
        "source": source.pk,
        "confidence": "stated",
        "owner": authority.pk,
        "visibility": "private",
    } | changes


def test_a_form_sent_twice_records_one_figure(page, cite, authority):
    url = reverse("evidence:figure_add")
    sent = sent_with_key(page, url, **figure_fields(cite(), authority))

    answers = [page.post(url, sent) for _time in range(2)]

    figure = Figure.objects.get()
    assert [answer.status_code for answer in answers] == [303, 303]
    assert {answer.url for answer in answers} == {figure.get_absolute_url()}


@pytest.mark.parametrize(
    ("field", "value"),
    [("as_of", "2023-02-31"), ("value", "many"), ("value", "NaN"), ("measure", "999999")],
)
def test_a_mistake_comes_back_at_its_field(page, cite, authority, field, value):
    url = reverse("evidence:figure_add")
    sent = sent_with_key(page, url, **figure_fields(cite(), authority, **{field: value}))

    answer = page.post(url, sent)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert Figure.objects.count() == 0


def test_a_revision_by_form_keeps_the_first_value_on_the_sheet(page, record):
    first = record("681.28", END_2022)
    url = reverse("evidence:figure_revise", args=[first.pk])
    sent = sent_with_key(
        page,
        url,
        value="690",
        as_of="2022-12-31",
        source=first.source_id,
        confidence="stated",
        version=1,
    )

    answer = page.post(url, sent, follow=True)

    assert answer.status_code == 200
    text = answer.content.decode()
    assert "681.28" in text
    assert "690" in text
    assert page.get(url).status_code == 403  # the first vintage is settled


def test_a_stale_annotation_is_a_conflict(page, editor, record):
    figure = record("1", END_2022)
    url = reverse("evidence:figure_edit", args=[figure.pk])
    sent = sent_with_key(page, url, confidence="disputed", note="", visibility="private", version=1)
    actions.annotate_figure(figure, by=editor, note="Meanwhile.")

    stale = page.post(url, sent)
    assert stale.status_code == 409
    assert "See what is stored now" in stale.content.decode()
    figure.refresh_from_db()
    assert figure.confidence == "stated"


def test_the_private_figure_of_another_organisation_is_not_there(
    client, outsider_user, record, cite
):
    figure = record("1", END_2022)
    client.force_login(outsider_user)

    for name in ("figure", "figure_edit", "figure_revise"):
        assert client.get(reverse(f"evidence:{name}", args=[figure.pk])).status_code == 404
    for name in ("source", "source_edit"):
        url = reverse(f"evidence:{name}", args=[figure.source_id])
        assert client.get(url).status_code == 404
    assert client.get(f"/api/figures/{figure.pk}").status_code == 404
    assert client.get(f"/api/sources/{figure.source_id}").status_code == 404


def test_a_reader_cannot_open_the_forms(client, authority, member, record):
    figure = record("1", END_2022)
    client.force_login(authority.memberships.get(role="reader").user)

    assert client.get(reverse("evidence:figure", args=[figure.pk])).status_code == 200
    for url in (
        reverse("evidence:source_add"),
        reverse("evidence:figure_add"),
        reverse("evidence:figure_edit", args=[figure.pk]),
        reverse("evidence:figure_revise", args=[figure.pk]),
        reverse("evidence:source_edit", args=[figure.source_id]),
    ):
        assert client.get(url).status_code == 403


@pytest.mark.slow
@pytest.mark.parametrize(
    "url", ["/sources/", "/figures/", "/figures/conflicts/", "/places/KH/", "/api/figures"]
)
def test_a_list_asks_as_often_with_300_rows_as_with_3(page, record, url):
    def queries_now():
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert page.get(url).status_code == 200
        return len(found)

    for number in range(3):
        record(number + 1, END_2022, f"Publisher {number}")
    page.get(url)
    few = queries_now()
    template, source = Figure.objects.first(), Source.objects.first()
    Source.objects.bulk_create(
        Source(owner=source.owner, publisher=f"P {n}", title=f"T {n}") for n in range(297)
    )
    fresh = Source.objects.filter(publisher__startswith="P ")
    Figure.objects.bulk_create(
        Figure(
            owner=template.owner,
            measure=template.measure,
            unit=template.unit,
            location=template.location,
            source=item,
            value=n,
            as_of=END_2022,
        )
        for n, item in enumerate(fresh)
    )

    assert queries_now() == few


def test_filters_and_search_narrow_the_figures(page, record):
    record("1", END_2022, "Monitor")
    record("2", END_2022, "Authority", measure="area_released")

    def shown(query):
        return page.get(f"/figures/?{query}").context["listing"].total

    assert shown("") == 2
    assert shown("measure=area_released") == 1
    assert shown("place=KH") == 2
    assert shown("publisher=Monitor") == 1
    assert shown("state=replaced") == 0
    assert shown("q=cambodia+authority") == 1
    assert shown("measure=nothing&sort=nonsense&page=99") == 2


def test_the_export_holds_every_row_with_plain_numbers(page, record):
    record("681.280000", END_2022)

    text = page.get("/figures/?format=csv").content.decode("utf-8-sig")

    assert "681.28" in text.splitlines()[1]


@pytest.mark.parametrize("name", ["source_list", "figure_list", "conflict_list", "figure_add"])
def test_pages_in_arabic_run_from_right_to_left(page, record, name):
    record("1", END_2022, "Monitor")
    record("2", END_2022, "Authority")
    page.cookies["django_language"] = "ar"

    text = page.get(reverse(f"evidence:{name}")).content.decode()

    assert '<html lang="ar" dir="rtl"' in text


def test_the_sheet_of_a_figure_shows_who_says_otherwise(page, record):
    monitor = record("681.28", END_2022, "Monitor")
    record("563", date(2023, 4, 4), "Authority")

    answer = page.get(monitor.get_absolute_url())

    claims = answer.context["disagreements"][0].claims
    assert [claim.said_by for claim in claims] == ["Authority", "Monitor"]
    assert "563" in answer.content.decode()


def test_the_api_records_once_for_a_key_and_revises(page, cite, authority):
    page.handler.enforce_csrf_checks = False
    body = {
        "measure": "mined_area_ap",
        "unit": "km2",
        "value": "681.28",
        "as_of": "2022-12-31",
        "source_id": cite().pk,
        "owner_id": authority.pk,
    }

    def post(url, body, **headers):
        return page.post(url, body, content_type="application/json", headers=headers)

    answers = [post("/api/figures", body, **{"Idempotency-Key": "k1"}) for _time in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    made = Figure.objects.get()
    assert answers[0].json()["value"] == "681.28"

    revised = post(f"/api/figures/{made.pk}/revisions", {"value": "690"})
    assert (revised.status_code, revised.json()["supersedes_id"]) == (201, made.pk)
    assert page.get(f"/api/figures/{made.pk}").json()["superseded_by_id"] == revised.json()["id"]
    assert post(f"/api/figures/{made.pk}/revisions", {"value": "700"}).status_code == 403
    assert post("/api/figures", body | {"measure": "wet"}).json()["fields"] == {
        "measure": "“wet” is not a code of the list Measure."
    }
    assert post("/api/figures", body | {"value": "1e99"}).status_code == 422
    assert post("/api/figures", body | {"as_of": "2023-02-31"}).status_code == 422
    assert page.get("/api/figures/conflicts").json() == []
