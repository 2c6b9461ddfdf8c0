"""The browser fixtures themselves, so that a journey that fails is not their fault."""

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]
PAGE = """<!doctype html><html lang="fr"><title>Essai</title><main><h1>Bonjour</h1>{}</main>"""


def test_the_live_server_answers_with_its_static_files(page):
    answer = page.goto("/static/ui/appui.css")
    assert answer.status == 200


def test_a_sound_page_has_no_serious_fault_and_a_nameless_button_is_one(page, serious_faults):
    page.set_content(PAGE.format("<p>Bien.</p>"))
    assert page.get_by_role("heading").inner_text() == "Bonjour"
    assert serious_faults(page) == []

    page.set_content(PAGE.format('<button class="x"></button>'))
    assert serious_faults(page) == ['button-name: <button class="x"></button>']
