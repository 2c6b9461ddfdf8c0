"""What rooms above funding keep, for tests: own funds, ways to pay, what is due."""

from datetime import date
from decimal import Decimal

from appui.eligibility.models import Statement
from appui.instruments.models import Comparison, Option, PlannedOutcome
from appui.kernel import audit
from appui.kernel.access import SYSTEM
from appui.obligations.models import Obligation, ObligationRule
from appui.treasury import actions as keeping
from tests.factories import TODAY, code, make_fund, numbers


def make_own_fund(owner, title="Special Fund", **fields):
    """An own fund; the codes that its ledger needs are there."""
    for value in "1234":
        code("TransactionType", value)
    return make_fund(owner, owner, title, kind="own", **fields)


def make_earmark(fund, name="sea", **fields):
    fields = {"title": {"en": name}} | fields
    return keeping.open_earmark(fund, by=SYSTEM, code=name, **fields)


def make_receipt(earmark, amount="100", **fields):
    """A receipt for one earmark, in its currency."""
    about = {"date": date(2026, 3, 2), "today": TODAY, "by": SYSTEM} | fields
    parts = [keeping.Part(earmark, Decimal(amount))]
    given = {"amount": Decimal(amount), "currency": earmark.currency, "parts": parts}
    return keeping.receive(earmark.fund, **given, **about)[0]


def make_movement(earmark, kind, amount="10", **fields):
    about = {"date": date(2026, 4, 1), "today": TODAY, "by": SYSTEM} | fields
    return keeping.record(earmark, kind=kind, amount=Decimal(amount), **about)


def make_bank_statement(fund, *lines, opening="0", name="bank.csv"):
    """A CSV with a line for each (day, amount, text)."""
    rows = [f"{day};{text};{amount}" for day, amount, text in lines]
    content = "\n".join(["Date;Details;Amount", *rows]).encode()
    closing = Decimal(opening) + sum(Decimal(amount) for _day, amount, _text in lines)
    about = {"opening": Decimal(opening), "closing": closing}
    return keeping.take_statement(fund, by=SYSTEM, name=name, content=content, **about)


def make_comparison(owner, title="Ways to pay", *, years=None, **fields):
    """1,000 in 2026 and in 2027 unless told, at 10 %."""
    needed = years or {2026: 1000, 2027: 1000}
    text = "\n".join(f"{year} = {amount}" for year, amount in needed.items())
    fields = {"reference": f"I-{next(numbers)}", "discount_rate": Decimal(10)} | fields
    comparison = Comparison(owner=owner, title={"en": title}, cash_need=text, **fields)
    return audit.create(comparison, by=SYSTEM)


def make_planned_outcome(comparison, title="Land", **fields):
    fields = {"key": "land", "unit": "ha", "units": "2026 = 10\n2027 = 10"} | fields
    item = PlannedOutcome(comparison=comparison, title={"en": title}, **fields)
    return audit.create(item, by=SYSTEM)


def make_option(comparison, instrument="grant", parameters="fee = 0.07", **fields):
    fields = {"instrument": instrument, "parameters": parameters} | fields
    return audit.create(Option(comparison=comparison, **fields), by=SYSTEM)


def make_duty_rule(owner, code_="report", **fields):
    """A rule of an organisation: something is due at the start of each agreement."""
    fields = {"title": {"en": "A report"}, "anchor": "start"} | fields
    return audit.create(ObligationRule(owner=owner, code=code_, **fields), by=SYSTEM)


def make_obligation(rule, agreement, due_on=TODAY, **fields):
    fields = {"occurrence": next(numbers), "anchor_on": due_on, "remind_on": due_on} | fields
    row = Obligation(owner=rule.owner, rule=rule, agreement=agreement, due_on=due_on, **fields)
    return audit.create(row, by=SYSTEM)


def make_statement(activity, fact="emergency", value="no", **fields):
    fields = {"said_by": "Ministry", "said_on": date(2026, 11, 1)} | fields
    said = Statement(activity=activity, fact=fact, value=value, **fields)
    return audit.create(said, by=SYSTEM)
