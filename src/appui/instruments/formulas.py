"""How the figures of a sheet are computed, in words and signs; their sources are in the engine."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.instruments import words
from appui.instruments.sheet import Sheet
from appui.ui import formats

COMMON = (
    (gettext_lazy("Present value"), "PV = Σ Fₜ ÷ (1 + r)^(t − t₀)"),
    (
        gettext_lazy("Payer, beyond a grant"),
        gettext_lazy("PV(paid by the payer) − PV(a grant that brings the same cash in the years)"),
    ),
    (
        gettext_lazy("The same as a grant"),
        gettext_lazy("PV(cash received) − PV(money that would come anyway) + PV(reports spared)"),
    ),
    (
        gettext_lazy("Lost by late work"),
        gettext_lazy(
            "PV(Σ units there by year × worth of one) with cash in time, less the same with the "
            "cash received; of the units planned by a year, cash received ÷ cash needed are there"
        ),
    ),
    (
        gettext_lazy("All in all"),
        gettext_lazy("Payer and State, beyond a grant + lost by late work"),
    ),
    (
        gettext_lazy("Cost of money, a year"),
        gettext_lazy("The rate at which what is paid is worth what the programme receives"),
    ),
    (
        gettext_lazy("Expected cost to payer and State"),
        gettext_lazy(
            "(1 − probability) × PV as planned + probability × PV when outcomes are missing"
        ),
    ),
    (
        gettext_lazy("Paid by payer and State for nothing"),
        gettext_lazy("PV when outcomes are missing − part that comes × PV as planned"),
    ),
)
OWN = {
    "grant": gettext_lazy("paid = need × (1 + fee)"),
    "outcomes": gettext_lazy(
        "pay = Σ min(outcome, cap) × price; equals a grant where PV(pay) + fees = PV(need)"
    ),
    "front_loading": gettext_lazy(
        "borrowed at most Σ Pₜ ÷ (1 + r)ᵗ; gain = benefit of earlier release − interest − fees; "
        "equals waiting where the gain is zero"
    ),
    "matching": gettext_lazy(
        "match = min(ratio × raised, cap left); leverage = raised ÷ match; equals a grant where "
        "new money = fees + idle money"
    ),
    "debt_swap": gettext_lazy(
        "freed = Σ (old − new service) − fees; conversion = paid in ÷ cancelled; equals a grant "
        "where conversion × (1 − fee) = part that would be repaid"
    ),
    "trust_fund": gettext_lazy(
        "balance = balance before × (1 + interest) + contributions × (1 − fee) − paid; equals "
        "grants where fees + idle money = reports spared"
    ),
    "budget_line": gettext_lazy(
        "spent = execution × (voted + carried over) ÷ (1 + depreciation)^(t − t₀); equals a grant "
        "where benefits lost = what the payer saves"
    ),
    "partnership": gettext_lazy(
        "paid = units × (1 − rejected) × bid; the State pays its share; saving = 1 − bid ÷ start; "
        "equals a grant where PV(State) = PV(work)"
    ),
}


def formulas(title: str, sheet: Sheet) -> list[tuple[str, str]]:
    """What was computed how, for the options of the sheet."""
    programme = sheet.programme
    basis = _("%(title)s; amounts in %(currency)s of %(year)s, r = %(rate)s") % {
        "title": title,
        "currency": sheet.currency,
        "year": programme.first_year,
        "rate": formats.percent(programme.discount, 2),
    }
    names = dict(words.INSTRUMENTS)
    seen = dict.fromkeys(row.outcome.instrument for row in sheet.done)
    return [
        (_("Basis"), basis),
        *((str(name), str(formula)) for name, formula in COMMON),
        *((str(names[key]), str(OWN[key])) for key in seen),
    ]
