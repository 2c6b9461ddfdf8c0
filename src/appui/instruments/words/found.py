"""What the simulators find, in words with the numbers filled in."""

from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from appui.instruments.engine.cash import Figure, Party
from appui.instruments.engine.outcome import BreakEven, Condition, Risk
from appui.instruments.words.asked import LABELS
from appui.kernel.money import cents
from appui.ui import formats

Text = str | Promise

PARTIES: dict[str, Text] = {
    Party.PAYER: pgettext_lazy("who pays", "Payer"),
    Party.STATE: gettext_lazy("The State"),
    Party.INVESTOR: gettext_lazy("Investor or lender"),
    Party.OPERATOR: gettext_lazy("Who does the work"),
    Party.PARTNER: gettext_lazy("Others who give or use the land"),
    Party.FUND: gettext_lazy("In the account"),
    Party.PROGRAMME: pgettext_lazy("who receives", "Programme"),
    "fees": gettext_lazy("Fees"),
    "interest": gettext_lazy("Interest earned"),
}
RISKS: dict[str, Text] = {
    Risk.PERFORMANCE: gettext_lazy("Fewer outcomes than planned"),
    Risk.PRICE: gettext_lazy("The work costs more"),
    Risk.CURRENCY: gettext_lazy("The money loses its value"),
    Risk.LIQUIDITY: gettext_lazy("Cash is needed before it comes"),
    Risk.DEFAULT: gettext_lazy("Who promised does not pay"),
}
FIGURES: dict[str, Text] = {
    "outcome_pay": gettext_lazy("Paid for outcomes"),
    "premium": gettext_lazy("Above the cost of the work"),
    "pledged": gettext_lazy("Pledged"),
    "pledges_worth": gettext_lazy("Pledges at the rate of the loan"),
    "borrowed": gettext_lazy("Borrowed in all"),
    "interest": gettext_lazy("Interest paid"),
    "fees": gettext_lazy("Fees"),
    "early_benefit": gettext_lazy("Benefit of earlier release"),
    "early_cost": gettext_lazy("Interest and fees, at the discount rate"),
    "early_gain": gettext_lazy("Gain over waiting for the pledges"),
    "matched": gettext_lazy("Added by the payer"),
    "raised": gettext_lazy("Raised from others"),
    "leverage": gettext_lazy("Raised for each unit the payer adds"),
    "stranded": gettext_lazy("Earmarked beyond what its priority needs"),
    "cancelled": gettext_lazy("Debt service cancelled"),
    "freed": gettext_lazy("Freed: old less new service, less fees"),
    "converted": gettext_lazy("Paid into the programme"),
    "converted_share": gettext_lazy("Conversion ratio"),
    "earned": gettext_lazy("Interest earned"),
    "idle": gettext_lazy("Left in the account at the end"),
    "voted": gettext_lazy("Voted"),
    "unspent": gettext_lazy("Voted and never spent"),
    "bought": gettext_lazy("What the budget buys"),
    "paid": gettext_lazy("Paid to operators"),
    "auction_saving": gettext_lazy("Saved by the auction against the start price"),
    "captured": gettext_lazy("Taken back by the State"),
}
# “_not” follows a condition that does not hold here, “_none” one whose threshold does not exist.
CONDITIONS: dict[str, Text] = {
    "grant_fee": gettext_lazy("A channel that takes %(fee)s adds %(cost)s to it."),
    "grant_fee_not": gettext_lazy("A channel takes a fee; here none does."),
    "grant_late": gettext_lazy("Paid later than it is needed, it loses benefits worth %(lost)s."),
    "grant_late_not": gettext_lazy("It is paid later than it is needed; here it is not."),
    "outcomes_succeed": gettext_lazy(
        "More than %(success)s of the outcomes come: as planned, the payer pays %(cost)s more "
        "than for a grant."
    ),
    "outcomes_succeed_none": gettext_lazy(
        "At any success: setting up and checking alone cost more than a grant; as planned, "
        "%(cost)s more."
    ),
    "outcomes_succeed_none_not": gettext_lazy(
        "Never for the payer: even when all outcomes come, it pays %(cost)s less than for a grant."
    ),
    "outcomes_unpaid": gettext_lazy(
        "Nobody advances the money: as planned, the advance earns only %(rate)s a year, less "
        "than the discount rate."
    ),
    "outcomes_unpaid_none": gettext_lazy(
        "Nobody advances the money: as planned, the advance earns nothing."
    ),
    "outcomes_unpaid_not": gettext_lazy(
        "Nobody advances the money; as planned, the advance earns %(rate)s a year, above the "
        "discount rate."
    ),
    "outcomes_unpaid_none_not": gettext_lazy(
        "Nobody advances the money; here hardly any has to be advanced."
    ),
    "outcomes_evidence": gettext_lazy(
        "Outcomes cannot be checked, or setting up and checking (%(fees)s) cost more than the "
        "risk that is passed on."
    ),
    "front_loading_rate": gettext_lazy(
        "The loan costs more than %(rate)s a year: at its rate, borrowing loses %(gain)s "
        "against waiting for the pledges."
    ),
    "front_loading_rate_not": gettext_lazy(
        "The loan costs more than %(rate)s a year; at its rate, borrowing gains %(gain)s over "
        "waiting for the pledges."
    ),
    "front_loading_rate_none": gettext_lazy(
        "At any rate: earlier release brings too little, borrowing loses %(gain)s against "
        "waiting for the pledges."
    ),
    "front_loading_rate_none_not": gettext_lazy(
        "At no rate up to 100 %%: borrowing gains %(gain)s over waiting for the pledges."
    ),
    "front_loading_in_time": gettext_lazy(
        "A donor would pay now: a grant paid when cash is needed costs %(cost)s less."
    ),
    "front_loading_in_time_not": gettext_lazy(
        "A donor would pay now; at the discount rate, borrowing still costs %(cost)s less than "
        "a grant paid when cash is needed."
    ),
    "front_loading_short": gettext_lazy(
        "The pledges (%(pledged)s) do not carry the need (%(need)s) with interest and fees."
    ),
    "front_loading_short_not": gettext_lazy(
        "The pledges do not carry the need with interest and fees; here %(pledged)s carry %(need)s."
    ),
    "front_loading_default": gettext_lazy(
        "Donors break their pledges: the loan stands, and later lenders ask for more."
    ),
    "matching_not_new": gettext_lazy(
        "Less than %(share)s of the raised money is new: the rest would have come without a match."
    ),
    "matching_not_new_not": gettext_lazy(
        "Less than %(share)s of the raised money is new; here more of it is."
    ),
    "matching_not_new_none": gettext_lazy("Others bring nothing to match."),
    "matching_short": gettext_lazy(
        "Others give too little: the need takes %(wanted)s from them when there is no cap, they "
        "give %(raised)s."
    ),
    "matching_short_not": gettext_lazy(
        "Others give less than %(wanted)s; here they give %(raised)s."
    ),
    "matching_cap": gettext_lazy(
        "The cap of %(cap)s is reached: %(lost)s of the match asked for is not added."
    ),
    "matching_cap_not": gettext_lazy("The cap of %(cap)s is reached; here it is not."),
    "matching_stranded": gettext_lazy(
        "Gifts are earmarked beyond what their priority needs: %(stranded)s cannot go further "
        "down the list."
    ),
    "matching_stranded_not": gettext_lazy(
        "Gifts are earmarked beyond what their priority needs; here none is."
    ),
    "swap_conversion": gettext_lazy(
        "Less than %(conversion)s of the cancelled service is paid in: the creditor gives up "
        "%(cost)s more than the programme gets."
    ),
    "swap_conversion_not": gettext_lazy(
        "Less than %(conversion)s of the cancelled service is paid in; here the programme gets "
        "%(cost)s more than the creditor gives up."
    ),
    "swap_state": gettext_lazy(
        "The State would have repaid less than it now pays in: the swap costs its budget %(saved)s."
    ),
    "swap_state_not": gettext_lazy(
        "The State would have repaid less than it now pays in; here the swap saves its budget "
        "%(saved)s."
    ),
    "swap_short": gettext_lazy(
        "The debt is too small for the need of %(need)s: %(conversion)s of it would have to be "
        "paid in."
    ),
    "swap_short_not": gettext_lazy(
        "The debt is too small; here %(conversion)s of it paid in would do for the need of "
        "%(need)s."
    ),
    "trust_fee": gettext_lazy(
        "The fee is above %(fee)s: the fund costs %(cost)s more than separate grants with their "
        "reports."
    ),
    "trust_fee_not": gettext_lazy(
        "The fee is above %(fee)s; here the fund costs %(cost)s less than separate grants with "
        "their reports."
    ),
    "trust_fee_none": gettext_lazy(
        "At any fee: idle money alone costs more than what is spared; here %(cost)s more than "
        "separate grants."
    ),
    "trust_fee_none_not": gettext_lazy(
        "At no fee: here the fund costs %(cost)s less than separate grants with their reports."
    ),
    "trust_idle": gettext_lazy("Money waits: %(idle)s are left in the account at the end."),
    "trust_idle_not": gettext_lazy("Money waits in the account; here none is left at the end."),
    "trust_short": gettext_lazy(
        "Fees, earmarks or late contributions keep cash from the programme: %(missing)s never "
        "come, and benefits worth %(lost)s are lost."
    ),
    "trust_short_not": gettext_lazy(
        "Fees, earmarks or late contributions keep cash from the programme; here all of it "
        "comes in time."
    ),
    "budget_execution": gettext_lazy(
        "Less than %(execution)s of the vote is spent: people lose %(lost)s, the payer saves "
        "%(saved)s."
    ),
    "budget_execution_not": gettext_lazy(
        "Less than %(execution)s of the vote is spent; here people lose %(lost)s and the payer "
        "saves %(saved)s."
    ),
    "budget_execution_none": gettext_lazy(
        "At any execution: people lose %(lost)s, the payer saves %(saved)s."
    ),
    "budget_execution_none_not": gettext_lazy(
        "At no execution: what the payer saves (%(saved)s) is more than the benefits that are "
        "counted."
    ),
    "budget_unspent": gettext_lazy(
        "What is voted is not spent or buys less: %(missing)s never come."
    ),
    "budget_unspent_not": gettext_lazy(
        "What is voted is not spent or buys less; here all of it comes in the end."
    ),
    "budget_currency": gettext_lazy(
        "The national currency loses %(depreciation)s a year and the vote does not follow."
    ),
    "budget_currency_not": gettext_lazy(
        "The national currency loses value and the vote does not follow; here no loss is given."
    ),
    "budget_space": gettext_lazy("The State has better uses for %(state)s of its own."),
    "partnership_bid": gettext_lazy(
        "The bid is above %(bid)s: the State pays %(cost)s more than for a grant for the same work."
    ),
    "partnership_bid_not": gettext_lazy(
        "The bid is above %(bid)s; as bid, the State pays %(cost)s less than for a grant for "
        "the same work."
    ),
    "partnership_bid_none_not": gettext_lazy("At no bid: the State pays nothing of the price."),
    "partnership_bids": gettext_lazy(
        "The bids are above %(bid)s times those given: the State pays %(cost)s more than for a "
        "grant for the same work."
    ),
    "partnership_bids_not": gettext_lazy(
        "The bids are above %(bid)s times those given; as bid, the State pays %(cost)s less "
        "than for a grant for the same work."
    ),
    "partnership_rejected": gettext_lazy(
        "%(rejected)s of the applications are rejected: work worth %(missing)s is not done."
    ),
    "partnership_rejected_not": gettext_lazy(
        "Applications are rejected and their work is not done; here none is."
    ),
    "partnership_operator": gettext_lazy(
        "Operators cannot advance %(advance)s in a year, or do not work for less than the "
        "discount rate."
    ),
    "partnership_operator_not": gettext_lazy(
        "Operators cannot advance %(advance)s in a year; as bid, they earn at least the "
        "discount rate."
    ),
}
EVENS: dict[str, Text] = {
    "success": gettext_lazy("Part of the outcomes that come"),
    "additional": LABELS["matching.additional"],
}
NONE: dict[str, Text] = {
    "cheaper": gettext_lazy("at no value: it is never worse than a grant"),
    "dearer": gettext_lazy("at no value: it is always worse than a grant"),
}


def number(figure: Figure, currency: str) -> str:
    """A figure with its unit, in the reader's language; a dash when there is none."""
    if figure.value is None:
        return "–"
    if figure.kind == "amount":
        return formats.money(_whole(figure.value), currency)
    if figure.kind == "price":
        return f"{formats.number(_short(figure.value))}{formats.NO_BREAK}{currency}"
    if figure.kind == "percent":
        return formats.percent(figure.value, 1)
    return formats.number(figure.value, 2)


def _whole(value: Decimal) -> Decimal:
    """Cents are shown where they matter."""
    return cents(value) if abs(value) < 1000 else value.quantize(Decimal(1))


def _short(value: Decimal) -> Decimal:
    """Four significant digits, two decimals at least."""
    places = max(2, 3 - value.adjusted()) if value else 2
    return value.quantize(Decimal(1).scaleb(-places))


def condition(found: Condition, currency: str) -> str:
    """One way to be worse than a grant, as a sentence; its amounts are sizes, never below zero."""
    numbers = {item.code: number(_size(item), currency) for item in found.numbers}
    none = "_none" if any(item.value is None for item in found.numbers) else ""
    no = "_not" if found.holds is False else ""
    names = (found.code + none + no, found.code + none, found.code + no, found.code)
    return str(next(CONDITIONS[name] for name in names if name in CONDITIONS)) % numbers


def _size(figure: Figure) -> Figure:
    if figure.kind != "amount" or figure.value is None:
        return figure
    return Figure(figure.code, figure.kind, abs(figure.value))


def standing(found: Condition) -> tuple[str, str]:
    """Whether it is so with the values given, and the tone it is shown in."""
    if found.holds is None:
        return _("depends"), "plain"
    return (_("so here"), "late") if found.holds else (_("not here"), "")


def bearers(parties: tuple[Party, ...]) -> str:
    """Who bears a risk."""
    return " · ".join(str(PARTIES[party]) for party in parties)


def break_even(instrument: str, found: BreakEven, currency: str) -> tuple[str, str, str, str]:
    """The parameter, its value now, the value at which it equals a grant, and on which side it is
    worse."""
    labels = LABELS.get(f"{instrument}.{found.parameter}")
    name = str(EVENS.get(found.parameter) or labels or found.parameter)
    now = number(Figure("", found.kind, found.now), currency)
    if found.value is None:
        return name, now, str(NONE.get(found.why, "–")), ""
    value = number(Figure("", found.kind, found.value), currency)
    return name, now, value, _("above") if found.worse == "above" else _("below")
