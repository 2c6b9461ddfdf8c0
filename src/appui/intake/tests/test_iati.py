"""Activities of an IATI file come into the portfolio as rows like any other."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from tests.factories import (
    code,
    key,
    make_organisation,
    make_reader,
    make_user_with_role,
    place,
)

from appui.evidence.models import Source
from appui.intake import actions, comparing
from appui.intake.tests.helpers import TODAY, brought, checked, said, states, undone
from appui.kernel.access import Role
from appui.kernel.errors import Invalid
from appui.portfolio.models import Activity, BudgetLine
from appui.registry.queries import reader_of

pytestmark = pytest.mark.django_db
FILE = b"""<?xml version="1.0" encoding="UTF-8"?>
<iati-activities version="2.03"><iati-activity default-currency="EUR" xml:lang="en">
<iati-identifier>XM-TEST-1</iati-identifier>
<reporting-org ref="XM-TEST" type="40"><narrative>Test agency</narrative></reporting-org>
<title><narrative>Clear the land</narrative></title>
<description type="1"><narrative>Manual clearance.</narrative></description>
<participating-org ref="XM-FUND" role="1"><narrative>Funder</narrative></participating-org>
<participating-org role="4" type="21"><narrative>Doer</narrative></participating-org>
<activity-status code="2"/>
<activity-date iso-date="2024-01-01" type="1"/><activity-date iso-date="2025-12-31" type="3"/>
<recipient-country code="KH" percentage="60"/><recipient-country code="LA" percentage="40"/>
<sector vocabulary="1" code="15250" percentage="100"/>
<budget type="1" status="2"><period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/>
<value value-date="2024-01-01">1000.50</value></budget>
</iati-activity></iati-activities>"""
BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>
<iati-activities version="2.03"><iati-activity><title><narrative>&c;</narrative></title>
</iati-activity></iati-activities>"""


@pytest.fixture
def owner():
    for codelist, value in [
        ("ActivityStatus", "2"), ("OrganisationRole", "1"), ("OrganisationRole", "4"),
        ("Sector", "15250"), ("BudgetType", "1"), ("BudgetStatus", "2"),
    ]:  # fmt: skip
        code(codelist, value)
    place("KH")
    place("LA")
    return make_organisation("Owner")


def sheet(kind, owner, by, content=FILE):
    return checked([], by=by, owner=owner, kind=kind, name="a.xml", content=content)


def test_organisations_then_activities_then_budgets(owner):
    by = make_reader(Role.EDITOR, owner)
    assert said(sheet("activities", owner, by)) == [
        (2, "funder", "unknown_organisation"),
        (2, "implementer", "unknown_organisation"),
    ]

    for kind in ("organisations", "activities", "budgets"):
        brought(sheet(kind, owner, by), by=by)

    activity = Activity.objects.get(iati_identifier="XM-TEST-1")
    assert (activity.title, activity.description) == (
        {"en": "Clear the land"},
        {"en": "Manual clearance."},
    )
    assert [(item.location.code, item.percentage) for item in activity.places.all()] == [
        ("KH", Decimal(60)),
        ("LA", Decimal(40)),
    ]
    assert [item.code.code for item in activity.classifications.all()] == ["15250"]
    assert [str(item.organisation) for item in activity.participations.all()] == ["Funder", "Doer"]
    line = BudgetLine.objects.get(activity=activity)
    assert (line.amount, line.currency, line.budget_status.code) == (
        Decimal("1000.50"), "EUR", "2",
    )  # fmt: skip
    assert states(sheet("activities", owner, by)) == {"known": 1}
    assert said(sheet("activities", owner, by)) == []
    assert states(sheet("budgets", owner, by)) == {"known": 1}


def test_a_known_activity_is_compared_and_ours_is_kept_unless_theirs_is_taken(owner, client):
    user = make_user_with_role(Role.EDITOR, owner)
    by = reader_of(user)
    for kind in ("organisations", "activities"):
        brought(sheet(kind, owner, by), by=by)
    changed = FILE.replace(b"Clear the land", b"Clear it all").replace(b"2025-12-31", b"2026-06-30")

    batch = sheet("activities", owner, by, changed)

    assert states(batch) == {"known": 1}
    assert said(batch) == [(2, "planned_end", "other_here"), (2, "title", "other_here")]
    client.force_login(user)
    url = reverse("intake:row_compare", args=[batch.pk, 2])
    assert url in client.get(reverse("intake:batch_issues", args=[batch.pk])).content.decode()
    activity = Activity.objects.get()
    seen = {"activity": activity.pk, "version": activity.version}
    ticked = {"take_planned_end": "on"} | seen
    other = client.post(url, ticked | {"idempotency_key": key(), "activity": activity.pk + 1})
    stale = client.post(url, ticked | {"idempotency_key": key(), "version": activity.version + 1})
    assert (other.status_code, stale.status_code) == (409, 409)
    answer = client.post(url, ticked | {"idempotency_key": key()})
    activity.refresh_from_db()
    assert (answer.status_code, answer.url) == (303, activity.get_absolute_url())
    assert (str(activity), activity.planned_end) == ("Clear the land", date(2026, 6, 30))
    over = client.get(f"/api/intake/{batch.pk}/rows/2/comparison").json()
    assert over["differences"] == [
        {"field": "title", "ours": "Clear the land", "theirs": "Clear it all"}
    ]
    take = f"/api/intake/{batch.pk}/rows/2/take"
    sent = {"fields": ["title"], "activity_id": activity.pk}
    late = client.post(take, sent | {"version": 1}, "application/json")
    assert (late.status_code, str(Activity.objects.get())) == (409, "Clear the land")
    taken = client.post(take, sent | {"version": over["version"]}, "application/json")
    assert taken.json()["differences"] == []
    assert str(Activity.objects.get()) == "Clear it all"


@pytest.mark.parametrize("content", [BOMB, b"<html/>", b"<iati-activities><iati-act", b""])
def test_a_trap_or_another_file_is_refused(owner, content):
    by = make_reader(Role.EDITOR, owner)
    with pytest.raises(Invalid):
        actions.upload(
            by=by, owner=owner, name="a.xml", content=content, record_visibility="private"
        )


LINKED = FILE.replace(
    b"<budget type",
    b"""<other-identifier ref="2019001" type="A2"><owner-org><narrative>OECD</narrative></owner-org>
</other-identifier>
<related-activity ref="XM-TEST-9" type="1"/><related-activity ref="XM-TEST-2" type="4"/>
<document-link url="https://example.org/e.pdf" format="application/pdf">
<title><narrative>Evaluation; final</narrative></title><category code="B01"/>
<language code="fr"/><document-date iso-date="2025-05-01"/></document-link><budget type""",
)
SECOND = (
    FILE.replace(b"XM-TEST-1", b"XM-TEST-9")
    .replace(b"<title><narrative>Clear the land", b"<title><narrative>The programme")
    .replace(b"<budget type", b'<related-activity ref="XM-TEST-1" type="2"/><budget type')
)


@pytest.fixture
def linked(owner):
    for codelist, value in [
        ("RelatedActivityType", "1"), ("RelatedActivityType", "2"), ("RelatedActivityType", "4"),
        ("DocumentCategory", "B01"), ("Language", "fr"), ("OtherIdentifierType", "A2"),
    ]:  # fmt: skip
        code(codelist, value)
    return owner


def shown(activity):
    return (
        [(item.kind.code, item.scheme, item.code) for item in activity.identifiers.all()],
        [
            (item.relation.code, str(item.other or ""), item.reference)
            for item in activity.related.all()
        ],
        [
            (item.source.url, item.source.title, item.category.code, item.language.code)
            for item in activity.documents.all()
        ],
    )


def test_what_a_file_says_of_identifiers_relations_and_documents_is_kept(linked):
    by = make_reader(Role.EDITOR, linked)
    for kind in ("organisations", "activities"):
        brought(sheet(kind, linked, by, LINKED), by=by)

    activity = Activity.objects.get(iati_identifier="XM-TEST-1")
    assert shown(activity) == (
        [("A2", "OECD", "2019001")],
        [("1", "", "XM-TEST-9"), ("4", "", "XM-TEST-2")],
        [("https://example.org/e.pdf", "Evaluation; final", "B01", "fr")],
    )

    batch = brought(sheet("activities", linked, by, SECOND), by=by)

    activity.refresh_from_db()
    assert str(activity.parent) == "The programme"
    assert [item.reference for item in activity.related.all()] == ["XM-TEST-2"]
    assert states(batch) == {"made": 1}
    assert states(sheet("activities", linked, by, LINKED)) == {"known": 1}
    assert said(sheet("activities", linked, by, LINKED)) == []


def test_what_ours_lacks_of_them_is_compared_and_taken(linked):
    by = make_reader(Role.EDITOR, linked)
    for kind in ("organisations", "activities"):
        brought(sheet(kind, linked, by), by=by)

    batch = sheet("activities", linked, by, LINKED)

    assert said(batch) == [
        (2, "identifiers", "other_here"),
        (2, "related", "other_here"),
        (2, "documents", "other_here"),
    ]
    row = batch.rows.get(number=2)
    found = comparing.compare(batch, row, by=by, today=TODAY)
    first = found.differences[0]
    assert (first.name, first.ours, first.theirs) == ("identifiers", "–", "A2: 2019001 · OECD")
    comparing.take_theirs(batch, row, by=by, today=TODAY, names=["identifiers", "documents"])

    identifiers, related, documents = shown(Activity.objects.get(iati_identifier="XM-TEST-1"))
    assert (len(identifiers), len(related), len(documents)) == (1, 0, 1)


def test_taking_the_file_back_takes_its_documents_back(linked):
    by = make_reader(Role.EDITOR, linked)
    brought(sheet("organisations", linked, by, LINKED), by=by)
    batch = brought(sheet("activities", linked, by, LINKED), by=by)

    undone(batch, by=by)

    assert (Activity.objects.count(), Source.objects.count()) == (0, 0)
