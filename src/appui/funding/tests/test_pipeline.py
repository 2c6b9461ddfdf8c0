"""Stages as data, the moves of asks, what is stale, documents, warnings, forecast and record."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import make_aware
from tests.factories import (
    TODAY,
    make_activity,
    make_agreement,
    make_ask_document,
    make_ask_stage,
    make_donor,
    make_draft,
    make_fund,
    make_interaction,
    make_line,
    make_need,
    make_organisation,
    make_proposal,
    make_rate,
    make_reader,
    make_user_with_role,
)

from appui.funding import actions, queries, rules
from appui.funding.models import AskDocument, PipelineStage, Proposal, StageMove
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


def new_ask(by, owner, donor, project, **fields):
    facts = {"reference": "A-1", "title": "Ask", "amount": Decimal(100), "currency": "USD"}
    facts["made_on"] = TODAY
    return actions.make_proposal(
        by=by, owner=owner, donor=donor, activity=project, **facts | fields
    )


def names(owner):
    return [line.name for line in queries.stages_of(owner.pk)]


def moves(ask):
    return list(StageMove.objects.filter(proposal=ask).values_list("from_code", "to_code"))


USUAL = ["Lead", "Proposal submitted", "Pledged", "Signed", "Refused", "Withdrawn"]


def test_an_organisation_has_the_usual_stages_until_an_administrator_makes_them_its_own(
    owner, donor, project, chief
):
    ask = new_ask(SYSTEM, owner, donor, project)
    assert (names(owner), ask.pipeline_stage) == (USUAL, None)

    actions.adopt_stages(owner, by=chief)

    assert names(owner) == USUAL
    ask.refresh_from_db()
    assert (ask.pipeline_stage.code, ask.stage_name) == ("lead", "Lead")
    assert set(ask.pipeline_stage.name) == {"fr", "en", "es", "ar"}
    with pytest.raises(Invalid, match="its own stages already"):
        actions.adopt_stages(owner, by=chief)


@pytest.mark.parametrize("role", [Role.EDITOR, Role.MANAGER])
def test_only_an_administrator_edits_stages(owner, role):
    stage, reader = make_ask_stage(owner), make_reader(role, owner)
    for act in (
        lambda: actions.adopt_stages(owner, by=reader),
        lambda: actions.add_stage(owner, by=reader, name={"en": "X"}, category="lead"),
        lambda: actions.change_stage(stage, by=reader, probability=1),
        lambda: actions.shift_stage(stage, by=reader, step=1),
        lambda: actions.retire_stage(stage, by=reader, today=TODAY),
        lambda: actions.restore_stage(stage, by=reader),
        lambda: actions.remove_stage(stage, by=reader),
    ):
        with pytest.raises(Refused, match="Administrator"):
            act()


def test_renaming_reordering_and_retiring_a_stage_loses_nothing(owner, donor, project, chief):
    stage = make_ask_stage(owner, "Long list")
    ask = new_ask(chief, owner, donor, project)
    actions.move_proposal(ask, by=chief, stage="long-list", today=TODAY)
    assert names(owner)[:2] == ["Lead", "Long list"]

    actions.change_stage(stage, by=chief, name={"en": "Short list"}, probability=25)
    actions.shift_stage(stage, by=chief, step=-1)
    actions.shift_stage(stage, by=chief, step=-1)  # first already: it stays

    ask.refresh_from_db()
    assert names(owner)[:2] == ["Short list", "Lead"]
    assert (ask.stage, ask.stage_name, rules.probability_of(ask)) == (
        "lead",
        "Short list",
        Decimal("0.25"),
    )
    assert StageMove.objects.last().to_name == {"en": "Long list"}
    with pytest.raises(Invalid, match="1 ask stands at “Short list”"):
        actions.retire_stage(stage, by=chief, today=TODAY)
    wrong = PipelineStage.objects.get(owner=owner, code="pledged")
    with pytest.raises(Invalid, match="counts as “Lead”"):
        actions.retire_stage(stage, by=chief, into=wrong, today=TODAY)

    lead = PipelineStage.objects.get(owner=owner, code="lead")
    actions.retire_stage(stage, by=chief, into=lead, today=TODAY)

    ask.refresh_from_db()
    assert (ask.pipeline_stage, ask.stage) == (lead, "lead")
    assert moves(ask) == [("", "lead"), ("lead", "long-list"), ("long-list", "lead")]
    with pytest.raises(Invalid, match="There is no stage “long-list” in use"):
        actions.move_proposal(ask, by=chief, stage="long-list", today=TODAY)
    with pytest.raises(Invalid, match="Asks stand or stood at “Short list”"):
        actions.remove_stage(stage, by=chief)
    actions.restore_stage(stage, by=chief)
    assert not PipelineStage.objects.get(pk=stage.pk).is_retired


def test_the_last_stage_of_a_kind_is_neither_retired_nor_deleted(owner, chief):
    unused = make_ask_stage(owner)
    pledged = PipelineStage.objects.get(owner=owner, code="pledged")

    for act in (
        lambda: actions.retire_stage(pledged, by=chief, today=TODAY),
        lambda: actions.remove_stage(pledged, by=chief),
    ):
        with pytest.raises(Invalid, match="only stage in use that counts as “Pledged”"):
            act()
    actions.remove_stage(unused, by=chief)

    assert names(owner) == USUAL
    assert [row.position for row in PipelineStage.objects.filter(owner=owner)] == list(range(6))


def test_a_signed_stage_is_certain_and_codes_are_one_of_each(owner, chief):
    with pytest.raises(Invalid, match="is 100 %"):
        make_ask_stage(owner, "Countersigned", "signed", probability=90)
    first = make_ask_stage(owner, "Court")
    second = make_ask_stage(owner, "Court")
    arabic = actions.add_stage(
        owner, by=chief, name={"ar": "قائمة"}, category="lead", probability=5
    )

    assert [row.code for row in (first, second, arabic)] == ["court", "court-2", "stage"]
    with pytest.raises(Conflict):
        actions.change_stage(first, by=chief, version=99, probability=3)


def test_a_loss_wants_its_kind_and_its_reason(owner, donor, project, editor):
    ask = new_ask(editor, owner, donor, project)

    with pytest.raises(Invalid) as refusal:
        actions.move_proposal(ask, by=editor, stage="refused", today=TODAY)
    assert refusal.value.fields == {
        "loss_reason": "Choose the kind of reason.",
        "outcome_reason": "Say why: the next ask learns from it.",
    }
    with pytest.raises(Invalid, match="only when the ask is refused"):
        actions.move_proposal(ask, by=editor, stage="pledged", loss_reason="price", today=TODAY)

    told = {"loss_reason": "budget", "outcome_reason": "Cuts."}
    actions.move_proposal(ask, by=editor, stage="refused", today=TODAY, **told)
    last = StageMove.objects.last()
    assert (last.loss_reason, last.reason, last.user_name) == ("budget", "Cuts.", editor.name)
    actions.move_proposal(ask, by=editor, stage="lead", today=TODAY)
    assert Proposal.objects.get().loss_reason == ""
    assert StageMove.objects.filter(loss_reason="budget").count() == 1


def test_a_move_has_its_day_in_order(owner, donor, project, editor):
    ask = new_ask(editor, owner, donor, project, made_on=date(2026, 3, 1))
    move = {"by": editor, "today": TODAY}

    actions.move_proposal(ask, stage="proposal", moved_on=date(2026, 4, 1), **move)

    assert Proposal.objects.get().submitted_on == date(2026, 4, 1)
    with pytest.raises(Invalid, match="moved last on 2026-04-01"):
        actions.move_proposal(ask, stage="pledged", moved_on=date(2026, 3, 2), **move)
    with pytest.raises(Invalid, match="in the future"):
        actions.move_proposal(ask, stage="pledged", moved_on=TODAY + timedelta(days=1), **move)


def test_moves_are_never_changed(owner, donor, project, editor):
    new_ask(editor, owner, donor, project)
    move = StageMove.objects.get()
    for act in (move.save, move.delete, StageMove.objects.all().delete):
        with pytest.raises(TypeError):
            act()


def test_signing_and_handing_over_keep_the_stage_true(owner, donor, project):
    make_ask_stage(owner)
    manager = make_reader(Role.MANAGER, owner)
    ask = new_ask(SYSTEM, owner, donor, project, made_on=date(2026, 9, 1))
    draft = make_draft(owner, donor, proposal=ask)

    actions.sign_agreement(draft, by=manager, signed_on=date(2026, 10, 1), today=TODAY)

    ask.refresh_from_db()
    last = StageMove.objects.last()
    assert (ask.stage, ask.pipeline_stage.code) == ("signed", "signed")
    assert (last.to_category, last.moved_on) == ("signed", date(2026, 10, 1))

    other = make_organisation("Elsewhere")
    second = new_ask(SYSTEM, owner, donor, project, reference="A-2")
    actions.change_proposal(second, by=SYSTEM, owner=other)
    assert second.pipeline_stage is None  # the other has the usual stages


def quiet(ask, days):
    since = make_aware(datetime.combine(TODAY - timedelta(days=days), datetime.min.time()))
    Proposal.objects.filter(pk=ask.pk).update(updated_at=since)


def stale(reader):
    rows = queries.asks(reader, today=TODAY).filter(is_stale=True)
    return {row.reference for row in rows}


def test_an_ask_is_stale_after_the_days_of_its_stage(owner, donor, project, editor):
    def ask(name, days, stage="proposal", **fields):
        made = make_proposal(
            owner, donor, None, activity=project, reference=name, stage=stage, **fields
        )
        quiet(made, days)
        return made

    own = make_ask_stage(owner, stale_after=10)
    never = make_ask_stage(owner, "Parked", stale_after=None)
    ask("on-the-day", 60)
    ask("a-day-more", 61)
    ask("lead-waits-longer", 61, "lead")
    ask("refused", 400, "refused")
    ask("own", 11, "lead", pipeline_stage=own)
    ask("parked", 900, "lead", pipeline_stage=never)
    heard = ask("heard", 90)
    make_interaction(owner, donor, proposal=heard, took_place_on=TODAY - timedelta(days=3))
    planned = ask("planned", 90)
    make_interaction(owner, donor, proposal=planned, took_place_on=TODAY + timedelta(days=3))
    moved = ask("moved", 90)
    StageMove.objects.create(
        proposal=moved, to_code="proposal", to_category="proposal", moved_on=TODAY
    )

    assert stale(editor) == {"a-day-more", "own", "planned"}


def test_documents_are_kept_with_an_ask_and_stay_inside_the_organisation(
    owner, donor, project, editor, client
):
    ask = new_ask(editor, owner, donor, project, visibility="public")
    refused = [
        ({"file_name": "a.exe", "content": b"x"}, "Files of this kind are not kept"),
        ({"file_name": "a.pdf", "content": b""}, "empty"),
        ({"file_name": "a.pdf", "content": b"x" * (10 * 1024 * 1024 + 1)}, "10 MB"),
        ({}, "Give a file or an address"),
        ({"file_name": "a.pdf", "content": b"x", "url": "https://a.example"}, "not both"),
    ]
    for fields, text in refused:
        with pytest.raises(Invalid, match=text):
            actions.add_document(ask, by=editor, title="N", kind="concept", **fields)
    document = make_ask_document(ask, file_name="../été.pdf", content=b"%PDF")
    assert (document.file_name, document.size) == ("été.pdf", 4)

    client.force_login(make_user_with_role(Role.READER, owner))
    answer = client.get(document.get_absolute_url())
    assert (answer.content, answer["Content-Type"]) == (b"%PDF", "application/pdf")
    assert answer["Content-Disposition"].startswith("attachment")
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, make_organisation("Elsewhere")))
    assert client.get(document.get_absolute_url()).status_code == 404
    page = client.get(ask.get_absolute_url())
    assert (page.status_code, b"Concept note" in page.content) == (200, False)

    actions.remove_document(document, by=editor)
    assert AskDocument.objects.count() == 0
    assert "document removed" in audit.history(ask).values_list("verb", flat=True)


def test_more_asked_than_is_missing_and_one_window_asked_twice_are_told(
    owner, donor, editor, client
):
    need, project = make_need(owner), make_activity(owner)
    make_line(need, "150")
    window = make_fund(owner, donor, title="Sea")
    for number in range(2):
        make_proposal(
            owner, donor, need, "100", activity=project, fund=window, reference=f"W-{number}"
        )
    too_much = "Open asks sum to 200\u00a0USD, more than the 150\u00a0USD that are missing."
    twice = "2 open asks go to the same window, “Sea”."

    ask = queries.proposals(editor).first()

    # The project has no budget: nothing is known to be missing.
    assert queries.warnings_of(ask, editor, today=TODAY) == [twice, too_much]
    client.force_login(make_user_with_role(Role.READER, owner))
    for record, text in (
        (ask, too_much),
        (need, too_much),
        (project, twice),
        (window, f"2 open asks to this window are for “{project}”."),
    ):
        assert text in client.get(record.get_absolute_url()).content.decode(), record


def test_the_forecast_counts_each_ask_once_in_the_currency_of_the_organisation(
    owner, donor, project, editor
):
    make_rate("EUR", date(2026, 11, 1), "1.10")
    make_rate("EUR", date(2026, 3, 1), "1.20")

    def ask(amount, **fields):
        return make_proposal(owner, donor, None, amount, activity=project, **fields)

    ask("100", currency="EUR", decision_on=date(2026, 12, 1))  # 110 at 30 %
    ask("40", stage="pledged", decision_on=date(2026, 12, 24), probability=50)
    ask("1000", decision_on=date(2026, 10, 1))  # expected before today
    ask("9", currency="KHR", decision_on=date(2026, 12, 1))  # no rate
    ask("77", stage="refused", decision_on=date(2026, 12, 1))
    won = ask("60", stage="signed", currency="EUR")
    make_agreement(
        owner, donor, "50", proposal=won, currency="EUR", signed_on=date(2026, 3, 10)
    )  # 60 at 1.20
    make_proposal(make_organisation("Elsewhere"), donor, None, activity=project)

    found = queries.owner_forecast(owner, editor, today=TODAY)

    last = found.found.quarters[2026, 4]
    assert (last.weighted, last.everything, last.committed) == (53, 150, 0)  # 110·0.3 + 40·0.5
    # 0 at .35, 40 at .35, 110 at .15, 150 at .15: cumulated .35 .70 .85 1
    assert (last.low, last.middle, last.high) == (0, 40, 150)
    assert found.found.quarters[2026, 1].committed == 60
    assert found.found.period.weighted == 113
    assert [row.ask.currency for row in found.unconverted] == ["KHR"]
    assert len(found.rows_at((2026, 4))) == 3
    assert found.found.whole.everything == 150 + 60 + 1000
    with pytest.raises(Invalid, match="between 1 and 20"):
        queries.owner_forecast(owner, editor, today=TODAY, count=21)
    for text in ("2026", "2026-Q5", "20٢6-Q1"):
        with pytest.raises(Invalid, match="Write a quarter as"):
            queries.quarter_called(text)


def test_win_rates_and_times_by_donor_join_merged_donors(owner, donor, project, editor):
    old = make_donor("Irish Aid")
    old.merged_into = donor
    old.save()
    for number, (who, stage) in enumerate(((donor, "signed"), (old, "refused"), (old, "lead"))):
        ask = make_proposal(owner, who, None, activity=project, stage=stage)
        for day, code in ((1, "lead"), (11 + number, stage)):
            StageMove.objects.create(
                proposal=ask, to_code=code, to_category=code, moved_on=date(2026, 11, day)
            )

    found = queries.track(owner, editor, today=TODAY)

    (only,) = found.donors
    assert (only.donor, only.record.rate, only.record.asks) == (donor, Decimal("0.5"), 3)
    assert [line.code for line in found.stages] == ["lead"]
    # 10, 11, 12 days until they moved, and 9 days so far since the third came back to it.
    assert found.whole.times["lead"].median == Decimal("10.5")
    outsider = make_reader(Role.MANAGER, make_organisation("Elsewhere"))
    assert queries.track(owner, outsider, today=TODAY).donors == ()
