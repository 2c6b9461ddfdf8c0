"""Amendments: what is agreed otherwise, what it counts at, and what was agreed on a day."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    error_text,
    key,
    make_agreement,
    make_donor,
    make_draft,
    make_ledger_line,
    make_need,
    make_organisation,
    make_rate,
    make_reader,
    make_source,
    make_target,
)

from appui.accounts.models import User
from appui.funding import actions, queries, rules
from appui.funding.actions import PlannedTranche
from appui.funding.models import Agreement, Allocation, Amendment, Tranche
from appui.funding.queries import need_gap, target_positions, terms_on
from appui.kernel.access import Role
from appui.kernel.audit import history
from appui.kernel.errors import Conflict, Invalid, Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Authority")


@pytest.fixture
def donor():
    return make_donor()


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


def amend(agreement, by, **fields):
    fields = {"kind": "amount", "signed_on": date(2026, 9, 1), "reason": "More land."} | fields
    return actions.amend_agreement(agreement, by=by, today=TODAY, **fields)


def plan(agreement, by, *amounts, **fields):
    return [actions.add_tranche(agreement, by=by, amount=Decimal(a), **fields) for a in amounts]


def sign(draft, by, day=date(2026, 3, 10)):
    return actions.sign_agreement(draft, by=by, signed_on=day, today=TODAY)


def refusal(act, error=Invalid):
    """The sentence, its no-break spaces plain."""
    with pytest.raises(error) as refused:
        act()
    return str(refused.value).replace("\N{NO-BREAK SPACE}", " ")


def test_an_amendment_before_the_signature_is_refused_and_changes_nothing(owner, donor, manager):
    signed = make_agreement(owner, donor, "100")  # signed on 10 March 2026

    text = refusal(lambda: amend(signed, manager, signed_on=date(2026, 3, 9), amount=Decimal(150)))

    assert text == (
        "The amendment is dated Mar 9, 2026, before the agreement was signed on Mar 10, 2026."
    )
    signed.refresh_from_db()
    assert (signed.amount, signed.version, Amendment.objects.count()) == (100, 1, 0)


def test_a_draft_is_not_amended(owner, donor, manager):
    text = refusal(lambda: amend(make_draft(owner, donor), manager, amount=Decimal(150)), Refused)

    assert text == "This agreement is not signed yet: change the draft, not the agreement."


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"signed_on": date(2026, 11, 23), "amount": Decimal(150)}, "in the future"),
        ({"kind": "extension"}, "An extension ends later than the agreement does now."),
        (
            {"kind": "extension", "ends_on": date(2026, 12, 31)},
            "An extension ends later than the agreement does now.",
        ),
        ({"kind": "amount", "amount": Decimal(100)}, "The amount is what it was"),
        ({"kind": "budget"}, "Nothing changes"),
        ({"kind": "other", "ends_on": date(2026, 1, 1)}, "The agreement ends before it begins."),
        (
            {"kind": "amount", "amount": Decimal(59)},
            "60 USD of this agreement is allocated, more than 59",
        ),
    ],
)
def test_an_amendment_that_cannot_be_gets_its_sentence(owner, donor, manager, fields, text):
    signed = make_agreement(
        owner, donor, "100", starts_on=date(2026, 3, 10), ends_on=date(2026, 12, 31)
    )
    actions.allocate(signed, by=manager, amount=Decimal(60), need=make_need(owner))

    assert text in refusal(lambda: amend(signed, manager, **fields))
    signed.refresh_from_db()
    assert (signed.amount, signed.ends_on, signed.amendments.count()) == (
        100,
        date(2026, 12, 31),
        0,
    )


def test_an_amount_does_not_go_under_what_came_in(owner, donor, manager):
    signed = make_agreement(owner, donor, "100")
    make_ledger_line(owner, signed, "80")

    text = refusal(lambda: amend(signed, manager, amount=Decimal("79.99")))

    assert text == "80 USD of this agreement came in already, more than 79.99 USD."
    amend(signed, manager, amount=Decimal(80))
    assert signed.amount == 80


def test_amendments_come_in_the_order_of_their_dates(owner, donor, manager):
    signed = make_agreement(owner, donor, "100")
    amend(signed, manager, amount=Decimal(150))

    text = refusal(lambda: amend(signed, manager, signed_on=date(2026, 8, 31), amount=Decimal(1)))

    assert text == "The amendment is dated Aug 31, 2026, before the one of Sep 1, 2026."


def test_an_amendment_is_judged_by_the_version_that_the_person_saw(owner, donor, manager):
    signed = make_agreement(owner, donor, "100")
    amend(signed, manager, amount=Decimal(150))

    refusal(lambda: amend(signed, manager, amount=Decimal(160), version=1), Conflict)
    assert signed.amendments.count() == 1


def test_signing_and_amending_take_a_manager(owner, donor, manager):
    signed = make_agreement(owner, donor, "100")

    for role in (Role.READER, Role.EDITOR, Role.FINANCE):
        assert not rules.may_amend(signed, make_reader(role, owner))
    assert rules.may_amend(signed, manager)


def test_an_agreement_reads_as_of_any_day(owner, donor, manager):
    draft = make_draft(owner, donor, "100", ends_on=date(2026, 12, 31))
    plan(draft, manager, "100")
    sign(draft, manager)
    amend(
        draft,
        manager,
        kind="extension",
        signed_on=date(2026, 5, 1),
        ends_on=date(2027, 6, 30),
    )
    amend(
        draft,
        manager,
        signed_on=date(2026, 9, 1),
        amount=Decimal(160),
        tranches=[PlannedTranche(1, Decimal(100)), PlannedTranche(2, Decimal(60))],
    )

    def read(day):
        found = terms_on(Agreement.objects.get(pk=draft.pk), day)
        return found.amount.amount, found.ends_on, found.amendments, len(found.tranches)

    assert read(date(2026, 3, 9)) == (0, date(2026, 12, 31), 0, 1)
    assert read(date(2026, 3, 10)) == (100, date(2026, 12, 31), 0, 1)
    assert read(date(2026, 4, 30)) == (100, date(2026, 12, 31), 0, 1)
    assert read(date(2026, 5, 1)) == (100, date(2027, 6, 30), 1, 1)
    assert read(date(2026, 8, 31)) == (100, date(2027, 6, 30), 1, 1)
    assert read(TODAY) == (160, date(2027, 6, 30), 2, 2)


def test_tranches_are_planned_anew_in_the_same_act(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "40", "60")
    sign(draft, manager)
    make_ledger_line(owner, draft, "40", tranche=draft.tranches.get(number=1))

    assert refusal(lambda: amend(draft, manager, amount=Decimal(150))) == (
        "The tranches make 100 USD, the agreement 150 USD: they must be the same."
    )
    low = [PlannedTranche(1, Decimal(39)), PlannedTranche(2, Decimal(111))]
    assert refusal(lambda: amend(draft, manager, amount=Decimal(150), tranches=low)) == (
        "40 USD of tranche 1 came in already."
    )
    assert list(draft.tranches.values_list("number", "amount")) == [(1, 40), (2, 60)]
    new = [PlannedTranche(1, Decimal(40)), PlannedTranche(3, Decimal(110), date(2027, 3, 1), "R")]
    amendment = amend(draft, manager, amount=Decimal(150), tranches=new)

    assert list(draft.tranches.values_list("number", "amount", "condition")) == [
        (1, 40, ""),
        (3, 110, "R"),
    ]
    assert [item["amount"] for item in amendment.tranches_before] == ["40.00", "60.00"]
    assert [item["due_on"] for item in amendment.tranches_after] == [None, "2027-03-01"]


def test_a_plan_alone_is_amended_and_stands_in_the_history(owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "40", "60")
    version = sign(draft, manager).version
    twice = [PlannedTranche(1, Decimal(40)), PlannedTranche(1, Decimal(60))]
    assert refusal(lambda: amend(draft, manager, kind="budget", tranches=twice)) == (
        "Each tranche has a number of its own."
    )

    new = [PlannedTranche(1, Decimal(50)), PlannedTranche(2, Decimal(50))]
    amend(draft, manager, kind="budget", tranches=new)

    assert draft.version == version + 1
    assert history(draft).first().changes == {"amendment": [None, "Amendment 1"]}


def test_an_amendment_is_never_changed(owner, donor, manager):
    amendment = amend(make_agreement(owner, donor, "100"), manager, amount=Decimal(150))

    with pytest.raises(TypeError, match="An amendment is signed"):
        amendment.save()
    with pytest.raises(TypeError):
        amendment.delete()


# Rates


@pytest.fixture
def euros(owner, donor, manager):
    """100 EUR signed in March at 1.10 and 50 more in September at 1.30."""
    make_rate("EUR", date(2026, 3, 1), "1.10")
    make_rate("EUR", date(2026, 9, 1), "1.30")
    draft = make_draft(owner, donor, "100", currency="EUR")
    return sign(draft, manager)


def test_money_added_counts_at_the_rate_of_its_own_signature(euros, owner, manager):
    target = make_target(owner, "1000", currency="USD")
    (before,) = target_positions([target], manager, today=TODAY)

    amend(euros, manager, amount=Decimal(150))
    (after,) = target_positions([target], manager, today=TODAY)

    assert before.secured == Decimal("110.00")  # 100 x 1.10
    assert after.secured == Decimal("175.00")  # 100 x 1.10 + 50 x 1.30


def test_an_amendment_of_a_later_period_leaves_the_figure_of_the_earlier(euros, owner, manager):
    spring = make_target(owner, "1000", starts_on=date(2026, 1, 1), ends_on=date(2026, 6, 30))
    autumn = make_target(owner, "1000", starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 31))

    amend(euros, manager, amount=Decimal(150))

    found = target_positions([spring, autumn], manager, today=TODAY)
    assert [item.secured for item in found] == [Decimal("110.00"), Decimal("65.00")]


def test_an_allocation_keeps_the_rate_of_the_money_it_is_made_of(euros, owner, manager):
    need = make_need(owner)
    actions.allocate(euros, by=manager, amount=Decimal(80), need=need)

    def secured():
        return need_gap(need, manager, today=TODAY).total.secured

    assert secured() == Decimal("88.00")  # 80 x 1.10
    amend(euros, manager, amount=Decimal(150))
    assert secured() == Decimal("88.00")
    # 50 more: the last 20 of the original at 1.10, and 30 of the amendment at 1.30
    actions.allocate(euros, by=manager, amount=Decimal(50), need=need)

    assert secured() == Decimal("149.00")  # 88 + 22 + 39
    assert list(Allocation.objects.order_by("pk").values_list("amount", "amendment__number")) == [
        (80, None),
        (20, None),
        (30, 1),
    ]


def test_a_reduction_takes_from_the_last_signed_what_is_not_allocated(euros, owner, manager):
    amend(euros, manager, amount=Decimal(150))
    actions.allocate(euros, by=manager, amount=Decimal(110), need=make_need(owner))

    amend(euros, manager, amount=Decimal(115), signed_on=date(2026, 10, 1))

    # 35 off the amendment's 40 that are free; its 10 allocated and 5 more stay
    assert [(part.number, part.amount) for part in queries.parts_of(euros)] == [(0, 100), (1, 15)]
    assert sum(part.amount for part in queries.parts_of(euros)) == euros.amount


# Closing


def test_closing_says_what_is_still_open(owner, donor, manager, client):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "40", "60")
    actions.add_condition(draft, by=manager, text="Audit")
    sign(draft, manager)
    make_ledger_line(owner, draft, "40", tranche=draft.tranches.get(number=1))

    assert queries.before_closing(draft, manager, today=TODAY) == [
        "1 tranche is not received whole: 60\N{NO-BREAK SPACE}USD is still to come.",
        "1 condition of the donor is not met.",
    ]


# Doors


@pytest.fixture
def signed_in(client, manager):
    client.force_login(User.objects.get(pk=manager.user_id))
    return client


def test_the_page_amends_and_shows_what_was_agreed_on_a_day(signed_in, owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "40", "60")
    sign(draft, manager)
    address = f"/agreements/{draft.pk}/"
    form = {
        "idempotency_key": key(),
        "version": str(Agreement.objects.get(pk=draft.pk).version),
        "kind": "amount",
        "signed_on": "2026-09-01",
        "reason": "More land",
        "amount": "150",
        "amount_1": "40",
        "amount_2": "60",
    }
    wrong = signed_in.post(f"{address}amend/", form)
    assert wrong.status_code == 422
    assert error_text(wrong).startswith("The tranches make 100")

    answer = signed_in.post(f"{address}amend/", form | {"amount_3": "50", "due_on_3": "2027-01-31"})

    assert answer.status_code == 303
    page = signed_in.get(f"{address}?on=2026-08-31").content.decode()
    assert "150" in page
    assert "Aug 31, 2026" in page
    assert "There is no such day" in signed_in.get(f"{address}?on=2026-02-30").content.decode()


def test_the_api_plans_signs_amends_and_closes(signed_in, owner, donor, manager):
    draft = make_draft(owner, donor, "100")
    source = make_source(owner)
    root = f"/api/agreements/{draft.pk}"

    def post(path, body, status):
        answer = signed_in.post(path, body, content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    first = post(f"{root}/tranches", {"amount": "40", "condition": "Report"}, 201)
    post(f"{root}/tranches", {"amount": "70"}, 422)
    post(f"{root}/tranches", {"amount": "60"}, 201)
    condition = post(f"{root}/conditions", {"text": "Audit"}, 201)
    post(f"{root}/amendments", {"kind": "other", "signed_on": "2026-01-01", "reason": "x"}, 403)
    post(f"{root}/sign", {"signed_on": "2026-03-10"}, 200)
    met = {"met_on": "2026-05-01", "evidence_id": source.pk}
    assert post(f"/api/tranches/{first['id']}/meet", met, 200)["evidence_id"] == source.pk
    assert post(f"/api/conditions/{condition['id']}/meet", met, 200)["met_on"] == "2026-05-01"
    body = {
        "kind": "amount",
        "signed_on": "2026-06-01",
        "reason": "Less",
        "amount": "90.00",
        "tranches": [{"number": 1, "amount": "40"}, {"number": 2, "amount": "50"}],
    }
    made = post(f"{root}/amendments", body, 201)
    assert (made["amount_before"], made["amount_after"]) == ("100.00", "90.00")
    terms = signed_in.get(f"{root}/terms?on=2026-05-31").json()
    assert (terms["amount"], len(terms["tranches"])) == ("100.00", 2)
    assert signed_in.get(f"{root}/tranches").json()[0]["evidence_id"] == source.pk
    assert [row["left"] for row in signed_in.get(f"{root}/tranches").json()] == ["40.00", "50.00"]
    assert len(signed_in.get(f"{root}/open-points").json()["open"]) == 1
    assert post(f"{root}/move", {"status": "closed"}, 200)["status"] == "closed"


def test_tranches_of_another_organisation_are_not_there(client, owner, donor, manager):
    outsider = make_reader(Role.ADMINISTRATOR, make_organisation("Elsewhere"))
    draft = make_draft(owner, donor, "100")
    plan(draft, manager, "100")

    assert not queries.tranches(outsider).exists()
    assert not queries.amendments(outsider).exists()
    assert Tranche.objects.count() == 1
