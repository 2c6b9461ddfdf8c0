"""The gallery in a real browser: accessible, narrow enough for a phone, sound under the policy."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST_LOAD = 200_000


@pytest.fixture
def gallery(page, live_server, transactional_db):
    """Opens the gallery as an administrator, in a language and at a width."""
    client = Client()
    client.force_login(get_user_model().objects.create(email="ada@example.org", is_superuser=True))

    def open_in(language: str, width: int):
        page.set_viewport_size({"width": width, "height": 800})
        cookies = {"sessionid": client.cookies["sessionid"].value, "django_language": language}
        page.context.add_cookies(
            [
                {"name": key, "value": value, "url": live_server.url}
                for key, value in cookies.items()
            ]
        )
        assert page.goto("/gallery/").status == 200
        return page

    return open_in


@pytest.mark.parametrize(
    ("language", "width"), [("fr", 1280), ("ar", 1280), ("fr", 360), ("ar", 360)]
)
def test_every_component_is_accessible_and_nothing_overflows(
    gallery, serious_faults, language, width
):
    page = gallery(language, width)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
    assert serious_faults(page) == []


def test_a_first_visit_weighs_little(gallery):
    page = gallery("fr", 1280)
    weight = page.evaluate(
        "[...performance.getEntriesByType('resource'), "
        "...performance.getEntriesByType('navigation')]"
        ".reduce((sum, entry) => sum + entry.encodedBodySize, 0)"
    )
    assert 10_000 < weight < FIRST_LOAD


def test_mistakes_get_the_focus_and_lead_to_their_field(gallery):
    page = gallery("fr", 1280)
    assert page.evaluate("document.activeElement.className") == "error-summary"
    page.locator(".error-summary a").last.click()
    assert page.evaluate("document.activeElement.id") == "id_amount"


def test_a_slash_goes_to_the_search(gallery):
    page = gallery("fr", 1280)
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "q"


def test_the_menu_of_a_phone_opens_by_keyboard(gallery):
    page = gallery("ar", 360)
    menu = page.locator(".menu")
    assert menu.get_attribute("open") is None
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    assert menu.get_attribute("open") == ""
