"""Each instrument against figures worked out by hand; the arithmetic stands beside them.

The programme of most tests: 1,000 needed in 2026 and in 2027, ten units planned in each, each unit
worth 20 a year, discounted at 10 %. PV of the need = 1,000 + 1,000 ÷ 1.1 = 1,909.09.
"""

from decimal import Decimal

from appui.instruments.engine.cash import Party
from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.outcome import Risk, weigh
from appui.instruments.engine.parameters import read_values
from appui.instruments.engine.programme import Planned, Programme

LAND = Planned("land", "ha", {2026: Decimal(10), 2027: Decimal(10)}, Decimal(20))
NEED = {2026: Decimal(1000), 2027: Decimal(1000)}
PROGRAMME = Programme(
    "USD", NEED, (LAND,), Decimal("0.1"), chance=Decimal("0.2"), size=Decimal("0.3")
)
CENT = Decimal("0.01")


def outcome(key, programme=PROGRAMME, **raw):
    instrument = INSTRUMENTS[key]
    values, faults = read_values(
        instrument.parameters, raw, [item.key for item in programme.planned]
    )
    assert faults == []
    return weigh(instrument, programme, values)


def flows(found, party):
    return dict(found.plan.cash.of(party))


def figure(found, code):
    return next(item.value for item in found.figures if item.code == code)


def holding(found):
    return {item.code for item in found.worse if item.holds}


def rounded(value):
    return None if value is None else value.quantize(CENT)


def simple(need, units=None, value=0, discount=0, **fields):
    planned = (Planned("land", "ha", {y: Decimal(n) for y, n in units.items()}, Decimal(value)),)
    amounts = {year: Decimal(amount) for year, amount in need.items()}
    return Programme("USD", amounts, planned, Decimal(str(discount)), **fields)


def test_four_models_on_the_same_need_come_to_the_figures_worked_out_by_hand():
    """Row 0.4: the same cash need under four models, on one sheet."""
    grant = outcome("grant")
    bond = outcome("outcomes", prices={"land": 120}, lag=1)
    fund = outcome("trust_fund", fee="0.07")
    match = outcome("matching", raised={2026: 500, 2027: 500}, ratio=1)

    # Grant: 1,000 + 1,000/1.1. Bond: 10 × 120 = 1,200 a year later each: 1,200/1.1 + 1,200/1.21 =
    # 1,090.91 + 991.74. Fund: of each 1,000 paid 930 arrive, so the payers pay the same 1,909.09.
    # Match: the payer pays half.
    assert [rounded(found.plan.payer) for found in (grant, bond, fund, match)] == [
        Decimal("1909.09"),
        Decimal("2082.64"),
        Decimal("1909.09"),
        Decimal("954.55"),
    ]
    # Cash to the programme by year is the same but for the fee of the fund.
    assert [flows(found, Party.PROGRAMME) for found in (grant, bond, fund, match)] == [
        NEED,
        NEED,
        {2026: Decimal("930.00"), 2027: Decimal("930.00")},
        NEED,
    ]
    # Beyond a grant: bond 2,082.64 − 1,909.09; fund 0.07 × 1,909.09; match minus half.
    assert [rounded(found.plan.against_grant) for found in (grant, bond, fund, match)] == [
        Decimal("0.00"),
        Decimal("173.55"),
        Decimal("133.64"),
        Decimal("-954.55"),
    ]
    assert fund.missing == 140  # 2 × 70


def test_a_channel_that_takes_seven_per_cent_adds_it_to_the_grant():
    found = outcome("grant", fee="0.07")

    assert flows(found, Party.PAYER) == {2026: Decimal(-1070), 2027: Decimal(-1070)}
    assert rounded(found.plan.against_grant) == Decimal("133.64")  # 0.07 × 1,909.09
    assert holding(found) == {"grant_fee"}


def test_a_grant_paid_a_year_late_loses_the_benefits_of_that_year():
    found = outcome("grant", payments={2027: 2000})

    # In 2026 nothing is done of 10 units × 20 = 200; in 2027 all is.
    assert rounded(found.plan.benefit_lost) == 200
    assert found.waits == 1000
    assert found.missing == 0
    assert holding(found) == {"grant_late"}


def test_outcomes_are_paid_up_to_their_cap_and_no_further():
    found = outcome("outcomes", prices={"land": 120}, caps={"land": 15}, lag=0)

    # min(10, 15) × 120 = 1,200, then min(10, 5) × 120 = 600.
    assert flows(found, Party.PAYER) == {2026: Decimal(-1200), 2027: Decimal(-600)}
    assert figure(found, "outcome_pay") == 1800
    assert figure(found, "premium") == Decimal("-0.1")  # 1,800 ÷ 2,000 − 1


def test_an_impact_bond_equals_a_grant_at_the_success_that_pays_as_much():
    programme = simple({2026: 1000}, {2026: 10}, chance=Decimal("0.5"), size=Decimal("0.4"))
    found = outcome("outcomes", programme, prices={"land": 125}, structuring=50, lag=2)

    # 1,250 × g + 50 = 1,000, so g = 0.76. The investor earns (1,250/1,000)^(1/2) − 1 = 11.80 %.
    assert found.break_even.value.quantize(Decimal("1E-9")) == Decimal("0.76")
    assert found.plan.advance_rate.quantize(Decimal("0.0001")) == Decimal("0.1180")
    # With six units in ten the payer pays 750 + 50, the investor loses 500 more than planned.
    assert found.under.payer == 800
    assert found.advance_lost == 500
    assert found.expected == 1050  # (1,300 + 800) ÷ 2
    assert found.paid_for_nothing == 20  # 800 − 0.6 × 1,300: the share of setting it up
    assert found.bearers[Risk.PERFORMANCE] == (Party.INVESTOR,)
    assert holding(found) == {"outcomes_succeed"}


def test_without_an_investor_the_operator_advances_the_money():
    found = outcome("outcomes", prices={"land": 120}, advanced_by="operator")

    assert flows(found, Party.OPERATOR) == {
        2026: Decimal(-1000),
        2027: Decimal(200),
        2028: Decimal(1200),
    }
    assert flows(found, Party.INVESTOR) == {}
    assert found.bearers[Risk.LIQUIDITY] == (Party.OPERATOR,)
    # −1,000 + 200/1.2 + 1,200/1.44 = −1,000 + 166.67 + 833.33 = 0.
    assert found.plan.advance_rate.quantize(Decimal("0.000001")) == Decimal("0.2")


def test_borrowing_on_pledges_gains_the_earlier_release_less_interest():
    programme = simple({2026: 100}, {2026: 1}, value=8)
    found = outcome("front_loading", programme, pledges={2027: 120}, rate="0.05")

    # 100 are borrowed, 105 repaid of the 120 pledged. One unit a year earlier: 8. Gain 8 − 5.
    assert flows(found, Party.PAYER) == {2027: Decimal(-105)}
    assert flows(found, Party.INVESTOR) == {2026: Decimal(-100), 2027: Decimal(105)}
    assert [figure(found, code) for code in ("early_benefit", "early_cost", "early_gain")] == [
        8,
        5,
        3,
    ]
    assert found.break_even.value.quantize(Decimal("0.0001")) == Decimal("0.08")  # 100 × r = 8
    assert found.plan.rate.quantize(Decimal("0.0001")) == Decimal("0.05")
    assert figure(found, "pledges_worth").quantize(CENT) == Decimal("114.29")  # 120 ÷ 1.05
    assert holding(found) == {"front_loading_in_time"}  # 5 more than a grant paid in 2026


def test_borrowing_above_the_break_even_rate_is_worse_than_waiting():
    programme = simple({2026: 100}, {2026: 1}, value=8)
    found = outcome("front_loading", programme, pledges={2027: 120}, rate="0.09")

    assert figure(found, "early_gain") == -1  # 8 − 9
    assert "front_loading_rate" in holding(found)


def test_nobody_lends_more_than_the_pledges_carry():
    programme = simple({2026: 100}, {2026: 1}, value=8)
    found = outcome("front_loading", programme, pledges={2027: 55}, rate="0.1")

    # 55 ÷ 1.1 = 50, less a cent kept for rounding; 54.99 repaid, the last cent goes to the work.
    assert flows(found, Party.PROGRAMME) == {2026: Decimal("49.99"), 2027: Decimal("0.01")}
    assert found.missing == 50
    assert sum(flows(found, Party.INVESTOR).values()) == Decimal("5.00")  # interest on 49.99
    assert "front_loading_short" in holding(found)


def test_the_fee_is_borrowed_too():
    programme = simple({2026: 98}, {2026: 1})
    found = outcome("front_loading", programme, pledges={2027: 200}, rate="0.1", fee="0.02")

    assert figure(found, "borrowed") == 100  # 98 ÷ 0.98
    assert figure(found, "fees") == 2
    assert flows(found, Party.PAYER) == {2027: Decimal(-110)}


def test_a_match_stops_at_its_cap():
    found = outcome("matching", raised={2026: 600, 2027: 600}, ratio=1, cap=900)

    assert flows(found, Party.PAYER) == {2026: Decimal(-600), 2027: Decimal(-300)}
    assert figure(found, "leverage").quantize(CENT) == Decimal("1.33")  # 1,200 ÷ 900
    assert holding(found) == {"matching_cap"}


def test_a_match_equals_a_grant_where_new_money_only_pays_the_fee():
    found = outcome("matching", raised={2026: 500, 2027: 500}, fee="0.05", additional="0.08")

    # Of 1,000 a year 50 go in fees. New money of the raised 500 must bring those 50: a* = 10 %.
    assert found.break_even.value.quantize(Decimal("0.0001")) == Decimal("0.1")
    # 8 % of 500 = 40 a year are new against 50 of fees: 10 + 10/1.1 lost.
    assert rounded(found.plan.against_grant) == Decimal("19.09")
    assert holding(found) == {"matching_not_new", "matching_short"}


def test_money_goes_down_the_list_after_the_earmarks():
    found = outcome(
        "matching",
        raised={2026: 500, 2027: 500},
        ratio=1,
        priorities={"A": 700, "B": 900, "C": 800},
        earmarks={"B": 300, "C": 1000},
    )

    # 2,000: 300 tied to B, 1,000 to C (200 beyond its need); A takes the 700 free.
    served = [
        (row.name, row.earmarked, row.free, row.beyond, row.missing)
        for row in found.plan.cash.served
    ]
    assert served == [("A", 0, 700, 0, 0), ("B", 300, 0, 0, 600), ("C", 800, 0, 200, 0)]
    assert figure(found, "stranded") == 200
    assert "matching_stranded" in holding(found)


def test_the_precedent_of_a_debt_swap_converts_43_per_cent():
    programme = simple({2026: "15.5"}, {2026: 1})
    found = outcome("debt_swap", programme, old_service={2026: 36}, conversion="0.430556")

    # 36 million cancelled, 15.5 for the programme, 20.5 stay with the State.
    assert figure(found, "converted_share").quantize(CENT) == Decimal("0.43")
    assert flows(found, Party.PROGRAMME) == {2026: Decimal("15.50")}
    assert flows(found, Party.STATE) == {2026: Decimal("20.50")}
    assert found.break_even.value == 1  # a debt that is paid in full is worth its face
    assert holding(found) == {"swap_conversion"}


def test_a_swap_frees_old_less_new_service_less_fees():
    found = outcome(
        "debt_swap",
        old_service={2026: 2000, 2027: 2000},
        new_service={2026: 500, 2027: 500},
        conversion="0.6",
        fee="0.05",
        repayment="0.5",
    )

    # Cancelled 1,500 a year; paid in 900, fee 45, programme 855; creditor gives up 750.
    assert figure(found, "cancelled") == 3000
    assert figure(found, "freed") == 2910  # 3,000 − 2 × 45
    assert flows(found, Party.PROGRAMME) == {2026: Decimal("855.00"), 2027: Decimal("855.00")}
    assert flows(found, Party.PAYER) == {2026: Decimal("-750.00"), 2027: Decimal("-750.00")}
    assert found.break_even.value.quantize(Decimal("0.0001")) == Decimal("0.5263")  # 0.5 ÷ 0.95
    # The State would have paid half: it saves 750 and pays 900.
    assert flows(found, Party.STATE) == {2026: Decimal("-150.00"), 2027: Decimal("-150.00")}
    assert holding(found) == {"swap_state", "swap_short"}


def test_a_trust_fund_earns_interest_and_takes_its_fee():
    found = outcome("trust_fund", contributions={2026: 2000}, fee="0.07", interest="0.05")

    # 1,860 after the fee; 1,000 paid; 860 × 1.05 = 903 in 2027, all paid.
    assert flows(found, Party.PROGRAMME) == {2026: Decimal("1000.00"), 2027: Decimal("903.00")}
    assert figure(found, "earned") == 43
    assert found.missing == 97


def test_earmarks_leave_money_idle_while_the_programme_lacks_it():
    found = outcome("trust_fund", earmarked="0.8", covers="0.5")

    # Each year 800 tied and 200 free; the tied pot may pay 500 of 1,000: 700 paid, 300 idle.
    assert flows(found, Party.PROGRAMME) == {2026: Decimal(700), 2027: Decimal(700)}
    assert figure(found, "idle") == 600
    assert "trust_idle" in holding(found)


def test_a_trust_fund_equals_separate_grants_at_the_fee_their_reports_would_cost():
    found = outcome("trust_fund", fee="0.07", spared=50)

    # Fees f × 1,000 a year against 50 a year spared: f* = 5 %.
    assert found.break_even.value.quantize(Decimal("0.0001")) == Decimal("0.05")
    assert rounded(found.plan.against_grant) == Decimal("38.18")  # (70 − 50) × 1.90909


def test_what_a_state_votes_and_does_not_spend_is_missing():
    found = outcome("budget_line", share="0.6", execution="0.8")

    # 600 voted, 480 spent, 400 from others: 880 a year.
    assert flows(found, Party.PROGRAMME) == {2026: Decimal("880.00"), 2027: Decimal("880.00")}
    assert found.missing == 240
    assert figure(found, "unspent") == 240


def test_others_who_pay_in_step_pay_less_when_the_state_does():
    found = outcome("budget_line", share="0.6", execution="0.8", cofinancing="in_step")

    assert flows(found, Party.PAYER) == {
        2026: Decimal("-320.00"),
        2027: Decimal("-320.00"),
    }  # 0.8 × 400


def test_a_budget_carried_over_comes_late_and_a_weaker_currency_buys_less():
    found = outcome("budget_line", execution="0.5", carry=1, depreciation="0.25")

    # 2026: 500. 2027: half of 1,500 = 750, worth 750/1.25 = 600. 2028: 375/1.5625 = 240.
    state = flows(found, Party.STATE)
    assert (state[2026], state[2027], state[2028]) == (Decimal(-500), Decimal(-600), Decimal(-240))


def test_a_budget_line_equals_a_grant_where_lost_benefits_eat_the_saving():
    programme = simple({2026: 100}, {2026: 10}, value=20)
    found = outcome("budget_line", programme, execution="0.4")

    # The payer saves 100; people lose 10 × 20 × (1 − e): e* = 1 − 100/200.
    assert found.break_even.value.quantize(Decimal("0.0001")) == Decimal("0.5")
    assert "budget_execution" in holding(found)  # 100 saved against 120 lost


def test_an_auction_saves_against_its_start_price_and_rejects_part_of_the_work():
    found = outcome(
        "partnership",
        start_prices={"land": 150},
        bid_prices={"land": 123},
        state_share="0.8",
        rejected="0.25",
    )

    # 7.5 units × 123 = 922.50 a year: State 738, users 184.50; the operator works for 750.
    assert figure(found, "auction_saving") == Decimal("0.18")
    assert flows(found, Party.STATE) == {2026: Decimal("-738.00"), 2027: Decimal("-738.00")}
    assert flows(found, Party.PARTNER) == {2026: Decimal("-184.50"), 2027: Decimal("-184.50")}
    assert flows(found, Party.OPERATOR) == {2026: Decimal("172.50"), 2027: Decimal("172.50")}
    assert found.missing == 500
    assert found.break_even.value == 125  # 750 ÷ (0.8 × 7.5)
    assert holding(found) == {"partnership_rejected"}


def test_a_state_takes_back_part_of_the_worth_of_the_land():
    programme = simple({2026: 100}, {2026: 1}, value=40)
    found = outcome(
        "partnership", programme, bid_prices={"land": 110}, captured="0.25", capture_years=3
    )

    # 110 paid, 10 a year taken back for three years: the State pays 80 in all.
    assert found.plan.state == 80
    assert found.break_even.value == 130  # 100 + 30
