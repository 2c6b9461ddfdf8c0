"""An organisation with the rules that come with Appui, and a fund whose duties are known."""

import pytest
from django.urls import reverse
from tests.factories import (
    in_english,
    key,
    make_donor,
    make_draft,
    make_organisation,
    make_reader,
    make_user_with_role,
)

from appui.funding import actions as funding
from appui.kernel.access import Role
from appui.obligations.shipped import load_rules

__all__ = ["in_english"]


@pytest.fixture
def owner():
    return make_organisation("Ministry", acronym="MIN")


@pytest.fixture
def fund():
    load_rules()
    return make_donor("IOM Development Fund")


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.fixture
def sign(owner, fund, manager):
    """Sign an agreement with the fund; fields of the draft are told."""

    def sign(signed_on, today, *, donor=None, **fields):
        draft = make_draft(owner, donor or fund, **fields)
        return funding.sign_agreement(draft, by=manager, signed_on=signed_on, today=today)

    return sign


@pytest.fixture
def page(client, owner):
    """Open an address by its name as someone with a role, or send it a form; the answer."""

    def page(name, *arguments, send=None, role=Role.MANAGER, **query):
        client.force_login(make_user_with_role(role, owner, display_name="Ana"))
        url = reverse(f"obligations:{name}", args=arguments)
        if send is None:
            return client.get(url, query)
        return client.post(url, {"idempotency_key": key()} | send)

    return page
