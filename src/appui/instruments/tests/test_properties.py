"""What holds for every instrument and any numbers; rates against an independent solver."""

from decimal import Decimal
from itertools import pairwise

import numpy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appui.instruments.engine.catalogue import INSTRUMENTS
from appui.instruments.engine.outcome import weigh
from appui.instruments.engine.parameters import read_values
from appui.instruments.engine.programme import Planned, Programme
from appui.instruments.engine.rates import internal_rate, present_value
from appui.instruments.engine.sensitivity import movable, sensitivity

amounts = st.integers(0, 10**9).map(lambda cents: Decimal(cents) / 100)
shares = st.integers(0, 100).map(lambda hundredths: Decimal(hundredths) / 100)
low_shares = st.integers(0, 60).map(lambda hundredths: Decimal(hundredths) / 100)
spans = st.integers(0, 5)


def by_year(least=1):
    years = st.integers(2024, 2032)
    return st.dictionaries(years, amounts, min_size=least, max_size=5)


@st.composite
def programmes(draw):
    need = draw(by_year())
    need[2026] = need.get(2026, Decimal(0)) + 1000  # something is needed
    units = {year: amount / 10 for year, amount in need.items()}
    planned = (Planned("land", "ha", units, draw(shares)),)
    fields = {name: draw(shares) for name in ("chance", "size")}
    return Programme("USD", need, planned, draw(low_shares), **fields)


OPTIONS = {
    "grant": {"fee": shares, "payments": by_year(0)},
    "outcomes": {
        "prices": st.fixed_dictionaries({"land": amounts}),
        "caps": st.dictionaries(st.just("land"), amounts),
        "advanced_by": st.sampled_from(["investor", "operator"]),
        "lag": spans,
        "structuring": amounts,
        "evaluation": amounts,
    },
    "front_loading": {"pledges": by_year(), "rate": shares, "fee": shares, "haircut": shares},
    "matching": {
        "raised": by_year(),
        "ratio": shares,
        "cap": amounts,
        "fee": shares,
        "additional": shares,
        "priorities": st.dictionaries(st.sampled_from("ABC"), amounts),
        "earmarks": st.dictionaries(st.sampled_from("ABC"), amounts),
    },
    "debt_swap": {
        "old_service": by_year(),
        "new_service": by_year(0),
        "conversion": shares,
        "fee": shares,
        "repayment": shares,
    },
    "trust_fund": {
        "contributions": by_year(0),
        "fee": shares,
        "interest": shares,
        "earmarked": shares,
        "covers": shares,
        "spared": amounts,
    },
    "budget_line": {
        "share": shares,
        "execution": shares,
        "carry": shares,
        "depreciation": shares,
        "cofinancing": st.sampled_from(["fixed", "in_step"]),
    },
    "partnership": {
        "start_prices": st.dictionaries(st.just("land"), amounts),
        "bid_prices": st.fixed_dictionaries({"land": amounts}),
        "state_share": shares,
        "rejected": shares,
        "lag": spans,
        "captured": shares,
        "capture_years": spans,
    },
}


def read(key, raw):
    values, faults = read_values(INSTRUMENTS[key].parameters, raw, ["land"])
    assert [fault for fault in faults if fault.code != "missing"] == []
    return values


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_every_cent_is_accounted_for_in_every_year(key):
    @settings(max_examples=50, deadline=None)
    @given(programmes(), st.fixed_dictionaries(OPTIONS[key]))
    def check(programme, raw):
        found = weigh(INSTRUMENTS[key], programme, read(key, raw))

        assert found.plan.cash.imbalance() == {}
        assert found.under.cash.imbalance() == {}
        received = sum(found.plan.cash.of("programme").values())
        assert received <= programme.total
        assert found.missing == programme.total - received
        flows = [amount for s in found.plan.cash.parties.values() for amount in s.values()]
        assert all(amount == amount.quantize(Decimal("0.01")) for amount in flows)

    check()


NEUTRAL = {
    "grant": {},
    "outcomes": {"prices": {"land": 10}, "lag": 0},
    "front_loading": {"rate": 0},
    "matching": {"ratio": 1},
    "debt_swap": {"conversion": 1, "repayment": 1},
    "trust_fund": {},
    "budget_line": {"share": 0},
    "partnership": {"bid_prices": {"land": 10}},
}
# Which table of an instrument brings in the money that is needed, and how much of it.
BROUGHT = {
    "front_loading": ("pledges", 1),
    "matching": ("raised", 2),
    "debt_swap": ("old_service", 1),
}


@pytest.mark.parametrize("key", INSTRUMENTS)
def test_without_fees_interest_or_risk_an_instrument_is_a_grant(key):
    @settings(max_examples=15, deadline=None)
    @given(programmes())
    def check(programme):
        need = {
            year: (amount.quantize(Decimal(1)) + 1) * 2 for year, amount in programme.need.items()
        }
        units = {year: amount / 10 for year, amount in need.items()}
        planned = (Planned("land", "ha", units, Decimal("0.5")),)
        programme = Programme("USD", need, planned, programme.discount)
        raw = dict(NEUTRAL[key])
        if key in BROUGHT:
            name, part = BROUGHT[key]
            raw[name] = {year: amount / part for year, amount in need.items()}
        plan = weigh(INSTRUMENTS[key], programme, read(key, raw)).plan
        partners = present_value(plan.cash.of("partner"), programme.discount, min(need))

        assert dict(plan.cash.of("programme")) == need
        # Payer, State and partners together pay the need, neither more nor earlier.
        assert abs(plan.public - partners - plan.received) < Decimal("1E-9")
        assert abs(plan.benefit_lost) < Decimal("1E-9")

    check()


@given(by_year())
@settings(max_examples=30)
def test_at_zero_per_cent_the_present_value_is_the_plain_sum(flows):
    assert present_value(flows, Decimal(0), 2025) == sum(flows.values())


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=7))
@settings(max_examples=60)
def test_the_internal_rate_is_a_root_that_numpy_finds_too(flows):
    found = internal_rate({2026 + at: Decimal(flow) for at, flow in enumerate(flows)})
    # Σ Fₜ xᵗ with x = 1 ÷ (1 + r), solved as the eigenvalues of its companion matrix.
    roots = numpy.roots(list(reversed(flows)))
    rates = [1 / root.real - 1 for root in roots if abs(root.imag) < 1e-6 and root.real > 1e-9]

    if found is not None:
        assert min(abs(float(found) - rate) for rate in rates) < 1e-4 * (1 + abs(float(found)))
    elif min(flows) < 0 < max(flows):
        changes = [flow for flow in flows if flow]
        alone = sum((a > 0) != (b > 0) for a, b in pairwise(changes)) == 1
        assert not alone or not any(-0.99 < rate < 10 for rate in rates)


def test_a_rate_known_from_a_textbook():
    # −4,000 + 2,000/1.2808 + 4,000/1.2808² ≈ 0 (Brealey, Myers and Allen, chapter 5: 28.08 %).
    found = internal_rate({0: Decimal(-4000), 1: Decimal(2000), 2: Decimal(4000)})

    assert found.quantize(Decimal("0.0001")) == Decimal("0.2808")


def test_flows_that_never_change_sign_have_no_rate():
    assert internal_rate({2026: Decimal(5), 2027: Decimal(1)}) is None


def test_each_step_moves_one_value_and_leaves_the_rest():
    programme = Programme("USD", {2026: Decimal(1000)}, (), Decimal(0))
    values = read("grant", {"fee": "0.1"})
    grant = INSTRUMENTS["grant"]
    (fee,) = movable(grant, values)

    steps = sensitivity(grant, programme, values, fee)

    # 1,000 × (1 + f) for f of 5, 7.5, 10, 12.5 and 15 %.
    assert [step.cost for step in steps] == [1050, 1075, 1100, 1125, 1150]
    assert steps[0].value == Decimal("0.05")


def test_a_share_is_never_moved_beyond_the_whole():
    programme = Programme("USD", {2026: Decimal(1000)}, (), Decimal(0))
    values = read("budget_line", {"execution": "0.9"})
    line = INSTRUMENTS["budget_line"]
    execution = next(item for item in movable(line, values) if item.key == "execution")

    assert sensitivity(line, programme, values, execution)[-1].value == 1
