"""Whatever is tried, in whatever order: no balance below zero on any day, every sum as its rows."""

from collections import defaultdict
from datetime import date
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import TODAY, code, make_activity, make_fund, make_organisation, make_reader

from appui.funding.models import Transaction
from appui.kernel.access import Role
from appui.kernel.errors import AppuiError
from appui.treasury import actions, queries
from appui.treasury.actions import Part
from appui.treasury.balances import Balances, Kind, freedom, payment, promise
from appui.treasury.models import Earmark, Grant, Movement

D = Decimal
CENTS = st.integers(1, 20_000).map(lambda cents: D(cents) / 100)
DAYS = st.integers(1, 28).map(lambda day: date(2026, 3, day))
ACTS = st.tuples(
    st.sampled_from([*Kind, "reverse", "close"]),
    st.integers(0, 1),
    st.integers(0, 1),
    CENTS,
    DAYS,
)


@given(st.lists(st.tuples(st.sampled_from(list(Kind)), CENTS), max_size=30))
def test_what_is_held_is_what_is_available_and_what_is_promised(entries):
    found = Balances()
    for kind, amount in entries:
        found = found.after(kind, amount)

    assert found.held == found.available + found.to_pay
    for measure, value in (
        (freedom, found.available),
        (promise, found.to_pay),
        (payment, found.paid),
    ):
        assert sum((measure(kind, amount) for kind, amount in entries), D(0)) == value


def attempt(world, act):
    kind, first, second, amount, day = act
    earmark, project = world["earmarks"][first], world["projects"][second]
    said = {"by": world["by"], "today": TODAY}
    if kind == "reverse":
        movements = list(Movement.objects.select_related("earmark__fund", "transaction"))
        if movements:
            actions.reverse(movements[int(amount * 100) % len(movements)], reason="No", **said)
    elif kind == "close":
        actions.close_period(world["fund"], starts_on=date(2026, 3, 1), ends_on=day, **said)
    elif kind == Kind.RECEIVED:
        parts = [Part(earmark, amount - D("0.01")), Part(None, D("0.01"))]
        about = {"amount": amount, "currency": "USD", "date": day, "parts": parts}
        actions.receive(world["fund"], **about, **said)
    elif kind in (Kind.MOVED_IN, Kind.MOVED_OUT):
        to = world["earmarks"][1 - first]
        actions.move(earmark, to=to, amount=amount, date=day, **said)
    else:
        actions.record(earmark, kind=kind, amount=amount, date=day, activity=project, **said)


@pytest.mark.slow
@pytest.mark.django_db
@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(acts=st.lists(ACTS, min_size=5, max_size=25))
def test_a_fund_keeps_its_promises_whatever_is_tried(acts):
    with transaction.atomic():
        _live(acts)
        transaction.set_rollback(True)


def _live(acts):
    for value in "1234":
        code("TransactionType", value)
    owner = make_organisation("Association")
    by = make_reader(Role.FINANCE, owner)
    fund = make_fund(owner, owner, kind="own")
    names = ("one", "two")
    world = {
        "by": by,
        "fund": fund,
        "earmarks": [
            actions.open_earmark(fund, by=by, code=name, title={"en": name}) for name in names
        ],
        "projects": [make_activity(owner) for _name in names],
    }
    for act in acts:
        before = Movement.objects.count(), Transaction.objects.count()
        try:
            attempt(world, act)
        except AppuiError:
            assert (Movement.objects.count(), Transaction.objects.count()) == before
    _check(fund)


def _check(fund):
    assert queries.broken(fund) == []
    rows = list(Movement.objects.select_related("earmark", "transaction").order_by("date", "pk"))
    running = defaultdict(Balances)
    for place, row in enumerate(rows):
        keys = [("earmark", row.earmark_id)]
        if row.activity_id:
            keys.append(("grant", row.earmark_id, row.activity_id))
        for key in keys:
            running[key] = running[key].after(row.kind, row.amount)
        if place + 1 == len(rows) or rows[place + 1].date > row.date:  # the day is over
            for key, sums in running.items():
                assert sums.paid >= 0
                assert sums.to_pay >= 0
                assert key[0] == "grant" or sums.available >= 0
    for earmark in Earmark.objects.all():
        assert earmark.balances == running["earmark", earmark.pk]
    for grant in Grant.objects.all():
        assert grant.balances == running["grant", grant.earmark_id, grant.activity_id]
    moved = sum((row.amount for row in rows if row.kind == "moved_in"), D(0))
    assert moved == sum((row.amount for row in rows if row.kind == "moved_out"), D(0))
    signed = sum((row.transaction.value for row in rows if row.transaction), D(0))
    assert signed == sum(Transaction.objects.values_list("value", flat=True), D(0))
