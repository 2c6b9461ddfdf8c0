"""A window with rules and a project that it may fund."""

import json
from datetime import date

import pytest
from django.urls import reverse
from tests.factories import (
    TODAY,
    in_english,
    key,
    make_activity,
    make_donor,
    make_fund,
    make_organisation,
    make_reader,
    make_user_with_role,
    place,
)
from tests.world import budget_line

from appui.eligibility import actions
from appui.kernel.access import SYSTEM, Role

__all__ = ["in_english"]


@pytest.fixture
def owner():
    return make_organisation("Association", acronym="ACS")


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.fixture
def window(owner):
    return make_fund(owner, make_donor("IOM"), "IOM Development Fund", currency="USD")


@pytest.fixture
def project(owner):
    """A project of 120,000 US dollars in Cambodia."""
    made = make_activity(owner, "Referral", reference="ref-1")
    made.places.create(location=place("KH"))
    budget_line(made, "120000")
    return made


@pytest.fixture
def rule(window, manager):
    """``rule({"is": "emergency"})`` writes a rule that applies since 2022."""

    def write(expression, code="one", **fields):
        fields = {
            "severity": "must",
            "message": {"en": f"Rule {code}"},
            "fix": {"en": f"Mend {code}"},
            "citation": "The page says so.",
            "valid_from": date(2022, 1, 1),
        } | fields
        return actions.write_rule(
            fields.pop("fund", window),
            by=manager,
            code=code,
            expression=json.dumps(expression),
            **fields,
        )

    return write


@pytest.fixture
def answer(project):
    """``answer(emergency="no")`` records what somebody said of the project."""

    def say(activity=None, said_on=date(2026, 11, 1), by=SYSTEM, **answers):
        return [
            actions.answer(
                activity or project,
                by=by,
                today=TODAY,
                fact=fact,
                value=value,
                said_by="Ministry",
                said_on=said_on,
            )
            for fact, value in answers.items()
        ]

    return say


@pytest.fixture
def page(client, owner):
    """Open an address by its name as an administrator, or send it a form; the answer."""
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, owner, display_name="Ana"))

    def page(name, *arguments, send=None, **query):
        url = reverse(f"eligibility:{name}", args=arguments)
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
