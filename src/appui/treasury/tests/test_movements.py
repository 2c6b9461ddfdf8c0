"""What moves in a fund: sums to the cent, no earmark below zero, nothing changed afterwards."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, models, transaction
from tests.factories import (
    TODAY,
    at_once,
    make_activity,
    make_organisation,
    make_rate,
    make_reader,
)

from appui.funding.actions import record_transaction, reverse_transaction
from appui.funding.models import Transaction
from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Refused
from appui.kernel.models import AuditEntry
from appui.treasury import actions, queries
from appui.treasury.actions import Part
from appui.treasury.models import Earmark, Grant, Movement

pytestmark = pytest.mark.django_db
D = Decimal


def stored(earmark):
    return Earmark.objects.get(pk=earmark.pk)


def test_one_receipt_for_two_earmarks_keeps_every_cent(receive, earmark, risk, fund):
    # 873.18 = 611.23 + 261.95, which in binary fractions is not so.
    receive("873.18", (earmark, "611.23"), (risk, "261.95"))

    assert (stored(earmark).available, stored(risk).available) == (D("611.23"), D("261.95"))
    [total] = queries.totals(Earmark.objects.filter(fund=fund))
    assert total.balances.received == D("873.18")
    assert [line.value for line in Transaction.objects.order_by("pk")] == [D("611.23"), D("261.95")]


def test_a_sum_stays_where_cents_are_told_apart(receive, earmark, finance):
    [typed] = receive("9999999999999.99", (earmark, "9999999999999.99"))

    with pytest.raises(Invalid, match=r"The sum would pass 9,999,999,999,999\.99"):
        receive("100.06", (earmark, "100.06"))
    actions.reverse(typed, by=finance, reason="A slip", today=TODAY)
    receive("100.06", (earmark, "100.06"))

    assert stored(earmark).available == D("100.06")


def test_parts_that_do_not_make_the_receipt_change_nothing(receive, earmark, risk):
    with pytest.raises(
        Invalid, match=r"873\.19\sUSD and the receipt is 873\.18\sUSD: 0\.01\sUSD too much"
    ):
        receive("873.18", (earmark, "611.23"), (risk, "261.96"))
    assert (Movement.objects.count(), Transaction.objects.count()) == (0, 0)


def test_a_receipt_without_a_purpose_is_unearmarked(receive, fund):
    [made] = receive("100")

    assert (made.earmark.is_general, made.earmark.code) == (True, "general")
    assert receive("50")[0].earmark == made.earmark
    assert stored(made.earmark).available == 150


def test_a_receipt_of_nothing_is_refused(receive, earmark):
    for amount in ("0", "-5"):
        with pytest.raises(Invalid, match="above zero"):
            receive(amount, (earmark, amount))


def test_each_kind_has_its_place_in_the_balances_and_its_line_of_the_ledger(
    receive, record, earmark, risk, project, donor, finance
):
    receive("1000", (earmark, "1000"))
    record(earmark, "interest", "10")
    record(earmark, "fees", "2.50")
    record(earmark, "allocated", "600", project)
    record(earmark, "disbursed", "400", project)
    record(earmark, "spent", "50", project)
    record(earmark, "released", "100", project)
    record(earmark, "recovered", "30", project)
    record(earmark, "returned", "20", organisation=donor)
    actions.move(earmark, by=finance, today=TODAY, to=risk, amount=D(100), date=date(2026, 4, 1))

    # held 1000 + 10 + 30 - 2.50 - 400 - 50 - 20 - 100 = 467.50; promised 600 - 400 - 50 - 100 = 50
    found = stored(earmark).balances
    assert (found.held, found.to_pay, found.available) == (D("467.50"), D(50), D("417.50"))
    assert stored(earmark).available == D("417.50")
    assert stored(risk).available == 100
    grant = Grant.objects.get()
    assert (grant.to_pay, grant.paid) == (D(50), D(420))
    lines = {
        (item.kind, item.transaction.transaction_type.code, item.transaction.value)
        for item in Movement.objects.exclude(transaction=None)
    }
    assert lines == {
        ("received", "1", D(1000)),
        ("interest", "1", D(10)),
        ("fees", "4", D("2.50")),
        ("allocated", "2", D(600)),
        ("disbursed", "3", D(400)),
        ("spent", "4", D(50)),
        ("released", "2", D(-100)),
        ("recovered", "3", D(-30)),
        ("returned", "1", D(-20)),
    }
    assert queries.broken(earmark.fund) == []


def test_what_is_not_there_cannot_be_promised_paid_or_given_back(
    receive, record, earmark, project, donor
):
    receive("100", (earmark, "100"))
    record(earmark, "allocated", "80", project)
    record(earmark, "disbursed", "30", project)
    other = make_activity(earmark.fund.owner, "Another")
    before = Movement.objects.count(), Transaction.objects.count(), AuditEntry.objects.count()

    for kind, amount, activity, says in [
        ("allocated", "20.01", project, "Only 20\N{NO-BREAK SPACE}USD of “Sargassum” is available"),
        ("fees", "20.01", None, "Only 20\N{NO-BREAK SPACE}USD"),
        ("returned", "21", None, "Only 20\N{NO-BREAK SPACE}USD"),
        (
            "disbursed",
            "50.01",
            project,
            "Only 50\N{NO-BREAK SPACE}USD is allocated to this project",
        ),
        ("spent", "50.01", project, "Only 50\N{NO-BREAK SPACE}USD is allocated"),
        ("released", "51", project, "Only 50\N{NO-BREAK SPACE}USD is allocated"),
        ("disbursed", "1", other, "Only 0\N{NO-BREAK SPACE}USD is allocated"),
        ("recovered", "30.01", project, "Only 30\N{NO-BREAK SPACE}USD was paid"),
        ("recovered", "1", other, "Only 0\N{NO-BREAK SPACE}USD was paid"),
        ("allocated", "1", None, "Say which project"),
        ("allocated", "0.001", project, "two decimals"),
        ("received", "1", None, "actions of their own"),
        ("stolen", "1", None, "actions of their own"),
    ]:
        with pytest.raises(Invalid, match=says):
            record(earmark, kind, amount, activity)

    after = Movement.objects.count(), Transaction.objects.count(), AuditEntry.objects.count()
    assert (after, stored(earmark).available) == (before, 20)


def test_no_day_in_the_past_is_overdrawn_either(receive, record, earmark, project):
    receive("100", (earmark, "100"), day=date(2026, 5, 1))

    with pytest.raises(Invalid, match=r"Only 0\sUSD .* on Apr 30, 2026"):
        record(earmark, "allocated", "10", project, day=date(2026, 4, 30))
    record(earmark, "allocated", "70", project, day=date(2026, 5, 2))
    # 100 on 1 May, but 70 of it are promised from 2 May on.
    with pytest.raises(Invalid, match="Only 30\N{NO-BREAK SPACE}USD"):
        record(earmark, "returned", "31", day=date(2026, 5, 1))
    record(earmark, "returned", "30", day=date(2026, 5, 1))


def test_a_reversal_is_equal_opposite_and_refused_where_the_money_is_gone(
    receive, record, earmark, project, finance
):
    [gift] = receive("100", (earmark, "100"))
    promise = record(earmark, "allocated", "80", project)

    with pytest.raises(Invalid, match="Only 20\N{NO-BREAK SPACE}USD"):
        actions.reverse(gift, by=finance, today=TODAY, reason="Sent to us in error")
    with pytest.raises(Invalid, match="Say why"):
        actions.reverse(promise, by=finance, today=TODAY, reason=" ")
    undone = actions.reverse(promise, by=finance, today=TODAY, reason="Wrong project")
    actions.reverse(gift, by=finance, today=TODAY, reason="Sent to us in error")

    assert (undone.amount, undone.date, undone.reverses) == (D(-80), TODAY, promise)
    assert undone.transaction.reverses == promise.transaction
    assert (stored(earmark).available, stored(earmark).received) == (0, 0)
    with pytest.raises(Refused, match="already reversed"):
        actions.reverse(promise, by=finance, today=TODAY, reason="Again")
    with pytest.raises(Refused, match="itself a reversal"):
        actions.reverse(undone, by=finance, today=TODAY, reason="Again")


def test_both_sides_of_a_move_are_reversed_together(receive, earmark, risk, finance, record):
    receive("100", (earmark, "100"))
    day = date(2026, 4, 1)
    out = actions.move(earmark, by=finance, today=TODAY, to=risk, amount=D(60), date=day)

    with pytest.raises(Refused, match="Reverse the other side"):
        actions.reverse(out.moved_to, by=finance, today=TODAY, reason="No")
    actions.reverse(out, by=finance, today=TODAY, reason="Not agreed")

    assert (stored(earmark).available, stored(risk).available) == (100, 0)
    euros = actions.open_earmark(
        earmark.fund, by=finance, code="euro", title={"en": "Euro"}, currency="EUR"
    )
    for to, says in [(earmark, "another earmark"), (euros, "from USD to EUR")]:
        with pytest.raises(Invalid, match=says):
            actions.move(earmark, by=finance, today=TODAY, to=to, amount=D(1), date=day)


def test_money_of_another_currency_is_converted_to_the_cent(receive, earmark, risk):
    make_rate("EUR", date(2026, 3, 1), "1.10")
    # 100.01 EUR = 110.011 USD; half of it is 55.0055 each; the parts make 110.01 to the cent.
    made = receive("100.01", (earmark, "50.01"), (risk, "50.00"), currency="EUR")

    assert [item.amount for item in made] == [D("55.01"), D("55.00")]
    assert [(item.original, item.original_currency) for item in made] == [
        (D("50.01"), "EUR"),
        (D("50.00"), "EUR"),
    ]
    assert (made[0].rate, made[0].rate_source) == (D("1.1"), "ECB")
    assert made[0].transaction.currency == "EUR"


def test_without_a_rate_money_of_another_currency_is_refused(receive, earmark, fund, finance):
    with pytest.raises(Invalid, match="No rate from XOF to USD is known for 2026-03") as refused:
        receive("1000", (earmark, "1000"), currency="XOF")
    assert list(refused.value.fields) == ["currency"]

    francs = actions.open_earmark(
        fund, by=finance, code="cfa", title={"en": "Francs"}, currency="XOF"
    )
    [made] = receive("1000", (francs, "1000"), currency="XOF")
    assert (made.amount, made.transaction.usd_value) == (1000, None)


def test_money_for_one_project_goes_to_no_other(fund, finance, receive, record, project):
    own = actions.open_earmark(fund, by=finance, code="own", title={"en": "Own"}, activity=project)
    receive("10", (own, "10"))
    with pytest.raises(Invalid, match="only for the project “Sargassum watch”"):
        record(own, "allocated", "1", make_activity(fund.owner, "Another"))
    record(own, "allocated", "1", project)


def test_nothing_moves_before_it_happened_or_where_it_is_closed(
    receive, record, earmark, finance, donor
):
    with pytest.raises(Invalid, match="future"):
        receive("5", (earmark, "5"), day=date(2027, 1, 1))
    receive("5", (earmark, "5"))
    with pytest.raises(Invalid, match=r"5\sUSD is still held"):
        actions.change_earmark(earmark, by=finance, today=TODAY, closed_on=TODAY)
    record(earmark, "returned", "5", organisation=donor)
    actions.change_earmark(earmark, by=finance, today=TODAY, closed_on=TODAY)
    with pytest.raises(Invalid, match="is closed"):
        receive("5", (earmark, "5"))


def test_accounts_are_kept_by_finance_officers_of_an_own_fund(fund, owner, receive):
    for role in (Role.READER, Role.EDITOR):
        with pytest.raises(Refused):
            actions.open_earmark(fund, by=make_reader(role, owner), code="x", title={"en": "X"})
    fund.kind = "window"
    fund.save()
    with pytest.raises(Refused, match="Only an own fund"):
        receive("5")


def test_only_its_own_people_see_the_accounts_of_a_public_fund(fund, owner, receive, earmark):
    fund.visibility = "public"
    fund.save()
    receive("5", (earmark, "5"))
    stranger = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))

    for rows in (queries.funds, queries.earmarks, queries.movements):
        assert rows(stranger).count() == 0
        assert rows(make_reader(Role.READER, owner)).count() == 1


def test_the_ledger_cannot_be_written_past_the_accounts(receive, earmark, fund, owner, finance):
    [made] = receive("5", (earmark, "5"))
    line = {
        "by": finance,
        "today": TODAY,
        "owner": owner,
        "fund": fund,
        "transaction_type": made.transaction.transaction_type,
        "date": TODAY,
        "value_date": TODAY,
        "currency": "USD",
    }
    with pytest.raises(Invalid, match="keeps its own accounts"):
        record_transaction(value=D(5), **line)
    with pytest.raises(Invalid, match="keeps its own accounts"):
        reverse_transaction(made.transaction, by=finance, today=TODAY, reason="No")
    assert Transaction.objects.count() == 1


def test_a_movement_is_not_changed_or_removed_even_in_the_database(receive, earmark):
    [made] = receive("5", (earmark, "5"))
    with pytest.raises(TypeError, match="append-only"):
        made.save()
    with pytest.raises(TypeError, match="append-only"):
        Movement.objects.update(amount=6)
    for sql in ("UPDATE treasury_movement SET amount = 6", "DELETE FROM treasury_movement"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            connection.cursor().execute(sql)


def test_the_database_itself_refuses_an_overdrawn_earmark(receive, record, earmark, project):
    receive("5", (earmark, "5"))
    record(earmark, "allocated", "5", project)
    for model in (Earmark, Grant):
        name = "available" if model is Earmark else "to_pay"
        with pytest.raises(IntegrityError), transaction.atomic():
            models.QuerySet(model).update(**{name: D("-0.01")})


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_writers_at_once_never_overdraw_an_earmark(
    fund, receive, earmark, project, finance, tmp_path
):
    """Eight allocate 30 of 100 at the same moment: three are accepted, five told what is left."""
    receive("100", (earmark, "100"))

    def allocate():
        return actions.record(
            Earmark.objects.select_related("fund").get(pk=earmark.pk),
            by=finance,
            today=TODAY,
            kind="allocated",
            amount=D(30),
            date=TODAY,
            activity=project,
        )

    def look():
        return (
            list(Movement.objects.filter(kind="allocated").values_list("amount", flat=True)),
            stored(earmark).available,
            queries.broken(fund),
        )

    outcomes, (amounts, available, broken) = at_once(allocate, look, tmp_path, times=8)

    refused = [item for item in outcomes if isinstance(item, Invalid)]
    assert (len(amounts), sum(amounts), available, broken) == (3, 90, 10, [])
    assert len(refused) == 5
    assert all("Only 10\N{NO-BREAK SPACE}USD" in str(item) for item in refused)


def test_parts_are_named_once_each(fund, finance, earmark, receive):
    with pytest.raises(Invalid, match="above zero"):
        actions.receive(
            fund,
            by=finance,
            today=TODAY,
            amount=D(10),
            currency="USD",
            date=TODAY,
            parts=[Part(earmark, D(20)), Part(None, D(-10))],
        )
