"""An organisation with an approved strategy."""

import json
from datetime import date

import pytest
from django.urls import reverse
from tests.factories import (
    TODAY,
    in_english,
    key,
    make_item,
    make_organisation,
    make_reader,
    make_strategy,
    make_user_with_role,
)

from appui.kernel.access import Role
from appui.strategies import actions

__all__ = ["in_english"]


@pytest.fixture
def owner():
    return make_organisation("Directorate", acronym="ACS")


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.fixture
def draft(owner):
    """A draft with one objective, one axis and one action."""
    strategy = make_strategy(owner, "Raise", reference="rm")
    make_item(strategy, "Meet donors", due_on=date(2026, 10, 15))
    return strategy


@pytest.fixture
def approved(draft, manager):
    return actions.approve_strategy(draft, by=manager, today=TODAY, unheard="A test.")


@pytest.fixture
def page(client, owner):
    """Open an address by its name as an administrator, or send it a form; the answer."""
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner, display_name="Ana"))

    def page(name, *arguments, send=None, **query):
        url = reverse(f"strategies:{name}", args=arguments)
        if send is None:
            return client.get(url, query, follow=False)
        return client.post(url, {"idempotency_key": key()} | send)

    page.client = client
    page.sealed = lambda **fields: {"idempotency_key": key(), **fields}
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
