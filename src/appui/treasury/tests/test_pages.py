"""The pages of a fund's accounts, and the same over the API: both doors do the same."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from tests.factories import error_text, key, make_organisation, make_user_with_role

from appui.kernel.access import SYSTEM, Role
from appui.treasury import actions
from appui.treasury.models import BankStatement, Earmark, Match, Movement, Period

pytestmark = pytest.mark.django_db
D = Decimal
CSV = b"Date;Text;Amount\n2026-03-02;GIFT;100.00\n"


@pytest.fixture
def officer(client, owner):
    client.force_login(make_user_with_role(Role.FINANCE, owner))
    return client


def send(client, url, **fields):
    return client.post(url, {"idempotency_key": key()} | fields)


def test_a_receipt_is_split_on_its_form_and_read_on_the_page(officer, fund, earmark, risk):
    url = reverse("treasury:receipt_add", args=[fund.pk])
    fields = {
        "amount": "873.18",
        "currency": "USD",
        "date": "2026-03-02",
        f"part_{earmark.pk}": "611.23",
        f"part_{risk.pk}": "261.94",
    }
    refused = send(officer, url, **fields)
    assert refused.status_code == 422
    assert "0.01\N{NO-BREAK SPACE}USD too much or too little" in error_text(refused)
    assert Movement.objects.count() == 0

    assert send(officer, url, **fields | {f"part_{risk.pk}": "261.95"}).status_code == 303
    page = officer.get(reverse("treasury:account", args=[fund.pk])).content.decode()
    for figure in ("873.18", "611.23", "261.95"):
        assert figure in page


def test_the_same_form_twice_is_one_movement_and_other_content_is_refused(
    officer, receive, earmark, fund, project
):
    receive("100", (earmark, "100"))
    url = reverse("treasury:movement_add", args=[fund.pk, "allocated"])
    sent = {
        "idempotency_key": key(),
        "earmark": earmark.pk,
        "activity": project.pk,
        "amount": "60",
        "date": "2026-04-01",
    }
    first, second = officer.post(url, sent), officer.post(url, sent)
    other = officer.post(url, sent | {"amount": "40"})

    assert (first.status_code, second.url) == (303, first.url)
    assert other.status_code == 422
    assert "already sent with other content" in error_text(other)
    assert Movement.objects.filter(kind="allocated").count() == 1
    over = officer.post(url, sent | {"amount": "40.01", "idempotency_key": key()})
    assert "Only 40\N{NO-BREAK SPACE}USD" in error_text(over)
    assert Earmark.objects.get(pk=earmark.pk).available == 40


def test_every_sum_of_the_accounts_opens_its_movements(officer, receive, record, earmark, project):
    receive("100", (earmark, "100"))
    record(earmark, "allocated", "60", project)
    record(earmark, "fees", "1")
    page = officer.get(reverse("treasury:account", args=[earmark.fund_id]))

    [(_currency, table)] = page.context["tables"]
    for column in table.columns[1:]:
        for row in (*table.objects, table.footer):
            rows = officer.get(column.href(row)).context["listing"]
            assert rows.notes == []
    listed = officer.get(
        reverse("treasury:movements", args=[earmark.fund_id]) + f"?earmark={earmark.pk}&kind=fees"
    )
    assert listed.context["listing"].total == 1
    assert [str(money.amount) for _c, _k, money in listed.context["totals"]] == ["1.00"]


def test_a_period_is_closed_and_reopened_on_its_pages(
    officer, client, fund, owner, receive, earmark
):
    receive("5", (earmark, "5"))
    url = reverse("treasury:period_close", args=[fund.pk])
    days = {"starts_on": "2026-01-01", "ends_on": "2026-03-31"}
    assert send(officer, url, **days).status_code == 303
    again = send(officer, url, **days)
    assert (again.status_code, Period.objects.count()) == (422, 1)
    assert "already closed until" in error_text(again)

    client.force_login(make_user_with_role(Role.MANAGER, owner))
    reopen = reverse("treasury:period_reopen", args=[Period.objects.get().pk])
    assert send(client, reopen, reason="Overlooked", version=1).status_code == 303
    assert "Overlooked" in client.get(Period.objects.get().get_absolute_url()).content.decode()


def test_a_line_of_the_bank_is_matched_and_undone_on_its_pages(officer, receive, earmark, fund):
    [gift] = receive("100", (earmark, "100"))
    url = reverse("treasury:bank_add", args=[fund.pk])
    fields = {"currency": "USD", "opening": "0", "closing": "100"}

    def upload(**more):
        return send(officer, url, file=SimpleUploadedFile("b.csv", CSV), **fields | more)

    wrong = upload(closing="99")
    assert (wrong.status_code, BankStatement.objects.count()) == (422, 0)
    assert "the difference is -1.00" in error_text(wrong)
    first = upload()
    assert (upload().url, BankStatement.objects.count()) == (first.url, 1)

    line = BankStatement.objects.get().lines.get()
    page = officer.get(first.url).content.decode()
    assert "score 80 of 100" in page
    match = reverse("treasury:line_match", args=[line.pk])
    assert officer.get(match).context["form"].initial["movements"] == [gift.pk]
    assert send(officer, match, movements=[gift.pk]).status_code == 303
    assert Match.objects.get().movement == gift
    assert "Line of the bank" in officer.get(gift.get_absolute_url()).content.decode()
    assert send(officer, reverse("treasury:line_undo", args=[line.pk])).status_code == 303
    assert Match.objects.count() == 0


def test_a_statement_is_shown_and_saved(officer, receive, earmark, fund, donor):
    receive("100", (earmark, "100"), organisation=donor)
    url = reverse("treasury:statement", args=[fund.pk])
    asked = f"about=donor-{donor.pk}&from=2026-01-01&to=2026-12-31"
    assert "Statement to Netherlands" in officer.get(f"{url}?{asked}").content.decode()
    for wrong in ("from=2026-05-01&to=2026-01-01", "from=soon"):
        assert officer.get(f"{url}?{wrong}").status_code == 422
    file = reverse("treasury:statement_file", args=[fund.pk, "xlsx"])
    assert officer.get(f"{file}?{asked}").content.startswith(b"PK")
    assert officer.get(f"{file}?about=donor-0").status_code == 404


def test_pages_take_as_many_queries_for_many_movements(
    officer, receive, record, earmark, project, fund, donor
):
    receive("1000", (earmark, "1000"))
    record(earmark, "allocated", "500", project)
    urls = [
        reverse("treasury:account_list"),
        reverse("treasury:account", args=[fund.pk]),
        reverse("treasury:movements", args=[fund.pk]),
        earmark.get_absolute_url(),
        f"{reverse('treasury:statement', args=[fund.pk])}?about=earmark-{earmark.pk}",
        reverse("funding:transaction_list"),
    ]

    def counted():
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries:
                assert officer.get(url).status_code == 200
            found.append(len(queries))
        return found

    counted()
    few = counted()
    for _number in range(6):
        record(earmark, "disbursed", "3", project, organisation=donor)
        receive("7", (earmark, "7"))
    assert counted() == few


def test_the_api_does_what_the_pages_do(officer, fund, donor, project):
    def post(path, body, **headers):
        return officer.post(f"/api{path}", body, content_type="application/json", headers=headers)

    base = f"/own-funds/{fund.pk}"
    earmark = post(f"{base}/earmarks", {"code": "sea", "title": {"en": "Sea"}}).json()
    gift = {
        "amount": "873.18",
        "currency": "USD",
        "date": "2026-03-02",
        "organisation_id": donor.pk,
        "parts": [{"earmark_id": earmark["id"], "amount": "611.23"}, {"amount": "261.95"}],
    }
    once = {"Idempotency-Key": "gift-1"}
    first, second = post(f"{base}/receipts", gift, **once), post(f"{base}/receipts", gift, **once)
    assert (first.status_code, second.json()) == (201, first.json())
    other = post(f"{base}/receipts", gift | {"currency": "EUR"}, **once)
    assert (other.status_code, Movement.objects.count()) == (422, 2)

    give = {"earmark_id": earmark["id"], "kind": "allocated", "date": "2026-04-01"}
    give |= {"activity_id": project.pk, "amount": "611.24"}
    over = post(f"{base}/movements", give)
    assert (over.status_code, list(over.json()["fields"])) == (422, ["amount"])
    made = post(f"{base}/movements", give | {"amount": "600"}).json()
    assert post(f"/movements/{made['id']}/reverse", {"reason": "Wrong"}).status_code == 201
    general = Earmark.objects.get(is_general=True).pk
    swap = {"earmark_id": earmark["id"], "to_id": general, "amount": "1", "date": "2026-04-01"}
    assert post(f"{base}/moves", swap).status_code == 201
    body = officer.get(f"/api{base}/balance").json()
    assert [item["balances"]["available"] for item in body["totals"]] == ["873.18"]
    assert len(officer.get(f"/api{base}/movements").json()["items"]) == 6
    about_donor = f"kind=donor&id={donor.pk}&starts_on=2026-01-01&ends_on=2026-12-31"
    said = officer.get(f"/api{base}/statement?{about_donor}").json()
    assert said["given_to_other_earmarks"][0]["amount"] == "611.23"
    period = {"starts_on": "2026-01-01", "ends_on": "2026-01-31"}
    assert [post(f"{base}/periods", period).status_code for _twice in range(2)] == [201, 422]
    assert "balance Assets:Bank:USD" in officer.get(f"/api{base}/beancount").content.decode()

    about = {"opening": "0", "closing": "873.18"}
    file = SimpleUploadedFile("b.csv", b"Date;Amount\n2026-03-02;873.18\n")
    taken = officer.post(f"/api{base}/bank-statements", about | {"file": file}).json()
    [line] = officer.get(f"/api/bank-statements/{taken['id']}").json()["lines"]
    assert (len(line["suggested"]), line["matched"]) == (2, [])
    matched = post(f"/bank-lines/{line['id']}/match", {"movement_ids": line["suggested"]}).json()
    assert matched["unmatched_movements"] == []
    assert post(f"/bank-lines/{line['id']}/undo", {}).json()["lines"][0]["matched"] == []


def test_an_earmark_of_another_fund_cannot_be_named(officer, fund, finance, donor):
    elsewhere = make_organisation("Elsewhere")
    foreign = type(fund).objects.create(
        owner=elsewhere, organisation=elsewhere, title={"en": "Theirs"}, kind="own"
    )
    theirs = Earmark.objects.create(fund=foreign, code="x", title={"en": "X"})
    body = {"earmark_id": theirs.pk, "kind": "fees", "amount": "1", "date": "2026-04-01"}
    answer = officer.post(
        f"/api/own-funds/{fund.pk}/movements", body, content_type="application/json"
    )
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["earmark_id"])
    assert officer.get(theirs.get_absolute_url()).status_code == 404
    assert officer.get(reverse("treasury:account", args=[foreign.pk])).status_code == 404


def test_the_pages_below_lead_to_the_accounts(officer, receive, record, earmark, project, fund):
    [gift] = receive("10", (earmark, "10"))
    record(earmark, "allocated", "4", project)
    assert "Open the accounts" in officer.get(fund.get_absolute_url()).content.decode()
    assert (
        gift.get_absolute_url() in officer.get(gift.transaction.get_absolute_url()).content.decode()
    )
    assert "From own funds" in officer.get(project.get_absolute_url()).content.decode()


def test_a_move_between_earmarks_is_recorded_on_its_form(officer, receive, earmark, risk, fund):
    receive("10", (earmark, "10"))
    url = reverse("treasury:movement_add", args=[fund.pk, "moved_out"])
    fields = {"earmark": earmark.pk, "to": risk.pk, "amount": "4", "date": "2026-04-01"}
    assert send(officer, url, **fields).status_code == 303
    assert (
        officer.get(reverse("treasury:movement_add", args=[fund.pk, "stolen"])).status_code == 404
    )
    actions.reverse(
        Movement.objects.get(kind="moved_out"),
        by=SYSTEM,
        today=date(2026, 11, 22),
        reason="No",
    )
    assert Earmark.objects.get(pk=risk.pk).available == 0
