"""The journey from criteria to a signed selection, as people click it."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from tests import factories as make
from tests.factories import key, make_appraisal, make_review, make_scenario

from appui.kernel.access import Role
from appui.selection.actions import run as actions
from appui.selection.actions import scenario as planning
from appui.selection.models import Appraisal, CriteriaSet, PortfolioRun, Scenario

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def signed_in(client, owner):
    user = make.make_user_with_role(Role.MANAGER, owner, display_name="Manager")
    client.force_login(user)
    return user


def send(client, name, *arguments, **data):
    """Post a form and follow where it leads."""
    url = reverse(f"selection:{name}", args=arguments)
    return client.post(url, {"idempotency_key": key(), **data}, follow=True)


def text(page):
    return " ".join(page.content.decode().split())


def test_from_criteria_to_a_signed_selection(client, owner, project, signed_in):
    one, two = project("one"), project("two")
    owned = {"owner": owner.pk, "visibility": "private"}
    send(
        client,
        "criteria_add",
        title_en="Worth",
        weighing="direct",
        lowest=1,
        highest=5,
        **owned,
    )
    criteria = CriteriaSet.objects.get()
    for title, axis in (("Reach", "benefit"), ("Readiness", "feasibility")):
        send(client, "criterion_add", criteria.pk, title_en=title, axis=axis, points="1")
    send(client, "criteria_publish", criteria.pk)
    send(
        client,
        "appraisal_add",
        title_en="Round",
        criteria_set=criteria.pk,
        due_on="2030-01-01",
        currency="USD",
        budget="100",
        activities=[one.pk, two.pk],
        reviewers=[signed_in.pk],
        **owned,
    )
    appraisal = Appraisal.objects.get()
    first, second = criteria.criteria.all()
    for candidate, scores in zip(appraisal.candidates.all(), ((5, 4), (2, 2)), strict=True):
        given = dict(zip((f"score_{first.pk}", f"score_{second.pk}"), scores, strict=True))
        send(client, "review", candidate.pk, submit="on", **given)
    results = client.get(reverse("selection:results", args=[appraisal.pk]))
    send(
        client,
        "scenario_add",
        title_en="Sea first",
        appraisal=appraisal.pk,
        method="wsm",
        certainty="0",
        most_funders="3",
        currency="USD",
        **owned,
    )
    scenario = Scenario.objects.get()
    send(
        client,
        "envelope_add",
        scenario.pk,
        title="Special fund",
        cofinancing="0",
        certainty="100",
        year_2026="100",
    )
    chosen = send(client, "choose", scenario.pk)
    run = PortfolioRun.objects.get()
    signed = send(
        client, "run_sign", run.pk, decision="As proposed", unheard="A test", version=run.version
    )

    assert [row.ranks["wsm"] for row in results.context["found"].rows] == [1, 2]
    assert results.context["picture"].lines == {
        "benefit": Decimal(100),
        "feasibility": Decimal(75),
    }
    assert run.plan["chosen"] == ["one"]
    assert "more from an envelope open to it" in text(chosen)
    assert "As proposed" in text(signed)
    assert "Manager" in text(signed)


def test_a_review_that_lacks_a_score_comes_back_with_what_was_typed(client, owner, project):
    reviewer = make.make_user_with_role(Role.READER, owner)
    client.force_login(reviewer)
    found = make_appraisal(owner, [project("one")], [reviewer])
    first, second = found.criteria_set.criteria.all()

    page = send(
        client,
        "review",
        found.candidates.get().pk,
        submit="on",
        **{f"score_{first.pk}": "4", f"why_{first.pk}": "Three islands"},
    )

    assert page.status_code == 422
    assert "Three islands" in text(page)
    assert list(page.context["form"].errors) == [f"score_{second.pk}"]


def test_scores_of_others_stay_hidden_until_the_appraisal_is_closed(client, owner, project):
    reviewer = make.make_user_with_role(Role.READER, owner)
    client.force_login(reviewer)
    found = make_appraisal(owner, [project("one")], [reviewer])
    url = reverse("selection:results", args=[found.pk])
    before = client.get(url).status_code
    found.closed_at = timezone.now()
    found.save()

    assert (before, client.get(url).status_code) == (403, 200)


def test_a_private_project_of_a_shared_appraisal_keeps_its_name(client, owner, project, people):
    shown, hidden = project("shown", visibility="public"), project("secret")
    poor = project("secret-poor", None)
    found = make_appraisal(owner, [shown, hidden, poor], people[:1], visibility="public")
    for item, score in ((shown, 2), (hidden, 5), (poor, 3)):
        make_review(found, item, people[0], [score, score])
    manager = make.make_reader(Role.MANAGER, owner)
    scenario = make_scenario(found, envelopes=[("Sea", "150")], visibility="public")
    planning.add_rule(scenario, by=manager, activity=hidden, kind="mandatory")
    run = actions.choose(scenario, by=manager)
    found.closed_at = timezone.now()
    found.save()
    client.force_login(make.make_user_with_role(Role.MANAGER, make.make_organisation("Elsewhere")))
    pages = [
        client.get(reverse(f"selection:{name}", args=[item.pk]))
        for name, item in (
            ("appraisal", found),
            ("results", found),
            ("run", run),
            ("scenario", scenario),
        )
    ]
    pages.append(client.get(reverse("selection:compare") + f"?run={run.pk}"))

    assert ["Project shown" in text(page) for page in pages] == [True, True, True, False, True]
    assert ["secret" in text(page) for page in pages] == [False] * 5
    assert "a project not shared with you" in text(pages[2])
    told = client.get(f"/api/runs/{run.pk}").json()
    assert (told["inputs"], told["plan"], told["reasons"], told["left_out"]) == ({}, {}, {}, [])


def test_runs_side_by_side_show_first_what_differs(client, owner, project, people, signed_in):
    activities = [project(name) for name in ("a", "b")]
    found = make_appraisal(owner, activities, people[:1])
    for activity, scores in zip(activities, ([5, 5], [2, 2]), strict=True):
        make_review(found, activity, people[0], scores)
    manager = make.make_reader(Role.MANAGER, owner)
    runs = [
        actions.choose(make_scenario(found, f"With {sum_}", envelopes=[("Sea", sum_)]), by=manager)
        for sum_ in ("100", "200")
    ]

    page = client.get(
        reverse("selection:compare")
        + "".join(f"?run={run.pk}" if not at else f"&run={run.pk}" for at, run in enumerate(runs))
    )

    rows = page.context["table"].objects
    assert [(row.key, row.paid, row.differs) for row in rows] == [
        ("b", (None, 100), True),
        ("a", (100, 100), False),
    ]


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_results_and_runs_are_files_too(client, owner, project, people, signed_in, kind):
    one = project("one")
    found = make_appraisal(owner, [one], people[:1])
    make_review(found, one, people[0], [3, 3])
    scenario = make_scenario(found, envelopes=[("Sea", "150")])
    run = actions.choose(scenario, by=make.make_reader(Role.MANAGER, owner))

    answers = [
        client.get(reverse("selection:results", args=[found.pk]) + f"?format={kind}"),
        client.get(reverse("selection:run", args=[run.pk]) + f"?format={kind}"),
        client.get(reverse("selection:compare") + f"?run={run.pk}&format={kind}"),
    ]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert [answer["Content-Disposition"].endswith(f'.{kind}"') for answer in answers] == [True] * 3


def test_an_envelope_begins_with_what_is_known_of_a_window(client, owner, project, signed_in):
    window = make.make_fund(
        owner, make.make_donor(), "Climate", minimum=Decimal(10), currency="USD"
    )
    scenario = make_scenario(make_appraisal(owner, [project("one")]))

    page = client.get(reverse("selection:envelope_add", args=[scenario.pk]) + f"?fund={window.pk}")

    form = page.context["form"]
    assert form.initial["title"] == "Climate"
    assert form.initial["minimum"] == Decimal(10)
    for strange in ("x", "9" * 30, "²"):
        assert (
            client.get(
                reverse("selection:envelope_add", args=[scenario.pk]) + f"?fund={strange}"
            ).status_code
            == 200
        )
