"""An organisation with a comparison of a programme that delivers land."""

import json

import pytest
from django.urls import reverse
from tests.factories import (
    in_english,
    key,
    make_organisation,
    make_reader,
    make_user_with_role,
)
from tests.funds import make_comparison, make_planned_outcome

from appui.kernel.access import Role

__all__ = ["in_english"]


@pytest.fixture
def owner():
    return make_organisation("Authority", acronym="CMAA")


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def comparison(owner):
    """1,000 needed in 2026 and in 2027, ten hectares each, at 10 %."""
    made = make_comparison(owner, reference="ways")
    make_planned_outcome(made)
    return made


@pytest.fixture
def page(client, owner):
    """Open an address by its name as an editor, or send it a form; the answer."""
    client.force_login(make_user_with_role(Role.EDITOR, owner, display_name="Ana"))

    def page(name, *arguments, send=None, **query):
        url = reverse(f"instruments:{name}", args=arguments)
        if send is None:
            return client.get(url, query)
        return client.post(url, {"idempotency_key": key()} | send)

    page.client = client
    return page


@pytest.fixture
def call(page, client):
    """Call the API with a body; the answer."""

    def call(method, path, body=None, **headers):
        return client.generic(
            method,
            f"/api/{path}",
            json.dumps(body or {}),
            content_type="application/json",
            headers=headers,
        )

    return call
