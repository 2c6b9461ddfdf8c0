"""Money over many projects: wholes and parts, policy markers, and the map beside the list."""

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from tests import factories as make

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid
from appui.portfolio import actions, pictures
from appui.portfolio.actions import Marked
from appui.portfolio.models import BudgetLine
from appui.portfolio.totals import counted_among, marker_shares, screened_by, totals


@pytest.fixture
def owner(db):
    return make.make_organisation("Peace fund")


def project(owner, amount=None, currency="USD", **fields):
    made = make.make_activity(owner, **fields)
    if amount is not None:
        line = BudgetLine(
            activity=made,
            budget_type=make.code("BudgetType", "1"),
            budget_status=make.code("BudgetStatus", "1"),
            period_start=date(2026, 1, 1),
            period_end=date(2026, 12, 31),
            value_date=date(2026, 1, 1),
            amount=Decimal(amount),
            currency=currency,
        )
        audit.create(line, by=SYSTEM)
    return made


@st.composite
def trees(draw):
    size = draw(st.integers(1, 12))
    tree = {
        pk: draw(st.one_of(st.none(), st.integers(0, pk - 1))) if pk else None for pk in range(size)
    }
    return tree, draw(st.sets(st.integers(0, size - 1)))


@given(trees())
def test_a_whole_and_its_parts_are_never_both_counted_and_no_budget_is_lost(drawn):
    tree, priced = drawn

    def above(pk):
        while tree[pk] is not None:
            pk = tree[pk]
            yield pk

    # By hand: a budget counts when nothing above it has one.
    assert sorted(counted_among(tree, priced)) == sorted(
        pk for pk in priced if priced.isdisjoint(above(pk))
    )


@pytest.mark.django_db
def test_the_share_of_money_by_marker_equals_the_count_by_hand(owner):
    reader = make.make_reader(Role.READER, owner)
    whole = project(owner, "600", reference="whole")
    project(owner, "250", reference="part", parent=whole)
    programme = project(owner, reference="programme")
    first = project(owner, "150", reference="first", parent=programme)
    euros = project(owner, "100", "EUR", reference="euros", parent=programme)
    project(owner, "999", "XOF", reference="no-rate")
    project(owner, reference="empty")
    make.make_rate("EUR", date(2026, 1, 1), "2.5")
    for item, score in ((whole, 1), (programme, 2), (euros, 0)):
        make.code("PolicyMarker", "1")
        actions.set_markers(item, {"1": Marked(score, "Because")}, by=SYSTEM)

    found = totals(reader, "USD")
    (gender,) = marker_shares(found, *screened_by(reader))

    # 600 at 1; 150 inherits 2 from its programme; 100 € = 250 at 0. Of 1,000 in all, 15 % at 2.
    assert found.amount == Decimal("1000.00")
    assert gender.by_significance == {
        1: Decimal("600.00"),
        2: Decimal("150.00"),
        0: Decimal("250.00"),
    }
    assert gender.projects == {1: (whole.pk,), 2: (first.pk,), 0: (euros.pk,)}
    assert (found.unpriced, found.without_rate, found.parts) == (1, 1, 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("goal", "said"), [("15", "is reached"), ("16", "below the goal")])
def test_the_page_holds_the_share_against_a_goal(client, owner, goal, said):
    user = make.make_user_with_role(Role.READER, owner)
    client.force_login(user)
    for amount, score in (("150", 2), ("850", 1)):
        item = project(owner, amount)
        make.code("PolicyMarker", "1", "Gender equality")
        actions.set_markers(item, {"1": Marked(score, "Because")}, by=SYSTEM)

    page = client.get(reverse("portfolio:marker_list"), {"goal": goal, "marker": "1", "score": "2"})

    assert said in page.context["reached"][0]
    assert [row.pk for row in page.context["projects"].objects] == list(
        page.context["behind"].projects
    )
    for strange in ("-1", "²", "x"):
        assert client.get(reverse("portfolio:marker_list"), {"goal": strange}).status_code == 200


@pytest.mark.django_db
def test_a_marker_without_a_justification_is_refused(owner):
    item = project(owner)
    make.code("PolicyMarker", "1")

    with pytest.raises(Invalid) as refused:
        actions.set_markers(item, {"1": Marked(2, "  ")}, by=SYSTEM)

    assert refused.value.fields == {
        "reason_1": "Say why: a score without a justification tells nothing."
    }


@pytest.mark.django_db
def test_a_cross_border_project_has_shares_that_make_100_and_a_map_that_agrees(client, owner):
    codes = {"ML-4": Decimal(40), "BF-12": Decimal(35), "NE-6": Decimal(25)}
    for value in codes:
        make.place(value)
    item = project(owner)
    with pytest.raises(Invalid, match="make 95 %"):
        actions.set_places(item, codes | {"NE-6": Decimal(20)}, by=SYSTEM)
    actions.set_places(item, codes, by=SYSTEM)
    client.force_login(make.make_user_with_role(Role.READER, owner))

    page = client.get(item.get_absolute_url())
    places = [row.location for row in page.context["places"].objects]
    drawn = client.get(reverse("portfolio:activity_map", args=[item.pk]))

    assert sorted(place.code for place in places) == sorted(codes)
    assert pictures.shaded_by(places) == tuple(sorted(codes))
    assert drawn["Content-Type"] == "image/svg+xml"
    assert drawn.content.startswith(b"<svg")
    assert reverse("portfolio:activity_map", args=[item.pk]) in page.content.decode()


@pytest.mark.django_db
def test_a_place_without_an_outline_has_no_map(client, owner):
    item = project(owner)
    client.force_login(make.make_user_with_role(Role.READER, owner))

    assert client.get(reverse("portfolio:activity_map", args=[item.pk])).status_code == 404
    assert pictures.alternative([]) == ""
