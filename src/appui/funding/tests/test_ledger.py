"""The ledger is added to, never changed; a mistake is reversed once."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, models, transaction
from tests.factories import (
    TODAY,
    code,
    make_activity,
    make_agreement,
    make_donor,
    make_ledger_line,
    make_organisation,
    make_rate,
    make_reader,
)

from appui.funding import actions, queries
from appui.funding.models import Transaction
from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def finance(owner):
    return make_reader(Role.FINANCE, owner)


@pytest.fixture
def agreement(owner):
    return make_agreement(owner, make_donor())


@pytest.fixture
def write(owner, finance, agreement):
    def write(value="100", **fields):
        fields = {
            "by": finance,
            "today": TODAY,
            "owner": owner,
            "agreement": agreement,
            "transaction_type": code("TransactionType", "1"),
            "date": date(2026, 4, 2),
            "value_date": date(2026, 3, 31),
            "currency": "EUR",
        } | fields
        return actions.record_transaction(value=Decimal(value), **fields)

    return write


def test_its_value_in_dollars_is_fixed_at_the_month_of_the_value_date(write):
    make_rate("EUR", date(2026, 3, 1), "1.10")
    make_rate("EUR", date(2026, 4, 1), "1.30")

    line = write("100.05")
    make_rate("EUR", date(2026, 3, 1), "9.99", source="Late news")

    line = Transaction.objects.get(pk=line.pk)
    assert (line.usd_value, line.usd_rate) == (Decimal("110.06"), Decimal("1.1"))
    assert (line.usd_rate_date, line.usd_rate_source) == (date(2026, 3, 1), "ECB")


def test_without_a_rate_it_is_written_and_not_converted(write):
    assert write(currency="KHR").usd_value is None
    assert write(currency="USD").usd_value == 100


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"date": date(2026, 11, 23)}, "has not happened yet"),
        ({"value": "0"}, "transaction_not_zero|zero|constraint|violated"),
        ({"value": "10000000000000"}, "check the unit"),
        ({"currency": "XYZ"}, "not a currency code"),
        ({"agreement": None}, "to which project, agreement or fund"),
        ({"transaction_type": None}, "null|blank"),
    ],
)
def test_a_line_that_cannot_be_is_refused(write, fields, says):
    with pytest.raises(Invalid, match=says):
        write(**fields)
    assert Transaction.objects.count() == 0


def test_the_ledger_is_kept_by_finance_officers(write, owner):
    with pytest.raises(Refused):
        write(by=make_reader(Role.EDITOR, owner))


def test_a_line_is_not_changed_or_removed_in_python(write):
    line = write()
    line.value = Decimal(5)

    with pytest.raises(TypeError, match="append-only"):
        line.save()
    with pytest.raises(TypeError, match="append-only"):
        line.delete()
    with pytest.raises(TypeError, match="append-only"):
        Transaction.objects.filter(pk=line.pk).update(value=5)
    with pytest.raises(TypeError, match="append-only"), transaction.atomic():
        Transaction.objects.bulk_update([line], ["value"])
    with pytest.raises(TypeError, match="append-only"):
        Transaction.objects.all().delete()

    assert Transaction.objects.get().value == 100


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE funding_transaction SET value = 5",
        "UPDATE funding_transaction SET description = 'x'",
        "DELETE FROM funding_transaction",
    ],
)
def test_a_line_is_not_changed_or_removed_in_the_database_either(write, sql):
    write()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute(sql)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        models.QuerySet(Transaction).update(value=5)

    assert Transaction.objects.get().value == 100


def test_a_reversal_is_equal_opposite_and_seen_by_the_same(write, finance):
    make_rate("EUR", date(2026, 3, 1), "1.10")
    partner = make_organisation("Partner")
    line = write(visibility="partners", shared_with=[partner])

    opposite = actions.reverse_transaction(line, by=finance, today=TODAY, reason=" Wrong account ")

    assert (opposite.value, opposite.usd_value, opposite.date) == (-100, -110, TODAY)
    assert (opposite.description, opposite.reverses) == ("Wrong account", line)
    seen = Transaction.objects.visible_to(make_reader(Role.READER, partner))
    assert sum(item.usd_value for item in seen) == 0
    assert seen.count() == 2
    states = {item.pk: item.is_reversed for item in Transaction.objects.with_state()}
    assert states == {line.pk: True, opposite.pk: False}


def test_a_line_is_reversed_once_with_a_reason_and_a_reversal_never(write, finance):
    line = write()
    with pytest.raises(Invalid) as refused:
        actions.reverse_transaction(line, by=finance, today=TODAY, reason=" ")
    assert list(refused.value.fields) == ["reason"]

    opposite = actions.reverse_transaction(line, by=finance, today=TODAY, reason="Wrong")
    with pytest.raises(Refused, match="already reversed"):
        actions.reverse_transaction(line, by=finance, today=TODAY, reason="Wrong")
    with pytest.raises(Refused, match="itself a reversal"):
        actions.reverse_transaction(opposite, by=finance, today=TODAY, reason="Wrong")


def test_a_reversal_keeps_what_the_reader_may_not_see(owner, finance):
    hidden = make_agreement(make_organisation("Elsewhere"), make_donor())
    make_ledger_line(owner, hidden, activity=make_activity(owner))
    line = queries.ledger(finance).get()
    assert line.agreement is None  # as it is shown

    actions.reverse_transaction(line, by=finance, today=TODAY, reason="Wrong")

    assert set(Transaction.objects.values_list("agreement", flat=True)) == {hidden.pk}


def test_a_line_of_the_future_is_reversed_on_its_own_day(owner, agreement, finance):
    line = make_ledger_line(owner, agreement, date=date(2026, 12, 1))

    assert actions.reverse_transaction(line, by=finance, today=TODAY, reason="Wrong").date == date(
        2026, 12, 1
    )


@pytest.mark.parametrize("time", ["first", "second"])
@pytest.mark.django_db(transaction=True)
def test_a_test_that_commits_to_the_ledger_leaves_it_empty_and_guarded(write, time):
    line = write()

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM funding_transaction")
    assert list(Transaction.objects.all()) == [line]
