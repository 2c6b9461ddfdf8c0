"""The profile of a donor: every amount opens its rows, and what is not stated is said."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from django.urls import reverse
from tests.factories import make_donor, make_organisation, make_user_with_role

from appui.intelligence.corpus import FlowFilter, Pace, open_corpus, pace, sizes
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.kernel.access import Role

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
GERMANY = "Germany, Government of"


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("home")
    ingest([DATA / "iati", DATA / "tables"], into=folder / "flows", rates=default_rates())
    return folder


@pytest.fixture
def page(client, monkeypatch, home):
    monkeypatch.setenv("APPUI_HOME", str(home))
    client.force_login(make_user_with_role(Role.READER, make_organisation()))
    return client


def profile_of(page, **question):
    answer = page.get(reverse("intelligence:donor_profile"), question)
    assert answer.status_code == 200
    return answer.context["profile"]


def section(profile, slug):
    return next(section for section in profile.sections if section.slug == slug)


def donors_of(page):
    return page.get(reverse("intelligence:donor_map")).context["table"].objects


def test_every_amount_of_every_donor_is_the_sum_of_the_rows_it_opens(page):
    linked = 0
    for donor in {item.keys[0] for item in donors_of(page)}:
        for part in profile_of(page, donor=donor).sections:
            for column in part.table.columns if part.table else ():
                if column.key != "usd":
                    continue
                for row in part.table.objects:
                    url = column.href(row)
                    if "/flows/rows/" not in url:
                        continue
                    rows = json.loads(page.get(url + "&format=json").content)
                    whole = sum((Decimal(found["usd"] or 0) for found in rows), Decimal(0))
                    assert whole == row.usd, (donor, part.slug, url)
                    linked += 1
    assert linked > 30


def test_a_year_without_anything_stands_in_the_ten(page):
    years = section(profile_of(page, donor=GERMANY), "years").table.objects

    assert [line.year for line in years] == list(range(2022, 2012, -1))
    assert [line.usd for line in years[:4]] == [Decimal(40), Decimal(40), Decimal(40), None]
    assert {line.own.currency for line in years[:3]} == {"EUR"}
    assert sum(line.own.amount for line in years[:3]) == 110


def test_constant_prices_are_not_made_up(page):
    years = section(profile_of(page, donor=GERMANY), "years")

    assert "constant" not in {column.key for column in years.table.columns}
    assert "Constant dollars: not stated." in years.rule


def test_pace_counts_only_years_that_have_passed(home):
    corpus = open_corpus(home / "flows")
    everyone = FlowFilter(view="all-reporters")

    found = pace(corpus, everyone, until=2100)

    assert found
    assert all(isinstance(step, Pace) and step.committed > 0 for step in found)
    assert [step.spent for step in found] == sorted(step.spent for step in found)
    assert pace(corpus, everyone, until=1900) == []


def test_quartiles_are_amounts_that_occur(page, home):
    wanted = FlowFilter(donors=(GERMANY,))
    (found,) = sizes(open_corpus(home / "flows"), wanted)

    assert (found.lines, found.low, found.middle, found.largest) == (1, 120, 120, 120)


def test_a_donor_of_the_register_brings_what_the_institution_has_of_it(page):
    donor = make_donor("Germany", acronym=GERMANY)

    profile = profile_of(page, donor=GERMANY)
    by_key = profile_of(page, organisation=donor.pk)

    assert (profile.organisation, profile.title) == (donor, "Germany")
    assert [fact.value for fact in by_key.facts] == [fact.value for fact in profile.facts]
    answer = page.get(reverse("intelligence:donor_profile"), {"donor": GERMANY})
    assert [panel.slug for panel in answer.context["panels"]] == ["contacts", "asks"]


@pytest.mark.parametrize("question", [{}, {"donor": "Nobody at all"}, {"organisation": "99999"}])
def test_a_donor_that_nothing_names_is_not_there(page, question):
    assert page.get(reverse("intelligence:donor_profile"), question).status_code == 404


@pytest.mark.parametrize("language", ["fr", "es", "ar"])
def test_a_profile_is_printed_in_each_language(page, language):
    answer = page.get(
        reverse("publishing:donor_profile_file"), {"donor": GERMANY, "language": language}
    )

    assert answer.status_code == 200
    assert answer.content.startswith(b"%PDF-")
    assert f"/Lang ({language}".encode() in answer.content or b"/Lang" in answer.content


def test_a_profile_is_not_printed_in_another_language(page):
    answer = page.get(
        reverse("publishing:donor_profile_file"), {"donor": GERMANY, "language": "xx"}
    )

    assert answer.status_code == 422


def test_what_a_donor_announces_comes_from_its_newest_organisation_file(page):
    key = next(item.keys[0] for item in donors_of(page) if item.labels[0] == "Germany")

    part = section(profile_of(page, donor=key), "announced")

    year, whom, status, amount, _dollars = part.table.columns
    assert [
        (year.value(row), whom.value(row), status.value(row), str(amount.value(row).amount))
        for row in part.table.objects
    ] == [
        (2090, "All it gives", "committed", "1000.0000"),
        (2090, "KH", "indicative", "300.0000"),
    ]


def test_a_donor_without_an_organisation_file_says_so(page):
    key = next(item.keys[0] for item in donors_of(page) if item.labels[0] != "Germany")

    part = section(profile_of(page, donor=key), "announced")

    assert part.table is None
    assert "No organisation file" in part.absent
