"""What forms offer: places by region, codes by category, currencies in use, a reference."""

from datetime import date

import pytest
from django.utils.translation import override

from appui.evidence.forms import SourceForm
from appui.funding.forms import FundForm, TargetForm
from appui.kernel.access import Role
from appui.kernel.fields import current_currencies
from appui.needs.forms import NeedForm
from appui.needs.models import Need
from appui.registry.models import Code
from appui.registry.references import proposed_reference
from tests.factories import (
    code,
    in_english,
    make_donor,
    make_need,
    make_organisation,
    make_reader,
    make_source,
    place,
)

__all__ = ["in_english"]
pytestmark = pytest.mark.django_db
KEY = "8b0a1c52-6f0e-4c4e-9a3a-0d8e9c8c1c11"


@pytest.fixture
def owner():
    return make_organisation("Authority", acronym="CMAA", currency="KHR")


@pytest.fixture
def reader(owner):
    return make_reader(Role.MANAGER, owner)


def shape(form, name):
    """The choices of a field as labels; a group as its heading with its labels."""
    return [
        (label, [str(text) for _value, text in value]) if isinstance(value, list) else str(value)
        for label, value in form.fields[name].choices
    ]


def sent(owner, **fields):
    return {
        "title_fr": "Déminer",
        "kind": "programme",
        "sector": code().pk,
        "locations": [place("KH").pk],
        "currency": "USD",
        "owner": owner.pk,
        "visibility": "private",
        "idempotency_key": KEY,
    } | fields


def test_places_stand_under_their_region_in_the_language_of_the_page(reader):
    place("KH-1", "Banteay Meanchey")
    for value in ("KH", "ML", "LA"):
        place(value)

    with override("fr"):
        assert shape(NeedForm(reader=reader), "locations") == [
            ("Afrique occidentale", ["ML"]),
            ("Asie du Sud-Est", ["KH", "KH › Banteay Meanchey", "LA"]),
        ]


def test_codes_keep_the_order_of_their_list_under_their_category(reader):
    category = code("SectorCategory", "152", "Peace")
    for value in ("15250", "15210"):
        code("Sector", value, "Work")
    Code.objects.of("Sector").update(parent=category)

    assert shape(FundForm(reader=reader), "sectors") == [
        ("152 · Peace", ["15210 · Work", "15250 · Work"])
    ]


def test_what_is_ticked_comes_first_and_a_long_list_folds(reader, owner):
    for value in ("KH", "ML", "LA"):
        place(value)
    need = make_need(owner, places=["ML"])

    html = str(NeedForm(reader=reader, obj=need)["locations"])

    assert html.count("<input") == html.count('type="checkbox"') == 3
    assert html.index(f'value="{place("ML").pk}"') < html.index("<details>")
    assert html.count("checked") == 1


def test_an_empty_list_says_so(reader):
    assert "Nothing to choose from yet." in str(FundForm(reader=reader)["sectors"])


def test_currencies_in_use_come_first_and_dead_ones_only_where_stored(reader, owner):
    make_need(owner, currency="DEM")

    form = NeedForm(reader=reader)
    ((_used, first), (_all, others)) = form.fields["currency"].choices
    offered = [value for value, _label in others]

    assert [value for value, _label in first] == ["KHR", "DEM"]
    assert offered[:4] == ["USD", "EUR", "GBP", "XOF"]
    assert {"KHR", "DEM", "FRF", "ITL"}.isdisjoint(offered)
    assert len(offered) == len(set(offered)) == len(current_currencies()) - 1


def test_a_stored_currency_no_longer_in_use_stays_selectable(reader):
    form = TargetForm(reader=reader, initial={"currency": "FRF"})
    assert [value for value, _label in form.fields["currency"].choices[0][1]] == ["KHR", "FRF"]


def test_a_reference_left_empty_is_given_and_never_one_that_is_taken(reader, owner):
    year = date.today().year
    make_need(owner, reference=f"CMAA-NEE-{year}-007")
    make_need(owner, reference=f"cmaa-nee-{year}-008")

    form = NeedForm(sent(owner), reader=reader)

    assert form.fields["reference"].widget.attrs["placeholder"] == f"CMAA-NEE-{year}-009"
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reference"] == f"CMAA-NEE-{year}-009"


def test_a_typed_reference_stays_as_it_is(reader, owner):
    form = NeedForm(sent(owner, reference="KHM-2024"), reader=reader)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reference"] == "KHM-2024"


def test_a_reference_emptied_by_mistake_is_kept(reader, owner):
    need = make_need(owner, reference="KHM-2024")
    form = NeedForm(sent(owner, reference=""), reader=reader, obj=need)
    assert form.is_valid(), form.errors
    assert form.cleaned_data["reference"] == "KHM-2024"


def test_an_organisation_without_a_latin_acronym_is_named_by_its_number():
    arabic = make_organisation("الهيئة", acronym="هيئة")
    assert proposed_reference(Need, arabic, 2026) == f"ORG{arabic.pk}-NEE-2026-001"


def test_a_form_without_a_reference_offers_none(reader, owner):
    make_source(owner)
    make_donor()
    assert "reference" not in SourceForm(reader=reader).fields
