"""The pages of this room in a browser: no serious fault, nothing wider than a phone."""

import pytest
from django.conf import settings
from django.utils import timezone

from appui.home.tests.records import (
    make_agreement,
    make_donor,
    make_member,
    make_need,
    make_proposal,
    make_target,
    make_workspace,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PAGES = ["/", "/due/", "/position/missing/", "/search/?q=land", "/history/"]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_serious_fault_and_nothing_wider_than_a_phone(
    page, client, live_server, serious_faults, language
):
    owner, donor, today = make_workspace(), make_donor(), timezone.localdate()
    for title in ("Clear the land", "Land for schools"):
        need = make_need(owner, title=title, cost=1000)
        make_proposal(owner, donor, need, next_action="Call", next_action_on=today)
    make_agreement(owner, donor, 200, need=need)
    make_target(owner)
    client.force_login(make_member(owner, "manager", language=language))
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
        ]
    )
    found = {}
    for path in PAGES:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        faults = serious_faults(page)
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("wider than the screen")
        if faults:
            found[path] = faults
    assert found == {}
