"""What the pages of funding change, the calls of the API change: same values, trail, refusals."""

from decimal import Decimal
from pathlib import Path

import pytest
from tests.factories import (
    code,
    make_agreement,
    make_donor,
    make_draft,
    make_fund,
    make_interaction,
    make_ledger_line,
    make_line,
    make_need,
    make_organisation,
    make_person,
    make_proposal,
    make_source,
    make_target,
    make_user_with_role,
    place,
)

from appui import intelligence
from appui.funding.models import Proposal, SetAside
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.kernel import audit
from appui.kernel.access import Role
from appui.registry.models import Organisation

pytestmark = pytest.mark.django_db
FLOWS = Path(intelligence.__file__).parent / "tests" / "data"


@pytest.fixture
def call(client, owner):
    """A call of the API as somebody with a role in the organisation: its status and its answer."""
    users = {}

    def made(role, method, path, body=None, **headers):
        if role not in users:
            users[role] = make_user_with_role(role, owner)
        client.force_login(users[role])
        answer = getattr(client, method)(
            f"/api/{path}", body, content_type="application/json", headers=headers
        )
        return answer.status_code, answer.json() if answer.content else None

    return made


@pytest.fixture
def flows(monkeypatch, tmp_path):
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))
    ingest([FLOWS / "iati", FLOWS / "tables"], into=tmp_path / "flows", rates=default_rates())


def verbs(record):
    return [entry.verb for entry in audit.history(record)]


def test_a_draft_changes_as_on_its_page_and_a_signed_agreement_does_not(owner, donor, call):
    draft = make_draft(owner, donor, "100", earmark="Mines")
    source, other = make_source(owner), make_donor("Norway")
    code("EarmarkingCategory", "B")
    path = f"agreements/{draft.pk}"
    sent = {"version": draft.version, "amount": "120.50", "title": None, "earmarking": "B"}
    sent |= {"source_id": source.pk, "donor_id": other.pk, "conditions": "Audit"}
    sent |= {"visibility": "partners", "shared_with_ids": [donor.pk]}

    status, told = call(Role.FINANCE, "patch", path, sent)

    assert (status, told["amount"], told["earmark"]) == (200, "120.50", "Mines")
    draft.refresh_from_db()
    assert (draft.amount, draft.donor, draft.source) == (Decimal("120.50"), other, source)
    assert (draft.earmarking.code, draft.conditions) == ("B", "Audit")
    assert list(draft.shared_with.all()) == [donor]
    assert verbs(draft)[0] == "changed"
    assert call(Role.FINANCE, "patch", path, sent)[0] == 409
    assert call(Role.READER, "patch", path, {"title": "Mine"})[0] == 403
    emptied = call(Role.FINANCE, "patch", path, {"source_id": None, "earmarking": None})[1]
    assert (emptied["source_id"], emptied["earmarking"]) == (None, None)
    signed = make_agreement(owner, donor)
    assert call(Role.FINANCE, "patch", f"agreements/{signed.pk}", {"title": "New"})[0] == 403


def test_an_allocation_names_its_country_and_is_withdrawn(owner, donor, call):
    agreement, need = make_agreement(owner, donor), make_need(owner)
    place("KH")
    path = f"agreements/{agreement.pk}/allocations"
    status, made = call(
        Role.FINANCE, "post", path, {"need_id": need.pk, "amount": "40", "place": "KH"}
    )
    assert (status, made["place"]) == (201, "KH")
    assert call(Role.FINANCE, "post", path, {"amount": "1", "place": "XX"})[0] == 422

    assert call(Role.READER, "delete", f"allocations/{made['id']}")[0] == 403
    assert call(Role.FINANCE, "delete", f"allocations/{made['id']}")[0] == 204

    assert not agreement.allocations.exists()
    assert "allocation withdrawn" in verbs(agreement)
    elsewhere = make_agreement(make_organisation("Elsewhere"), donor, need=need)
    hidden = elsewhere.allocations.get()
    assert call(Role.FINANCE, "delete", f"allocations/{hidden.pk}")[0] == 404


def test_one_line_of_the_ledger_is_read_with_its_source(owner, donor, call):
    line = make_ledger_line(owner, make_agreement(owner, donor), "70", source=make_source(owner))
    hidden = make_source(make_organisation("Elsewhere"))
    other = make_ledger_line(owner, line.agreement, "7", source=hidden)

    status, told = call(Role.READER, "get", f"transactions/{line.pk}")

    assert (status, told["value"], told["source_id"]) == (200, "70.00", line.source_id)
    assert call(Role.READER, "get", f"transactions/{other.pk}")[1]["source_id"] is None
    status, reversal = call(
        Role.FINANCE, "post", f"transactions/{other.pk}/reverse", {"reason": "Twice"}
    )
    assert (status, reversal["reverses_id"]) == (201, other.pk)


def test_a_target_is_read_and_changed(owner, call):
    target, source = make_target(owner), make_source(owner)
    path = f"targets/{target.pk}"
    assert call(Role.READER, "get", path)[1]["amount"] == "1000.00"
    sent = {"version": target.version, "amount": "2000", "source_id": source.pk, "title": None}

    status, told = call(Role.MANAGER, "patch", path, sent)

    assert (status, told["amount"], told["title"]) == (200, "2000.00", {"en": "Raise"})
    target.refresh_from_db()
    assert (target.amount, target.source) == (Decimal(2000), source)
    assert verbs(target)[0] == "changed"
    assert call(Role.MANAGER, "patch", path, sent)[0] == 409
    assert call(Role.EDITOR, "patch", path, {"amount": "1"})[0] == 403
    elsewhere = make_organisation("Elsewhere")
    assert call(Role.MANAGER, "patch", path, {"owner_id": elsewhere.pk})[0] == 403
    emptied = call(Role.MANAGER, "patch", path, {"source_id": None})[1]
    assert emptied["source_id"] is None


def test_an_ask_changes_its_donor_contact_and_owner(owner, donor, project, call):
    ask = make_proposal(owner, donor, None, "10", activity=project)
    other, person = make_donor("Norway"), make_person(owner)
    path = f"proposals/{ask.pk}"
    sent = {"version": ask.version, "donor_id": other.pk, "contact_id": person.pk}
    sent |= {"reference": "N-2026", "owner_id": owner.pk, "visibility": "partners"}
    sent |= {"shared_with_ids": [donor.pk]}

    status, told = call(Role.EDITOR, "patch", path, sent)

    assert (status, told["donor_id"], told["contact_id"]) == (200, other.pk, person.pk)
    ask.refresh_from_db()
    assert (ask.donor, ask.contact, ask.reference) == (other, person, "N-2026")
    assert list(ask.shared_with.all()) == [donor]
    assert call(Role.EDITOR, "patch", path, sent)[0] == 409
    assert call(Role.READER, "patch", path, {"donor_id": donor.pk})[0] == 403
    elsewhere = make_organisation("Elsewhere")
    assert call(Role.EDITOR, "patch", path, {"owner_id": elsewhere.pk})[0] == 403
    hidden = make_person(elsewhere)
    assert call(Role.EDITOR, "patch", path, {"contact_id": hidden.pk})[0] == 422
    window = make_fund(owner, donor)
    assert call(Role.EDITOR, "patch", path, {"fund_id": window.pk})[0] == 422  # another donor's


def test_an_exchange_changes_in_all_that_its_page_changes(owner, donor, call):
    met, person = make_interaction(owner, donor), make_person(owner)
    other = make_donor("Norway")
    code("InteractionKind", "call")
    sent = {"version": met.version, "organisation_id": other.pk, "person_id": person.pk}
    sent |= {"kind": "call", "note": "Long", "took_place_on": "2026-09-01", "summary": None}

    status, told = call(Role.EDITOR, "patch", f"interactions/{met.pk}", sent)

    assert (status, told["kind"], told["person_id"]) == (200, "call", person.pk)
    met.refresh_from_db()
    assert (met.organisation, met.note, met.summary) == (other, "Long", "Met in Geneva")
    assert call(Role.EDITOR, "patch", f"interactions/{met.pk}", sent)[0] == 409
    assert call(Role.READER, "patch", f"interactions/{met.pk}", {"note": ""})[0] == 403


def test_a_window_passes_to_another_donor_and_is_shared(owner, donor, call):
    window, other = make_fund(owner, donor), make_donor("Norway")
    sent = {"version": window.version, "organisation_id": other.pk}
    sent |= {"visibility": "partners", "shared_with_ids": [donor.pk]}

    assert call(Role.EDITOR, "post", f"funds/{window.pk}", sent)[0] == 200

    window.refresh_from_db()
    assert (window.organisation, list(window.shared_with.all())) == (other, [donor])
    assert call(Role.EDITOR, "post", f"funds/{window.pk}", sent)[0] == 409
    elsewhere = make_organisation("Elsewhere")
    assert call(Role.EDITOR, "post", f"funds/{window.pk}", {"owner_id": elsewhere.pk})[0] == 403


def test_donors_are_listed_and_told_with_what_the_caller_may_see(owner, donor, flows, call):
    need, elsewhere = make_need(owner), make_organisation("Elsewhere")
    merged = make_donor("Irlande", merged_into=donor)
    ask = make_proposal(owner, merged, need)
    make_proposal(elsewhere, donor, need)
    agreement = make_agreement(owner, donor)
    window, met = make_fund(owner, donor), make_interaction(owner, donor)
    person = make_person(owner, organisation=donor)
    make_person(elsewhere, organisation=donor)

    rows = {row["id"]: row for row in call(Role.READER, "get", "donors")[1]["items"]}
    status, told = call(Role.READER, "get", f"donors/{donor.pk}")

    counts = {name: rows[donor.pk][name] for name in ("windows", "asks", "signed", "last_exchange")}
    assert counts == {"windows": 1, "asks": 1, "signed": 1, "last_exchange": "2026-10-01"}
    assert merged.pk not in rows
    assert status == 200
    keys = {
        name: [row["id"] for row in told[name]]
        for name in ("proposals", "agreements", "funds", "interactions", "people")
    }
    assert keys == {
        "proposals": [ask.pk],
        "agreements": [agreement.pk],
        "funds": [window.pk],
        "interactions": [met.pk],
        "people": [person.pk],
    }
    assert told["gifts"] == []
    testland = make_donor("Testland")
    gifts = call(Role.READER, "get", f"donors/{testland.pk}")[1]["gifts"]
    assert {"year": 2023, "recipient": "KH"}.items() <= gifts[0].items()
    assert call(Role.READER, "get", "donors/999999")[0] == 404


def suggested(call, need, query=""):
    status, told = call(Role.READER, "get", f"needs/{need.pk}/suggested-donors{query}")
    assert status == 200
    return told


def test_donors_are_suggested_asked_and_set_aside(owner, flows, call):
    need = make_need(owner)
    make_line(need, "1000000")
    told = suggested(call, need)
    assert (told["country"], told["amount"]) == ("KH", "100000")
    assert suggested(call, need, "?amount=500")["amount"] == "500"
    first = told["already"][0]
    assert first["organisation_id"] is None
    assert first["reasons"][0]["text"]
    ask = {"donor": first["donor"], "reference": "S-1", "title": "Ask", "amount": "5000"}
    ask |= {"owner_id": owner.pk}
    path = f"needs/{need.pk}/asks"
    assert call(Role.READER, "post", path, ask)[0] == 403
    assert call(Role.EDITOR, "post", path, {**ask, "donor": "Nobody"})[0] == 404

    status, made = call(Role.EDITOR, "post", path, ask, **{"Idempotency-Key": "ask-1"})

    assert status == 201, made
    assert call(Role.EDITOR, "post", path, ask, **{"Idempotency-Key": "ask-1"})[1] == made
    row = Proposal.objects.get(need=need)
    assert (row.evidence["donor"], row.donor.is_donor) == (first["donor"], True)
    assert row.evidence["made_on"]
    assert str(row.donor) == first["donor"]
    assert suggested(call, need)["already"][0]["with_you"] is True

    aside = {"donor": first["donor"], "reason": "Met in March: no"}
    path = f"needs/{need.pk}/set-aside"
    assert call(Role.READER, "post", path, aside)[0] == 403
    status, kept = call(Role.EDITOR, "post", path, aside)
    assert (status, kept["reason"]) == (201, "Met in March: no")
    assert call(Role.EDITOR, "post", path, aside)[0] == 422  # once is enough
    told = suggested(call, need)
    assert [row["id"] for row in told["set_aside"]] == [kept["id"]]
    assert first["donor"] not in [row["donor"] for row in (*told["already"], *told["new"])]
    assert call(Role.READER, "delete", f"set-aside/{kept['id']}")[0] == 403
    assert call(Role.EDITOR, "delete", f"set-aside/{kept['id']}")[0] == 204
    assert not SetAside.objects.exists()
    assert Organisation.objects.filter(is_donor=True).count() == 1
