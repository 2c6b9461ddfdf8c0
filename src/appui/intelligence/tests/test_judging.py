"""Judging pairs and amounts: what stands, what the figures say after, what can be undone."""

import json
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.urls import reverse
from tests.factories import make_organisation, make_user_with_role

from appui.intelligence.corpus import FlowFilter, boundary, open_corpus, sum_flows
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.intelligence.judging import actions, queries
from appui.intelligence.judging.cli import organisations, quarantine
from appui.intelligence.models import AmountJudgement, PairJudgement
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid

pytestmark = pytest.mark.django_db
DATA = Path(__file__).parent / "data"
TWINS = ("NAME:mine relief trust", "NAME:trust for mine relief")


@pytest.fixture
def corpus(monkeypatch, tmp_path):
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))
    files = [DATA / "iati", DATA / "tables/fts.csv", DATA / "matching/twins.csv"]
    ingest(files, into=tmp_path / "flows", rates=default_rates())
    return open_corpus


@pytest.fixture
def manager(client, corpus):
    client.force_login(make_user_with_role(Role.MANAGER, make_organisation()))
    return client


def donors(corpus, **wanted):
    sums = sum_flows(corpus(), FlowFilter(sources=("appui",), **wanted), ("donor",))
    return {item.keys[0]: item.usd for item in sums}


def judge(corpus, same):
    left, right = TWINS
    return actions.judge_pair((left, left), (right, right), same=same, by=SYSTEM, reason="seen")


def test_a_pair_waits_with_its_score_and_reasons(corpus):
    found = {frozenset((w.left.key, w.right.key)): w for w in queries.waiting(corpus())}

    twins = found[frozenset(TWINS)]
    assert twins.pair.score >= 0.9
    assert [reason.what for reason in twins.pair.reasons] == ["same-words"]
    assert twins.usd == Decimal(300)


def test_the_figures_follow_a_judgement_and_its_undoing_and_past_keys_still_answer(corpus):
    assert donors(corpus) == {TWINS[0]: Decimal(500), TWINS[1]: Decimal(300)}

    judged = judge(corpus, same=True)
    assert queries.is_behind(corpus())
    assert actions.bring_up_to_date(corpus(), by=SYSTEM)
    assert donors(corpus) == {TWINS[0]: Decimal(800)}
    assert donors(corpus, donors=(TWINS[1],)) == {TWINS[0]: Decimal(800)}
    assert not queries.is_behind(corpus())

    actions.undo_pair(judged, by=SYSTEM, reason="two after all")
    assert actions.bring_up_to_date(corpus(), by=SYSTEM)
    assert donors(corpus) == {TWINS[0]: Decimal(500), TWINS[1]: Decimal(300)}
    assert PairJudgement.objects.count() == 2


def test_a_pair_is_judged_once_and_undone_once(corpus):
    judged = judge(corpus, same=False)
    with pytest.raises(Conflict, match="already judged this pair"):
        judge(corpus, same=True)
    assert frozenset(TWINS) not in {
        frozenset((w.left.key, w.right.key)) for w in queries.waiting(corpus())
    }

    actions.undo_pair(judged, by=SYSTEM)
    with pytest.raises(Conflict, match="already undone"):
        actions.undo_pair(judged, by=SYSTEM)
    assert judge(corpus, same=True).same


def test_what_a_person_told_apart_no_rule_joins(corpus):
    before = {row.own_key: row.standing_key for row in queries.joined(corpus())}
    own = "NAME:germany, government of"
    assert before[own] == "DE"

    actions.judge_pair(("DE", "Germany"), (own, "Germany"), same=False, by=SYSTEM)
    actions.bring_up_to_date(corpus(), by=SYSTEM)

    assert own not in {row.own_key for row in queries.joined(corpus())}


def test_a_name_of_the_register_joins_what_is_published_under_it(corpus):
    organisation = make_organisation("Relief of Mines Foundation")
    organisation.aliases.create(name="mine relief trust")
    organisation.aliases.create(name="Trust for Mine Relief")

    actions.bring_up_to_date(corpus(), by=SYSTEM)

    assert donors(corpus) == {TWINS[0]: Decimal(800)}
    found = queries.organisation(corpus(), TWINS[0])
    assert found.register_key == f"appui:{organisation.pk}"
    assert found.name == "Relief of Mines Foundation"


def test_an_amount_released_by_a_person_is_counted_and_can_wait_again(corpus):
    waiting = queries.held(corpus())[0]
    before = boundary(corpus(), FlowFilter())
    assert (waiting.verdict, waiting.usd) == ("waiting", Decimal("200000000000.00"))

    with pytest.raises(Invalid, match="Say why"):
        actions.judge_amount(waiting, verdict="released", by=SYSTEM, reason=" ")
    judged = actions.judge_amount(waiting, verdict="released", by=SYSTEM, reason="checked")
    actions.bring_up_to_date(corpus(), by=SYSTEM)
    after = boundary(corpus(), FlowFilter())
    assert before.quarantined_usd - after.quarantined_usd == waiting.usd
    assert queries.held(corpus())[0].verdict == "released"

    actions.undo_amount(judged, by=SYSTEM)
    actions.bring_up_to_date(corpus(), by=SYSTEM)
    assert boundary(corpus(), FlowFilter()) == before
    assert AmountJudgement.objects.count() == 2


def test_a_manager_judges_a_pair_on_the_page_and_brings_the_figures_up_to_date(manager, corpus):
    queue = reverse("intelligence:match_queue")
    page = manager.get(queue, {"q": "mine relief"})
    card = page.context["shown"][0]
    form = {field.html_name: field.value() or "" for field in card.form.hidden_fields()}

    sent = manager.post(
        reverse("intelligence:match_judge"), form | {"judgement": "same", "back": queue}
    )
    assert (sent.status_code, sent["Location"]) == (303, queue)
    assert manager.get(queue).context["is_behind"]

    follow = reverse("intelligence:match_follow")
    key = manager.get(follow).context["form"]["idempotency_key"].value()
    assert manager.post(follow, {"idempotency_key": key}).status_code == 303
    assert donors(corpus) == {TWINS[0]: Decimal(800)}
    assert manager.get(queue, {"tab": "judged"}).context["judged"].count == 1


def test_the_totals_follow_at_once_when_an_amount_is_judged_on_its_page(manager, corpus):
    page = manager.get(reverse("intelligence:quarantine"))
    label, address = page.context["held"][0].acts[0]
    form = manager.get(address)
    key = form.context["form"]["idempotency_key"].value()

    sent = manager.post(
        address, {"idempotency_key": key, "verdict": "released", "reason": "real: see the report"}
    )

    assert (label, sent.status_code) == ("Count it", 303)
    assert boundary(corpus(), FlowFilter()).quarantined_lines == 0
    undo = manager.get(reverse("intelligence:quarantine")).context["held"][0].acts[-1]
    assert undo[0] == "Undo"


@pytest.mark.parametrize("tab", ["waiting", "judged", "joined"])
def test_a_reader_sees_the_lists_and_may_not_judge(client, corpus, tab):
    client.force_login(make_user_with_role(Role.READER, make_organisation()))

    assert client.get(reverse("intelligence:match_queue"), {"tab": tab}).status_code == 200
    assert client.get(reverse("intelligence:match_judge")).status_code == 403


def test_the_commands_do_what_the_pages_do(corpus):
    run = CliRunner().invoke

    listed = json.loads(run(organisations, ["match", "--format", "json"]).stdout)
    assert {frozenset((pair["left"], pair["right"])) for pair in listed["pairs"]} >= {
        frozenset(TWINS)
    }
    judged = run(organisations, ["judge", *TWINS, "--same", "--reason", "seen"])
    assert judged.exit_code == 0
    assert run(organisations, ["apply"]).stdout == "The figures follow.\n"
    assert donors(corpus) == {TWINS[0]: Decimal(800)}

    (row,) = json.loads(run(organisations, ["judged", "--format", "json"]).stdout)
    assert run(organisations, ["undo", str(row["number"])]).exit_code == 0
    assert "no judgement 999" in run(organisations, ["undo", "999"]).output
    assert "has the key" in run(organisations, ["judge", "ZZ-NOBODY", TWINS[0], "--same"]).output

    (held,) = json.loads(run(quarantine, ["list", "--format", "json"]).stdout)
    released = run(quarantine, ["judge", held["mark"][:8], "--release", "--reason", "checked"])
    assert released.exit_code == 0
    assert boundary(corpus(), FlowFilter()).quarantined_lines == 0
