"""Damaged published flows are said plainly and never take a need's page down."""

import pytest
from django.urls import reverse
from tests.factories import make_need, make_organisation, make_user_with_role

from appui.kernel.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def damaged(monkeypatch, tmp_path):
    folder = tmp_path / "flows"
    folder.mkdir()
    (folder / "manifest.json").write_text("{ not json")
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))


def test_a_need_stands_and_says_that_the_flows_cannot_be_read(damaged, client):
    need = make_need(make_organisation())
    client.force_login(make_user_with_role(Role.EDITOR, need.owner))

    page = client.get(need.get_absolute_url())

    assert page.status_code == 200
    assert "The published flows cannot be read." in page.content.decode()


def test_the_donor_map_answers_503(damaged, client):
    client.force_login(make_user_with_role(Role.READER, make_organisation()))

    page = client.get(reverse("intelligence:donor_map"))

    assert page.status_code == 503
    assert "appui check" in page.content.decode()
