"""Calls generated from the OpenAPI document, good and bad: no server error, answers as promised."""

from collections import Counter
from functools import cache

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from django.utils import timezone
from hypothesis import HealthCheck, settings
from ninja import Schema
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from appui.accounts.actions import create_token
from appui.config.api import api
from appui.kernel.access import SYSTEM, Role
from tests.world import World

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
schema = schemathesis.openapi.from_dict(api.get_openapi_schema())


@cache
def application():
    """Made with the first call, when the settings of the tests are in force.

    As with Django's own test client, a call does not close the connection that the test holds.
    """
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    return get_wsgi_application()


schema.app = lambda environ, start_response: application()(environ, start_response)
# What a generated key is aimed at, so that calls reach beyond “there is no such record”.
AIMS = {
    "owner_id": "workspace",
    "organisation_id": "organisation",
    "donor_id": "organisation",
    "need_id": "need",
    "activity_id": "activity",
    "agreement_id": "agreement",
    "source_id": "source",
    "form_version_id": "published_version",
}
PATHS = {
    "organisations": "organisation",
    "people": "person",
    "sources": "source",
    "figures": "figure",
    "needs": "need",
    "need-lines": "line",
    "activities": "activity",
    "participations": "participation",
    "budget-lines": "budget",
    "funds": "fund",
    "proposals": "proposal",
    "agreements": "draft",
    "transactions": "transaction",
    "forms": "form",
    "form-versions": "draft_version",
    "responses": "response",
    "priorities": "priority",
    "consultations": "consultation",
}


def aim(case, world):
    """Point the valid keys of a generated call at records that exist."""
    if isinstance(case.body, dict):
        for name, kind in AIMS.items():
            if type(case.body.get(name)) is int:
                case.body[name] = world.pk[kind]
    kind = PATHS.get(case.path.split("/")[2])
    if kind and isinstance((case.path_parameters or {}).get("pk"), int):
        case.path_parameters["pk"] = world.pk[kind]


@pytest.mark.generated
@pytest.mark.slow
@pytest.mark.django_db
@schema.parametrize()
@settings(
    max_examples=5,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
def test_no_call_makes_a_server_error_and_every_answer_is_as_promised(case, world_and_token):
    world, token = world_and_token
    aim(case, world)

    headers = {"Authorization": f"Bearer {token}", "Accept-Encoding": "identity"}
    case.call_and_validate(checks=CHECKS, headers=headers)


def every(kind):
    for item in kind.__subclasses__():
        yield item
        yield from every(item)


def test_no_two_schemas_of_the_house_share_a_name():
    """In the document one would stand for both, and answers would not be as promised."""
    names = Counter(item.__name__ for item in every(Schema) if item.__module__.startswith("appui."))

    assert [name for name, count in names.items() if count > 1] == []


@pytest.fixture(scope="module")
def world_and_token(django_db_setup, django_db_blocker):
    """One small world for all the calls: what each does is undone before the next."""
    with django_db_blocker.unblock(), transaction.atomic():
        world = World()
        user = world.users[Role.ADMINISTRATOR]
        made = create_token(
            user, by=SYSTEM, name="test", scope="write", now=timezone.now(), days=None
        )
        yield world, made.secret
        transaction.set_rollback(True)
