"""Suggested donors: reasons that carried the score, words for chances, and donors set aside."""

import pytest
from tests.factories import make_line, make_need, make_organisation, make_reader

from appui.funding import actions
from appui.funding.models import SetAside
from appui.funding.why import Asked, confidence, reasons
from appui.intelligence.ranking import Gift, history, rank
from appui.kernel import audit
from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused

pytestmark = pytest.mark.django_db
ROWS = [
    Gift("Newcomer", "LA", "15250", 2019, 1_200_000.0),
    Gift("Newcomer", "LA", "15250", 2020, 1_000_000.0),
    Gift("Newcomer", "VN", "15250", 2021, 1_400_000.0),
    Gift("Old friend", "KH", "15250", 2018, 500_000.0),
    Gift("Old friend", "KH", "15250", 2021, 900_000.0),
    Gift("Neighbour", "KH", "11220", 2021, 50_000.0),
    Gift("Back again", "KH", "15250", 2012, 199_347.0),
    Gift("Back again", "LA", "15250", 2021, 300_000.0),
]
PLACES = {"LA": "Laos", "VN": "Viet Nam"}


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def need(owner):
    need = make_need(owner)
    make_line(need, "1000")
    return need


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


def texts(name):
    found = rank(history(ROWS), "KH", "15250", as_of=2022)
    item = next(donor for donor in (*found.already, *found.new) if donor.donor == name)
    asked = Asked(found, "Cambodia", "Demining", PLACES)
    return [reason.text.replace("\xa0", " ") for reason in reasons(item, asked)]


def test_a_newcomer_is_told_by_what_it_gave_to_the_sector_elsewhere():
    assert texts("Newcomer")[0] == (
        "Gave 3 times to “Demining” in Laos and Viet Nam since 2019, typically 1.2 M USD, "
        "never in Cambodia."
    )


def test_a_neighbour_is_told_by_what_it_gave_here_to_other_sectors():
    assert texts("Neighbour")[0].startswith("Gave to other sectors in Cambodia: ")


def test_one_that_gave_here_long_ago_says_so_first():
    said = texts("Back again")

    assert said[0] == ("Gave to this sector in Cambodia until 2012, 199,347 USD in all.")
    assert "never in" not in " ".join(said)


def test_a_single_size_is_told_without_a_range():
    assert texts("Back again")[-1] == "Usual size 300,000 USD a year."


def test_an_old_friend_is_told_with_what_changed():
    first = texts("Old friend")[0]

    assert first.startswith("Gave to this sector in Cambodia: ")
    assert first.endswith("Lately 450,000 USD a year, 166,667 USD a year before.")


@pytest.mark.parametrize(
    ("chance", "word"),
    [(None, ""), (0.5, "likely: 50 in 100 this year"), (0.2, "possible: 20 in 100 this year"),
     (0.06, "less likely: 6 in 100 this year"), (0.001, "a long shot: 0.1 in 100 this year")],
)  # fmt: skip
def test_the_word_for_a_chance_says_the_chance(chance, word):
    assert confidence(chance) == word


def test_a_donor_set_aside_keeps_its_reason_and_can_be_taken_back(need, editor):
    row = actions.set_donor_aside(need, by=editor, donor="Newcomer", reason="met in March, no")

    assert list(SetAside.objects.visible_to(editor)) == [row]
    assert [entry.verb for entry in audit.history(row)] == ["created"]
    with pytest.raises(Invalid):
        actions.set_donor_aside(need, by=editor, donor="Newcomer", reason="twice")
    actions.take_donor_back(row, by=editor)
    assert not SetAside.objects.exists()


def test_only_editors_of_the_need_set_donors_aside(need, owner):
    with pytest.raises(Refused):
        actions.set_donor_aside(
            need, by=make_reader(Role.READER, owner), donor="Newcomer", reason="no"
        )
    row = actions.set_donor_aside(
        need, by=make_reader(Role.EDITOR, owner), donor="Newcomer", reason="no"
    )
    outsider = make_reader(Role.ADMINISTRATOR, make_organisation())
    assert not SetAside.objects.visible_to(outsider).exists()
    with pytest.raises(Refused):
        actions.take_donor_back(row, by=outsider)
