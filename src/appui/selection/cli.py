"""Appraising and choosing projects from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, TypeVar

import click

from appui.evidence.sheets import sheet_rows
from appui.intelligence.cli.printing import as_json, as_table, format_option
from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid, Missing
from appui.registry.doors import Doors
from appui.selection import words
from appui.selection.actions.run import choose, verify
from appui.selection.appraisal.firmness import reversals, turns
from appui.selection.appraisal.methods import METHODS, MatrixError, ranks
from appui.selection.appraisal.sheet import SheetError, read_sheet
from appui.selection.appraised import appraised
from appui.selection.models import Appraisal, Method, PortfolioRun, Scenario
from appui.selection.optimum.lists import by_ratio, by_value, keeps_the_rules
from appui.selection.optimum.problem import Problem, ProblemError
from appui.selection.optimum.reasons import Reason, reasons
from appui.selection.optimum.scenario import read_scenario
from appui.selection.optimum.solve import (
    GAP,
    SECONDS,
    InfeasibleError,
    NoPlanError,
    Plan,
    objective_of,
    select,
    worth,
)
from appui.selection.queries import lines_of


@click.group()
def portfolio() -> None:
    """Projects: what each is worth, and which to fund."""


@portfolio.command("select")
@click.argument("scenario", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=SECONDS,
    show_default=True,
    help="When to stop searching; the plan says how far it got.",
)
@click.option(
    "--gap",
    type=click.FloatRange(0, 1),
    default=GAP,
    show_default=True,
    help="How far from the best a plan may be, as a part of it; 0 for the very best.",
)
@click.option(
    "--more",
    type=click.IntRange(min=1),
    help="Also say what this much more money would add, in each envelope.",
)
@format_option("text", "json")
def select_projects(
    scenario: Path, seconds: float, gap: float, more: int | None, output: str
) -> None:
    """Choose projects and who pays them, as SCENARIO (a TOML file) has them.

    The same file gives the same plan. Exits with 1 when no plan keeps all rules, and says which
    rules collide.
    """
    try:
        problem = read_scenario(scenario.read_text(encoding="utf-8"))
        plan = select(problem, seconds=seconds, gap=gap)
    except UnicodeDecodeError as error:
        raise Invalid(f"{scenario.name} is no UTF-8 text: {error}.") from error
    except ProblemError as error:
        raise Invalid("\n".join(f"{scenario.name}: {said}" for said in error.sentences)) from error
    except InfeasibleError as error:
        collide = "\n".join(f"  {rule}" for rule in error.rules)
        raise Invalid(f"No plan keeps all the rules. These collide:\n{collide}") from error
    except NoPlanError as error:
        raise Invalid(f"No plan was found in {seconds:g} seconds; give it more.") from error
    why = reasons(problem, plan)
    gains = _gains(problem, plan, more, seconds) if more else []
    if output == "json":
        click.echo(as_json(_content(problem, plan, why, gains, more)))
    else:
        click.echo("\n".join(_lines(problem, plan, why, gains, more)))


@portfolio.command("appraise")
@click.argument("scores", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--method",
    type=click.Choice(list(METHODS)),
    default="wsm",
    show_default=True,
    help="Weighted sum, shares of the sum, TOPSIS or PROMETHEE II.",
)
@format_option("text", "json")
def appraise(scores: Path, method: str, output: str) -> None:
    """Rank the projects of SCORES (.csv or .xlsx): a line a project, a column a criterion.

    A line called weight weighs the criteria, one called direction says for each whether more or
    less is better. Also says how far each weight may move before the order changes, and whose
    order turns when a project leaves.
    """
    try:
        sheet = read_sheet(sheet_rows(scores.name, scores.read_bytes()))
        found = METHODS[method](sheet.matrix, sheet.weights, sheet.costs)
        moves = turns(METHODS[method], sheet.matrix, sheet.weights, sheet.costs)
        turned = reversals(METHODS[method], sheet.matrix, sheet.weights, sheet.costs)
    except SheetError as error:
        raise Invalid("\n".join(f"{scores.name}: {said}" for said in error.sentences)) from error
    except MatrixError as error:
        raise Invalid(f"{scores.name}: {error}") from error
    order = sorted(
        zip(ranks(found).tolist(), sheet.projects, found.tolist(), strict=True),
        key=lambda row: (row[0], row[1]),
    )
    if output == "json":
        content = {
            "method": method,
            "ranks": [{"rank": rank, "project": key, "score": score} for rank, key, score in order],
            "weights": [
                turn._asdict() | {"criterion": sheet.criteria[turn.criterion]} for turn in moves
            ],
            "reversals": [
                {name: sheet.projects[at] for name, at in turn._asdict().items()} for turn in turned
            ],
        }
        click.echo(as_json(content))
        return
    click.echo(as_table(("rank", "project", "score"), order))
    click.echo()
    weights = [
        (sheet.criteria[turn.criterion], turn.weight, turn.below, turn.above) for turn in moves
    ]
    click.echo(as_table(("criterion", "weight", "order changes at", "or at"), weights))
    for turn in turned:
        removed, first, second = (sheet.projects[at] for at in turn)
        click.echo(f"Without {removed}, {second} comes before {first}.")


Gain = tuple[str, int, str]  # fund, year, what the objective gains


def _gains(problem: Problem, plan: Plan, more: int, seconds: float) -> list[Gain]:
    return [
        (fund.key, year, str(worth(problem, plan, fund.key, year, more, seconds)))
        for fund in problem.funds
        for year in sorted(fund.envelopes)
    ]


def _content(
    problem: Problem, plan: Plan, why: dict[str, Reason], gains: list[Gain], more: int | None
) -> dict[str, object]:
    content = plan.as_json() | {
        "currency": problem.currency,
        "reasons": {key: reason.as_json() for key, reason in why.items()},
        "lists": {
            listed.name: {
                "objective": listed.objective,
                "keeps_the_rules": listed.keeps_the_rules,
            }
            for listed in _lists(problem)
        },
    }
    if more:
        told = [{"fund": f, "year": year, "more": more, "adds": gain} for f, year, gain in gains]
        content["worth"] = told
    return content


class Listed(NamedTuple):
    """What people would have chosen by list, to compare with."""

    name: str
    objective: str
    keeps_the_rules: bool


def _lists(problem: Problem) -> list[Listed]:
    return [
        Listed(name, str(objective_of(problem, *found)), keeps_the_rules(problem, found))
        for name, found in (("by_value", by_value(problem)), ("by_ratio", by_ratio(problem)))
    ]


def _lines(
    problem: Problem, plan: Plan, why: dict[str, Reason], gains: list[Gain], more: int | None
) -> list[str]:
    rows = [
        (
            "in" if item.key in plan.chosen else "out",
            item.key,
            str(item.value),
            f"{item.total:,}",
            _paid(plan, item.key) or _sentence(why[item.key], problem.currency),
        )
        for item in problem.projects
    ]
    lines = [
        as_table(("", "project", "value", problem.currency, "paid by, or why not"), rows),
        "",
        _summary(problem, plan),
    ]
    lines += [
        f"By list ({listed.name}): {listed.objective}"
        + ("." if listed.keeps_the_rules else ", and a rule is broken.")
        for listed in _lists(problem)
    ]
    lines += [
        f"{more:,} {problem.currency} more in {fund} {year} would add {gain}."
        for fund, year, gain in gains
    ]
    return [*lines, f"Problem {problem.digest[:16]}."]


def _summary(problem: Problem, plan: Plan) -> str:
    proven = "no plan is better"
    if plan.gap:
        proven += f" by more than {plan.gap:.4%} ({plan.bound})"
    return (
        f"{len(plan.chosen)} of {len(problem.projects)} projects, {plan.money:,} "
        f"{problem.currency}, value {plan.value}; objective {plan.objective}, {proven}."
    )


def _paid(plan: Plan, project: str) -> str:
    paid: dict[str, int] = {}
    for (key, fund, _), amount in plan.funding.items():
        if key == project:
            paid[fund] = paid.get(fund, 0) + amount
    return ", ".join(f"{fund} {amount:,}" for fund, amount in paid.items())


def _sentence(reason: Reason, currency: str) -> str:
    others = ", ".join(reason.others)
    needs = f"needs {reason.missing:,} {currency} more from a fund open to it"
    return {
        "excluded": "excluded by hand",
        "no-fund": "no fund may pay it",
        "cannot-pay": f"{needs}, whatever else is left out",
        "alternative": f"{others} was taken instead",
        "requires": f"makes no sense without {others}",
        "rules": "forbidden by " + "; ".join(map(str, reason.rules)),
        "displaced": (f"displaced by {others}; " if others else "") + f"{needs}, "
        f"or a loss of {'' if reason.exact else 'at least '}{reason.loss}",
    }[reason.code]


@portfolio.command("results")
@click.argument("appraisal", type=click.IntRange(min=1))
@click.option(
    "--method",
    type=click.Choice(Method.values),
    default=Method.WSM.value,
    show_default=True,
    help="The method to rank by; JSON has all of them.",
)
@format_option("text", "json")
def results(appraisal: int, method: str, output: str) -> None:
    """Rank the projects of a recorded APPRAISAL, by its number, from the reviews that count."""
    found = appraised(_stored(Appraisal, appraisal))
    rows = found.ranked(method) if found.rows and method in found.rows[0].values else []
    if output == "json":
        click.echo(
            as_json(
                {
                    "appraisal": appraisal,
                    "agreement": found.agreement,
                    "rows": [
                        {
                            "project": row.candidate.activity.reference,
                            "scores": row.scores,
                            "values": {name: str(value) for name, value in row.values.items()},
                            "ranks": row.ranks,
                        }
                        for row in found.ranked(Method.WSM.value)
                    ],
                    "unscored": [item.activity.reference for item in found.unscored],
                    "late": len(found.late),
                    "awaited": len(found.awaited),
                }
            )
        )
        return
    table = [
        (row.ranks[method], row.candidate.activity.reference, str(row.values[method]))
        for row in rows
    ]
    click.echo(as_table(("rank", "project", "points"), table))
    for item in found.unscored:
        click.echo(f"Not scored on every criterion: {item.activity.reference}.")


@portfolio.command("choose")
@click.argument("scenario", type=click.IntRange(min=1))
@click.option(
    "--seconds",
    type=click.FloatRange(min=0.1),
    default=SECONDS,
    show_default=True,
    help="When to stop searching; the run says how far it got.",
)
@format_option("text", "json")
def choose_recorded(scenario: int, seconds: float, output: str) -> None:
    """Choose projects by a recorded SCENARIO, by its number, and keep the run.

    The page of the run shows each reason; a manager signs it there.
    """
    run = choose(_stored(Scenario, scenario), by=SYSTEM, seconds=seconds)
    if output == "json":
        click.echo(as_json({"run": run.pk, "digest": run.digest, "plan": run.plan}))
        return
    for line in lines_of(run, SYSTEM):
        paid = ", ".join(f"{fund} {amount:,}" for fund, amount in line.paid)
        said = paid or words.reason(line.reason, run.names, run.inputs["currency"])
        click.echo(f"{'in ' if line.chosen else 'out'}  {line.key}  {said}")
    click.echo(f"Run {run.pk}, {run.plan['money']:,} {run.inputs['currency']}.")


@portfolio.command("verify")
@click.argument("run", type=click.IntRange(min=1))
def verify_run(run: int) -> None:
    """Compute a RUN again from what it stored; exits with 1 when it gives another choice."""
    stored = _stored(PortfolioRun, run)
    if not verify(stored, seconds=SECONDS):
        raise Invalid(f"Run {run} does not give the stored choice again.")
    click.echo(f"Run {run}: the same choice again, to the byte ({stored.digest[:16]}).")


R = TypeVar("R", Appraisal, Scenario, PortfolioRun)


def _stored(model: type[R], pk: int) -> R:
    found = model._default_manager.filter(pk=pk).first()
    if found is None:
        raise Missing(f"There is no {model._meta.verbose_name} {pk}.")
    return found


DOORS = Doors(
    (
        "criteria-sets",
        "criteria",
        "appraisals",
        "reviewers",
        "candidates",
        "scenarios",
        "envelopes",
        "scenario-rules",
        "scenario-balances",
        "runs",
    ),
    {
        "publish": ("publish", "Freeze the criteria set at ADDRESS."),
        "revise": ("next-version", "Draft the next version of the criteria set at ADDRESS."),
        "judge": ("judgements", "Put all judgements of the criteria set at ADDRESS."),
        "move": ("move", "Exchange the place of the criterion at ADDRESS with its neighbour's."),
        "review": ("review", "Write your review of the candidate at ADDRESS."),
        "close": ("close", "Take no more scores in the appraisal at ADDRESS."),
        "reopen": ("reopen", "Take scores again in the appraisal at ADDRESS."),
        "copy": ("copy", "Copy the scenario at ADDRESS with its money and rules."),
        "run": ("runs", "Choose by the scenario at ADDRESS and keep the run, as a person."),
        "override": ("override", "Decide against the run at ADDRESS about one project."),
        "sign": ("sign", "Sign the run at ADDRESS; nothing in it changes from then on."),
    },
)
DOORS.add_to(portfolio)
commands: list[click.Command] = [portfolio]
