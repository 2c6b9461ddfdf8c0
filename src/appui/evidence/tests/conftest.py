from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from appui.accounts.models import User
from appui.evidence import actions
from appui.kernel.access import SYSTEM, Role
from appui.registry.models import Code, CodeList, Location, Membership, Organisation
from appui.registry.queries import reader_of

PASSWORD = "quiet-harbour-42"
LISTS = {
    "Measure": {"mined_area_ap": "Mined area", "area_released": "Area released"},
    "Unit": {
        "km2": "square kilometre",
        "m2": "square metre",
        "person": "person",
        "USD": "US dollar",
    },
}


def make_codes(lists):
    for slug, codes in lists.items():
        codelist, _made = CodeList.objects.get_or_create(
            slug=slug, defaults={"name": {"en": slug}, "source": "a publisher"}
        )
        for position, (code, label) in enumerate(codes.items()):
            Code.objects.get_or_create(
                codelist=codelist,
                code=code,
                defaults={"label": {"en": label}, "position": position},
            )


def code(codelist, value):
    return Code.objects.get(codelist__slug=codelist, code=value)


def sign_up(email, organisation, role):
    user = User.objects.create_user(email, PASSWORD, display_name=str(role.label), language="en")
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def lists(db):
    make_codes(LISTS)


@pytest.fixture
def cambodia(db):
    return Location.objects.create(kind="country", code="KH", name={"en": "Cambodia"})


@pytest.fixture
def authority(db):
    return Organisation.objects.create(
        name={"en": "Mine action authority"}, acronym="MAA", is_workspace=True
    )


@pytest.fixture
def stranger_org(db):
    return Organisation.objects.create(name={"en": "Somebody else"}, is_workspace=True)


@pytest.fixture
def editor_user(authority):
    return sign_up("editor@maa.example", authority, Role.EDITOR)


@pytest.fixture
def editor(editor_user):
    return reader_of(editor_user)


@pytest.fixture
def member(authority):
    return reader_of(sign_up("reader@maa.example", authority, Role.READER))


@pytest.fixture
def outsider_user(stranger_org):
    return sign_up("editor@else.example", stranger_org, Role.EDITOR)


@pytest.fixture
def outsider(outsider_user):
    return reader_of(outsider_user)


@pytest.fixture
def page(client, editor_user):
    client.force_login(editor_user)
    return client


@pytest.fixture
def cite(lists, authority):
    def cite(publisher="Monitor", **fields):
        fields = {"title": "Report", "published_on": date(2023, 11, 1)} | fields
        return actions.cite(by=SYSTEM, owner=authority, publisher=publisher, **fields)

    return cite


@pytest.fixture
def record(cite, authority, cambodia):
    """A figure: value, day or pair of days, publisher; the rest as told or as usual."""

    def record(value, when, publisher="Monitor", *, measure="mined_area_ap", unit="km2", **fields):
        days = (
            {"as_of": when}
            if isinstance(when, date)
            else {"period_start": when[0], "period_end": when[1]}
        )
        fields = {
            "location": cambodia,
            "owner": authority,
            "source": fields.pop("source", None) or cite(publisher),
        } | fields
        return actions.record_figure(
            by=SYSTEM,
            measure=code("Measure", measure),
            unit=code("Unit", unit),
            value=Decimal(value),
            **days,
            **fields,
        )

    return record
