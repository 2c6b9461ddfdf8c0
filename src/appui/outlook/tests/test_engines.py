"""The engines of the outlook, by hand and by property: no database."""

import json
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from math import sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from appui.funding.history import Step, history
from appui.intelligence.figures.concentration import concentration
from appui.outlook import attribution, chain, vintages, whatif
from appui.outlook.effects import effects, total
from appui.outlook.ranges import (
    Cost,
    Moves,
    Shape,
    Simulation,
    mean,
    quantile,
    range_of,
    variance,
)
from appui.outlook.shares import split
from appui.outlook.vintages import Row, Sort

D = Decimal
CENT = D("0.01")
amounts = st.integers(0, 10**9).map(lambda n: D(n) / 100)
whole = st.integers(-(10**9), 10**9).map(lambda n: D(n) / 100)


# --- shares ---


def test_parts_are_rounded_by_largest_remainder():
    # 100 by 1:1:1 = 33.333…: 33.33 each, and the cent left goes to the first
    assert split(D(100), [D(1)] * 3, CENT) == [
        D("33.34"),
        D("33.33"),
        D("33.33"),
    ]


@settings(max_examples=60)
@given(whole, st.lists(st.integers(0, 999), min_size=1, max_size=8))
def test_parts_make_the_whole(amount, weights):
    if sum(weights) == 0:
        with pytest.raises(ValueError):
            split(amount, [D(w) for w in weights], CENT)
        return
    parts = split(amount, [D(w) for w in weights], CENT)
    assert sum(parts) == amount
    assert all(
        abs(p - amount * w / sum(weights)) < CENT for p, w in zip(parts, weights, strict=True)
    )


# --- ranges ---

TRI = Cost("a", 1.0, 2.0, 4.0)


def test_moments_are_the_textbook_ones():
    # triangular (1, 2, 4): mean 7/3; variance (1+4+16−2−4−8)/18 = 7/18
    assert mean(TRI, Shape.TRIANGULAR) == pytest.approx(7 / 3)
    assert variance(TRI, Shape.TRIANGULAR) == pytest.approx(7 / 18)
    # PERT: mean (1+8+4)/6 = 13/6; variance (13/6−1)(4−13/6)/7 = (7/6)(11/6)/7 = 11/36
    assert mean(TRI, Shape.PERT) == pytest.approx(13 / 6)
    assert variance(TRI, Shape.PERT) == pytest.approx(11 / 36)
    assert variance(TRI, Shape.UNIFORM) == pytest.approx(9 / 12)


def test_quantiles_of_one_cost_are_exact():
    # triangular (1, 2, 4): F(2) = 1/3; below it (x−1)²/3, so P10 = 1 + √0.3;
    # above 1 − (4−x)²/6, so P50 = 4 − √3, P90 = 4 − √0.6
    found = range_of([TRI])
    assert (found.p10, found.p50, found.p90) == pytest.approx(
        (1 + sqrt(0.3), 4 - sqrt(3), 4 - sqrt(0.6))
    )
    assert found.exact
    # a uniform on [0, 10]
    assert quantile(Cost("u", 0, 5, 10), Shape.UNIFORM, 0.1) == pytest.approx(1)
    # PERT with its mode in the middle is symmetric; with the mode at an end, α = 1, β = 5:
    # F(x) = 1 − (1−x)⁵, so P50 = 1 − 0.5^(1/5)
    assert quantile(Cost("p", 0, 5, 10), Shape.PERT, 0.5) == pytest.approx(5, abs=1e-3)
    assert quantile(Cost("p", 0, 0, 1), Shape.PERT, 0.5) == pytest.approx(1 - 0.5**0.2, abs=1e-4)


def test_the_sum_of_two_uniforms_agrees_with_their_convolution():
    # On [0, 1] each, the sum is triangular on [0, 2]: P10 = √0.2, P50 = 1, P90 = 2 − √0.2
    pair = [Cost("a", 0, 0.5, 1), Cost("b", 0, 0.5, 1)]
    found = range_of(pair, shape=Shape.UNIFORM, draws=200_000)
    assert (found.p10, found.p50, found.p90) == pytest.approx(
        (sqrt(0.2), 1, 2 - sqrt(0.2)), abs=0.006
    )
    assert found.mean == 1
    assert found.sd == pytest.approx(sqrt(2 / 12))
    # moving together the sum is uniform on [0, 2]
    together = range_of(pair, shape=Shape.UNIFORM, moves=Moves.TOGETHER)
    assert (together.p10, together.p50, together.p90) == pytest.approx((0.2, 1, 1.8))
    assert together.exact
    assert together.sd is None


@pytest.mark.parametrize("shape", [Shape.TRIANGULAR, Shape.PERT])
def test_the_sum_of_two_agrees_with_a_convolution_on_a_grid(shape):
    costs = [Cost("a", 1, 2, 4), Cost("b", 0, 3, 3.5)]
    step = 0.002
    density = []
    for cost in costs:
        x = np.arange(cost.low, cost.high, step) + step / 2
        unit = (x - cost.low) / (cost.high - cost.low)
        if shape == Shape.PERT:
            alpha = 1 + 4 * (cost.central - cost.low) / (cost.high - cost.low)
            f = unit ** (alpha - 1) * (1 - unit) ** (5 - alpha)
        else:
            f = np.where(
                x < cost.central,
                (x - cost.low) / max(cost.central - cost.low, 1e-9),
                (cost.high - x) / (cost.high - cost.central),
            )
        density.append(f / f.sum())
    below = np.cumsum(np.convolve(*density))
    oracle = [1 + step * (1 + np.searchsorted(below, p)) for p in (0.1, 0.5, 0.9)]

    found = range_of(costs, shape=shape, draws=100_000)

    assert [found.p10, found.p50, found.p90] == pytest.approx(oracle, abs=0.02)


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0, 100), st.floats(0, 100), st.floats(0, 100)), min_size=1, max_size=5
    ),
    st.sampled_from(list(Shape)),
)
def test_moving_together_is_never_narrower_and_both_stay_within_the_bounds(triples, shape):
    costs = [Cost(f"{n}", *sorted(t)) for n, t in enumerate(triples)]
    alone = range_of(costs, shape=shape, draws=4_000)
    together = range_of(costs, shape=shape, moves=Moves.TOGETHER)
    low, high = sum(c.low for c in costs), sum(c.high for c in costs)
    slack = (high - low) * 0.03 + 1e-9
    for found in (alone, together):
        assert low - 1e-6 <= found.p10 <= found.p50 <= found.p90 <= high + 1e-6
    assert together.p90 - together.p10 >= alone.p90 - alone.p10 - slack


def test_a_simulation_repeats_to_the_same_bytes_whatever_stands_beside():
    costs = [Cost("needs.needline:1", 10, 20, 50), Cost("needs.needline:2", 5, 5, 90)]
    one = json.dumps(asdict(range_of(costs)))
    again = json.dumps(asdict(range_of(costs[::-1])))
    assert one == again
    drawn = Simulation()
    drawn.range_of([*costs, Cost("c", 1, 2, 3)])
    assert json.dumps(asdict(drawn.range_of(costs))) == one
    assert json.dumps(asdict(range_of(costs, seed=1))) != one


def test_costs_out_of_order_or_twice_are_refused():
    with pytest.raises(ValueError, match="not in order"):
        Cost("a", 2, 1, 3)
    with pytest.raises(ValueError, match="twice"):
        range_of([TRI, TRI])


# --- concentration: mine action in Cambodia, 2022, in US dollars (Landmine Monitor 2023) ---


def test_eight_donors_of_2022_are_as_concentrated_as_two_point_eight():
    given = [20137928, 9515000, 2222323, 1737750, 1053400, 1350504, 1047120, 632040]
    found = concentration((str(n), D(n)) for n in given)
    # Σ = 37,696,065; HHI = Σ s² = 0.3582; 1 ÷ HHI = 2.79
    assert (found.count, found.total) == (8, 37696065)
    assert found.effective.quantize(D("0.1")) == D("2.8")
    assert found.hhi == sum((D(n) / 37696065) ** 2 for n in given).quantize(D("0.0001"))


# --- effects ---


def test_a_change_is_volume_and_rate():
    # EUR 1,000,000 at 1.10 → EUR 1,200,000 at 1.20: 1,440,000 − 1,100,000 = 340,000
    # volume 200,000 × 1.10 = 220,000; rate 1,200,000 × 0.10 = 120,000
    (found,) = effects(
        {("EU", "EUR"): (D(1000000), D(1100000))},
        {("EU", "EUR"): (D(1200000), D(1440000))},
    )
    assert (found.change, found.volume, found.rate) == (340000, 220000, 120000)


def test_what_is_new_is_volume_and_what_is_gone_is_volume():
    found = effects({("A", "EUR"): (D(10), D(11))}, {("B", "EUR"): (D(10), D(12))})
    assert {(e.donor, e.volume, e.rate) for e in found} == {("A", -11, 0), ("B", 12, 0)}


@settings(max_examples=60)
@given(st.lists(st.tuples(amounts, amounts, amounts, amounts), max_size=6))
def test_volume_and_rate_make_the_change_to_the_cent(rows):
    before = {(f"{n}", "EUR"): (a, b) for n, (a, b, _c, _d) in enumerate(rows)}
    after = {(f"{n}", "EUR"): (c, d) for n, (_a, _b, c, d) in enumerate(rows)}
    found = effects(before, after)
    sums = total(found)
    assert sums.volume + sums.rate == sums.change
    assert sums.change == sum(d - b for _a, b, _c, d in rows)
    assert all(e.volume.as_tuple().exponent >= -2 for e in found)


# --- vintages ---


def test_world_support_of_2017_was_printed_twice():
    # Landmine Monitor 2018: 771.5 M USD; Landmine Monitor 2023: 696.3 M USD
    found = vintages.compare(
        [
            Row(("World support", "2017"), D("771.5")),
            Row(("World support", "2016"), D("568")),
        ],
        [
            Row(("World support", "2017"), D("696.3")),
            Row(("World support", "2022"), D("914")),
        ],
    )
    (changed,) = found.of(Sort.CHANGED)
    assert (changed.change, changed.relative) == (D("-75.2"), D("-0.0975"))
    assert [row.key[1] for row in found.of(Sort.ADDED)] == ["2022"]
    assert [row.key[1] for row in found.of(Sort.REMOVED)] == ["2016"]
    assert found.change == sum(row.change for row in found.rows)


def test_a_key_that_stands_twice_is_reported_and_not_compared():
    found = vintages.compare([Row(("a",), D(1)), Row(("a",), D(2))], [Row(("a",), D(3))])
    assert (found.rows, found.twice) == ((), (("a",),))


# --- attribution ---


def test_results_follow_the_shares_of_cost():
    # cost 1,000: A paid 500, B 300, nobody else the 200 left
    found = attribution.shares(D(1000), {"A": D(500), "B": D(300)})
    assert [(s.donor, s.share) for s in found] == [
        ("A", D("0.5")),
        ("B", D("0.3")),
        ("", D("0.2")),
    ]
    assert attribution.results(found, D(1001)) == [
        D(501),
        D(300),
        D(200),
    ]  # 500.5, 300.3, 200.2


def test_who_paid_more_than_the_cost_shares_among_themselves():
    found = attribution.shares(D(100), {"A": D(90), "B": D(60)})
    assert [(s.donor, s.share) for s in found] == [("A", D("0.6")), ("B", D("0.4"))]


@settings(max_examples=60)
@given(amounts, st.dictionaries(st.text(min_size=1, max_size=3), amounts, max_size=6), amounts)
def test_shares_make_one_and_results_make_the_result(cost, paid, result):
    if cost == 0 and not any(paid.values()):
        with pytest.raises(ValueError):
            attribution.shares(cost, paid)
        return
    found = attribution.shares(cost, paid)
    assert sum(share.share for share in found) == 1
    assert sum(attribution.results(found, result, 2)) == result


# --- chain: PBF → UNDP → IOM and UNCDF → NGO ---

TAKER, GIVER = chain.Teller.TAKER, chain.Teller.GIVER
JOINT = [
    chain.Transfer("PBF", "UNDP", D(3000), TAKER),
    chain.Transfer("UNDP", "IOM", D(900), GIVER),
    chain.Transfer("UNDP", "IOM", D(900), TAKER),  # the same, told by who received
    chain.Transfer("UNDP", "UNCDF", D(700), GIVER),
    chain.Transfer("IOM", "NGO", D(250), GIVER),
    chain.Transfer("UNCDF", "NGO", D(150), GIVER),
]


def test_joint_funding_is_counted_once_at_each_of_four_boundaries():
    kept, apart = chain.told_once(JOINT)
    assert apart == []
    # the whole programme gets 3,000 from outside; the agencies 900 + 700; the association 250 + 150
    assert chain.boundary_sums(
        kept,
        {
            "programme": {"UNDP", "IOM", "UNCDF", "NGO"},
            "lead": {"UNDP"},
            "agencies": {"IOM", "UNCDF"},
            "association": {"NGO"},
        },
    ) == {"programme": 3000, "lead": 3000, "agencies": 1600, "association": 400}
    assert chain.stages(kept) == [["PBF"], ["UNDP"], ["IOM", "UNCDF"], ["NGO"]]
    assert chain.went_out(kept, {"UNDP"}) == 1600


def test_two_tellers_who_differ_are_told_and_the_receiver_counts():
    kept, (apart,) = chain.told_once(
        [chain.Transfer("A", "B", D(10), GIVER), chain.Transfer("A", "B", D(9), TAKER)]
    )
    assert chain.came_in(kept, {"B"}) == 9
    assert (apart.told_by_giver, apart.told_by_taker) == (10, 9)


people = st.sampled_from("ABCDEFG")


@settings(max_examples=60)
@given(
    st.lists(st.tuples(people, people, st.integers(1, 999)), max_size=20),
    st.sets(people),
    st.sets(people),
)
def test_boundaries_joined_count_what_passes_between_them_out(moves, one, other):
    other -= one
    found = [chain.Transfer(a, b, D(n), TAKER) for a, b, n in moves]
    between = sum(n for a, b, n in moves if (a in one and b in other) or (a in other and b in one))
    joined = chain.came_in(found, one | other)
    assert joined == chain.came_in(found, one) + chain.came_in(found, other) - between
    everyone = {who for stage in chain.stages(found) for who in stage}
    assert everyone == {who for a, b, _n in moves if a != b for who in (a, b)}


# --- what if ---

MINES = whatif.Need(
    key="1",
    years=(2024, 2025),
    lines=(whatif.Line(D(100), "clearance", "KH-1"), whatif.Line(D(38), "va", "KH-2")),
    gifts=(
        whatif.Gift("A", D(30), "clearance", "KH-1", 2024),
        whatif.Gift("A", D(30), "clearance", "KH-1", 2025),
        whatif.Gift("B", D(9), "va", "KH-2", None),
    ),
    people=1380,
)


def test_an_exit_takes_the_money_of_that_year_and_later():
    found = whatif.apply([MINES], whatif.Exit("A", 2025))
    # gap 138 − 69 = 69 → 99; cover a year 34.5 → 19.5: 138/34.5 = 4.0 → 138/19.5 = 7.08 years
    assert (found.gap_before, found.gap_after) == (69, 99)
    assert found.added_years == D("3.1")
    assert found.people == 300  # 1380 × 30 ÷ 138
    assert [loss.before.key for loss in found.losing] == ["1"]


def test_when_nobody_is_left_the_work_does_not_end():
    alone = whatif.Need("1", (2024, 2024), (whatif.Line(D(10)),), (whatif.Gift("A", D(5)),))
    found = whatif.apply([alone], whatif.Exit("A"))
    assert (found.gap_after, found.added_years, found.people) == (10, None, None)


def test_a_delay_loses_what_falls_after_the_last_year():
    # 18 months: of 2024's 30, 15 move to 2025 and 15 to 2026; of 2025's 30, 15 to 2026, 15 to 2027
    found = whatif.apply([MINES], whatif.Delay("A", 18))
    assert (found.gap_before, found.gap_after) == (69, 114)
    # 6 months: of 2025's 30, 15 move to 2026 and are lost
    assert whatif.apply([MINES], whatif.Delay("A", 6)).gap_after == 84
    with pytest.raises(ValueError, match="months"):
        whatif.Delay("A", 0)


def test_tied_money_goes_to_the_matching_lines_and_the_rest_covers_nothing():
    # victim assistance lacks 38 − 9 = 29: of the 60, 29 go there and 31 cover nothing
    found = whatif.apply([MINES], whatif.Earmark("A", "pillar", "va"))
    assert (found.gap_after, found.idle) == (100, 31)
    # a place holds the places within it
    assert whatif.apply([MINES], whatif.Earmark("A", "place", "KH")).gap_after == 69


@settings(max_examples=60)
@given(
    st.lists(
        st.tuples(st.sampled_from("AB"), st.integers(1, 99), st.integers(2024, 2027)), max_size=6
    ),
    st.integers(1, 40),
)
def test_no_shock_makes_money(gifts, months):
    need = whatif.Need(
        "1",
        (2024, 2026),
        (whatif.Line(D(200), "x"), whatif.Line(D(50), "y")),
        tuple(whatif.Gift(d, D(n), "x", None, y) for d, n, y in gifts),
    )
    for shock in (whatif.Exit("A"), whatif.Delay("A", months), whatif.Earmark("A", "pillar", "y")):
        found = whatif.apply([need], shock)
        after = sum(g.amount for g in found.losses[0].after.gifts)
        assert after + found.idle <= sum(n for _d, n, _y in gifts)
        if not isinstance(shock, whatif.Earmark):
            assert found.gap_after >= found.gap_before


# --- history ---


def test_a_history_has_every_step_and_makes_the_sum():
    dated = [
        (date(2024, 2, 1), D(10)),
        (date(2024, 8, 31), D(5)),
        (date(2025, 1, 1), D(-2)),
    ]
    spans = history({"committed": dated}, Step.QUARTER)
    assert [span.label for span in spans] == ["2024-Q1", "2024-Q2", "2024-Q3", "2024-Q4", "2025-Q1"]
    assert [span.sums["committed"] for span in spans] == [10, 0, 5, 0, -2]
    assert spans[-1].until["committed"] == 13
    assert [span.label for span in history({"a": dated}, Step.YEAR)] == ["2024", "2025"]
    assert history({"a": []}, Step.MONTH) == []
