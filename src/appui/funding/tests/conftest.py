import pytest
from tests.factories import in_english, make_activity, make_donor, make_organisation, make_reader

from appui.kernel.access import Role

__all__ = ["in_english"]


@pytest.fixture
def owner():
    return make_organisation("Authority", acronym="AUTH")


@pytest.fixture
def donor():
    return make_donor("Ireland")


@pytest.fixture
def project(owner):
    return make_activity(owner)


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def chief(owner):
    return make_reader(Role.ADMINISTRATOR, owner)
