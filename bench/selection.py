"""How good and how fast a choice of projects is, against the lists people make.

    python bench/selection.py

Three sizes of made-up problems, the same each time: projects of 50,000 to 2,000,000, funds with
envelopes for a third of what is asked, least and most grants, co-financing, at most three funders
a project, a tenth of the money at least to each of five regions. The baseline is the list a
committee makes, by score until the money is gone; greedy by value per cost is beside it. Value is
what is kept of the chosen plan's; a list that breaks a rule says so.
"""

from __future__ import annotations

import random
import sys
import time
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "src"))

from appui.selection.optimum import Balance, Fund, Problem, Project, select
from appui.selection.optimum.lists import by_ratio, by_value, keeps_the_rules
from appui.selection.optimum.solve import objective_of

SIZES = ((40, 8, 0.6, 0.0001), (300, 20, 0.57, 0.0001), (2000, 60, 0.117, 0.01))
REGIONS = 5


def main() -> int:
    print(
        f"{'projects × funds':>17} {'pairs':>6} {'certainty':>9} {'seconds':>8} {'gap':>9} "
        f"{'chosen':>6}  {'by score':>9} {'by ratio':>9}  (value of the choice kept)"
    )
    for projects, funds, eligible, gap in SIZES:
        for certainty in ("0", "0.3"):
            problem = made_up(projects, funds, eligible, Decimal(certainty))
            started = time.perf_counter()
            plan = select(problem, gap=gap)
            seconds = time.perf_counter() - started
            kept = [_kept(problem, found, plan.objective) for found in lists(problem)]
            print(
                f"{f'{projects:,} × {funds}':>17} {len(problem.pairs):>6,} {certainty:>9} "
                f"{seconds:>8.2f} {plan.gap:>9.4%} {len(plan.chosen):>6}  "
                f"{kept[0]:>9} {kept[1]:>9}",
                flush=True,
            )
    print("* breaks a rule")
    return 0


def lists(problem: Problem):
    return by_value(problem), by_ratio(problem)


def _kept(problem: Problem, found, best: Decimal) -> str:
    mark = "" if keeps_the_rules(problem, found) else "*"
    return f"{objective_of(problem, *found) / best:.1%}{mark}"


def made_up(many: int, funders: int, eligible: float, certainty: Decimal) -> Problem:
    draw = random.Random(many)
    projects = tuple(
        Project(
            f"p{number}",
            Decimal(draw.randint(2000, 10000)) / 100,
            {2026: draw.randint(5, 200) * 10_000},
            secured=draw.choice([0, 0, 200_000]),
            groups=frozenset({f"region {number % REGIONS}"}),
        )
        for number in range(many)
    )
    third = sum(project.total for project in projects) * 0.35 / funders
    funds = tuple(
        Fund(
            f"f{number}",
            {2026: int(third * draw.uniform(0.5, 1.5)) // 1000 * 1000},
            minimum=draw.choice([0, 50_000, 100_000]),
            maximum=draw.choice([None, 800_000, 1_500_000]),
            cofinancing=draw.choice([Decimal(0), Decimal(0), Decimal("0.2")]),
        )
        for number in range(funders)
    )
    pairs = {
        (project.key, fund.key): Decimal(draw.randint(3, 10)) / 10
        for project in projects
        for fund in funds
        if draw.random() < eligible
    }
    balances = tuple(Balance(f"region {n}", Decimal("0.1")) for n in range(REGIONS))
    return Problem("USD", projects, funds, pairs, balances, certainty=certainty)


if __name__ == "__main__":
    raise SystemExit(main())
