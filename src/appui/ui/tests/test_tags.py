"""What the tags put on the page, by language."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.paginator import Paginator
from django.http import Http404
from django.template import engines
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.translation import override

from appui.kernel.access import ANONYMOUS, Reader
from appui.kernel.errors import Conflict, Missing, Refused
from appui.kernel.models import AuditEntry
from appui.kernel.money import Converted, Money
from appui.kernel.navigation import NavItem, register
from appui.kernel.verdict import allow, refuse
from appui.ui import cells, formats
from appui.ui import context as shell
from appui.ui.facts import Fact
from appui.ui.gallery import SampleSource
from appui.ui.middleware import ErrorPageMiddleware
from appui.ui.templatetags.ui import Claim, Tab
from appui.ui.views import gallery

NB = "\N{NO-BREAK SPACE}"


def rendered(markup: str, language: str = "fr", **context) -> str:
    with override(language):
        template = engines["django"].from_string("{% load ui %}" + markup)
        return " ".join(template.render(context).split(" ")).strip()


@pytest.mark.parametrize(
    ("language", "full", "short"),
    [
        ("fr", f"138{NB}000{NB}000,50{NB}USD", f"138,0{NB}M{NB}USD"),
        ("en", f"138,000,000.50{NB}USD", f"138.0{NB}M{NB}USD"),
        ("es", f"138.000.000,50{NB}USD", f"138,0{NB}M{NB}USD"),
    ],
)
def test_an_amount_follows_the_language_and_names_its_currency(language, full, short):
    value = Decimal("138000000.50")
    assert formats.money(value, "USD", lang=language) == full
    with override(language):
        assert formats.money(value, "USD", short=True) == short


def test_arabic_amounts_have_latin_digits():
    assert formats.money(Decimal("1234.5"), "USD", lang="ar") == f"1,234.50{NB}USD"
    assert formats.day(date(2031, 4, 30), lang="ar") == "30 أبريل 2031"


def test_an_amount_stands_in_bdi_with_its_unit_apart():
    expected = f'<bdi>1{NB}250{NB}<span class="unit">USD</span></bdi>'
    assert rendered('{% amount v "USD" %}', v=Decimal(1250)) == expected
    assert 'class="none"' in rendered('{% amount v "USD" %}', v=None)


def test_a_converted_amount_says_what_it_was_and_the_rate():
    euros, dollars = Money(Decimal("100.5"), "EUR"), Money(Decimal("109.04"), "USD")
    value = Converted(euros, dollars, Decimal("1.085"), date(2031, 4, 30), "ECB")
    assert f'title="100.50{NB}EUR at 1.085 on Apr 30, 2031, ECB"' in rendered(
        "{% money v %}", "en", v=value
    )


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("{% number v %}", "<bdi>0,565</bdi>"),
        ("{% number v 1 %}", "<bdi>0,6</bdi>"),
        ("{% percent v %}", f"<bdi>56{NB}%</bdi>"),
        ("{% percent v 1 %}", f"<bdi>56,5{NB}%</bdi>"),
        ("{% day d %}", '<time datetime="2031-04-30"><bdi>30 avr. 2031</bdi></time>'),
        ("{% period d n %}", f"<bdi>30 avr. 2031{NB}– …</bdi>"),
        ('{% tag "late" "late" %}', '<span class="tag late">late</span>'),
    ],
)
def test_figures_and_days(markup, expected):
    assert rendered(markup, v=Decimal("0.565"), d=date(2031, 4, 30), n=None) == expected


def test_an_unknown_tone_is_an_error():
    with pytest.raises(ValueError, match="Unknown tone"):
        rendered('{% tag "x" "purple" %}')


def test_text_of_another_language_is_marked():
    assert rendered("{% local v %}", v={"fr": "Puits"}) == '<span lang="fr" dir="ltr">Puits</span>'
    marked = rendered("{% local v %}", v={"ar": "بئر"})
    assert marked.startswith('<span lang="ar" dir="rtl">بئر</span><span class="fallback"')


def test_a_source_mark_opens_its_source_and_escapes_its_label():
    mark = rendered("{% source_mark s %}", "en", s=SampleSource("<S6>"))
    assert 'href="#sources" aria-label="Source: &lt;S6&gt;"' in mark
    assert rendered("{% source_mark s %}", s=None) == ""


def test_facts_link_and_show_a_dash_for_no_value():
    facts = [Fact("Place", "North", href="/p/"), Fact("People", None, "number")]
    shown = rendered("{% facts f %}", f=facts)
    assert '<dt>Place</dt><dd><a href="/p/">North</a></dd>' in shown
    assert shown.count('class="none"') == 1


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("+855 12 345 678", '<bdi dir="ltr">+855 12 345 678</bdi>'),
        ("563 km²", "<bdi>563 km²</bdi>"),
        ("Table “2009”", "<bdi>Table “2009”</bdi>"),
        ("North", "North"),
    ],
)
def test_text_that_a_right_to_left_page_would_turn_is_kept_apart(text, html):
    assert f"<dd>{html}</dd>" in rendered("{% facts f %}", "ar", f=[Fact("x", text)])


def chain(need, secured, asked, weighted, gap):
    markup = '{% chain n s a w g "USD" need_url="/n/" gap_url="/g/" basis="Why." %}'
    values = {"n": need, "s": secured, "a": asked, "w": weighted, "g": gap}
    return rendered(markup, "en", **{key: Decimal(value) for key, value in values.items()})


def test_the_chain_shows_four_figures_and_one_bar():
    shown = chain("138e6", "60e6", "21.8e6", "11.4e6", "78e6")
    assert f'<a href="/g/"><bdi title="78,000,000{NB}USD">78.0' in shown
    assert f"of 21.8{NB}M{NB}USD asked" in shown
    assert 'class="secured" width="43.48%"' in shown
    assert 'x="43.48%" width="8.26%"' in shown
    assert 'aria-label="Secured 43%, asked and weighted 8%, missing after that 48%."' in shown


def test_the_bar_stays_within_its_box_and_says_when_nothing_is_needed():
    over = chain("100", "150", "80", "80", "0")
    assert 'class="secured" width="100.00%"' in over
    assert 'width="0.00%"' in over
    assert "is-unknown" in chain("0", "0", "0", "0", "0")


def test_a_block_wraps_its_content_once():
    shown = rendered('{% panel "Facts" "two" slug="f" %}<p>{{ v }}</p>{% endpanel %}', v="<b>")
    assert '<section class="panel" id="f">' in shown
    assert '<div class="body"><p>&lt;b&gt;</p></div>' in shown


def test_a_refused_act_is_a_dimmed_button_that_says_why():
    shown = rendered('{% act "Delete" "/d/" v "danger" %}', v=refuse("Not you."))
    assert ("/d/" in shown, 'aria-disabled="true"' in shown, shown.count("Not you.")) == (
        False,
        True,
        2,
    )
    assert (
        rendered('{% act "Delete" "/d/" v "danger" %}', v=allow())
        == '<a class="button danger" href="/d/">Delete</a>'
    )


def test_tabs_pages_and_empty_states_are_links():
    tabs = [Tab("Cost", "/c/", current=True), Tab("Donors", "/d/", count=12)]
    assert '<a href="/c/" aria-current="page">Cost</a>' in rendered("{% tabs t %}", t=tabs)
    page = Paginator(range(30), 10).get_page(2)
    pager = rendered('{% pager p query="q=x" %}', p=page)
    assert 'aria-current="page" href="?q=x&amp;page=2"' in pager
    assert 'href="/n/">New</a>' in rendered('{% empty "None." "Hint." "/n/" "New" %}')


def test_history_shows_before_and_after():
    entry = AuditEntry(user_name="Ada", verb="changed", changes={"cost": ["1", "2"]})
    request = RequestFactory().get("/")
    shown = rendered("{% history h %}", h=[entry], request=request)
    assert "<dt>cost</dt><dd><del>1</del>" in shown
    assert "<ins>2</ins></dd>" in shown
    assert 'class="empty"' in rendered("{% history h %}", h=[], request=request)


def test_a_conflict_puts_the_claims_side_by_side():
    claims = [
        Claim("Monitor", "681 km²", None, SampleSource("LM")),
        Claim("Office", "563 km²", None, None),
    ]
    shown = rendered('{% conflict "Area" c %}', c=claims)
    assert shown.count("<tr ") == 3
    assert "<bdi>681 km²</bdi>" in shown


def test_a_picture_is_an_image_with_words_and_a_size():
    markup = (
        '<svg xmlns="http://www.w3.org/2000/svg" width="40.4" height="20" viewBox="0 0 40 20"/>'
    )
    shown = rendered('{% svg m "Two bars" %}', m=markup)
    assert 'alt="Two bars" width="40" height="20"' in shown
    assert '<img src="data:image/svg+xml;base64,' in shown


def test_the_rail_marks_where_we_are_and_leaves_out_what_is_not_installed(rf: RequestFactory):
    register(NavItem("know", "Components", "ui:gallery", 1))
    register(NavItem("know", "Ghost", "ghost:list", 2))
    request = rf.get("/gallery/inner/")
    request.reader = ANONYMOUS
    links = [link for section in shell.rail_of(request) for link in section.links]
    assert [link.current for link in links if link.label == "Components"] == [True]
    assert "Ghost" not in [link.label for link in links]


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("Only a manager may."), 403),
        (Missing("No such need."), 404),
        (Conflict("Changed."), 409),
    ],
)
def test_an_error_with_a_sentence_becomes_a_page_with_it(asked, error, status):
    middleware = ErrorPageMiddleware(lambda request: None)
    response = middleware.process_exception(asked(), error)
    assert response.status_code == status
    assert str(error) in response.content.decode()
    assert middleware.process_exception(asked(), KeyError("x")) is None


def test_the_page_of_last_resort_needs_nothing_but_itself():
    with override("ar"):
        shown = render_to_string("500.html")
    assert '<html lang="ar" dir="rtl">' in shown
    assert "csrf" not in shown


def test_the_gallery_is_not_for_visitors(asked):
    visitor, administrator = asked(), asked()
    administrator.reader = Reader(user_id=1, name="Ada", is_superuser=True)
    with pytest.raises(Http404):
        gallery(visitor)
    assert gallery(administrator).status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        " JavaScript:alert(1)",
        "data:text/html,x",
        "//evil.example",
        "vbscript:x",
    ],
)
def test_an_address_that_would_run_something_is_shown_without_a_link(address):
    assert cells.link(address, cells.bdi("x")) == "<bdi>x</bdi>"


@pytest.mark.parametrize("address", ["/needs/1/", "https://iom.int/", "mailto:a@b.example", "?q=x"])
def test_an_address_of_a_page_or_of_a_person_is_a_link(address):
    assert cells.link(address, cells.bdi("x")) == f'<a href="{address}"><bdi>x</bdi></a>'
