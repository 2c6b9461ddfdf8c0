"""Files of the bank: read as they come, checked to the cent, matched by a person alone."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ObjectDoesNotExist
from tests.factories import TODAY

from appui.kernel.errors import Invalid
from appui.treasury import actions, matching, queries
from appui.treasury.bankcsv import read as read_csv
from appui.treasury.bankfile import Unreadable
from appui.treasury.camt import read as read_camt
from appui.treasury.matching import Entry, suggest
from appui.treasury.models import BankLine, BankStatement, Match, Movement

D = Decimal


def camt(*entries, version="08", opening="100.00", closing="100.00", extra=""):
    state = "<Sts><Cd>{}</Cd></Sts>" if version == "08" else "<Sts>{}</Sts>"
    party = "<Pty><Nm>{}</Nm></Pty>" if version == "08" else "<Nm>{}</Nm>"

    def balance(code, amount, day):
        return (
            f"<Bal><Tp><CdOrPrtry><Cd>{code}</Cd></CdOrPrtry></Tp><Amt Ccy='EUR'>{amount}</Amt>"
            f"<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>{day}</Dt></Dt></Bal>"
        )

    def entry(amount, sign, day, text, reference="", status="BOOK", reversal="", name="Payer"):
        side = "Dbtr" if sign == "CRDT" else "Cdtr"
        return (
            f"<Ntry><Amt Ccy='EUR'>{amount}</Amt><CdtDbtInd>{sign}</CdtDbtInd>{reversal}"
            f"{state.format(status)}<BookgDt><Dt>{day}</Dt></BookgDt><ValDt><Dt>{day}</Dt></ValDt>"
            f"<NtryDtls><TxDtls><Refs><EndToEndId>{reference or 'NOTPROVIDED'}</EndToEndId></Refs>"
            f"<RltdPties><{side}>{party.format(name)}</{side}></RltdPties>"
            f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
        )

    return (
        f"{extra}<Document xmlns='urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}'>"
        "<BkToCstmrStmt><Stmt><Acct><Id><IBAN>FR7612345</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        + balance("OPBD", opening, "2026-03-01")
        + balance("CLBD", closing, "2026-03-31")
        + "".join(entry(*item[:4], **(item[4] if len(item) > 4 else {})) for item in entries)
        + "</Stmt></BkToCstmrStmt></Document>"
    ).encode()


GIFT = ("873.18", "CRDT", "2026-03-03", "Gift", {"reference": "RF-1", "name": "Ministry"})


@pytest.mark.parametrize("version", ["02", "08"])
def test_a_camt_statement_is_read_in_either_version(version):
    back = {"reversal": "<RvslInd>true</RvslInd>"}
    found = read_camt(
        camt(
            GIFT,
            ("12.50", "DBIT", "2026-03-05", "Fees"),
            ("1.00", "DBIT", "2026-03-06", "Credit taken back", back),
            ("9.99", "CRDT", "2026-03-30", "Not booked yet", {"status": "PDNG"}),
            version=version,
        )
    )

    assert (found.account, found.currency, found.layout) == (
        "FR7612345",
        "EUR",
        f"camt.053.001.{version}",
    )
    assert (found.opening, found.closing) == (D(100), D(100))
    assert (found.starts_on, found.ends_on) == (date(2026, 3, 3), date(2026, 3, 31))
    assert [line.amount for line in found.lines] == [D("873.18"), D("-12.50"), D("-1.00")]
    assert [line.is_reversal for line in found.lines] == [False, False, True]
    first = found.lines[0]
    assert (first.text, first.reference, first.counterparty) == ("Gift", "RF-1", "Ministry")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"<html/>", "not_camt"),
        (b"<Document", "not_camt"),
        (b"<Document xmlns='urn:iso:std:iso:20022:tech:xsd:pain.001.001.03'/>", "not_camt"),
        (camt(("1,50", "CRDT", "2026-03-03", "x")), "bad_amount"),
        (camt(("NaN", "CRDT", "2026-03-03", "x")), "bad_amount"),
        (camt(("1.50", "BOTH", "2026-03-03", "x")), "bad_amount"),
        (camt(("1.50", "CRDT", "2026-02-30", "x")), "bad_day"),
        (camt(GIFT).replace(b"CLBD", b"ITBD"), "no_balance"),
    ],
)
def test_what_is_no_statement_is_told_apart(content, code):
    with pytest.raises(Unreadable) as refused:
        read_camt(content)
    assert refused.value.code == code


def test_entities_of_a_statement_are_not_followed(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("hunter2")
    head = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    found = read_camt(camt(("1.00", "CRDT", "2026-03-03", "&e;"), extra=head))
    assert "hunter2" not in found.lines[0].text


@pytest.mark.parametrize(
    ("text", "lines", "opening", "closing"),
    [
        (  # French bank: preamble, semicolons, decimal comma, debit and credit, day first
            (
                "Compte 123\n\nDate;Libellé;Débit;Crédit;Solde\n"
                "02/03/2026;DON;;1 873,18;2 873,18\n13/03/2026;FRAIS;-12,50;;2 860,68\n"
            ),
            [(date(2026, 3, 2), D("1873.18")), (date(2026, 3, 13), D("-12.50"))],
            D(1000),
            D("2860.68"),
        ),
        (  # American bank: commas, month first, newest first, running balance
            (
                'Date,Description,Amount,Balance\n03/13/2026,FEE,"-12.50","1,860.68"\n'
                '03/02/2026,GIFT,"1,873.18","1,873.18"\n'
            ),
            [(date(2026, 3, 2), D("1873.18")), (date(2026, 3, 13), D("-12.50"))],
            D(0),
            D("1860.68"),
        ),
        (  # Arabic headings and digits, no balance
            "التاريخ\tالبيان\tالمبلغ\n٢٠٢٦-٠٣-٠٢\tهبة\t٨٧٣٫١٨\n",
            [(date(2026, 3, 2), D("873.18"))],
            None,
            None,
        ),
        (  # brackets for money out; the order of the days tells that the day comes first
            "Fecha;Concepto;Importe\n01.02.2026;X;5,00\n02.02.2026;Y;(7,25)\n01.03.2026;Z;1,00\n",
            [
                (date(2026, 2, 1), D(5)),
                (date(2026, 2, 2), D("-7.25")),
                (date(2026, 3, 1), D(1)),
            ],
            None,
            None,
        ),
    ],
)
def test_csv_of_banks_is_read_as_each_writes_it(text, lines, opening, closing):
    found = read_csv(text.encode())
    assert [(line.booked_on, line.amount) for line in found.lines] == lines
    assert (found.opening, found.closing) == (opening, closing)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("\0", "not_text"),
        ("a;b\n1;2\n", "no_heading"),
        ("Date;Amount\n", "no_entry"),
        ("Date;Amount\n2026-03-02;twelve\n", "bad_amount"),
        ("Date;Amount\n2026-03-02;0\n", "bad_amount"),
        ("Date;Amount\nsoon;12\n", "bad_day"),
        ("Date;Amount\n03/04/2026;12\n", "ambiguous_days"),
        ("Date;Amount;Currency\n2026-03-02;1;EUR\n2026-03-02;1;USD\n", "several_currencies"),
    ],
)
def test_csv_that_cannot_be_taken_is_told_apart(text, code):
    with pytest.raises(Unreadable) as refused:
        read_csv(text.encode())
    assert refused.value.code == code


def entries(*items):
    return [
        Entry(key, date(2026, 3, day), D(amount), *words)
        for key, (day, amount, *words) in enumerate(items, 1)
    ]


def test_a_suggestion_says_how_sure_it_is_and_why():
    movements = entries(
        (2, "100", "Annual gift", "RF-9"), (5, "100", "Gift"), (2, "-100", "Payment")
    )
    # Amount 50 + same day 30 + reference named 20 = 100.
    line = Entry(7, date(2026, 3, 2), D(100), "TRANSFER RF9 GIFT")
    [found] = suggest([line], movements)
    assert (found.movements, found.score, found.days) == ((1,), 100, 0)
    # Three days apart: 30 - 4 = 26; one word of one in common: 20; together 96.
    [other] = suggest([Entry(8, date(2026, 3, 8), D(100), "gift")], movements[1:2])
    assert (other.score, other.words) == (96, ("gift",))


def test_one_line_may_be_several_movements_and_a_movement_serves_one_line():
    movements = entries((2, "611.23"), (2, "261.95"), (3, "40"), (3, "-5"))
    lines = [
        Entry(1, date(2026, 3, 2), D("873.18")),
        Entry(2, date(2026, 3, 3), D("40")),
        Entry(3, date(2026, 3, 3), D("40")),
        Entry(4, date(2026, 3, 3), D("77")),
    ]
    found = {item.line: item for item in suggest(lines, movements)}
    # 50 + 30 - 5 for the second movement = 75; two lines of 40 cannot both be the one movement.
    assert (found[1].movements, found[1].score) == ((1, 2), 75)
    assert (found[2].movements, sorted(found)) == ((3,), [1, 2])


def test_nothing_is_suggested_from_too_far_away():
    movement = Entry(1, date(2026, 3, 1), D(10))
    far = Entry(1, date(2026, 3, 2 + matching.FURTHEST), D(10))
    assert suggest([far], [movement]) == []


@pytest.fixture
def take(fund, finance):
    def take(content, name="bank.csv", **about):
        return actions.take_statement(fund, by=finance, name=name, content=content, **about)

    return take


@pytest.mark.django_db
def test_a_statement_that_does_not_add_up_is_refused_with_the_difference(take):
    content = b"Date;Amount\n2026-03-02;10.00\n"
    with pytest.raises(Invalid, match="does not state its balances") as refused:
        take(content)
    assert sorted(refused.value.fields) == ["closing", "opening"]
    with pytest.raises(Invalid, match=r"make 10\.00, but .* is 11\.00: the difference is 1\.00"):
        take(content, opening=D(0), closing=D(11))
    with pytest.raises(Invalid, match="may be two different days"):
        take(b"Date;Amount\n03/04/2026;12\n")
    assert BankStatement.objects.count() == 0


@pytest.mark.django_db
def test_the_same_file_twice_changes_nothing(take):
    content = camt(GIFT, opening="0.00", closing="873.18")
    first = take(content, "camt.xml")
    assert take(content, "again.xml") == first
    assert (BankStatement.objects.count(), BankLine.objects.count()) == (1, 1)
    assert bytes(first.stored.content) == content


@pytest.mark.django_db
def test_what_is_suggested_is_matched_only_when_a_person_accepts(
    take, receive, record, earmark, risk, finance, project
):
    receive("873.18", (earmark, "611.23"), (risk, "261.95"), reference="RF-1")
    fee = record(earmark, "fees", "2", day=date(2026, 3, 4))
    record(earmark, "allocated", "10", project, day=date(2026, 3, 4))
    csv = b"Date;Text;Amount\n2026-03-02;GIFT RF1;873.18\n2026-03-09;UNKNOWN;5.00\n"
    statement = take(csv, opening=D(0), closing=D("878.18"))

    found = queries.reconcile(statement)
    first, second = found.lines
    assert [item.amount for item in first.suggested] == [D("611.23"), D("261.95")]
    # 50 + 30 + 20 - 5 = 95
    assert (first.score, first.reason) == (
        95,
        "2 movements make the amount · same day · in common: RF-1",
    )
    assert (second.suggested, second.matched) == ((), ())
    assert Match.objects.count() == 0
    assert {item.kind for item in found.unmatched} == {"received", "fees"}

    with pytest.raises(Invalid, match=r"make 611\.23\sUSD and the line is 873\.18\sUSD"):
        actions.accept(first.line, first.suggested[:1], by=finance)
    actions.accept(first.line, first.suggested, by=finance, reason=first.reason)
    again = queries.reconcile(statement)
    assert len(again.lines[0].matched) == 2
    assert [item.line.amount for item in again.open_lines] == [D(5)]
    assert again.unmatched == [fee]

    with pytest.raises(Invalid, match="already matched: undo"):
        actions.accept(first.line, first.suggested, by=finance)
    with pytest.raises(Invalid, match="already matched with another"):
        actions.accept(second.line, first.suggested[:1], by=finance)
    with pytest.raises(Invalid, match="An allocation does not move"):
        actions.accept(second.line, Movement.objects.filter(kind="allocated"), by=finance)
    actions.undo_match(first.line, by=finance)
    assert Match.objects.count() == 0
    with pytest.raises(Invalid, match="not matched"):
        actions.undo_match(first.line, by=finance)


@pytest.mark.django_db
def test_a_movement_undone_before_it_reached_the_bank_is_not_missed_there(
    take, receive, earmark, finance
):
    [made] = receive("5", (earmark, "5"))
    actions.reverse(made, by=finance, today=TODAY, reason="Typed twice")
    statement = take(b"Date;Amount\n2026-03-02;9.00\n", opening=D(0), closing=D(9))

    assert queries.reconcile(statement).unmatched == []
    with pytest.raises(ObjectDoesNotExist):
        _ = made.match
