"""Asks: their stages, their agreements, and what is allocated."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    at_once,
    make_activity,
    make_agreement,
    make_donor,
    make_draft,
    make_fund,
    make_interaction,
    make_line,
    make_need,
    make_organisation,
    make_person,
    make_proposal,
    make_rate,
    make_reader,
    make_source,
    make_target,
    make_user_with_role,
)

from appui.funding import actions, rules
from appui.funding.models import Agreement, Allocation, Proposal, Stage
from appui.funding.queries import need_gap
from appui.funding.views.gap import source_label
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Conflict, Invalid, Missing, Refused

pytestmark = pytest.mark.django_db
L, P, G, S, R, W = Stage
MOVES = {
    L: {P, G, R, W},
    P: {L, G, R, W},
    G: {P, R, W},
    S: set(),
    R: {L},
    W: {L},
}


@pytest.fixture
def owner():
    return make_organisation()


@pytest.fixture
def donor():
    return make_donor()


@pytest.fixture
def need(owner):
    need = make_need(owner)
    make_line(need, "1000")
    return need


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def finance(owner):
    return make_reader(Role.FINANCE, owner)


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.mark.parametrize("now", Stage)
@pytest.mark.parametrize("then", Stage)
def test_each_move_is_allowed_as_the_table_says(now, then, owner, donor, need, editor):
    ask = make_proposal(owner, donor, need, stage=now)

    if then in MOVES[now]:
        kind = "timing" if then in (R, W) else ""
        told = {"loss_reason": kind, "outcome_reason": "Told so."}
        actions.move_proposal(ask, by=editor, stage=then, today=TODAY, **told)
        assert Proposal.objects.get().stage == then
    else:
        with pytest.raises(Refused):
            actions.move_proposal(
                ask, by=editor, stage=then, outcome_reason="Told so.", today=TODAY
            )
        assert Proposal.objects.get().stage == now


def test_each_stage_has_its_usual_chance_and_an_open_ask_its_own(owner, donor, need):
    usual = {"lead": "0.1", "proposal": "0.3", "pledged": "0.8", "signed": "1"}
    for stage, given, chance in [
        *((stage, None, usual.get(stage, "0")) for stage in Stage.values),
        ("pledged", 55, "0.55"),
        ("lead", 0, "0"),
        ("refused", 55, "0"),
        ("signed", 55, "1"),
    ]:
        ask = Proposal(stage=stage, probability=given)
        assert rules.probability_of(ask) == Decimal(chance), (stage, given)


def test_an_ask_submitted_has_the_day_and_one_that_ends_a_reason(owner, donor, need, editor):
    ask = make_proposal(owner, donor, need, stage="lead")

    actions.move_proposal(ask, by=editor, stage="proposal", today=TODAY)
    assert Proposal.objects.get().submitted_on == TODAY

    with pytest.raises(Invalid) as refused:
        actions.move_proposal(
            ask, by=editor, stage="refused", loss_reason="price", outcome_reason=" ", today=TODAY
        )
    assert list(refused.value.fields) == ["outcome_reason"]
    with pytest.raises(Conflict):
        actions.move_proposal(ask, by=editor, stage="pledged", version=1, today=TODAY)


def test_a_window_belongs_to_the_donor_asked(owner, donor, need, editor):
    window, other = make_fund(owner, donor), make_fund(owner, make_donor("Other"))
    facts = {"owner": owner, "donor": donor, "need": need, "amount": Decimal(1)}

    with pytest.raises(Invalid) as refused:
        actions.make_proposal(by=editor, reference="A", title="A", fund=other, **facts)
    assert list(refused.value.fields) == ["fund"]

    ask = actions.make_proposal(by=editor, reference="A", title="A", fund=window, **facts)
    with pytest.raises(Invalid, match="belongs to"):
        actions.change_proposal(ask, by=editor, fund=other)
    with pytest.raises(Invalid, match="belongs to"):
        actions.change_proposal(ask, by=editor, donor=other.organisation)
    assert Proposal.objects.get().fund == window


def test_an_ask_is_for_something_and_above_zero(owner, donor, editor):
    facts = {"by": editor, "owner": owner, "donor": donor, "reference": "A", "title": "A"}
    with pytest.raises(Invalid, match="for which need or project"):
        actions.make_proposal(amount=Decimal(1), **facts)
    with pytest.raises(Invalid):
        actions.make_proposal(amount=Decimal(0), need=make_need(owner), **facts)


def test_signing_fixes_the_rate_signs_the_ask_and_shrinks_the_gap(
    owner, donor, need, manager, finance
):
    make_rate("EUR", date(2026, 3, 1), "1.10")
    make_rate("EUR", date(2026, 10, 1), "1.20")
    ask = make_proposal(owner, donor, need, "100", currency="EUR", stage="pledged")
    before = need_gap(need, manager, today=TODAY).total
    draft = actions.draft_agreement(
        by=finance,
        owner=owner,
        donor=donor,
        proposal=ask,
        reference="A",
        title="Grant",
        amount=Decimal(100),
        currency="EUR",
    )
    assert need_gap(need, manager, today=TODAY).total.missing == before.missing

    actions.sign_agreement(draft, by=manager, signed_on=date(2026, 3, 10), today=TODAY)

    signed = Agreement.objects.get()
    assert (signed.usd_rate, signed.usd_rate_date, signed.usd_rate_source) == (
        Decimal("1.100000000000"),
        date(2026, 3, 1),
        "ECB",
    )
    assert Proposal.objects.get().stage == "signed"
    assert [(item.need, item.amount) for item in Allocation.objects.all()] == [(need, 100)]
    after = need_gap(need, manager, today=TODAY).total
    assert (before.missing, after.missing) == (Decimal(1000), Decimal(890))
    assert (before.asked, after.asked) == (Decimal(120), Decimal(0))

    make_rate("EUR", date(2026, 3, 1), "2.00", source="Late news")
    assert need_gap(need, manager, today=TODAY).total.missing == Decimal(890)


def test_a_signature_is_not_in_the_future_not_twice_and_takes_a_manager(
    owner, donor, manager, finance
):
    draft = make_draft(owner, donor)
    with pytest.raises(Invalid) as refused:
        actions.sign_agreement(draft, by=manager, signed_on=date(2026, 11, 23), today=TODAY)
    assert list(refused.value.fields) == ["signed_on"]
    with pytest.raises(Refused):
        actions.sign_agreement(draft, by=finance, signed_on=TODAY, today=TODAY)

    actions.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)
    with pytest.raises(Refused):
        actions.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)
    assert [entry.verb for entry in audit.history(draft)] == ["signed", "created"]


def test_without_a_known_rate_it_is_signed_and_not_converted(owner, donor, manager):
    draft = make_draft(owner, donor, currency="KHR")

    actions.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)

    assert (draft.usd_rate, draft.usd_rate_date, draft.usd_rate_source) == (None, None, "")


def test_an_ask_that_ended_is_not_signed_behind_its_back(owner, donor, need, manager):
    ask = make_proposal(owner, donor, need)
    draft = make_draft(owner, donor, proposal=ask)
    actions.move_proposal(
        ask, by=manager, stage="refused", loss_reason="price", outcome_reason="No.", today=TODAY
    )

    with pytest.raises(Refused, match="take it up again"):
        actions.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)
    assert Proposal.objects.get().stage == "refused"


def test_another_organisations_ask_is_not_signed_through_ones_own_agreement(donor, manager, owner):
    elsewhere = make_organisation("Elsewhere")
    ask = make_proposal(elsewhere, donor, make_need(elsewhere), visibility="public")
    draft = make_draft(owner, donor)

    with pytest.raises(Refused):
        actions.change_agreement(draft, by=manager, proposal=ask)
    with pytest.raises(Refused):
        actions.draft_agreement(
            by=manager,
            owner=owner,
            donor=donor,
            proposal=ask,
            reference="B",
            title="B",
            amount=Decimal(1),
        )


def test_an_ask_has_one_agreement_and_a_signed_one_none_more(owner, donor, need, finance):
    ask = make_proposal(owner, donor, need)
    assert rules.may_draft_agreement(ask, finance)
    make_draft(owner, donor, proposal=ask)
    assert "already has an agreement" in rules.may_draft_agreement(ask, finance).reason
    ask.stage = "refused"
    assert "cannot become an agreement" in rules.may_draft_agreement(ask, finance).reason


def test_an_agreement_is_signed_once_by_whoever_read_it_before(owner, donor, manager, finance):
    draft = make_draft(owner, donor)
    read_before = Agreement.objects.get()
    actions.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)
    the_day_before = TODAY - timedelta(days=1)

    with pytest.raises(Refused):
        actions.sign_agreement(read_before, by=manager, signed_on=the_day_before, today=TODAY)
    read_before.status = "draft"
    with pytest.raises(Refused, match="does not change"):
        actions.change_agreement(read_before, by=finance, amount=Decimal(1))

    stored = Agreement.objects.get()
    assert (stored.signed_on, stored.amount) == (TODAY, Decimal(100))


AGREEMENT_MOVES = {
    "draft": {"signed"},
    "signed": {"closed", "terminated"},
    "closed": {"signed"},
    "terminated": set(),
}


@pytest.mark.parametrize("now", AGREEMENT_MOVES)
@pytest.mark.parametrize("then", AGREEMENT_MOVES)
def test_an_agreement_moves_as_its_table_says(now, then, manager, finance, owner):
    agreement = Agreement(owner=owner, status=now)

    assert bool(rules.may_move_agreement(agreement, then, manager)) is (
        then in AGREEMENT_MOVES[now]
    )
    assert not rules.may_move_agreement(agreement, then, finance)


def test_what_was_signed_does_not_change(owner, donor, finance):
    signed = make_agreement(owner, donor)
    with pytest.raises(Refused, match="does not change"):
        actions.change_agreement(signed, by=finance, amount=Decimal(1))


def test_a_terminated_agreement_counts_no_more(owner, donor, need, manager):
    agreement = make_agreement(owner, donor, "400", need=need)
    assert need_gap(need, manager, today=TODAY).total.missing == 600

    actions.move_agreement(agreement, by=manager, status="terminated", today=TODAY)
    assert need_gap(need, manager, today=TODAY).total.missing == 1000


def test_parts_may_make_the_whole_and_not_a_cent_more(owner, donor, need, finance):
    agreement = make_agreement(owner, donor, "873.18")
    actions.allocate(agreement, by=finance, need=need, amount=Decimal("611.23"))
    actions.allocate(agreement, by=finance, need=need, amount=Decimal("261.95"))

    with pytest.raises(Invalid) as refused:
        actions.allocate(agreement, by=finance, need=need, amount=Decimal("0.01"))

    assert list(refused.value.fields) == ["amount"]
    assert "Only 0\xa0USD of" in str(refused.value)
    first = agreement.allocations.first()
    actions.withdraw_allocation(first, by=finance)
    actions.allocate(agreement, by=finance, need=need, amount=Decimal("611.23"))
    assert sum(item.amount for item in agreement.allocations.all()) == Decimal("873.18")


@pytest.mark.parametrize("amount", ["0", "-1", "0.001"])
def test_a_part_is_a_positive_amount_to_the_cent(owner, donor, need, finance, amount):
    agreement = make_agreement(owner, donor)
    with pytest.raises(Invalid):
        actions.allocate(agreement, by=finance, need=need, amount=Decimal(amount))
    with pytest.raises(Invalid, match="to which need or project"):
        actions.allocate(agreement, by=finance, amount=Decimal(1))


def test_a_draft_does_not_shrink_below_what_is_allocated_of_it(owner, donor, need, finance):
    draft = make_draft(owner, donor, "100")
    actions.allocate(draft, by=finance, need=need, amount=Decimal(60))

    with pytest.raises(Invalid) as less:
        actions.change_agreement(draft, by=finance, amount=Decimal(59))
    with pytest.raises(Invalid) as other:
        actions.change_agreement(draft, by=finance, currency="EUR")
    actions.change_agreement(draft, by=finance, amount=Decimal(60), currency="USD")

    assert (list(less.value.fields), list(other.value.fields)) == (["amount"], ["currency"])
    assert Agreement.objects.get().amount == 60


def test_a_closed_agreement_allocates_nothing_more(owner, donor, need, manager):
    agreement = make_agreement(owner, donor)
    read_before = Agreement.objects.get()
    actions.move_agreement(agreement, by=manager, status="closed", today=TODAY)

    for obj in (agreement, read_before):
        with pytest.raises(Refused, match="no longer runs"):
            actions.allocate(obj, by=manager, need=need, amount=Decimal(1))


def test_a_record_is_not_handed_to_an_organisation_one_does_not_write_for(
    owner, donor, need, manager
):
    elsewhere = make_organisation("Elsewhere")
    changes = [
        (actions.change_proposal, make_proposal(owner, donor, need)),
        (actions.change_agreement, make_draft(owner, donor)),
        (actions.change_fund, make_fund(owner, donor)),
    ]
    for change, obj in changes:
        with pytest.raises(Refused):
            change(obj, by=manager, owner=elsewhere)


def test_an_ask_is_judged_by_what_is_stored_not_by_what_was_read(
    owner, donor, need, editor, finance, manager
):
    ask = make_proposal(owner, donor, need)
    read_before = Proposal.objects.get()
    draft = make_draft(owner, donor, proposal=ask)
    actions.sign_agreement(draft, by=manager, signed_on=TODAY, today=TODAY)

    with pytest.raises(Refused, match="is signed"):
        actions.change_proposal(read_before, by=editor, amount=Decimal(1))
    read_before.stage = "proposal"
    with pytest.raises(Refused):
        actions.move_proposal(read_before, by=editor, stage="pledged", today=TODAY)
    read_before.stage = "proposal"
    with pytest.raises(Refused, match="cannot become an agreement"):
        actions.draft_agreement(
            by=finance,
            owner=owner,
            donor=donor,
            proposal=read_before,
            reference="B",
            title="B",
            amount=Decimal(1),
        )
    assert (Proposal.objects.get().stage, Proposal.objects.get().amount) == ("signed", 100)


def test_a_part_of_an_agreement_that_ended_meanwhile_stays(owner, donor, need, finance, manager):
    agreement = make_agreement(owner, donor, need=need)
    part = Allocation.objects.select_related("agreement").get()
    actions.move_agreement(agreement, by=manager, status="closed", today=TODAY)

    with pytest.raises(Refused, match="no longer runs"):
        actions.withdraw_allocation(part, by=finance)
    assert Allocation.objects.count() == 1


def test_a_part_is_withdrawn_once(owner, donor, need, finance):
    make_agreement(owner, donor, need=need)
    first, second = Allocation.objects.get(), Allocation.objects.get()
    actions.withdraw_allocation(first, by=finance)

    with pytest.raises(Missing, match="no longer there"):
        actions.withdraw_allocation(second, by=finance)


def test_what_an_editor_cannot_see_stays_when_they_save(owner, donor, need, editor, finance):
    elsewhere = make_organisation("Elsewhere")
    hidden = {
        "need": make_need(elsewhere),
        "activity": make_activity(elsewhere),
        "fund": make_fund(elsewhere, donor),
        "contact": make_person(elsewhere),
        "responsible": make_user_with_role(Role.EDITOR, elsewhere),
    }
    ask = make_proposal(owner, donor, **hidden)
    nothing = dict.fromkeys(hidden)

    actions.change_proposal(ask, by=editor, amount=Decimal(7), **nothing)

    stored = Proposal.objects.get(pk=ask.pk)
    assert {name: getattr(stored, name) for name in hidden} == hidden
    assert stored.amount == 7
    ask = actions.change_proposal(stored, by=editor, need=need, fund=make_fund(owner, donor))
    actions.change_proposal(ask, by=editor, need=None, fund=None)
    stored = Proposal.objects.get(pk=ask.pk)
    assert (stored.need, stored.fund, stored.contact) == (None, None, hidden["contact"])


def test_a_source_or_ask_that_an_editor_cannot_see_stays(owner, donor, need, manager):
    elsewhere = make_organisation("Elsewhere")
    source = make_source(elsewhere)
    ask = make_proposal(elsewhere, donor, make_need(elsewhere))
    changes = [
        (actions.change_fund, make_fund(owner, donor, source=source), "source"),
        (actions.change_target, make_target(owner, source=source), "source"),
        (actions.change_agreement, make_draft(owner, donor, source=source), "source"),
        (actions.change_agreement, make_draft(owner, donor, proposal=ask), "proposal"),
        (
            actions.change_interaction,
            make_interaction(owner, donor, person=make_person(elsewhere)),
            "person",
        ),
    ]
    for change, obj, name in changes:
        kept = getattr(obj, name)
        change(obj, by=manager, **{name: None})
        assert kept is not None
        assert getattr(type(obj).objects.get(pk=obj.pk), name) == kept


def test_the_source_of_a_row_is_shown_to_those_who_may_read_it(owner, donor):
    shared = {"visibility": "public"}
    need = make_need(owner, **shared)
    private, public = make_source(owner), make_source(owner, **shared)
    make_line(need, "1000", source=private)
    make_line(need, "10", source=public)
    make_line(need, "1")
    make_agreement(owner, donor, "5", need=need, source=private, **shared)
    outsider = make_reader(Role.EDITOR, make_organisation("Elsewhere"))

    def labels(reader):
        return [source_label(row) for row in need_gap(need, reader, today=TODAY).rows]

    hidden = "not shared with you"
    assert labels(outsider) == [hidden, public.label, "not stated", hidden]
    assert labels(make_reader(Role.READER, owner)) == [
        private.label,
        public.label,
        "not stated",
        private.label,
    ]


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_allocate_more_than_the_whole(tmp_path):
    owner = make_organisation()
    need, agreement = make_need(owner), make_agreement(owner, make_donor(), "100")

    outcomes, given = at_once(
        lambda: actions.allocate(agreement, by=SYSTEM, need=need, amount=Decimal(60)),
        lambda: [item.amount for item in Allocation.objects.all()],
        tmp_path,
    )

    assert given == [60]
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Allocation", "Invalid"]
