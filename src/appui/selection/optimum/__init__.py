"""Which projects to fund, and who pays what: the best choice under envelopes and rules.

Pure: takes a Problem, gives a Plan. Amounts are whole units of one currency.
"""

from appui.selection.optimum.problem import Balance, Fund, Problem, ProblemError, Project
from appui.selection.optimum.solve import InfeasibleError, Plan, select

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
