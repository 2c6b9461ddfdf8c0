"""Search: what is found, by whom, however it is typed."""

import pytest

from appui.evidence.models import Source
from appui.home import search
from appui.home.tests.records import make_donor, make_need, make_workspace, reader_for
from appui.kernel.folding import fold
from appui.registry.models import OrganisationAlias, Person

pytestmark = pytest.mark.django_db


def titles(query, reader, **options):
    return {
        group.key: [hit.title for hit in group.hits]
        for group in search.find(query, reader, **options)
    }


@pytest.mark.parametrize(
    ("typed", "folded"),
    [
        ("DÉMINAGE", "deminage"),
        ("Cœur d’ÎLE", "coeur d'ile"),
        ("Niño", "nino"),
        ("الأَلْغام", "الالغام"),
        ("Liptako‑Gourma", "liptako-gourma"),
        ("25 %_\\", "25 %_\\"),
    ],
)
def test_case_accents_and_vowel_marks_make_no_difference(typed, folded):
    assert fold(typed) == folded


@pytest.mark.parametrize("typed", ["déminage", "DEMINAGE", "Démin", "battambang DÉMINAGE"])
def test_a_need_is_found_however_it_is_typed(typed):
    owner = make_workspace()
    make_need(owner, title={"fr": "Déminage à Battambang", "en": "Clearing"})

    assert titles(typed, reader_for(owner)) == {"needs": ["Clearing"]}


def test_arabic_is_found_with_and_without_its_marks():
    owner = make_workspace()
    make_need(owner, title={"en": "Mines", "ar": "إزالة الألغام"})

    assert titles("الالغام", reader_for(owner)) == {"needs": ["Mines"]}


def test_the_codes_of_languages_are_not_words():
    owner = make_workspace(name="Zzz")
    make_need(owner, title={"fr": "Ôter", "ar": "نزع"})

    assert titles("fr", reader_for(owner)) == {}
    assert titles("ar", reader_for(owner)) == {}


def test_every_word_must_be_there_and_signs_are_not_wild_cards():
    owner = make_workspace()
    make_need(owner, title="Clear the land")
    reader = reader_for(owner)

    assert titles("land clear", reader) == {"needs": ["Clear the land"]}
    assert titles("land water", reader) == {}
    assert titles("cl%ar", reader) == {}
    assert titles("cl_ar", reader) == {}


def test_nothing_private_of_another_organisation_is_found():
    ours, theirs = make_workspace("Ours"), make_workspace("Theirs")
    make_need(theirs, title="Secret plan")
    make_need(theirs, title="Open plan", visibility="public")
    Source.objects.create(owner=theirs, publisher="Them", title="Secret plan")
    Person.objects.create(owner=theirs, name="Plan Person", email="plan@example.org")

    assert titles("plan", reader_for(ours)) == {"needs": ["Open plan"]}
    assert titles("plan", reader_for(theirs)) == {
        "needs": ["Secret plan", "Open plan"],
        "contacts": ["Plan Person"],
        "sources": ["Them, Secret plan"],
    }


def test_an_organisation_is_found_by_its_other_names_and_by_one_merged_into_it():
    owner = make_workspace("Office")
    ireland = make_donor("Ireland")
    OrganisationAlias.objects.create(organisation=ireland, name="Irlande (DFAT)")
    make_donor("Éire Aid", merged_into=ireland)
    reader = reader_for(owner)

    assert titles("irlande", reader) == {"organisations": ["Ireland"]}
    assert titles("eire", reader) == {"organisations": ["Ireland"]}


def test_a_contact_is_found_by_the_name_of_where_they_work():
    owner = make_workspace("Office")
    Person.objects.create(owner=owner, name="Ana", organisation=make_donor("Éire Aid"))

    assert titles("eire aid", reader_for(owner))["contacts"] == ["Ana"]


def test_names_that_hold_what_was_typed_come_first():
    owner = make_workspace()
    make_need(owner, title="Water", summary={"en": "near the school"})
    make_need(owner, title="School of nurses")

    assert titles("school", reader_for(owner)) == {"needs": ["School of nurses", "Water"]}


def test_a_group_shows_six_and_counts_all_and_one_subject_alone_shows_more():
    owner = make_workspace()
    for number in range(8):
        make_need(owner, title=f"Bridge {number}")
    reader = reader_for(owner)

    (group,) = search.find("bridge", reader)
    assert (len(group.hits), group.total, group.has_more) == (6, 8, True)
    (group,) = search.find("bridge", reader, only="needs")
    assert (len(group.hits), group.total, group.has_more) == (8, 8, False)
    assert search.find("b", reader) == []


@pytest.mark.parametrize("count", [1, 3])
def test_search_asks_once_a_subject_however_many_are_found(count, django_assert_num_queries):
    owner = make_workspace()
    for number in range(count):
        make_need(owner, title=f"Bridge {number}")
    reader = reader_for(owner)

    with django_assert_num_queries(len(search.SUBJECTS)):
        assert search.find("bridge", reader)[0].total == count
