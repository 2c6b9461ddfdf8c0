"""The sums of ledger lines in the database against the same rules applied line by line."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    code,
    make_activity,
    make_agreement,
    make_donor,
    make_draft,
    make_ledger_line,
    make_organisation,
    make_reader,
    make_target,
)

from appui.funding.models import AgreementStatus, Transaction
from appui.funding.queries import CountedRows, Days, behind, entries, target_books
from appui.funding.queries.entries import FIGURE_OF, FIGURES
from appui.kernel.access import Role
from appui.kernel.money import cents

pytestmark = pytest.mark.django_db
D = Decimal
LINES = 300
FIRST = date(2025, 1, 1)


@pytest.fixture
def owner():
    return make_organisation("Directorate", acronym="ACS")


@pytest.fixture
def reader(owner):
    return make_reader(Role.READER, owner)


@pytest.fixture
def lines(owner):
    """Lines of every kind that counts, and of one that does not, in all ways they may stand."""
    draw = random.Random(11)
    donor, other = make_donor("European Union"), make_organisation("Other")
    former = make_organisation("Former", merged_into=owner)
    agreements = [
        None,
        make_agreement(owner, donor, "300"),
        make_agreement(owner, donor, "70", currency="EUR", usd_rate=D("1.1")),
        make_draft(owner, donor, "50"),
        make_agreement(other, donor, "60", visibility="public"),
    ]
    projects = [make_activity(owner), make_activity(owner)]
    made = []
    for _number in range(LINES):
        day = FIRST + timedelta(days=draw.randrange(400))
        currency, value = draw.choice(["USD", "EUR", "KHR"]), D(draw.randrange(-999, 99999)) / 100
        rate = {"USD": D(1), "EUR": D("1.1"), "KHR": draw.choice([None, D("0.00025")])}[currency]
        made.append(
            make_ledger_line(
                owner,
                draw.choice(agreements),
                value,
                activity=draw.choice(projects),
                currency=currency,
                usd_value=None if rate is None else cents(value * rate),
                transaction_type=code("TransactionType", draw.choice([*FIGURE_OF, "2"])),
                date=day,
                value_date=day,
                provider=draw.choice([None, owner, donor, former, other]),
                receiver=draw.choice([None, owner, donor, former, other]),
                reverses=made[-1] if made and draw.random() < 0.1 else None,
            )
        )
    return made


def said(line):
    """Figure, day, whether it counts, and dollars of one line, by the words of the module."""
    figure = FIGURE_OF.get(line.transaction_type.code)
    ours = line.provider if figure == "spent" else line.receiver
    agreement = line.agreement
    is_own = agreement is not None and agreement.owner_id == line.owner_id
    draft = is_own and agreement.status == AgreementStatus.DRAFT
    counts = (
        (ours is None or (ours.merged_into or ours) == line.owner)
        and not (figure == "committed" and is_own)
        and not (figure == "pledged" and is_own and not draft)
    )
    day = line.reverses.date if line.reverses else line.date
    usd = line.value if line.currency == "USD" else line.usd_value
    return figure, day, counts, usd


def test_sums_are_those_of_the_lines_one_by_one(owner, reader, lines):
    within = Days(date(2025, 3, 3), date(2025, 12, 24))
    found = entries([owner.pk], reader, cuts=within.cuts())
    told = [(*said(line), line) for line in lines]

    for figure in FIGURES:
        mine = [row for row in told if row[0] == figure and row[2]]
        counted = [item for item in found.counted(figure, owner.pk) if not item.part]
        assert sum(item.lines for item in counted) == len(mine) > 10
        assert sum(item.usd or 0 for item in counted) == sum(row[3] or 0 for row in mine)
        assert sum(item.lines for item in counted if item.usd is None) == sum(
            row[3] is None for row in mine
        )
        inside = [row for row in mine if row[1] in within]
        for rows in (
            found.counted(figure, owner.pk, within),
            entries([owner.pk], reader, [figure], within=within, by=["other"]).counted(
                figure, owner.pk
            ),
        ):
            kept = [item for item in rows if not item.part]
            assert sum(item.lines for item in kept) == len(inside)
            assert sum(item.usd or 0 for item in kept) == sum(row[3] or 0 for row in inside)
        assert {line.pk for line in found.lines_of(owner.pk, within, figure)} == {
            row[4].pk for row in inside
        }
    out = [row for row in told if row[0] and not row[2]]
    assert found.left_out(owner.pk) == len(out) == found.lines_of(owner.pk).count() > 10


def test_sums_by_a_key_make_the_same_whole(owner, reader, lines):
    plain = entries([owner.pk], reader).counted("received", owner.pk)
    split = entries([owner.pk], reader, by=["other", "agreement", "activity"]).counted(
        "received", owner.pk
    )

    assert len(split) > len(plain)
    assert sum(item.usd or 0 for item in split) == sum(item.usd or 0 for item in plain)
    assert {item.other for item in plain} == {None}
    assert len({item.other for item in split}) == 4  # three names, and none stated


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_the_rows_of_a_figure_make_it_and_are_read_page_by_page(owner, reader, lines, currency):
    target = make_target(owner, "1000", currency=currency, usd_rate=D("1.1"))
    (book,) = target_books([target], reader, today=TODAY)

    for name in FIGURES:
        rows = CountedRows(book, name)
        whole = behind(rows[:], name, book, reader)
        assert len(rows) == len(whole)
        paged = [row for at in range(0, len(rows), 7) for row in rows[at : at + 7]]
        assert behind(paged, name, book, reader) == whole
        off = sum(row.counted or 0 for row in whole) - book.position.figure(name)
        assert abs(off) <= (0 if currency == "USD" else len(whole) * D("0.005"))


def test_a_line_by_line_figure_in_a_third_currency_is_rounded_once(owner, reader):
    target = make_target(owner, "1000", currency="EUR", usd_rate=D(3))
    project, received = make_activity(owner), code("TransactionType", "1")
    for _line in range(3):
        make_ledger_line(owner, None, "1", activity=project, transaction_type=received)
    (book,) = target_books([target], reader, today=TODAY)

    assert Transaction.objects.count() == 3
    assert book.position.received == 1  # not 3 × 0.33
