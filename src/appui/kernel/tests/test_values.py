"""Money, multilingual text, roles, panels, and the parts that all APIs share."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.utils import translation
from tests.factories import make_organisation

from appui.kernel import panels
from appui.kernel.access import ANONYMOUS, SYSTEM, Reader, Role
from appui.kernel.api import decimal, fetch, pick
from appui.kernel.errors import Invalid, Missing, Refused
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.money import Money, cents
from appui.kernel.multilingual import MultilingualField, localise
from appui.kernel.verdict import allow, refuse, require

Organisation = apps.get_model("registry.Organisation")
FRENCH_FIRST = {"fr": "Déminage", "en": "Clearance", "ar": "تطهير"}


@pytest.mark.parametrize(
    ("language", "text", "written_in", "direction", "is_fallback"),
    [
        ("fr", "Déminage", "fr", "ltr", False),
        ("en-gb", "Clearance", "en", "ltr", False),
        ("ar", "تطهير", "ar", "rtl", False),
        ("es", "Déminage", "fr", "ltr", True),
    ],
)
def test_a_text_falls_back_visibly_to_its_language_of_origin(
    language, text, written_in, direction, is_fallback
):
    found = localise(FRENCH_FIRST, language)

    assert (found.text, found.language) == (text, written_in)
    assert (found.direction, found.is_fallback) == (direction, is_fallback)


def test_no_text_is_empty_and_not_a_fallback():
    with translation.override("ar"):
        found = localise({"fr": ""})

    assert (str(found), found.language, found.is_fallback) == ("", "ar", False)


@pytest.mark.parametrize(
    "value", [{}, [], "text", {"fr": " "}, {"de": "x"}, {"fr": 1}, {"fr": None}, {"fr": ["x"]}]
)
def test_a_required_text_is_refused_unless_a_known_language_has_text(value):
    with pytest.raises(ValidationError):
        MultilingualField().clean(value, None)


@pytest.mark.parametrize("value", [["x"], "text", {"de": "x"}, {"fr": 1}])
def test_an_optional_text_may_be_empty_but_not_something_else(value):
    assert MultilingualField(blank=True).clean({}, None) == {}
    assert MultilingualField(blank=True).clean({"fr": ""}, None) == {"fr": ""}
    with pytest.raises(ValidationError):
        MultilingualField(blank=True).clean(value, None)


@pytest.mark.parametrize("value", ["XYZ", "usd", "US", "", "ÉUR"])
def test_an_unknown_currency_is_refused(value):
    with pytest.raises(ValidationError):
        CurrencyField().clean(value, None)


@pytest.mark.parametrize("value", ["USD", "XOF", "KHR"])
def test_a_currency_of_iso_4217_is_accepted(value):
    assert CurrencyField().clean(value, None) == value


@pytest.mark.parametrize(
    "value", ["-0.01", "10000000000000.00", "0.001", "NaN", "sNaN", "Infinity", "-Infinity", "x"]
)
def test_an_amount_that_cannot_be_right_is_refused(value):
    with pytest.raises(ValidationError):
        MoneyField().clean(value, None)


def test_amounts_up_to_the_limit_are_accepted_and_negative_ones_where_told():
    assert MoneyField().clean("9999999999999.99", None) == Decimal("9999999999999.99")
    assert MoneyField(minimum=None).clean("-9999999999999.99", None) < 0
    with pytest.raises(ValidationError):
        MoneyField(minimum="0.01").clean("0", None)
    with pytest.raises(ValidationError):
        MoneyField(minimum=None).clean("-10000000000000", None)


def test_a_money_field_is_written_to_migrations_with_its_minimum():
    assert MoneyField(minimum="0.01").deconstruct()[3] == {"minimum": "0.01"}
    assert MoneyField(null=True).deconstruct()[3] == {"null": True}


def test_money_adds_in_one_currency_only():
    assert Money(Decimal(1), "USD") + Money(Decimal(2), "USD") == Money(Decimal(3), "USD")
    with pytest.raises(ValueError, match="Cannot add EUR to USD"):
        Money(Decimal(1), "USD") + Money(Decimal(2), "EUR")


def test_cents_are_rounded_half_to_even():
    assert [cents(Decimal(v)) for v in ("0.005", "0.015", "-0.005")] == [
        Decimal("0.00"),
        Decimal("0.02"),
        Decimal("-0.00"),
    ]


def test_each_role_may_do_what_the_ones_before_it_may():
    order = [Role.READER, Role.EDITOR, Role.FINANCE, Role.MANAGER, Role.ADMINISTRATOR]

    for height, held in enumerate(order):
        reader = Reader(user_id=1, name="", roles={5: held})
        assert [reader.has(role, 5) for role in order] == [n <= height for n in range(5)]
        assert [reader.has_anywhere(role) for role in order] == [n <= height for n in range(5)]
        assert not reader.has(Role.READER, 6)
        assert not reader.has(Role.READER, None)
        assert reader.organisation_ids(held) == {5}


def test_visitors_may_nothing_and_the_system_everything():
    assert ANONYMOUS.role_in(1) is None
    assert not ANONYMOUS.has_anywhere(Role.READER)
    assert SYSTEM.has(Role.ADMINISTRATOR, None)


def test_a_refusal_carries_its_reason():
    require(allow())
    with pytest.raises(Refused, match="Not today"):
        require(refuse("Not today."))
    assert Refused.status == 403


def test_panels_come_in_order_once_and_only_those_with_something_to_show(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})

    def panel(slug):
        return lambda obj, reader: panels.RenderedPanel(slug, slug, "t.html", {})

    last, first = panel("last"), panel("first")
    for order, function in ((20, last), (10, first), (20, last), (15, lambda *_both: None)):
        panels.register("registry.Organisation", order, function)

    found = panels.panels_for(Organisation(pk=1), ANONYMOUS)
    assert [item.slug for item in found] == ["first", "last"]


@pytest.mark.django_db
def test_the_api_fetches_and_picks_among_the_rows_it_is_given_only():
    seen, hidden = make_organisation("Seen"), make_organisation("Hidden")
    rows = Organisation.objects.filter(pk=seen.pk)

    assert fetch(rows, seen.pk) == seen
    assert pick(rows, seen.pk, "owner_id") == seen
    assert pick(rows, None, "owner_id") is None
    with pytest.raises(Missing):
        fetch(rows, hidden.pk)
    with pytest.raises(Invalid) as refused:
        pick(rows, hidden.pk, "owner_id")
    assert list(refused.value.fields) == ["owner_id"]


def test_amounts_of_the_api_are_decimals():
    assert (decimal(None), decimal("12.50")) == (None, Decimal("12.50"))


@pytest.mark.django_db
def test_the_language_of_origin_stays_first_whatever_the_database():
    organisations = apps.get_model("registry.Organisation").objects
    made = organisations.create(name={"fr": "Autorité", "ar": "هيئة", "en": "Authority"})

    found = organisations.get(pk=made.pk)

    assert list(found.name) == ["fr", "ar", "en"]
    assert localise(found.name, "es").text == "Autorité"
    assert organisations.filter(name__fr="Autorité").exists()
