"""The pages of the watch in a browser: no serious fault, nothing wider than a phone."""

from datetime import date

import pytest
from django.conf import settings
from django.core import signing
from django.urls import reverse
from tests.factories import (
    make_donor,
    make_feed,
    make_interaction,
    make_organisation,
    make_search,
    make_signal,
    make_user_with_role,
)

from appui.kernel.access import Role
from appui.watch.digest import SALT

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_no_serious_fault_and_nothing_wider_than_a_phone(
    page, client, live_server, serious_faults, language
):
    owner, donor = make_organisation(), make_donor()
    user = make_user_with_role(Role.EDITOR, owner, language=language)
    search = make_search(owner)
    signal = make_signal(
        search, donor=donor, responsible=user, follow_up="Call", follow_up_on=date(2027, 1, 1)
    )
    make_signal(search, title="Japan", kind="exit", after=0, confidence="weak")
    make_interaction(owner, donor, follow_up="Send the plan")
    feed = make_feed(owner, problem="fetch-private")
    client.force_login(user)
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.add_cookies(
        [
            {"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url},
            {"name": settings.LANGUAGE_COOKIE_NAME, "value": language, "url": live_server.url},
        ]
    )
    paths = [
        reverse("watch:signal_list"),
        signal.get_absolute_url(),
        reverse("watch:signal_follow_up", args=[signal.pk]),
        search.get_absolute_url(),
        reverse("watch:search_add"),
        feed.get_absolute_url(),
        reverse("watch:digest"),
        reverse("watch:briefing", args=[donor.pk]),
        reverse("watch:unsubscribe", args=[signing.dumps(user.pk, salt=SALT)]),
    ]
    found = {}
    for path in paths:
        page.set_viewport_size({"width": 1280, "height": 800})
        page.goto(path)
        faults = serious_faults(page)
        page.set_viewport_size({"width": 390, "height": 844})
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            faults.append("wider than the screen")
        if faults:
            found[path] = faults
    assert found == {}
