"""The pages of published flows: the donor map and the rows behind its figures."""

import csv
from io import StringIO
from pathlib import Path

import pytest
from django.urls import reverse
from tests.factories import make_organisation, make_user_with_role

from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.kernel.access import Role

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"


@pytest.fixture
def page(client, monkeypatch, tmp_path):
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))
    ingest([DATA / "iati", DATA / "tables"], into=tmp_path / "flows", rates=default_rates())
    client.force_login(make_user_with_role(Role.READER, make_organisation()))
    return client


@pytest.mark.parametrize("group", ["donor", "recipient", "sector", "year", "channel", "reporter"])
def test_each_name_of_the_map_opens_rows_that_are_there(page, group):
    shown = page.get(reverse("intelligence:donor_map"), {"by": group})
    assert shown.status_code == 200

    for sums in shown.context["table"].objects:
        address = shown.context["table"].columns[0].href(sums)
        rows = page.get(address)
        assert rows.status_code == 200
        assert rows.context["count"] == sums.parts


def test_what_cannot_be_asked_is_left_out_and_said(page):
    shown = page.get(
        reverse("intelligence:donor_map"), {"by": "moon", "view": "x", "from": "abc", "type": "zzz"}
    )

    assert shown.status_code == 200
    assert len(shown.context["asked"].notes) == 4


def test_the_map_is_an_image_and_none_when_nothing_matches(page):
    address = reverse("intelligence:world_map")

    assert page.get(address)["Content-Type"] == "image/svg+xml"
    assert page.get(address, {"donor": "Nobody at all"}).status_code == 404


def test_the_rows_are_downloaded_whole(page):
    shown = page.get(reverse("intelligence:flow_rows"))
    text = page.get(reverse("intelligence:flow_rows"), {"format": "csv"}).content.decode(
        "utf-8-sig"
    )

    assert len(list(csv.reader(StringIO(text)))) == shown.context["count"] + 1
