"""Amounts as people write them; a form sent twice acts once."""

import uuid
from decimal import Decimal

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import override

from appui.kernel.errors import Conflict, Invalid, Refused
from appui.kernel.fields import MoneyField
from appui.kernel.models import IdempotencyKey
from appui.ui.forms import AmountField, MultilingualFormField, PageForm, confirm_page, form_page

KEY = "8b0a1c52-6f0e-4c4e-9a3a-0d8e9c8c1c11"


@pytest.mark.parametrize("language", ["fr", "en", "es", "ar"])
@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("1 234,56", "1234.56"),
        ("1\N{NARROW NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,5", "1234567.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("1,234,567", "1234567"),
        ("1’234.5", "1234.5"),
        ("١٬٢٣٤٫٥٦", "1234.56"),
        ("۱۲۳۴", "1234"),
        ("1234", "1234"),
        ("0,5", "0.5"),
        ("\N{RIGHT-TO-LEFT MARK}12", "12"),
        ("999999999999999.99", "999999999999999.99"),
    ],
)
def test_an_amount_reads_the_same_in_every_language(language, text, amount):
    with override(language):
        assert AmountField().clean(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("language", "text", "amount"),
    [
        ("en", "1,234", "1234"),
        ("ar", "1,234", "1234"),
        ("fr", "1.234", "1234"),
        ("es", "1.234", "1234"),
    ],
)
def test_a_lone_grouping_mark_groups_in_its_language(language, text, amount):
    with override(language):
        assert AmountField().clean(text) == Decimal(amount)


@pytest.mark.parametrize(("language", "text"), [("fr", "1,234"), ("es", "1,234"), ("en", "1.234")])
def test_three_decimals_are_refused_rather_than_guessed(language, text):
    with override(language), pytest.raises(ValidationError, match="2"):
        AmountField().clean(text)


@pytest.mark.parametrize(
    "text",
    [
        "1.5e309",
        "NaN",
        "-NaN",
        "Infinity",
        "1e5",
        "0x10",
        "--5",
        "1,2,3",
        "12.34.56",
        "1,",
        ",5",
        "$5",
        "½",
        "1_000",
        "9" * 60,
    ],
)
def test_what_is_not_plainly_an_amount_is_refused_with_an_example(text):
    with override("en"), pytest.raises(ValidationError) as refusal:
        AmountField().clean(text)
    assert refusal.value.messages[0].startswith(
        ("Write an amount in figures, for example 1,234.50.", "Ensure that there are no more")
    )


@pytest.mark.parametrize("text", ["1" + "0" * 17, "1e30", "1.234", "12345678901234567.891"])
def test_a_fault_of_an_amount_is_told_once(text):
    field = AmountField(validators=MoneyField().validators)
    with override("en"), pytest.raises(ValidationError) as refused:
        field.clean(text)
    assert (
        len(set(refused.value.messages))
        == len(refused.value.messages)
        == (2 if text.endswith(".891") else 1)
    )


def test_an_amount_of_sixteen_whole_digits_is_refused():
    with pytest.raises(ValidationError, match="15"), override("en"):
        AmountField().clean("1234567890123456")


def test_a_negative_amount_needs_leave():
    with override("en"), pytest.raises(ValidationError, match="cannot be below zero"):
        AmountField().clean("-5")
    assert AmountField(allow_negative=True).clean("\N{MINUS SIGN}5") == Decimal(-5)


def test_a_stored_amount_is_shown_as_it_would_be_typed():
    with override("fr"):
        shown = AmountField().prepare_value(Decimal("1234567.50"))
        assert shown == "1\N{NO-BREAK SPACE}234\N{NO-BREAK SPACE}567,50"
        assert AmountField().clean(shown) == Decimal("1234567.50")


def test_multilingual_text_needs_one_language_and_keeps_only_what_is_written():
    class TextForm(forms.Form):
        text = MultilingualFormField()

    assert TextForm({"text_fr": "Déminage", "text_ar": "  "}).errors == {}
    form = TextForm({"text_fr": "Déminage", "text_ar": "إزالة الألغام"})
    assert form.is_valid()
    assert form.cleaned_data["text"] == {"fr": "Déminage", "ar": "إزالة الألغام"}
    assert list(TextForm({}).errors) == ["text"]


class TitleForm(PageForm):
    title = MultilingualFormField(max_length=10)


@pytest.mark.parametrize(
    ("language", "before", "order"),
    [("ar", None, ["ar", "fr", "en"]), ("ar", {"en": "Well"}, ["en", "ar", "fr"])],
)
def test_a_text_falls_back_to_its_language_of_origin(language, before, order):
    data = {"idempotency_key": KEY, "title_fr": "Puits", "title_ar": "بئر", "title_en": "Well"}
    with override(language):
        form = TitleForm(data, initial={"title": before})
        assert form.is_valid()
        assert list(form.act_data()["title"]) == order


def test_the_readers_language_is_offered_first_and_the_others_fold_away():
    with override("es"):
        empty, filled = TitleForm(), TitleForm(initial={"title": {"ar": "بئر"}})
        assert '<details class="languages">' in str(empty["title"])
        assert '<details class="languages" open>' in str(filled["title"])
        assert str(empty["title"]).index("title_es") < str(empty["title"]).index("title_fr")


def test_a_text_too_long_in_one_language_is_refused():
    with override("en"):
        form = TitleForm({"idempotency_key": KEY, "title_fr": "x" * 11})
        assert form.errors["title"] == ["Ensure this value has at most 10 characters (it has 11)."]


class ThingForm(PageForm):
    name = forms.CharField(max_length=20, help_text="As written on the contract.")
    cost = AmountField(required=False)
    sections = (("What", "", ("name",)),)


class Desk:
    """Stands for the actions of a room: counts, or refuses."""

    def __init__(self, error: Exception | None = None) -> None:
        self.done: list[dict] = []
        self.error = error

    def __call__(self, data: dict) -> str:
        if self.error:
            raise self.error
        self.done.append(data)
        return f"/things/{len(self.done)}/"


def sent(asked, desk, **data):
    request = asked(method="post", data={"idempotency_key": KEY, "name": "Well", **data})
    with override("en"):
        return form_page(
            request, ThingForm, act=desk, title="Thing", submit="Save", cancel="/things/"
        )


def test_a_form_shows_its_sections_and_a_fresh_key(asked):
    desk = Desk()
    pages = [
        form_page(asked(), ThingForm, act=desk, title="T", submit="S", cancel="/")
        for _again in range(2)
    ]
    keys = [page.content.decode().split('name="idempotency_key" value="')[1][:36] for page in pages]
    assert len({uuid.UUID(key) for key in keys}) == 2
    assert [page.status_code for page in pages] == [200, 200]
    assert [section.title for section in ThingForm().shown_sections()] == ["What", ""]
    assert desk.done == []


def test_a_good_form_acts_and_goes_on_with_get(asked, db):
    desk = Desk()
    response = sent(asked, desk, version="3", cost="1,250.50")
    assert (response.status_code, response["Location"]) == (303, "/things/1/")
    assert desk.done == [{"name": "Well", "cost": Decimal("1250.50"), "version": 3}]


def test_the_same_form_sent_twice_acts_once(asked, db):
    desk = Desk()
    first, second = sent(asked, desk), sent(asked, desk)
    assert (second.status_code, second["Location"]) == (303, first["Location"])
    assert len(desk.done) == 1


def test_the_same_key_with_other_content_is_refused(asked, db):
    desk = Desk()
    sent(asked, desk)
    response = sent(asked, desk, name="Road")
    assert response.status_code == 422
    assert len(desk.done) == 1
    assert "already sent with other content" in response.content.decode()


@pytest.mark.parametrize(
    ("error", "status"),
    [(Conflict("Changed."), 409), (Refused("Not you."), 403), (Invalid("No."), 422)],
)
def test_a_refused_act_is_shown_in_the_form_with_its_status(asked, db, error, status):
    response = sent(asked, Desk(error))
    content = response.content.decode()
    assert response.status_code == status
    assert f"<li>{error}</li>" in content
    assert 'value="Well"' in content
    assert IdempotencyKey.objects.count() == 0


def test_a_refusal_that_names_a_field_stands_at_the_field(asked, db):
    content = sent(asked, Desk(Invalid("No.", {"name": "Taken."}))).content.decode()
    assert '<ul class="errors" id="id_name_error"><li>Taken.</li></ul>' in content
    assert '<li><a href="#id_name">Name</a>: Taken.</li>' in content


def test_a_mistake_is_answered_422_with_a_summary_that_leads_to_the_field(asked, db):
    response = sent(asked, Desk(), name="", cost="1.5e309")
    content = response.content.decode()
    assert response.status_code == 422
    assert 'role="alert" tabindex="-1" data-focus' in content
    assert '<a href="#id_name">Name</a>: This field is required.' in content
    assert 'aria-describedby="id_name_helptext id_name_error"' in content
    assert 'value="1.5e309"' in content


@pytest.mark.parametrize("key", ["", "x", "8b0a1c52"])
def test_a_form_without_its_key_is_not_acted_on(asked, db, key):
    desk = Desk()
    response = sent(asked, desk, idempotency_key=key)
    assert response.status_code == 422
    assert "This form is incomplete." in response.content.decode()
    assert desk.done == []


def test_a_confirmation_asks_on_get_and_acts_on_post(asked, db):
    desk = Desk()

    def confirm(request):
        return confirm_page(
            request, act=desk, title="Delete?", question="Sure?", submit="Delete", cancel="/"
        )

    assert "Sure?" in confirm(asked()).content.decode()
    assert desk.done == []
    assert confirm(asked(method="post", data={"idempotency_key": KEY})).status_code == 303
    assert desk.done == [{}]


def test_a_stored_amount_comes_back_with_all_its_decimals():
    field = AmountField(max_digits=20, decimal_places=6)

    with override("fr"):
        shown = field.prepare_value(Decimal("0.245100"))
        assert shown == "0,2451"
        assert field.clean(shown) == Decimal("0.2451")
