"""Scenarios from recorded projects, and the runs that are kept, overridden and signed."""

from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.db import DatabaseError, transaction
from django.urls import reverse
from django.utils import timezone
from tests import factories as make
from tests.factories import make_agreement, make_appraisal, make_review, make_scenario

from appui.accounts.models import User
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid, Missing, Refused
from appui.selection import queries
from appui.selection.actions import run as actions
from appui.selection.actions import scenario as planning
from appui.selection.cli import portfolio
from appui.selection.models import PortfolioRun
from appui.selection.optimum import Problem
from appui.selection.problems import build, costs_of
from appui.selection.tests.conftest import budget

pytestmark = pytest.mark.django_db


@pytest.fixture
def round_of(owner, project, people):
    """Projects by reference, each with its scores, under one appraisal by one reviewer."""

    def opened(**scores):
        found = {key: project(key) for key in scores}
        appraisal = make_appraisal(owner, found.values(), people[:1])
        for key, given in scores.items():
            make_review(appraisal, found[key], people[0], given)
        return appraisal, found

    return opened


def test_a_problem_holds_value_money_and_places_of_each_project(round_of):
    appraisal, found = round_of(a=[5, 5], b=[2, 1])
    found["a"].places.create(location=make.place("HT-OU"))
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")], certainty=20)
    planning.add_balance(scenario, by=SYSTEM, location=make.place("HT"), least=10, most=100)

    problem = build(scenario, SYSTEM).problem

    assert [(item.key, item.value, item.asked) for item in problem.projects] == [
        ("a", Decimal(100), {2026: 100}),
        ("b", Decimal("12.5"), {2026: 100}),
    ]
    assert [item.groups for item in problem.projects] == [{"place HT"}, set()]
    assert problem.pairs == {("a", "Sea"): Decimal(1), ("b", "Sea"): Decimal(1)}
    assert problem.certainty == Decimal("0.2")
    assert Problem.from_json(problem.as_json()) == problem


def test_an_envelope_pays_only_its_places_and_sectors(round_of):
    appraisal, found = round_of(a=[5, 5], b=[3, 3], c=[1, 1])
    found["a"].places.create(location=make.place("HT"))
    found["b"].places.create(location=make.place("HT"))
    found["b"].classifications.create(code=make.code("Sector", "43060"), percentage=100)
    scenario = make_scenario(appraisal)
    planning.add_envelope(
        scenario,
        by=SYSTEM,
        title="Haiti, risks",
        years={2026: Decimal(100)},
        locations=[make.place("HT")],
        sectors=[make.code("Sector", "43060")],
        certainty=80,
    )

    assert build(scenario, SYSTEM).problem.pairs == {("b", "Haiti, risks"): Decimal("0.8")}


def test_money_already_signed_is_not_asked_for_again(round_of, owner):
    appraisal, found = round_of(a=[5, 5], b=[1, 1])
    for key, amount in (("a", "40"), ("b", "100")):
        agreement = make_agreement(owner, make.make_donor(f"Donor {key}"), "100")
        agreement.allocations.create(activity=found[key], year=2026, amount=Decimal(amount))

    built = build(make_scenario(appraisal, envelopes=[("Sea", "150")]), SYSTEM)

    project = built.problem.projects[0]
    assert (project.asked, project.secured) == ({2026: 60}, 40)
    assert list(built.left_out) == [{"key": "b", "code": "funded"}]


def test_what_cannot_be_chosen_is_left_out_with_its_reason(owner, project, people):
    whole, part = project("whole"), project("part")
    part.parent = whole
    part.save()
    plain, unscored = project("plain", None), project("unscored")
    foreign = project("foreign", None)
    budget(foreign, "100", currency="XOF")
    appraisal = make_appraisal(owner, [whole, part, plain, unscored, foreign], people[:1])
    for item in (whole, part, plain, foreign):
        make_review(appraisal, item, people[0], [3, 3])

    built = build(make_scenario(appraisal, envelopes=[("Sea", "150")]), SYSTEM)

    assert [item.key for item in built.problem.projects] == ["whole"]
    assert {item["key"]: item["code"] for item in built.left_out} == {
        "part": "part-of",
        "plain": "no-budget",
        "unscored": "unscored",
        "foreign": "no-rate",
    }


def test_what_a_project_costs_is_the_whole_of_its_budget_in_one_currency(round_of):
    appraisal, found = round_of(a=[5, 5])
    make.make_rate("EUR", date(2027, 1, 1), "2")
    budget(found["a"], "50", date(2027, 1, 1), date(2027, 12, 31), currency="EUR")

    assert costs_of(appraisal, SYSTEM) == {found["a"].pk: 200}


def test_a_run_keeps_what_it_came_from_and_gives_the_same_again(round_of, manager):
    appraisal, found = round_of(a=[5, 5], b=[4, 4], c=[1, 1])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "250")])

    run = actions.choose(scenario, by=manager)
    budget(found["a"], "999")

    assert run.plan["chosen"] == ["a", "b"]
    assert run.reasons["c"]["code"] == "displaced"
    assert run.digest == Problem.from_json(run.inputs).digest
    assert run.names["a"] == {"title": {"en": "Project a"}, "pk": found["a"].pk}
    assert actions.verify(PortfolioRun.objects.get())


def test_a_decision_against_the_plan_is_kept_with_its_reason_and_cost(round_of, manager):
    appraisal, _found = round_of(a=[5, 5], b=[4, 4], c=[1, 1])
    first = actions.choose(make_scenario(appraisal, envelopes=[("Sea", "250")]), by=manager)

    second = actions.override(first, by=manager, key="c", put_in=True, reason="Promised")

    assert second.plan["chosen"] == ["a", "c"]
    assert (second.number, second.follows) == (2, first)
    assert second.cost == Decimal(first.plan["objective"]) - Decimal(second.plan["objective"]) > 0
    told = second.overrides[0]
    assert (told["key"], told["put"], told["reason"]) == ("c", "in", "Promised")
    assert told["by"] == manager.name
    third = actions.override(second, by=manager, key="a", put_in=False, reason="Withdrawn")
    assert third.cost == Decimal(first.plan["objective"]) - Decimal(third.plan["objective"])


@pytest.mark.parametrize(
    ("key", "put_in", "reason", "why"),
    [
        ("c", True, " ", "Say why"),
        ("z", True, "Promised", "no project of this run"),
        ("a", True, "Promised", "has it so already"),
    ],
)
def test_a_decision_names_a_project_and_a_reason(round_of, manager, key, put_in, reason, why):
    appraisal, _found = round_of(a=[5, 5], c=[1, 1])
    run = actions.choose(make_scenario(appraisal, envelopes=[("Sea", "150")]), by=manager)

    with pytest.raises(Invalid, match=why):
        actions.override(run, by=manager, key=key, put_in=put_in, reason=reason)


def test_a_signed_run_is_frozen_even_for_the_database(round_of, manager):
    appraisal, _found = round_of(a=[5, 5], b=[1, 1])
    run = actions.choose(make_scenario(appraisal, envelopes=[("Sea", "150")]), by=manager)

    actions.sign(run, by=manager, decision="Kept by the committee", unheard="An exercise")

    run.refresh_from_db()
    assert (run.signed_by, run.decision) == (manager.name, "Kept by the committee")
    for act in (
        lambda: actions.sign(run, by=manager, decision="Again", unheard="None"),
        lambda: actions.discard(run, by=manager),
        lambda: actions.override(run, by=manager, key="b", put_in=True, reason="Late"),
    ):
        with pytest.raises(Refused, match="signed"):
            act()
    with pytest.raises(DatabaseError, match="signed run"), transaction.atomic():
        PortfolioRun.objects.update(decision="Changed")
    with pytest.raises(DatabaseError, match="signed run"), transaction.atomic():
        PortfolioRun.objects.all().delete()


def test_an_editor_chooses_and_a_manager_signs(round_of, owner):
    appraisal, _found = round_of(a=[5, 5], b=[1, 1])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    editor = make.make_reader(Role.EDITOR, owner)

    run = actions.choose(scenario, by=editor)

    with pytest.raises(Refused):
        actions.sign(run, by=editor, decision="Mine")
    with pytest.raises(Refused):
        actions.choose(scenario, by=make.make_reader(Role.READER, owner))
    actions.discard(run, by=editor)
    assert PortfolioRun.objects.count() == 0


def test_rules_that_collide_are_named_in_words(round_of, manager):
    appraisal, found = round_of(a=[5, 5], b=[1, 1])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    for activity in found.values():
        planning.add_rule(scenario, by=manager, activity=activity, kind="mandatory")

    with pytest.raises(Invalid) as refused:
        actions.choose(scenario, by=manager)

    assert str(refused.value) == (
        "No plan keeps all the rules. These collide: “Project a” must be in; "
        "“Project b” must be in; the envelope Sea, 2026."
    )
    assert PortfolioRun.objects.count() == 0


def test_nothing_to_choose_from_is_said(owner, manager):
    scenario = make_scenario(make_appraisal(owner))

    with pytest.raises(Invalid, match="There is nothing to choose"):
        actions.choose(scenario, by=manager)


def test_a_rule_is_about_projects_under_appraisal_and_stands_once(round_of, project, manager):
    appraisal, found = round_of(a=[5, 5], b=[1, 1])
    scenario = make_scenario(appraisal)

    with pytest.raises(Invalid, match="projects of the scenario's appraisal"):
        planning.add_rule(scenario, by=manager, activity=project("z"), kind="mandatory")
    with pytest.raises(Invalid, match="name another project"):
        planning.add_rule(scenario, by=manager, activity=found["a"], kind="requires")
    planning.add_rule(scenario, by=manager, activity=found["a"], kind="mandatory")
    with pytest.raises(Invalid, match="A rule says the opposite of “Project a”"):
        planning.add_rule(scenario, by=manager, activity=found["a"], kind="excluded")
    with pytest.raises(Invalid, match="has this rule already"):
        planning.add_rule(scenario, by=manager, activity=found["a"], kind="mandatory")


def test_one_that_needs_a_project_out_of_reach_is_out_itself(owner, project, people):
    first, second = project("first"), project("second", None)
    appraisal = make_appraisal(owner, [first, second], people[:1])
    for item in (first, second):
        make_review(appraisal, item, people[0], [3, 3])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    planning.add_rule(scenario, by=SYSTEM, activity=first, kind="requires", other=second)

    assert build(scenario, SYSTEM).problem.projects[0].excluded


def test_envelopes_hold_whole_units(round_of, manager):
    scenario = make_scenario(round_of(a=[5, 5])[0])

    for years, fields in (({2026: Decimal("1.50")}, {}), ({2026: 1}, {"minimum": Decimal("0.5")})):
        given = {year: Decimal(amount) for year, amount in years.items()}
        with pytest.raises(Invalid, match="whole units"):
            planning.add_envelope(scenario, by=manager, title="Sea", years=given, **fields)
    with pytest.raises(Invalid, match="for one year at least"):
        planning.add_envelope(scenario, by=manager, title="Sea", years={})


def test_a_copy_has_the_same_money_and_rules(round_of, manager):
    appraisal, found = round_of(a=[5, 5], b=[1, 1])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    planning.add_rule(scenario, by=manager, activity=found["b"], kind="mandatory", reason="Law")
    planning.add_balance(
        scenario, by=manager, sector=make.code("Sector", "43060"), least=0, most=90
    )

    copy = planning.copy_scenario(scenario, by=manager, title={"en": "Copy"})

    assert build(copy, SYSTEM).problem == build(scenario, SYSTEM).problem
    assert copy.rules.get().reason == "Law"


@pytest.mark.parametrize(
    ("amount", "sum_"), [(1, 1), (99, 10), (1_000_000, 1_000_000), (5_400_000, 1_000_000)]
)
def test_a_round_sum_is_a_one_and_zeros(amount, sum_):
    assert actions.round_sum(amount) == sum_


def test_the_command_line_chooses_and_computes_again(round_of):
    appraisal, _found = round_of(a=[5, 5], b=[4, 4])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])

    ranked = run_command("results", str(appraisal.pk), "--method", "topsis")
    chosen = run_command("choose", str(scenario.pk))
    run = PortfolioRun.objects.get()
    again = run_command("verify", str(run.pk))

    assert [line.split()[:2] for line in ranked.output.splitlines()[-2:]] == [
        ["1", "a"],
        ["2", "b"],
    ]
    assert chosen.output.splitlines()[0] == "in   a  Sea 100"
    assert "to the byte" in again.output
    PortfolioRun.objects.update(plan=run.plan | {"money": 1})
    broken = run_command("verify", str(run.pk))
    assert isinstance(broken.exception, Invalid)
    PortfolioRun.objects.update(engine="1")
    assert "engine 1" in str(run_command("verify", str(run.pk)).exception)
    assert isinstance(run_command("choose", "999999").exception, Missing)


def run_command(*arguments):
    return CliRunner().invoke(portfolio, arguments)


def test_a_decision_names_the_consultations_it_rests_on(round_of, manager, owner, client):
    appraisal, _found = round_of(a=[5, 5], b=[1, 1])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    first, second = (actions.choose(scenario, by=manager) for _time in range(2))
    heard = make.make_consultation(owner, people=10, women=6, youth=3)

    with pytest.raises(Invalid, match="Name the consultations"):
        actions.sign(first, by=manager, decision="Kept")
    with pytest.raises(Invalid, match="leave empty why nobody was consulted"):
        actions.sign(first, by=manager, decision="Kept", consultations=[heard], unheard="x")
    actions.sign(first, by=manager, decision="Kept", consultations=[heard])
    actions.sign(second, by=manager, decision="Kept", unheard="Nobody could travel")

    assert (list(first.consultations.all()), first.unheard) == ([heard], "")
    assert (second.consultations.count(), second.unheard) == (0, "Nobody could travel")
    client.force_login(make.make_user_with_role(Role.EDITOR, owner))
    page = client.get(heard.get_absolute_url()).content.decode()
    assert first.get_absolute_url() in page
    assert second.get_absolute_url() not in page


def test_who_may_not_see_results_learns_nothing_from_a_scenario(round_of, owner):
    partner = make.make_organisation("Partner")
    appraisal, _found = round_of(a=[5, 5], b=[1, 1])
    appraisal.visibility = "partners"
    appraisal.save()
    appraisal.shared_with.add(partner)
    editor = make.make_reader(Role.EDITOR, partner)
    fields = {"owner": partner, "appraisal": appraisal, "title": {"en": "Theirs"}}

    with pytest.raises(Refused, match="once the appraisal is closed"):
        planning.draft_scenario(by=editor, **fields)
    actions.choose(make_scenario(appraisal, envelopes=[("Sea", "150")]), by=SYSTEM)
    inside = make.make_reader(Role.READER, owner)
    assert (queries.scenarios(inside).count(), queries.runs(inside).count()) == (0, 0)
    appraisal.closed_at = timezone.now()
    appraisal.save()

    assert (queries.scenarios(inside).count(), queries.runs(inside).count()) == (1, 1)
    theirs = planning.draft_scenario(by=editor, **fields)
    assert build(theirs, editor).problem.projects == ()


def test_a_run_is_shared_as_its_scenario_is_now(round_of, manager):
    appraisal, _found = round_of(a=[5, 5], b=[1, 1])
    appraisal.closed_at = timezone.now()
    appraisal.save()
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")], visibility="public")
    run = actions.choose(scenario, by=manager)
    actions.sign(run, by=manager, decision="Kept", unheard="A test")
    stranger = make.make_reader(Role.READER, make.make_organisation("Elsewhere"))
    assert list(queries.runs(stranger)) == [run]

    planning.change_scenario(scenario, by=manager, visibility="private")

    assert list(queries.runs(stranger)) == []


def test_a_run_keeps_the_method_and_the_title_it_was_made_with(round_of, manager):
    appraisal, _found = round_of(a=[5, 5], b=[1, 1])
    scenario = make_scenario(appraisal, "First", envelopes=[("Sea", "150")])
    run = actions.choose(scenario, by=manager)

    planning.change_scenario(scenario, by=manager, method="topsis", title={"en": "Second"})

    run.refresh_from_db()
    assert (run.method, str(run)) == ("wsm", "First · 1")
    other = make_appraisal(scenario.owner)
    with pytest.raises(Invalid, match="write another one"):
        planning.change_scenario(scenario, by=manager, appraisal=other)


def test_one_that_needs_a_project_with_all_its_money_may_be_in(round_of, owner):
    appraisal, found = round_of(dam=[5, 5], fields=[4, 4])
    agreement = make_agreement(owner, make.make_donor(), "100")
    agreement.allocations.create(activity=found["dam"], year=2026, amount=Decimal(100))
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    planning.add_rule(
        scenario, by=SYSTEM, activity=found["fields"], kind="requires", other=found["dam"]
    )

    (project,) = build(scenario, SYSTEM).problem.projects

    assert (project.key, project.excluded, project.requires) == ("fields", False, ())


def test_a_project_that_must_be_in_is_never_left_out_in_silence(owner, project, people):
    first, plain = project("first"), project("plain", None)
    appraisal = make_appraisal(owner, [first, plain], people[:1])
    for item in (first, plain):
        make_review(appraisal, item, people[0], [3, 3])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    planning.add_rule(scenario, by=SYSTEM, activity=plain, kind="mandatory")

    with pytest.raises(Invalid, match="“plain” must be in, and it cannot be chosen as it is"):
        build(scenario, SYSTEM)


def test_putting_a_project_out_and_back_in_costs_nothing(round_of, manager):
    appraisal, _found = round_of(a=[5, 5], b=[4, 4])
    first = actions.choose(make_scenario(appraisal, envelopes=[("Sea", "150")]), by=manager)
    out = actions.override(first, by=manager, key="a", put_in=False, reason="Late")
    back = actions.override(out, by=manager, key="a", put_in=True, reason="In time after all")

    assert out.cost > 0
    assert back.cost == 0


def test_a_decision_that_sets_a_rule_aside_says_so_and_may_gain(round_of, manager, client):
    appraisal, found = round_of(a=[5, 5], c=[1, 1])
    scenario = make_scenario(appraisal, envelopes=[("Sea", "150")])
    planning.add_rule(scenario, by=manager, activity=found["c"], kind="mandatory")
    planning.add_rule(scenario, by=manager, activity=found["a"], kind="excluded")
    first = actions.choose(scenario, by=manager)
    client.force_login(User.objects.get(pk=manager.user_id))

    asked = client.get(reverse("selection:run_override", args=[first.pk, "c"])).content.decode()
    second = actions.override(first, by=manager, key="c", put_in=False, reason="Withdrawn")
    third = actions.override(second, by=manager, key="a", put_in=True, reason="Ready")
    shown = client.get(third.get_absolute_url()).content.decode()

    assert "it must be in: this decision sets it aside" in asked
    assert [item["rule"] for item in third.overrides] == ["in", "out"]
    gained = Decimal(third.plan["objective"]) - Decimal(first.plan["objective"])
    assert third.cost == -gained < 0
    assert "gains" in shown
    assert "must be out: this decision sets them aside" in shown
