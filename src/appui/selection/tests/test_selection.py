"""Choosing projects: against brute force, with every rule, to the same bytes, and explained."""

import json
import random
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import count, product
from types import SimpleNamespace

import pytest

from appui.selection.optimum import (
    Balance,
    Fund,
    InfeasibleError,
    Problem,
    ProblemError,
    Project,
    ideal,
    select,
)
from appui.selection.optimum.check import broken_rules
from appui.selection.optimum.conflicts import Rule
from appui.selection.optimum.lists import by_ratio, by_value, keeps_the_rules
from appui.selection.optimum.model import Solver, build, objective
from appui.selection.optimum.reasons import EXACT_UP_TO, reasons
from appui.selection.optimum.solve import objective_of, worth

D = Decimal


def project(key, value, asked, **more):
    return Project(key, D(value), {2026: asked} if isinstance(asked, int) else asked, **more)


def fund(key, envelope, **more):
    return Fund(key, {2026: envelope} if isinstance(envelope, int) else envelope, **more)


def problem(projects, funds, pairs=None, **more):
    everybody = {(p.key, f.key): D(1) for p in projects for f in funds}
    return Problem(
        "USD", tuple(projects), tuple(funds), everybody if pairs is None else pairs, **more
    )


# The oracle: every way to pay, in whole units, and every set of projects.


def ways_to_pay(found, item):
    """What each fund may give in each year: every vector that pays the project in full."""
    years = sorted(item.asked)
    funds = [f for f in found.funds if (item.key, f.key) in found.pairs]
    cells = [(f.key, year) for f in funds for year in years]
    ranges = [
        range(min(item.asked[year], found.fund[key].envelopes.get(year, 0)) + 1)
        for key, year in cells
    ]
    for amounts in product(*ranges):
        given = {cell: amount for cell, amount in zip(cells, amounts, strict=True) if amount}
        if all(
            sum(a for (_, y), a in given.items() if y == year) == item.asked[year] for year in years
        ) and may_pay(found, item, given):
            yield given


def may_pay(found, item, given):
    payers = {key for key, _ in given}
    if len(payers) > found.most_funders:
        return False
    for key in payers:
        payer = found.fund[key]
        amount = sum(a for (k, _), a in given.items() if k == key)
        cost = item.secured + sum(item.asked.values())
        if amount < payer.minimum or (payer.maximum is not None and amount > payer.maximum):
            return False
        if amount > (1 - Fraction(payer.cofinancing)) * cost:
            return False
    return True


def worth_of(found, item, given):
    weight, value = Fraction(found.certainty), Fraction(item.value)
    sure = sum(Fraction(found.pairs[item.key, key]) * a for (key, _), a in given.items())
    return value * (1 - weight + weight * sure / sum(item.asked.values()))


def brute_force(found):
    """The best objective of any plan that keeps every rule; None when there is none."""
    cells = sorted({(f.key, year) for f in found.funds for year in f.envelopes})
    start = tuple(found.fund[key].envelopes[year] for key, year in cells)
    states = {(frozenset(), start): Fraction(0)}
    for item in found.projects:
        grown = {} if item.mandatory else dict(states)
        if not item.excluded:
            ways = [
                (tuple(given.get(cell, 0) for cell in cells), worth_of(found, item, given))
                for given in ways_to_pay(found, item)
            ]
            for (chosen, left), value in states.items():
                for taken, gain in ways:
                    rest = tuple(a - b for a, b in zip(left, taken, strict=True))
                    if min(rest) >= 0:
                        key = (chosen | {item.key}, rest)
                        grown[key] = max(grown.get(key, Fraction(-1)), value + gain)
        states = grown
    sound = [value for (chosen, _), value in states.items() if keeps(found, chosen)]
    return max(sound, default=None)


def keeps(found, chosen):
    money = {key: found.project[key].total for key in chosen}
    whole = sum(money.values())
    for rule in found.balances:
        part = sum(m for key, m in money.items() if rule.group in found.project[key].groups)
        if part < Fraction(rule.least) * whole or part > Fraction(rule.most) * whole:
            return False
    needs_met = all(chosen.issuperset(found.project[key].requires) for key in chosen)
    return needs_met and all(len(group & chosen) <= 1 for group in found.alternatives)


def _one_other(draw, names, name):
    other = draw.choice(names)
    return (other,) if other != name and draw.random() < 0.1 else ()


def random_problem(seed):
    """Small enough for brute force: the more projects, the fewer funds and years."""
    draw = random.Random(seed)
    many = draw.choice([4, 4, 5, 5, 6, 8, 12])
    funders = {4: 3, 5: 3, 6: 2, 8: 2, 12: 1}[many]

    def amounts(most):
        later = draw.randint(1, 2) if many < 6 and draw.random() < 0.3 else 0
        return {2026: draw.randint(1, most)} | ({2027: later} if later else {})

    funds = [
        fund(
            f"f{n}",
            amounts(7),
            minimum=draw.choice([0, 0, 1, 2]),
            maximum=draw.choice([None, None, 3, 5]),
            cofinancing=draw.choice([D(0), D(0), D("0.25"), D("0.5")]),
        )
        for n in range(draw.randint(1, funders))
    ]
    names = [f"p{n}" for n in range(many)]
    projects = [
        project(
            name,
            draw.randint(1, 9),
            amounts(4),
            secured=draw.choice([0, 0, 1, 3]),
            groups=frozenset({draw.choice("ab")}),
            mandatory=draw.random() < 0.05,
            requires=_one_other(draw, names, name),
        )
        for name in names
    ]
    pairs = [(p.key, f.key) for p in projects for f in funds if draw.random() < 0.7]
    least, most = draw.choice([("0", "1"), ("0.2", "1"), ("0.4", "1"), ("0", "0.8")])
    return problem(
        projects,
        funds,
        {pair: D(draw.randint(2, 10)) / 10 for pair in pairs},
        balances=(Balance("a", D(least), D(most)),),
        alternatives=(frozenset(draw.sample(names, 2)),) if draw.random() < 0.3 else (),
        most_funders=draw.choice([1, 2, 3]),
        certainty=draw.choice([D(0), D("0.3"), D(1)]),
    )


@pytest.mark.parametrize("batch", range(8))
def test_the_choice_is_the_best_of_all_there_are(batch):
    for seed in range(batch * 25, batch * 25 + 25):
        found = random_problem(seed)
        best = brute_force(found)
        if best is None:
            with pytest.raises(InfeasibleError):
                select(found, gap=0)
            continue
        plan = select(found, gap=0)
        assert list(broken_rules(found, set(plan.chosen), plan.funding)) == [], seed
        assert abs(Fraction(plan.objective) - best) < Fraction(1, 10**5), seed
        assert plan.status == "optimal"


def test_the_same_problem_gives_the_same_bytes():
    first, again = (json.dumps(select(random_problem(3)).as_json()) for _ in range(2))

    assert first == again


def test_another_engine_input_has_another_digest():
    found = random_problem(3)

    assert found.digest == random_problem(3).digest
    assert found.digest != replace(found, certainty=D("0.31")).digest


def test_one_project_is_paid_by_two_funds_where_neither_could_alone():
    plan = select(problem([project("port", 5, 10)], [fund("a", 6), fund("b", 6)]))

    assert plan.chosen == ("port",)
    assert plan.money == 10
    assert {key for _, key, _ in plan.funding} == {"a", "b"}


def test_a_fund_that_wants_others_to_pay_a_part_gets_company_or_gives_nothing():
    alone = problem([project("port", 5, 10)], [fund("a", 10, cofinancing=D("0.2"))])
    assert select(alone).chosen == ()

    helped = problem([project("port", 5, 10, secured=3)], [fund("a", 10, cofinancing=D("0.2"))])
    assert select(helped).chosen == ("port",)


def test_certain_money_is_preferred_where_it_weighs():
    projects = [project("a", 10, 5), project("b", 9, 5)]
    pairs = {("a", "f"): D("0.2"), ("b", "f"): D(1)}
    found = problem(projects, [fund("f", 5)], pairs)

    assert select(found).chosen == ("a",)
    assert select(replace(found, certainty=D(1))).chosen == ("b",)


def test_a_region_gets_its_part_and_its_price_is_seen():
    projects = [
        project("a", 10, 5, groups=frozenset({"north"})),
        project("b", 9, 5, groups=frozenset({"north"})),
        project("c", 1, 5, groups=frozenset({"south"})),
    ]
    found = problem(projects, [fund("f", 10)])

    assert select(found).chosen == ("a", "b")
    fair = replace(found, balances=(Balance("south", least=D("0.3")),))
    assert select(fair).chosen == ("a", "c")
    assert not keeps_the_rules(fair, by_value(fair))


def test_each_project_left_out_says_why():
    projects = [
        project("best", 10, 6),
        project("rest", 4, 4),
        project("next", 7, 5),
        project("huge", 50, 40),
        project("orphan", 5, 1),
        project("banned", 9, 1, excluded=True),
        project("twin", 1, 1),
        project("annex", 3, 1, requires=("huge",)),
    ]
    pairs = {(p.key, "f"): D(1) for p in projects if p.key != "orphan"}
    found = problem(projects, [fund("f", 10)], pairs, alternatives=(frozenset({"best", "twin"}),))
    plan = select(found, gap=0)
    why = reasons(found, plan)

    assert plan.chosen == ("best", "rest")
    assert {key: reason.code for key, reason in why.items()} == {
        "best": "chosen",
        "rest": "chosen",
        "next": "displaced",
        "huge": "cannot-pay",
        "orphan": "no-fund",
        "banned": "excluded",
        "twin": "alternative",
        "annex": "requires",
    }
    assert why["huge"].missing == 30
    assert (why["next"].others, why["next"].missing) == (("best",), 5)
    assert why["next"].loss == D(14) - D(12)  # "twin" would come in with it
    assert why["twin"].others == ("best",)
    assert why["annex"].others == ("huge",)


def test_reasons_in_a_long_list_tell_at_least_what_would_be_lost():
    many = [project(f"p{n:02}", 100 - n, 5) for n in range(EXACT_UP_TO + 10)]
    found = problem(many, [fund("f", 25)])
    plan = select(found)
    last = reasons(found, plan)["p49"]

    assert plan.chosen == ("p00", "p01", "p02", "p03", "p04")
    assert (last.code, last.others, last.missing, last.exact) == ("displaced", ("p04",), 5, False)
    assert last.loss == D(96 - 51)


def test_rules_that_collide_are_named_and_no_others():
    projects = [
        project("a", 5, 6, mandatory=True),
        project("b", 5, 6, mandatory=True),
        project("c", 5, 1),
    ]
    found = problem(projects, [fund("f", 10)], balances=(Balance("x", most=D("0.9")),))

    with pytest.raises(InfeasibleError) as raised:
        select(found)
    assert raised.value.rules == (
        Rule("mandatory", ("a",)),
        Rule("mandatory", ("b",)),
        Rule("envelope", ("f", "2026")),
    )


def test_a_mandatory_project_that_nobody_may_pay_is_told_so():
    with pytest.raises(InfeasibleError) as raised:
        select(problem([project("a", 5, 6, mandatory=True)], [fund("f", 10)], {}))
    assert Rule("no-fund", ("a",)) in raised.value.rules


def test_more_money_is_worth_what_it_brings_in():
    found = problem([project("a", 5, 6), project("b", 4, 6)], [fund("f", 10)])
    plan = select(found, gap=0)

    assert worth(found, plan, "f", 2026, 1) == 0
    assert worth(found, plan, "f", 2026, 2) == 4


def test_a_choice_found_before_time_was_up_is_kept(monkeypatch):
    draw = random.Random(0)
    projects = [project(f"p{n}", draw.randint(10, 99), draw.randint(40, 200)) for n in range(24)]
    funds = [fund(f"f{n}", draw.randint(150, 400)) for n in range(5)]
    loose = build(problem(projects, funds), paired=())
    whole = ideal.ideal(loose, seconds=20, gap=0)

    monkeypatch.setattr(ideal, "time", SimpleNamespace(monotonic=count().__next__))
    early = ideal.ideal(loose, seconds=3.5, gap=0)  # the clock is asked four times

    assert early.chosen is not None
    assert early.bound > whole.bound - 1e-6
    assert whole.chosen is not None


@pytest.mark.parametrize("seed", range(6))
def test_rounds_end_at_the_plan_of_one_large_programme(seed):
    draw = random.Random(seed)
    projects = [project(f"p{n}", draw.randint(10, 99), draw.randint(40, 200)) for n in range(24)]
    funds = [
        fund(f"f{n}", draw.randint(150, 400), minimum=draw.choice([0, 30, 60])) for n in range(5)
    ]
    pairs = {
        (one.key, other.key): D(draw.randint(2, 10)) / 10
        for one in projects
        for other in funds
        if draw.random() < 0.7
    }
    found = problem(projects, funds, pairs, certainty=D("0.4"), most_funders=2)
    whole = build(found)

    plan = select(found, gap=0)

    at_once = Solver(whole, objective(whole)).run()
    assert abs(float(plan.objective) - at_once.objective) < 0.02  # amounts in whole units
    assert float(plan.bound) >= at_once.objective - 1e-6


def test_a_list_by_score_never_beats_the_choice():
    for seed in range(200, 230):
        found = random_problem(seed)
        try:
            plan = select(found, gap=0)
        except InfeasibleError:
            continue
        for listed in (by_value(found), by_ratio(found)):
            if keeps_the_rules(found, listed):
                assert objective_of(found, *listed) <= plan.objective + D("0.00001")


def test_every_fault_of_a_problem_is_told_at_once():
    with pytest.raises(ProblemError) as raised:
        problem(
            [project("a", -1, 6), project("a", 1, 0), project("c", 1, 1, requires=("z", "c"))],
            [fund("f", -1, minimum=5, maximum=2)],
            {("q", "f"): D(2)},
            certainty=D(3),
        )
    assert len(raised.value.sentences) >= 9
