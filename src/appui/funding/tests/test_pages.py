"""Money over pages and the API: the whole way, and what is sent twice, late or for others."""

import csv
from datetime import date
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.urls import reverse
from openpyxl import load_workbook
from tests.factories import (
    TODAY,
    code,
    error_text,
    key,
    make_agreement,
    make_donor,
    make_draft,
    make_fund,
    make_interaction,
    make_ledger_line,
    make_line,
    make_need,
    make_organisation,
    make_proposal,
    make_user_with_role,
)

from appui.funding.models import Agreement, Proposal, Transaction
from appui.funding.queries import need_gap
from appui.kernel.access import SYSTEM, Role
from appui.registry.actions import merge_organisations

pytestmark = pytest.mark.django_db


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
def page(client, owner):
    client.force_login(make_user_with_role(Role.MANAGER, owner))
    return client


def send(page, url, **fields):
    return page.post(url, {"idempotency_key": key()} | fields)


def test_from_the_ask_to_the_smaller_gap(page, owner, donor, need):
    ask = {
        "reference": "IRL-1",
        "title": "Clear five villages",
        "need": need.pk,
        "donor": donor.pk,
        "amount": "400,000.50",
        "currency": "USD",
        "owner": owner.pk,
        "visibility": "private",
    }
    made = send(page, reverse("funding:proposal_add"), **ask)
    proposal = Proposal.objects.get()
    assert (made.status_code, proposal.amount) == (303, Decimal("400000.50"))

    add = f"{reverse('funding:agreement_add')}?proposal={proposal.pk}"
    initial = page.get(add).context["form"].initial
    assert (initial["donor"], initial["amount"]) == (donor.pk, proposal.amount)
    draft = ask | {"kind": "grant", "proposal": proposal.pk, "amount": "400"}
    assert send(page, add, **draft).status_code == 303

    agreement = Agreement.objects.get()
    url = reverse("funding:agreement_sign", args=[agreement.pk])
    late = send(page, url, version=1, signed_on="2999-01-01")
    assert (late.status_code, list(late.context["form"].errors)) == (422, ["signed_on"])
    assert send(page, url, version=1, signed_on="2026-02-31").status_code == 422
    assert send(page, url, version=1, signed_on="2026-03-10").status_code == 303

    told = page.get(f"/api/needs/{need.pk}/gap").json()
    assert (told["secured"], told["missing"]) == ("400.00", "600.00")
    assert [row["counted"] for row in told["rows"]] == ["1000.00", "400.00"]


def test_signing_what_somebody_changed_meanwhile_is_a_conflict(page, owner, donor):
    draft = make_draft(owner, donor)
    page.post(
        reverse("funding:agreement_edit", args=[draft.pk]),
        {
            "idempotency_key": key(),
            "version": 1,
            "reference": draft.reference,
            "title": "Other title",
            "kind": "grant",
            "donor": donor.pk,
            "amount": "90",
            "currency": "USD",
            "owner": owner.pk,
            "visibility": "private",
        },
    )

    url = reverse("funding:agreement_sign", args=[draft.pk])
    answer = send(page, url, version=1, signed_on="2026-03-10")

    assert answer.status_code == 409
    assert "signed_on" not in answer.context["form"].errors  # no day was stored: nothing to tell
    assert Agreement.objects.get().status == "draft"


@pytest.mark.parametrize("asked", ["", "abc", "²", "9" * 30, "\x00", "-1"])
def test_a_draft_from_an_ask_that_is_not_there_begins_empty(page, asked):
    answer = page.get(reverse("funding:agreement_add"), {"proposal": asked})

    assert answer.status_code == 200
    assert "reference" not in answer.context["form"].initial


def test_another_organisations_private_need_is_no_choice(page, owner, donor):
    hidden = make_need(make_organisation("Elsewhere"), "Hidden need")
    url = reverse("funding:proposal_add")
    form = page.get(url, {"need": hidden.pk}).context["form"]

    answer = send(
        page,
        url,
        reference="X",
        title="X",
        need=hidden.pk,
        donor=donor.pk,
        amount="1",
        currency="USD",
        owner=owner.pk,
        visibility="private",
    )

    assert hidden not in form.fields["need"].queryset
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["need"])
    assert Proposal.objects.count() == 0


def test_allocating_too_much_comes_back_at_the_amount(page, owner, donor, need):
    agreement = make_agreement(owner, donor, "100")
    url = reverse("funding:allocation_add", args=[agreement.pk])

    answer = send(page, url, need=need.pk, amount="100.01")

    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["amount"])
    assert error_text(answer) == "Only 100\xa0USD of this agreement is left to allocate."
    assert send(page, url, need=need.pk, amount="100.00").status_code == 303


def test_a_ledger_line_sent_twice_is_one_line(page, owner, donor):
    agreement = make_agreement(owner, donor)
    sent = {
        "idempotency_key": key(),
        "transaction_type": code("TransactionType", "1").pk,
        "date": "2026-04-01",
        "value_date": "2026-04-01",
        "value": "-50.25",
        "currency": "USD",
        "agreement": agreement.pk,
        "owner": owner.pk,
        "visibility": "private",
    }
    url = reverse("funding:transaction_add")

    assert [page.post(url, sent).status_code for _time in range(2)] == [303, 303]
    assert Transaction.objects.get().usd_value == Decimal("-50.25")
    assert page.get(Transaction.objects.get().get_absolute_url()).status_code == 200


def test_an_agreement_shows_its_last_lines_and_the_way_to_all_of_them(page, owner, donor):
    agreement, other = make_agreement(owner, donor), make_agreement(owner, donor)
    for day in range(1, 23):
        make_ledger_line(owner, agreement, date=date(2026, 3, day), description=f"Line {day}.")
    make_ledger_line(owner, other, description="Of the other")

    sheet = page.get(agreement.get_absolute_url()).content.decode()
    assert "All lines: 22" in sheet
    way = f"/ledger/?agreement={agreement.pk}"
    assert f'href="{way}"' in sheet
    listed = page.get(way).content.decode()
    assert "22 rows" in listed
    assert 'name="agreement"' in listed
    assert 'name="agreement"' not in page.get("/ledger/").content.decode()


def test_the_lines_of_an_agreement_that_is_not_shared_are_not_offered(client, owner, donor):
    agreement = make_agreement(owner, donor, title="Secret")
    make_ledger_line(owner, agreement, visibility="public")
    client.force_login(make_user_with_role(Role.READER, make_organisation("Elsewhere")))

    listed = client.get(f"/ledger/?agreement={agreement.pk}").content.decode()
    assert "Secret" not in listed
    assert "not a choice of the filter" in listed


def test_a_reversal_wants_its_reason_on_the_page_too(page, owner, donor):
    line = make_ledger_line(owner, make_agreement(owner, donor))
    url = reverse("funding:transaction_reverse", args=[line.pk])

    assert send(page, url, reason=" ").status_code == 422
    assert send(page, url, reason="Wrong account").status_code == 303
    assert send(page, url, reason="Again").status_code == 403
    assert sum(item.value for item in Transaction.objects.all()) == 0


def test_the_list_of_donors_counts_for_merged_organisations_too(page, owner, donor, need):
    old = make_donor("Irlande", is_donor=False)
    unfollowed = make_donor("Quiet", is_donor=False)
    lapsed = make_donor("Quiet once", is_donor=False)
    make_proposal(owner, donor, need)
    make_proposal(owner, old, need)
    make_agreement(owner, lapsed)
    make_fund(owner, old)
    make_interaction(owner, old, took_place_on=date(2026, 5, 5))
    merge_organisations(old, into=donor, by=SYSTEM)
    merge_organisations(lapsed, into=unfollowed, by=SYSTEM)

    rows = page.get(reverse("funding:donor_list")).context["listing"].page.object_list

    assert [(str(row), row.asks, row.windows, row.signed, row.last_exchange) for row in rows] == [
        ("Ireland", 2, 1, 0, date(2026, 5, 5)),
        ("Quiet", 0, 0, 1, None),
    ]
    found = page.get(reverse("funding:donor", args=[donor.pk])).context
    assert len(found["proposals"].rows) == 2


def gap_url(need, figure, **more):
    query = "&".join(f"{name}={value}" for name, value in {"figure": figure, **more}.items())
    return f"{reverse('funding:gap_rows', args=[need.pk])}?{query}"


@pytest.fixture
def mixed(owner, donor, need):
    make_line(need, "200", pillar="victims", who_pays="state", year_from=2030, year_to=2030)
    agreement = make_agreement(owner, donor, "90", need=need)
    agreement.allocations.update(pillar=code("Pillar", "victims"), year=2026)
    make_proposal(owner, donor, need, "50")
    return need


@pytest.mark.parametrize("name", ["need", "secured", "asked", "missing"])
@pytest.mark.parametrize("dimension", ["", "pillar", "place", "years"])
def test_the_rows_behind_a_figure_make_the_figure(page, mixed, name, dimension):
    gap = need_gap(mixed, SYSTEM, today=TODAY)
    cells = gap.by(dimension) if dimension else [gap.total]
    for cell in cells:
        wanted = cell.weighted if name == "asked" else getattr(cell, name)
        more = {"by": dimension, "is": cell.label or "-"} if dimension else {}
        figure = page.get(gap_url(mixed, name, **more)).context["figure"]
        signs = {"need": 1, "secured": -1 if name == "missing" else 1, "asked": 1}
        made = sum(
            signs[row.kind] * row.counted.money.amount * row.probability for row in figure.rows
        )
        assert figure.value == wanted
        assert (max(made, 0) if name == "missing" else made) == wanted


def test_the_rows_are_downloaded_as_csv_and_excel(page, mixed):
    text = page.get(gap_url(mixed, "secured", format="csv")).content.decode("utf-8-sig")
    book = load_workbook(BytesIO(page.get(gap_url(mixed, "secured", format="xlsx")).content))

    rows = list(csv.reader(StringIO(text)))
    assert len(rows) == 3
    assert sum(1 for _row in book.active.iter_rows()) >= 3


@pytest.mark.parametrize(
    "query", ["?figure=sum", "?by=colour&is=x", "?by=pillar&is=none", "?by=years&is=1850"]
)
def test_a_figure_that_is_not_there_is_missing(page, need, query):
    assert page.get(reverse("funding:gap_rows", args=[need.pk]) + query).status_code == 404


def test_a_public_agreement_does_not_name_the_private_need_it_pays(client, owner, donor):
    need = make_need(owner, "Secret need")
    agreement = make_agreement(owner, donor, "77", need=need, visibility="public")
    outsider = make_user_with_role(Role.READER, make_organisation("Elsewhere"))
    shown = {}
    for user in (outsider, make_user_with_role(Role.READER, owner)):
        client.force_login(user)
        answer = client.get(agreement.get_absolute_url())
        shown[user] = (answer.status_code, "Secret need" in answer.content.decode())

    assert list(shown.values()) == [(200, False), (200, True)]


def test_lists_of_public_records_name_nothing_private(client, owner, donor):
    need = make_need(owner, "Secret need")
    make_proposal(owner, donor, need, "5", visibility="public")
    agreement = make_agreement(owner, donor, "77", need=need, title="Secret deal")
    make_ledger_line(owner, agreement, visibility="public")
    outsider = make_user_with_role(Role.READER, make_organisation("Elsewhere"))
    client.force_login(outsider)

    for name in ("funding:proposal_list", "funding:transaction_list"):
        shown = client.get(reverse(name)).content.decode()
        assert "Secret" not in shown
        assert "not shared with you" in shown


def test_the_list_of_needs_says_what_each_is_missing_and_leads_to_its_rows(
    page, owner, donor, need
):
    make_agreement(owner, donor, "400", need=need)
    uncosted = make_need(owner, reference="NO-COST")
    html = page.get(reverse("needs:need_list")).content.decode()
    assert f'href="{gap_url(need, "missing")}"' in html
    assert gap_url(uncosted, "missing") not in html
    rows = list(
        csv.DictReader(StringIO(page.get("/needs/?format=csv").content.decode("utf-8-sig")))
    )
    assert [(row["Reference"], row["Missing"]) for row in rows] == [
        ("NO-COST", ""),
        (need.reference, "600.00"),
    ]


def test_a_ledger_line_begins_with_what_its_agreement_says(page, owner, donor):
    agreement = make_agreement(owner, donor, amount="400", currency="EUR")
    add = reverse("funding:transaction_add")
    form = page.get(add, {"agreement": agreement.pk}).context["form"]
    wanted = ("agreement", "currency", "provider", "receiver")
    assert [form.initial[name] for name in wanted] == [agreement.pk, "EUR", donor.pk, owner.pk]
    assert "agreement" not in page.get(add, {"agreement": "x"}).context["form"].initial


def test_an_allocation_begins_with_what_is_left_for_the_need_of_the_ask(page, owner, donor, need):
    ask = make_proposal(owner, donor, need)
    agreement = make_agreement(owner, donor, amount="400", proposal=ask)
    form = page.get(reverse("funding:allocation_add", args=[agreement.pk])).context["form"]
    assert (form.initial["need"], form.initial["amount"]) == (need.pk, Decimal(400))
