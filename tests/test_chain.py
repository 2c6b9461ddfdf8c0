"""The chain, call by call: a call found, who may ask it, an ask, an agreement, its tranche
received, allocated and spent, a statement, an obligation done; gap and target move with it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from appui.kernel.access import Role
from tests import factories as make
from tests import funds

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


@pytest.fixture
def owner():
    return make.make_organisation("Directorate")


@pytest.fixture
def call(owner, client):
    """``call(method, path, **body)`` as the administrator of the organisation; the answer."""
    client.force_login(make.make_user_with_role(Role.ADMINISTRATOR, owner))

    def call(method, path, **body):
        answer = getattr(client, method)(f"/api/{path}", body, content_type="application/json")
        assert answer.status_code < 300, (path, answer.content)
        return answer.json()

    return call


def test_from_a_call_to_a_statement_and_back_to_the_gap(owner, call):
    today = timezone.localdate()
    donor = make.make_donor("Ireland")
    need = make.make_need(owner, "Early warning", currency="USD", places=("KH",))
    make.make_line(need, "1000")
    project = make.make_activity(owner, "Warnings by telephone", currency="USD")
    project.needs.add(need)
    target = make.make_target(owner, "5000", starts_on=today.replace(month=1, day=1))
    window = make.make_fund(
        owner, donor, "Small grants", kind="call", deadline=today + timedelta(30), currency="USD"
    )
    make.make_rule(window, expression='{"at_most": ["amount", 500]}')
    funds.make_duty_rule(owner)

    # Who may ask: the budget is known by no one yet, then the ask says the amount.
    (before,) = call("get", f"activities/{project.pk}/windows")
    assert before["standing"] == "unknown"
    ask = call(
        "post",
        "proposals",
        reference="ask-1",
        title="Warnings",
        need_id=need.pk,
        activity_id=project.pk,
        donor_id=donor.pk,
        fund_id=window.pk,
        amount="400.00",
        currency="USD",
        owner_id=owner.pk,
    )
    (after,) = call("get", f"activities/{project.pk}/windows")
    assert after["standing"] == "eligible"
    call("post", f"proposals/{ask['id']}/move", stage="proposal")

    # Signed, in two tranches.
    agreement = call(
        "post",
        "agreements",
        reference="ag-1",
        title="Warnings",
        donor_id=donor.pk,
        proposal_id=ask["id"],
        amount="400.00",
        currency="USD",
        starts_on=str(today),
        ends_on=str(today + timedelta(400)),
        owner_id=owner.pk,
    )
    address = f"agreements/{agreement['id']}"
    first = call("post", f"{address}/tranches", amount="250.00", due_on=str(today))
    call("post", f"{address}/tranches", amount="150.00", due_on=str(today + timedelta(200)))
    call("post", f"{address}/sign", signed_on=str(today))
    assert gap(call, need) == {"secured": Decimal(400), "missing": Decimal(600)}

    # The first tranche comes into the organisation's own fund, is given to the project and spent.
    fund = funds.make_own_fund(owner)
    earmark = call(
        "post",
        f"own-funds/{fund.pk}/earmarks",
        code="warnings",
        title={"en": "Warnings"},
        currency="USD",
        agreement_id=agreement["id"],
    )
    call(
        "post",
        f"own-funds/{fund.pk}/receipts",
        amount="250.00",
        currency="USD",
        date=str(today),
        parts=[{"earmark_id": earmark["id"], "amount": "250.00"}],
        organisation_id=donor.pk,
        tranche_id=first["id"],
    )
    for kind, amount in (("allocated", "200.00"), ("spent", "120.00")):
        call(
            "post",
            f"own-funds/{fund.pk}/movements",
            earmark_id=earmark["id"],
            kind=kind,
            amount=amount,
            date=str(today),
            activity_id=project.pk,
        )
    states = {item["number"]: item["state"] for item in call("get", f"{address}/tranches")}
    assert states == {1: "received", 2: "expected"}
    statement = call("get", f"own-funds/{fund.pk}/statement?kind=earmark&id={earmark['id']}")
    (account,) = statement["accounts"]
    # 250 received less 120 spent; 80 of the 200 allocated are still to pay.
    assert [Decimal(account[name]) for name in ("opening", "closing", "to_pay", "available")] == [
        0,
        130,
        80,
        50,
    ]

    # What the agreement asks is done, and the target has moved.
    (due,) = call("get", "obligations")["items"]
    done = call(
        "post",
        f"obligations/{due['id']}/fulfil",
        done_on=str(today),
        document_url="https://example.org/report.pdf",
    )
    assert (due["state"], done["state"]) == ("due", "done")
    standing = call("get", f"targets/{target.pk}/standing")
    figures = {name: Decimal(standing[name]) for name in ("committed", "received", "spent")}
    assert figures == {"committed": 400, "received": 250, "spent": 120}


def gap(call, need):
    found = call("get", f"needs/{need.pk}/gap")
    return {name: Decimal(found[name]) for name in ("secured", "missing")}
