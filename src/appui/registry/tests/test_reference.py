"""The reference data that Appui carries, and the pages that show it."""

import pytest
from django.urls import reverse
from tests.factories import code, make_organisation, make_user_with_role, place

from appui.kernel.access import Role
from appui.registry.models import Code, CodeList, ExchangeRate, Location
from appui.registry.reference import load_reference

pytestmark = pytest.mark.django_db


def everything():
    tables = (CodeList, Code, Location, ExchangeRate)
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


@pytest.mark.slow
def test_loading_twice_changes_nothing():
    first = load_reference()
    before = everything()

    assert load_reference() == first
    assert everything() == before
    assert Location.objects.filter(parent__code="KH").count() == 25
    assert Code.objects.of("Sector").filter(code="15250").exists()
    assert first.rates > 8000


@pytest.fixture
def page(client):
    client.force_login(make_user_with_role(Role.READER, make_organisation(), language="ar"))
    return client


@pytest.mark.parametrize(
    "name",
    ["organisation_list", "person_list", "location_list", "codelist_list", "rate_list"],
)
def test_each_list_opens_in_arabic_from_right_to_left(page, name):
    code("Sector")
    place("KH-1")

    answer = page.get(reverse(f"registry:{name}"))

    assert answer.status_code == 200
    assert '<html lang="ar" dir="rtl"' in answer.content.decode()


@pytest.mark.parametrize("typed", ["senegal", "السنغال", "SÉNÉGAL"])
def test_a_list_is_searched_in_every_language_without_accents(page, typed):
    place("KH")
    country = place("SN")
    Location.objects.filter(pk=country.pk).update(name={"fr": "Sénégal", "ar": "السِّنغال"})

    answer = page.get("/places/", {"q": typed}).content.decode()

    assert "/places/SN/" in answer
    assert "/places/KH/" not in answer


def test_a_place_and_a_code_list_have_a_page_and_an_unknown_one_has_not(page):
    place("KH-1", "Banteay Meanchey")
    code("Sector")

    assert "Banteay Meanchey" in page.get("/places/KH/").content.decode()
    assert "15250" in page.get("/codes/Sector/").content.decode()
    for missing in (
        "/places/XX/",
        "/places/%00/",
        "/codes/Nothing/",
        "/organisations/99999999999999999999/",
    ):
        assert page.get(missing).status_code == 404, missing
