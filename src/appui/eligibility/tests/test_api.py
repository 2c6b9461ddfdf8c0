"""The calls of eligibility that the matrix and the check of one project are made of."""

import pytest
from django.test import Client
from tests.factories import make_activity, make_fund, make_organisation, make_user_with_role

from appui.kernel.access import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def get(owner):
    """Reads of the API by a reader of the organisation, or by somebody from elsewhere."""

    def made(path, organisation=None):
        client = Client()
        client.force_login(make_user_with_role(Role.READER, organisation or owner))
        answer = client.get(f"/api/{path}")
        return answer.status_code, answer.json()

    return made


def test_the_matrix_sets_projects_against_windows(owner, window, project, rule, get):
    rule({"between": ["amount", 1, 1000]})
    make_activity(owner, reference="zzz")
    make_fund(owner, window.organisation, "Second")
    make_activity(make_organisation("Elsewhere"))

    status, told = get("windows/matrix?windows=1&limit=1")

    assert (status, len(told["fund_ids"]), told["left_out"]) == (200, 1, 1)
    assert [row["activity_id"] for row in told["rows"]] == [project.pk]
    whole = get("windows/matrix")[1]
    place = whole["fund_ids"].index(window.pk)
    assert whole["left_out"] == 0
    assert [row["reference"] for row in whole["rows"]] == ["ref-1", "zzz"]
    one = get(f"activities/{project.pk}/windows/{window.pk}")[1]
    assert whole["rows"][0]["standings"][place] == one["standing"] != "eligible"
    assert get("windows/matrix", make_organisation())[1]["rows"] == []


def test_one_window_says_what_it_says_even_when_it_is_closed(window, project, rule, get):
    rule({"between": ["amount", 1, 1000]})
    window.deadline = "2020-01-01"
    window.save()

    status, told = get(f"activities/{project.pk}/windows/{window.pk}")

    assert (status, told["fund_id"]) == (200, window.pk)
    assert any(item["holds"] is False for item in told["rules"])
    assert get(f"activities/{project.pk}/windows/999999")[0] == 404
    assert get(f"activities/{project.pk}/windows/{window.pk}", make_organisation())[0] == 404
