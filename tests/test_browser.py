"""The browser fixtures themselves, so that a journey that fails is not their fault."""

import pytest
from django.http import HttpResponse
from django.urls import path

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.urls(__name__)]
PAGE = """<!doctype html><html lang="fr"><title>Essai</title><main><h1>Bonjour</h1>{}</main>"""


def show_good(request):
    return HttpResponse(PAGE.format("<p>Bien.</p>"))


def show_nameless_button(request):
    return HttpResponse(PAGE.format('<button class="x"></button>'))


urlpatterns = [path("good/", show_good), path("nameless/", show_nameless_button)]


def test_a_sound_page_has_no_serious_fault_and_a_nameless_button_is_one(page, serious_faults):
    page.goto("/good/")
    assert page.get_by_role("heading").inner_text() == "Bonjour"
    assert serious_faults(page) == []

    page.goto("/nameless/")
    assert serious_faults(page) == ['button-name: <button class="x"></button>']
