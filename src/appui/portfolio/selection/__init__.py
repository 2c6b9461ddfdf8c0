"""Which projects to fund, and who pays what: the best choice under envelopes and rules.

Pure: takes a Problem, gives a Plan. Amounts are whole units of one currency.
"""

from appui.portfolio.selection.problem import Balance, Fund, Problem, ProblemError, Project
from appui.portfolio.selection.solve import InfeasibleError, Plan, select

__all__ = [
    "Balance",
    "Fund",
    "InfeasibleError",
    "Plan",
    "Problem",
    "ProblemError",
    "Project",
    "select",
]
