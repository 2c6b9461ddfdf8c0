"""The whole chain in a browser: a need, a donor with its evidence, an ask, a signature, a brief."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from appui.funding.models import Agreement, Proposal
from appui.funding.queries import need_gap
from appui.home.examples.load import load_examples
from appui.kernel.access import SYSTEM
from appui.needs.models import Need
from appui.registry.reference import load_reference

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
PASSWORD = "appui-demo-2026"
MANAGER = "mobilisation@cmaa.example"
DONOR = "European Union"


@pytest.fixture
def need(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Need:
    """The Cambodian need of the worked examples, with the published tables beside it."""
    monkeypatch.setenv("APPUI_HOME", str(tmp_path))
    load_reference()
    load_examples(by=SYSTEM, today=date(2026, 11, 22))
    return Need.objects.get(reference="kh-mines-2024-2025")


def sign_in(page: Page) -> None:
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(MANAGER)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button[type=submit], main button.primary").first.click()
    expect(page.locator("h1")).to_be_visible()


def in_english(page: Page) -> None:
    page.locator("button[name=language][value=en]").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def missing(need: Need) -> object:
    return need_gap(need, SYSTEM, today=timezone.localdate()).total.missing


def test_from_a_need_to_a_brief_with_the_new_gap(page, need, serious_faults):
    before = missing(need)
    faults: dict[str, list[str]] = {}

    def look(name: str) -> None:
        faults[name] = serious_faults(page)

    page.goto("/accounts/login/")
    look("sign-in")
    sign_in(page)
    in_english(page)
    look("dashboard")

    page.goto(f"/needs/{need.pk}/")
    expect(page.locator(".is-gap dd")).to_contain_text("78.0")
    look("need")

    # A likely donor with its evidence: the rows open and hold the donor.
    card = page.locator("article.donor", has_text=DONOR)
    expect(card).to_be_visible()
    rows = card.get_by_role("link", name=re.compile("^rows")).first.get_attribute("href")
    page.goto(rows or "")
    expect(page.locator("tbody tr").first).to_contain_text(DONOR)
    look("rows")

    # The ask.
    page.goto(f"/needs/{need.pk}/")
    page.locator("article.donor", has_text=DONOR).get_by_role(
        "link", name=re.compile("Prepare an ask")
    ).click()
    look("ask form")
    page.locator("input[name=amount]").fill("2,500,000")
    page.get_by_role("button", name="Record the ask").click()
    expect(page.locator("h1")).to_contain_text("European Union")
    proposal = Proposal.objects.get(need=need)
    assert proposal.amount == 2_500_000
    assert proposal.evidence["rows"]
    look("proposal")

    # The agreement, signed.
    page.get_by_role("link", name="Draft the agreement").click()
    page.get_by_role("button", name="Save the draft").click()
    look("agreement")
    page.get_by_role("link", name="Sign", exact=True).click()
    page.get_by_role("button", name="Sign", exact=True).click()
    expect(page.locator("main")).to_contain_text("Signed")
    assert Agreement.objects.get(proposal=proposal).status == "signed"

    # The gap shrank by exactly that amount.
    assert before - missing(need) == 2_500_000
    page.goto(f"/needs/{need.pk}/")
    expect(page.locator(".is-gap dd")).to_contain_text("75.5")

    # The brief holds the new gap, in both formats.
    page.goto(f"/needs/{need.pk}/brief/?language=en")
    look("brief")
    pdf = page.request.get(f"/needs/{need.pk}/brief.pdf?language=en").body()
    text = "".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(pdf)).pages)
    assert "75,500,000" in text
    assert len(PdfReader(io.BytesIO(pdf)).pages) <= 2
    docx = page.request.get(f"/needs/{need.pk}/brief.docx?language=en").body()
    body = zipfile.ZipFile(io.BytesIO(docx)).read("word/document.xml").decode()
    assert "75,500,000" in re.sub(r"<[^>]+>", "", body)

    for address in ("/flows/", "/donors/", "/proposals/", "/proposals/board/", "/agreements/"):
        page.goto(address)
        look(address)
    assert {name: found for name, found in faults.items() if found} == {}
