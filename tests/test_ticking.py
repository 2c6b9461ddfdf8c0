"""Lists of boxes in a browser: found by typing, usable without JavaScript, sound in Arabic."""

import pytest
from django.conf import settings

from appui.kernel.access import Role
from appui.registry.models import Location
from tests.factories import make_organisation, make_user_with_role, place

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(client, live_server):
    """Signs a browser context in; gives it back."""
    for number in range(1, 14):
        place(f"KH-{number}")
    place("BJ")
    Location.objects.filter(code="BJ").update(name={"fr": "Bénin"})
    owner = make_organisation("Authority", acronym="CMAA")

    def sign(context, language):
        client.force_login(make_user_with_role(Role.EDITOR, owner, language=language))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}]
        )
        return context

    return sign


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_form_with_long_lists_is_sound_on_a_phone(page, signed_in, serious_faults, language):
    signed_in(page.context, language)
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto("/needs/add/")

    assert serious_faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_typing_narrows_a_list_without_accents_and_sends_nothing(page, signed_in):
    signed_in(page.context, "fr")
    page.goto("/needs/add/")
    places = page.locator("[data-checklist]", has=page.locator("[name=locations]"))
    find = places.locator("[data-narrow]")

    find.fill("benin")
    assert places.locator("label:visible").all_inner_texts() == ["Bénin"]
    places.locator("label:visible input").check()
    find.fill("zzz")
    assert places.locator("[data-nothing]").is_visible()
    find.press("Enter")
    assert page.url.endswith("/needs/add/")
    find.fill("")
    assert places.locator("details[open] :checked").count() == 1


def test_without_javascript_groups_open_and_no_filter_stands_idle(chromium, live_server, signed_in):
    context = signed_in(chromium.new_context(java_script_enabled=False), "fr")
    page = context.new_page()
    page.goto(f"{live_server.url}/needs/add/")
    group = page.locator("details", has=page.locator("[name=locations]")).first

    assert page.locator("[data-narrow]:visible").count() == 0
    group.locator("summary").click()
    assert group.locator("label").first.is_visible()
    context.close()
