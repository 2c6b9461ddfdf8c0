"""What instruments are, what they ask for, and what is wrong with an answer."""

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.instruments.engine.parameters import Fault

Text = str | Promise

INSTRUMENTS = [
    ("grant", gettext_lazy("Grant")),
    ("outcomes", gettext_lazy("Outcomes contract or impact bond")),
    ("front_loading", gettext_lazy("Front-loading on pledges")),
    ("matching", gettext_lazy("Matching fund")),
    ("debt_swap", gettext_lazy("Debt swap")),
    ("trust_fund", gettext_lazy("Trust fund")),
    ("budget_line", gettext_lazy("Domestic budget line")),
    ("partnership", gettext_lazy("Public-private partnership")),
]
PURPOSES: dict[str, Text] = {
    "grant": gettext_lazy(
        "The payer gives the programme what it needs, when it needs it or on days of its own. "
        "All others are measured against it."
    ),
    "outcomes": gettext_lazy(
        "The payer pays a price for each outcome that came about; an investor (impact bond) or who "
        "does the work (outcomes contract) advances the money."
    ),
    "front_loading": gettext_lazy(
        "Money is borrowed now against what donors pledged for later years, so that work is done "
        "earlier; interest and fees come out of the pledges."
    ),
    "matching": gettext_lazy(
        "The payer adds to what others give, up to a cap; earmarked gifts go to their priority, "
        "the rest down the list."
    ),
    "debt_swap": gettext_lazy(
        "A creditor lets go of debt service, and the State pays part of it into the programme."
    ),
    "trust_fund": gettext_lazy(
        "Several payers put money into one account, with one fee and one report; what waits earns "
        "interest."
    ),
    "budget_line": gettext_lazy(
        "The State votes money each year and others add their part; what is voted is not always "
        "spent."
    ),
    "partnership": gettext_lazy(
        "Operators bid a price for each unit, work with their own money, and are paid by the State "
        "and by those who use the land."
    ),
}
LABELS: dict[str, Text] = {
    "grant.fee": gettext_lazy("Fee of the channel, % on top"),
    "grant.payments": gettext_lazy("Payments by year"),
    "outcomes.prices": gettext_lazy("Price of one unit"),
    "outcomes.caps": gettext_lazy("Most units that are paid"),
    "outcomes.advanced_by": gettext_lazy("Who advances the money"),
    "outcomes.lag": gettext_lazy("Years from outcome to payment"),
    "outcomes.structuring": gettext_lazy("Cost of setting up"),
    "outcomes.evaluation": gettext_lazy("Cost of checking outcomes, for each year of payment"),
    "front_loading.pledges": gettext_lazy("Pledges by year"),
    "front_loading.rate": gettext_lazy("Interest, % a year"),
    "front_loading.fee": gettext_lazy("Fees, % of what is borrowed"),
    "front_loading.haircut": gettext_lazy("Part of the pledges lenders do not count, %"),
    "matching.raised": gettext_lazy("Raised from others, by year"),
    "matching.ratio": gettext_lazy("Added to each unit raised"),
    "matching.cap": gettext_lazy("Most the payer adds"),
    "matching.fee": gettext_lazy("Fee of the fund, %"),
    "matching.additional": gettext_lazy("Part of the raised money that is new, %"),
    "matching.priorities": gettext_lazy("Priorities and what each needs"),
    "matching.earmarks": gettext_lazy("Gifts earmarked for a priority"),
    "debt_swap.old_service": gettext_lazy("Debt service owed, by year"),
    "debt_swap.new_service": gettext_lazy("Debt service after the swap, by year"),
    "debt_swap.conversion": gettext_lazy(
        "Part of the cancelled service paid into the programme, %"
    ),
    "debt_swap.fee": gettext_lazy("Fees, % of what is paid in"),
    "debt_swap.repayment": gettext_lazy(
        "Part of the debt that would be repaid without the swap, %"
    ),
    "trust_fund.contributions": gettext_lazy("Contributions by year"),
    "trust_fund.fee": gettext_lazy("Fee of the fund, % of contributions"),
    "trust_fund.interest": gettext_lazy("Interest earned, % a year"),
    "trust_fund.earmarked": gettext_lazy("Part of the contributions that is earmarked, %"),
    "trust_fund.covers": gettext_lazy("Part of each year’s need that earmarks cover, %"),
    "trust_fund.spared": gettext_lazy("Cost of separate reports and audits spared, a year"),
    "budget_line.share": gettext_lazy("Part of the need that the State votes, %"),
    "budget_line.execution": gettext_lazy("Part of the vote that is spent, %"),
    "budget_line.carry": gettext_lazy("Part of what is not spent that is carried over, %"),
    "budget_line.depreciation": gettext_lazy("Loss of value of the national currency, % a year"),
    "budget_line.cofinancing": gettext_lazy("What others pay"),
    "partnership.start_prices": gettext_lazy("Start price of one unit"),
    "partnership.bid_prices": gettext_lazy("Price bid for one unit"),
    "partnership.state_share": gettext_lazy("Part of the price that the State pays, %"),
    "partnership.rejected": gettext_lazy("Applications rejected, %"),
    "partnership.lag": gettext_lazy("Years from delivery to payment"),
    "partnership.captured": gettext_lazy("Part of the yearly worth taken back by the State, %"),
    "partnership.capture_years": gettext_lazy("For how many years it is taken back"),
}
HELP: dict[str, Text] = {
    "grant.fee": gettext_lazy(
        "What an intermediary adds for its administration; United Nations often 7."
    ),
    "grant.payments": gettext_lazy(
        "When the payer pays. Left empty, it pays in the years in which the cash is needed."
    ),
    "outcomes.caps": gettext_lazy("Left empty, every unit is paid."),
    "outcomes.structuring": gettext_lazy(
        "Paid by the payer in the first year: lawyers, design, tender."
    ),
    "front_loading.pledges": gettext_lazy(
        "What donors promised, in the years in which they pay. It repays the loan first."
    ),
    "front_loading.haircut": gettext_lazy(
        "Lenders lend less than the pledges to be sure of their money."
    ),
    "matching.ratio": gettext_lazy("1 doubles each gift; 0.5 adds half of it."),
    "matching.cap": gettext_lazy("Left empty, there is no cap."),
    "matching.additional": gettext_lazy(
        "The rest would have been given without the match, and the match has not brought it."
    ),
    "matching.priorities": gettext_lazy(
        "In their order. Money that is not earmarked goes down this list."
    ),
    "debt_swap.new_service": gettext_lazy("Left empty, nothing is owed any more."),
    "debt_swap.conversion": gettext_lazy(
        "43 in the precedent of a health fund: 15.5 of 36 million euros."
    ),
    "debt_swap.repayment": gettext_lazy(
        "What a buyer would give for the debt; 100 when it is always paid."
    ),
    "trust_fund.contributions": gettext_lazy(
        "Left empty, payers pay in the years in which the cash is needed."
    ),
    "trust_fund.covers": gettext_lazy("Earmarked money beyond it stays in the account."),
    "trust_fund.spared": gettext_lazy(
        "What payers would spend on reports and audits of grants of their own."
    ),
    "budget_line.execution": gettext_lazy("The treasury’s last years say it: spent ÷ voted."),
    "budget_line.depreciation": gettext_lazy(
        "The vote is in national currency; equipment is bought in another."
    ),
    "partnership.start_prices": gettext_lazy("Only to show what the auction saves."),
    "partnership.rejected": gettext_lazy("Work whose application is rejected is not done."),
    "partnership.captured": gettext_lazy("As a tax or a fee on the land that is used again."),
}
PLACEHOLDERS: dict[str, str] = {
    "grant.fee": "7",
    "outcomes.lag": "1",
    "front_loading.rate": "4",
    "front_loading.fee": "1",
    "front_loading.haircut": "20",
    "matching.ratio": "1",
    "matching.fee": "3",
    "matching.additional": "100",
    "debt_swap.conversion": "43",
    "debt_swap.fee": "2",
    "debt_swap.repayment": "100",
    "trust_fund.fee": "7",
    "trust_fund.interest": "2",
    "trust_fund.earmarked": "0",
    "trust_fund.covers": "100",
    "budget_line.share": "100",
    "budget_line.execution": "80",
    "budget_line.carry": "0",
    "budget_line.depreciation": "2",
    "partnership.state_share": "80",
    "partnership.rejected": "20",
    "partnership.lag": "0",
    "partnership.captured": "0",
    "partnership.capture_years": "0",
}
CHOICES: dict[str, Text] = {
    "investor": gettext_lazy("An investor (impact bond)"),
    "operator": gettext_lazy("Who does the work (outcomes contract)"),
    "fixed": gettext_lazy("Their part, whatever the State spends"),
    "in_step": gettext_lazy("In step with what the State spends"),
}
FAULTS: dict[str, Text] = {
    "unknown": gettext_lazy("“%(key)s” means nothing here."),
    "missing": gettext_lazy("“%(key)s” is missing."),
    "number": gettext_lazy("“%(key)s” is %(value)s: a number is needed."),
    "text": gettext_lazy("“%(key)s” is %(value)s: a text is needed."),
    "ratio": gettext_lazy("“%(key)s” is %(value)s: it lies between 0 and 1, that is 0 and 100 %%."),
    "years": gettext_lazy(
        "“%(key)s” is %(value)s: a whole number of years from 0 to 30 is needed."
    ),
    "negative": gettext_lazy("“%(key)s” has %(value)s: it cannot be below zero."),
    "large": gettext_lazy("“%(key)s” has %(value)s: that is too large, check the unit."),
    "choice": gettext_lazy("“%(key)s” is “%(value)s”, which is none of its choices."),
    "table": gettext_lazy("“%(key)s” is %(value)s: amounts by year or by name are needed."),
    "span": gettext_lazy("“%(key)s” has too many lines: at most 60, and years at most 40 apart."),
    "list": gettext_lazy("“%(key)s” is written [[%(key)s]], once for each."),
    "year": gettext_lazy("“%(key)s” has “%(value)s”, which is no year from 1990 to 2100."),
    "name": gettext_lazy("“%(key)s” has a name that is empty or longer than 120 characters."),
    "outcome": gettext_lazy("“%(key)s” has “%(value)s”, which is no outcome of this comparison."),
    "instrument": gettext_lazy("There is no instrument called “%(value)s”."),
    "currency": gettext_lazy("“%(value)s” is not a currency code of ISO 4217."),
    "twice": gettext_lazy("Two outcomes are called “%(value)s”."),
    "nothing": gettext_lazy("“%(key)s” is nothing in every year."),
}


def label(instrument: str, key: str) -> str:
    """How a parameter is called on the screen."""
    return str(LABELS.get(f"{instrument}.{key}", key))


def fault(found: Fault, name: str = "") -> str:
    """What is wrong, as a sentence; ``name`` calls the parameter otherwise than by its key."""
    text = FAULTS[found.code]
    return str(text) % {"key": name or found.key, "value": found.value or _("empty")}
