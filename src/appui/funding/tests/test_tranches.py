"""Tranches and conditions: what may be planned, signed, met and paid."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    code,
    make_agreement,
    make_donor,
    make_draft,
    make_ledger_line,
    make_organisation,
    make_rate,
    make_reader,
)

from appui.funding import actions, queries
from appui.funding.models import Agreement, Transaction
from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Authority")


@pytest.fixture
def donor():
    return make_donor()


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


def plan(agreement, by, *amounts, **fields):
    return [actions.add_tranche(agreement, by=by, amount=Decimal(a), **fields) for a in amounts]


def sign(draft, by, day=date(2026, 3, 10)):
    return actions.sign_agreement(draft, by=by, signed_on=day, today=TODAY)


def refusal(act, error=Invalid):
    """The sentence, its no-break spaces plain."""
    with pytest.raises(error) as refused:
        act()
    return str(refused.value).replace("\N{NO-BREAK SPACE}", " ")


# Tranches


def test_tranches_that_do_not_make_the_amount_are_not_signed(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "40", "50")

    text = refusal(lambda: sign(draft, manager))

    assert text == "The tranches make 90 USD, the agreement 100 USD: they must be the same."
    assert Agreement.objects.get(pk=draft.pk).status == "draft"


def test_tranches_that_make_the_amount_to_the_cent_are_signed(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "33.33", "33.33", "33.34")

    assert sign(draft, manager).status == "signed"
    assert [item.number for item in draft.tranches.all()] == [1, 2, 3]


def test_a_plan_does_not_go_over_the_amount(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "60")

    text = refusal(lambda: plan(draft, manager, "40.01"))

    assert text == ("With 60 USD planned already, only 40 USD of the agreement's 100 USD is left.")
    assert draft.tranches.count() == 1
    assert queries.left_to_plan(draft) == 40


def test_a_planned_tranche_is_changed_and_removed_in_the_draft_only(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    first, second = plan(draft, manager, "60", "40")
    actions.change_tranche(first, by=manager, amount=Decimal(50), version=1)
    assert "only 60 USD" in refusal(
        lambda: actions.change_tranche(first, by=manager, amount=Decimal(61))
    )
    actions.remove_tranche(second, by=manager)
    plan(draft, manager, "50")
    sign(draft, manager)
    first.refresh_from_db()

    assert refusal(lambda: plan(draft, manager, "1"), Refused) == (
        "A signed agreement does not change: record an amendment."
    )
    refusal(lambda: actions.change_tranche(first, by=manager, amount=Decimal(1)), Refused)
    refusal(lambda: actions.remove_tranche(first, by=manager), Refused)
    # A tranche that is removed frees its number: the plan is numbered anew from the last one.
    assert [(item.number, item.amount) for item in draft.tranches.all()] == [(1, 50), (2, 50)]


def test_a_draft_with_tranches_keeps_its_currency(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "60")

    text = refusal(lambda: actions.change_agreement(draft, by=manager, currency="EUR"))

    assert text == "Tranches of this agreement are planned in USD: remove them first."


def standing(agreement, reader):
    rows = queries.tranche_standings(agreement, reader, today=TODAY)
    return [(row.tranche.number, row.received, row.state.value) for row in rows]


def test_the_state_of_a_tranche_comes_from_its_condition_its_day_and_the_ledger(
    owner, donor, manager
):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "30", due_on=date(2026, 4, 1))
    plan(draft, manager, "30", due_on=date(2026, 5, 1))
    plan(draft, manager, "20", condition="A report", due_on=date(2026, 6, 1))
    plan(draft, manager, "20", due_on=date(2027, 1, 1))
    sign(draft, manager)
    first, second, _third, _fourth = draft.tranches.all()
    make_ledger_line(owner, draft, "30", tranche=first)
    part = make_ledger_line(owner, draft, "10", tranche=second)
    assert standing(draft, manager) == [
        (1, 30, "received"),
        (2, 10, "part"),
        (3, 0, "condition"),
        (4, 0, "expected"),
    ]

    actions.reverse_transaction(part, by=manager, today=TODAY, reason="Typed twice.")
    actions.meet_condition(
        draft.tranches.get(number=3), by=manager, met_on=date(2026, 5, 20), today=TODAY
    )

    assert standing(draft, manager) == [
        (1, 30, "received"),
        (2, 0, "overdue"),
        (3, 0, "overdue"),
        (4, 0, "expected"),
    ]


def test_a_condition_is_not_met_in_the_future_nor_where_there_is_none(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    (free,) = plan(draft, manager, "50")
    (bound,) = plan(draft, manager, "50", condition="A report")
    late = date(2026, 11, 23)  # the day after today

    assert refusal(lambda: actions.meet_condition(bound, by=manager, met_on=late, today=TODAY)) == (
        "This day is in the future: a condition is met once it is met."
    )
    assert refusal(lambda: actions.meet_condition(free, by=manager, met_on=TODAY, today=TODAY)) == (
        "This tranche has no condition."
    )


def test_receipts_in_another_currency_count_at_the_rate_of_their_day(owner, donor, manager):
    make_rate("EUR", date(2026, 4, 1), "1.20")
    draft = make_draft(owner, donor, "100")
    (only,) = plan(draft, manager, "100")
    sign(draft, manager)
    make_ledger_line(owner, draft, "50", tranche=only, currency="EUR")
    make_ledger_line(owner, draft, "7", tranche=only, currency="XOF")

    (row,) = queries.tranche_standings(draft, manager, today=TODAY)

    assert (row.received, row.left, row.unconverted) == (60, 40, 1)  # 50 x 1.20


def line_fields(owner, draft, tranche, **fields):
    line = make_ledger_line(owner, draft, "1")
    names = ("transaction_type", "date", "value_date", "currency", "agreement", "owner")
    copied = {name: getattr(line, name) for name in names}
    return copied | {"value": Decimal(5), "tranche": tranche} | fields


def test_a_line_names_a_tranche_of_its_own_agreement_only(owner, donor, manager):
    draft, other = make_draft(owner, donor), make_agreement(owner, donor)
    (only,) = plan(draft, manager, "100")
    fields = line_fields(owner, draft, only, agreement=other)
    before = Transaction.objects.count()

    text = refusal(lambda: actions.record_transaction(by=manager, today=TODAY, **fields))

    assert text == (f"This tranche belongs to the agreement “{draft}”: choose that agreement.")
    assert Transaction.objects.count() == before


def test_a_line_of_another_type_pays_no_tranche(owner, donor, manager):
    draft = make_draft(owner, donor)
    (only,) = plan(draft, manager, "100")
    fields = line_fields(owner, draft, only, transaction_type=code("TransactionType", "4"))

    text = refusal(lambda: actions.record_transaction(by=manager, today=TODAY, **fields))

    assert text == "A tranche is paid by a line of type 1."
