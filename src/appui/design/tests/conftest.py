import pytest
from tests.factories import (
    in_english,
    make_activity,
    make_organisation,
    make_reader,
    make_user_with_role,
)

from appui.kernel.access import Role

__all__ = ["in_english"]


@pytest.fixture
def owner(db):
    return make_organisation()


@pytest.fixture
def activity(owner):
    return make_activity(owner)


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.fixture
def page(client, owner):
    """A browser in which a manager is signed in."""
    client.force_login(make_user_with_role(Role.MANAGER, owner))
    return client


@pytest.fixture
def stranger(client):
    """A browser in which somebody of another organisation is signed in."""
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, make_organisation("Elsewhere")))
    return client
