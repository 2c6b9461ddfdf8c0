"""Statements add up line by line, on the page, in files and over the command line."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from pypdf import PdfReader
from tests.factories import TODAY

from appui.kernel.errors import Missing
from appui.treasury import actions, beancount, printing, queries
from appui.treasury.balances import Kind
from appui.treasury.cli import fund as command
from appui.treasury.exporting import beancount_lines

pytestmark = pytest.mark.django_db
D = Decimal
APRIL = {"starts_on": date(2026, 4, 1), "ends_on": date(2026, 4, 30)}


@pytest.fixture
def history(receive, record, earmark, risk, project, finance, donor):
    """Held by the earmark of the donor: 611.23 in March; 611.23 - 100 + 1.50 in April."""
    receive("873.18", (earmark, "611.23"), (risk, "261.95"), organisation=donor)
    record(earmark, "allocated", "300", project, day=date(2026, 4, 2))
    record(earmark, "disbursed", "100", project, day=date(2026, 4, 3))
    record(earmark, "interest", "1.50", day=date(2026, 4, 30))
    wrong = record(earmark, "fees", "9", day=date(2026, 4, 30))
    actions.reverse(wrong, by=finance, today=TODAY, reason="Not ours")
    record(earmark, "recovered", "20", project, day=date(2026, 5, 2))


def test_the_statement_to_a_donor_runs_from_what_was_held_to_what_is(history, fund, donor):
    found = queries.statement(fund, donor, **APRIL)

    [account] = found.accounts
    # 611.23 + 1.50 - 100 - 9 = 503.73; of it 300 - 100 = 200 promised
    assert (account.opening, account.into, account.out) == (D("611.23"), D("1.50"), D(109))
    assert account.closing == D("503.73")
    assert (account.then.to_pay, account.then.available) == (D(200), D("303.73"))
    assert [(line.movement.kind, line.balance) for line in account.lines] == [
        ("allocated", D("611.23")),
        ("disbursed", D("511.23")),
        ("interest", D("512.73")),
        ("fees", D("503.73")),
    ]
    assert account.lines[-1].balance == account.closing
    assert found.gifts == []


def test_what_a_donor_gave_to_other_earmarks_is_told_apart(history, fund, donor):
    found = queries.statement(fund, donor, starts_on=date(2026, 1, 1), ends_on=TODAY)
    assert [item.amount for item in found.gifts] == [D("261.95")]
    # 611.23 + 1.50 + 20 - 100 - 9 + 9
    assert found.accounts[0].closing == D("532.73")


def test_the_statement_of_a_project_is_what_it_was_promised_and_paid(history, fund, project):
    [account] = queries.statement(fund, project, starts_on=date(2026, 4, 3), ends_on=TODAY).accounts

    assert (account.opening, account.into, account.out, account.closing) == (300, 0, 100, 200)
    assert [(line.movement.kind, line.balance) for line in account.lines] == [
        ("disbursed", D(200)),
        ("recovered", D(200)),
    ]


def test_sums_hold_all_lines_even_when_not_all_are_shown(history, fund, earmark):
    [account] = queries.statement(fund, earmark, most=1, **APRIL).accounts
    assert (account.closing, account.count, account.is_cut) == (D("503.73"), 4, True)


def test_a_statement_takes_as_many_queries_for_many_lines(
    history, fund, donor, receive, earmark, django_assert_num_queries
):
    for _number in range(2):
        for _line in range(5):
            receive("1", (earmark, "1"), day=date(2026, 4, 10))
        with django_assert_num_queries(11):
            queries.statement(fund, donor, **APRIL)


@pytest.mark.parametrize("language", ["fr", "ar"])
def test_a_statement_is_a_tagged_pdf_and_a_workbook(history, fund, donor, language):
    found = queries.statement(fund, donor, **APRIL)
    pdf = printing.statement_file(found, "pdf", language=language, today=TODAY)
    book = printing.statement_file(found, "xlsx", language=language, today=TODAY)

    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf.content)).pages)
    assert "503" in text.replace("\u200e", "")
    assert pdf.name.endswith("2026-04-30.pdf")
    rows = list(load_workbook(io.BytesIO(book.content)).active.values)
    assert (rows[1][-2], rows[-1][-2], rows[-1][-1]) == (611.23, 503.73, "USD")
    with pytest.raises(Missing, match="pdf, xlsx"):
        printing.statement_file(found, "doc", language=language, today=TODAY)


def run(*arguments):
    return CliRunner().invoke(command, [*map(str, arguments)])


def test_the_commands_print_json_that_adds_up(history, fund, donor, project):
    told = run("statement", fund.pk, "--donor", "Netherlands", "--from", "2026-04-01", "--to",
               "2026-04-30")  # fmt: skip
    [account] = json.loads(told.output)["accounts"]
    assert (account["opening"], account["closing"]) == ("611.23", "503.73")
    told = run("statement", "ACS", "--project", "sea-1", "--format", "xlsx")
    assert told.stdout_bytes.startswith(b"PK")
    told = run("balance", "Special Fund", "--format", "json")
    body = json.loads(told.output)
    assert body["agrees_with_movements"] is True
    assert [item["received"] for item in body["totals"]] == ["873.18"]
    assert "873.18" in run("balance", fund.pk).output
    for arguments, says in [
        (("balance", "Nowhere"), "No own fund is called"),
        (("statement", fund.pk), "Name one of"),
        (("statement", fund.pk, "--project", "x"), "nothing with"),
        (("statement", fund.pk, "--donor", "x"), "nothing with"),
        (("statement", fund.pk, "--earmark", "x"), "nothing with"),
    ]:
        told = run(*arguments)
        assert told.exit_code != 0
        assert says in told.output


def test_the_beancount_file_holds_every_movement_and_asserts_the_balances(history, fund):
    text = "\n".join(beancount_lines(fund))
    assert text.count(" * ") == 8
    assert "2026-11-23 balance Assets:Bank:USD  794.68 USD" in text
    assert "balance Liabilities:Earmark:Sea:Promised:Sea-1  -200.00 USD" in text
    assert "balance Expenses:Project:Sea-1  80.00 USD" in text


def test_beancount_agrees_with_our_balances(history, fund, earmark, risk, project):
    loader = pytest.importorskip("beancount.loader")
    realization = pytest.importorskip("beancount.core.realization")
    entries, errors, _options = loader.load_string("\n".join(beancount_lines(fund)))
    assert errors == []

    tree = realization.realize(entries)

    def balance(account):
        found = realization.get(tree, account).balance.reduce(lambda position: position.units)
        return found.get_currency_units("USD").number

    earmark.refresh_from_db()
    assert balance(beancount.available_account("sea")) == -earmark.available
    risk.refresh_from_db()
    assert balance(beancount.available_account("risk")) == -risk.available
    assert balance(beancount.project_account("sea-1")) == 80
    held = queries.totals([earmark, risk])[0].balances.held
    assert balance(beancount.bank("USD")) == held


def test_every_kind_balances_in_beancount():
    for kind in Kind:
        movement = beancount.BeanMovement(1, 1, TODAY, kind, D(7), project="p")
        assert sum(amount for _account, amount in beancount._postings(movement, "X", "USD")) == 0
