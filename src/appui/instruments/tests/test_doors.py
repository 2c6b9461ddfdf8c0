"""Pages, API and command line of instruments as people use them."""

import io
import json
import re

import openpyxl
import pytest
from click.testing import CliRunner
from django.urls import reverse
from tests.factories import (
    key,
    make_line,
    make_need,
    make_organisation,
    make_source,
    make_user_with_role,
)
from tests.funds import make_comparison, make_option

from appui.instruments.cli import instruments
from appui.instruments.models import Comparison, Option
from appui.kernel.access import Role
from appui.kernel.errors import Invalid, Missing

pytestmark = pytest.mark.django_db
EVERY = {
    "grant": "fee = 0.07",
    "outcomes": "prices.land = 120",
    "front_loading": "pledges.2027 = 2000\npledges.2028 = 500\nrate = 0.04",
    "matching": "raised.2026 = 900\nraised.2027 = 900\npriorities.A = 900\nearmarks.A = 950",
    "debt_swap": "old_service.2026 = 4000\nconversion = 0.43",
    "trust_fund": "fee = 0.07",
    "budget_line": "execution = 0.8",
    "partnership": "bid_prices.land = 90",
}


def text(answer):
    plain = re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", answer.content.decode()))
    return plain.replace("\N{NO-BREAK SPACE}", " ")


@pytest.mark.slow
def test_a_comparison_is_begun_from_a_need_and_weighed_on_its_pages(page, owner):
    need = make_need(owner, "Clear the land")
    make_line(need, "3000", year_from=2026, year_to=2027)
    assert "Compare instruments" in text(page("comparison_list"))

    form = page("comparison_add", need=need.pk)
    assert "2026 = 1,500 2027 = 1,500" in text(form)

    made = page(
        "comparison_add",
        send={
            "title_en": "Ways",
            "need": need.pk,
            "currency": "USD",
            "cash_need": "2026\t1,500\r\n2027: 1500.50\r\n",
            "discount_rate": "5",
            "chance": "20",
            "size": "30",
            "owner": owner.pk,
            "visibility": "private",
        },
    )
    obj = Comparison.objects.get()
    assert (made.status_code, made.url) == (303, obj.get_absolute_url())
    assert obj.cash_need == "2026 = 1500\n2027 = 1500.5"
    assert obj.reference.startswith("CMAA-COM-")
    assert "No option is weighed yet." in text(page("comparison", obj.pk))

    choice = text(page("option_choose", obj.pk))
    assert "Weigh: Grant" in choice
    assert "Weigh: Outcomes contract" not in choice  # nothing to pay for yet

    page(
        "outcome_add",
        obj.pk,
        send={"title_en": "Land", "unit": "ha", "units": "2026 = 10\n2027 = 10", "value": "20"},
    )
    assert obj.outcomes.get().key == "land"
    page(
        "option_add",
        obj.pk,
        "outcomes",
        send={"prices.land": "180.25", "advanced_by": "operator", "title": "Contract"},
    )
    option = Option.objects.get()
    assert option.parameters.splitlines()[:2] == ["prices.land = 180.25", "advanced_by = operator"]
    shown = text(page("comparison", obj.pk))
    assert "Contract" in shown
    assert "Who does the work" in shown
    assert "Instruments compared" in text(page.client.get(need.get_absolute_url()))


@pytest.mark.slow
def test_every_instrument_has_a_form_that_keeps_what_is_stored(page, comparison):
    for instrument, parameters in EVERY.items():
        option = make_option(comparison, instrument, parameters)
        form = page("option_edit", option.pk).context["form"]
        sent = {
            name: form[name].value()
            for name in form.fields
            if name not in ("idempotency_key", "source") and form[name].value() is not None
        }
        answer = page("option_edit", option.pk, send=sent)

        assert answer.status_code == 303, (instrument, text(answer))
        option.refresh_from_db()
        assert set(parameters.splitlines()) <= set(option.parameters.splitlines())
        assert page("option_add", comparison.pk, instrument).status_code == 200


@pytest.mark.slow
def test_the_sheet_shows_every_instrument_side_by_side(page, comparison):
    for instrument, parameters in EVERY.items():
        make_option(comparison, instrument, parameters)

    shown = text(page("comparison", comparison.pk))

    for words in (
        "Front-loading on pledges",
        "Who bears which risk",
        "Where each equals a grant",
        "A channel that takes 7.0% adds 133.64 USD to it.",
        "Down the list of priorities",
        "In USD of 2026, at 10.0% a year.",
    ):
        assert words in shown
    assert text(page("comparison_print", comparison.pk)).count("Worse than a plain grant when") == 8
    for option in comparison.options.all():
        assert page("option", option.pk).status_code == 200


def test_the_option_shows_what_moves_its_result(page, comparison):
    option = make_option(comparison, "grant", "fee = 0.1")

    shown = text(page("option", option.pk))

    # 1,909.09 × (1 + f) for 5 and 15 %.
    assert "5.00% 2,004.55" in shown
    assert "15.00% 2,195.45" in shown
    assert "nobody: an assumption" in shown


@pytest.mark.slow
def test_the_workbook_has_the_figures_of_the_sheet_and_its_formulas(page, comparison):
    make_option(comparison, "outcomes", "prices.land = 120", title="Bond")

    answer = page("comparison", comparison.pk, format="xlsx")
    book = openpyxl.load_workbook(io.BytesIO(answer.content))

    assert book.sheetnames == [
        "Comparison",
        "Cash by year",
        "Risks",
        "Worse than a grant",
        "Formulas",
    ]
    head, row = ([cell.value for cell in line] for line in book["Comparison"].iter_rows())
    assert dict(zip(head, row, strict=True))["Payer"] == 2082.64
    cash = [[cell.value for cell in line] for line in book["Cash by year"].iter_rows()]
    assert cash[0] == ["Option", "Who", "2026", "2027", "2028", "Total"]
    assert ["Bond", "Payer", None, -1200, -1200, -2400] in cash
    formulas = [line[1].value for line in book["Formulas"].iter_rows()]
    assert "PV = Σ Fₜ ÷ (1 + r)^(t − t₀)" in formulas


@pytest.mark.parametrize(
    ("cash", "sentence"),
    [
        ("2026 = much", "“2026 = much” is no name and number"),
        ("next = 5", "does not begin with a year"),
        ("2026 = 5\n2026 = 6", "“2026” stands there twice."),
        ("2026 = 0.001", "below zero, too large or too exact"),
        ("2026 = 0", "Say how much cash is needed"),
    ],
)
def test_a_line_that_cannot_be_read_is_said_at_the_field(page, comparison, cash, sentence):
    form = page("comparison_edit", comparison.pk).context["form"]
    sent = {
        name: form[name].value()
        for name in ("reference", "currency", "discount_rate", "chance", "size", "owner")
    }
    answer = page(
        "comparison_edit",
        comparison.pk,
        send=sent | {"title_en": "W", "visibility": "private", "cash_need": cash},
    )

    assert answer.status_code == 422
    assert sentence in text(answer)
    comparison.refresh_from_db()
    assert comparison.cash_need == "2026 = 1000\n2027 = 1000"


def test_a_percentage_above_a_hundred_is_refused_at_its_field(page, comparison):
    answer = page("option_add", comparison.pk, "grant", send={"fee": "107"})

    assert answer.status_code == 422
    assert "it lies between 0 and 1, that is 0 and 100 %" in text(answer)


def test_what_is_not_shared_is_not_there_and_what_is_public_is_not_written(
    client, comparison, call
):
    stranger = make_organisation("Other")
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, stranger))
    option = make_option(comparison)
    url = comparison.get_absolute_url()
    assert client.get(url).status_code == 404
    assert call("GET", f"instrument-options/{option.pk}").status_code == 404

    Comparison.objects.filter(pk=comparison.pk).update(visibility="public")
    edit = reverse("instruments:comparison_edit", args=[comparison.pk])
    assert (client.get(url).status_code, client.get(edit).status_code) == (200, 403)
    answer = call("DELETE", f"instrument-options/{option.pk}")
    assert (answer.status_code, Option.objects.count()) == (403, 1)


def test_the_need_behind_a_shared_comparison_stays_hidden(client, owner):
    need = make_need(owner, "Secret need", visibility="private")
    shared = make_comparison(owner, need=need, visibility="public")
    client.force_login(make_user_with_role(Role.ADMINISTRATOR, make_organisation("Other")))

    assert "Secret need" not in text(client.get(shared.get_absolute_url()))
    assert "Secret need" not in text(client.get(reverse("instruments:comparison_list")))
    assert client.get(f"/api/comparisons/{shared.pk}").json()["need_id"] is None


def body(owner, **fields):
    return {
        "owner_id": owner.pk,
        "title": {"en": "Ways"},
        "cash_need": {"2026": "1000", "2027": "1000.50"},
        "discount_rate": "5",
    } | fields


@pytest.mark.slow
def test_the_api_does_what_the_pages_do(call, owner):
    once = {"Idempotency-Key": key()}
    first, again = (call("POST", "comparisons", body(owner), **once) for _time in range(2))
    assert (first.status_code, again.json()["id"]) == (201, first.json()["id"])
    assert first.json()["cash_need"] == {"2026": "1000", "2027": "1000.5"}
    path = f"comparisons/{first.json()['id']}"
    partner = make_organisation("Partner")
    seen = {"visibility": "partners", "shared_with_ids": [partner.pk]}
    assert call("POST", path, body(owner, version=1, **seen)).status_code == 200
    assert list(Comparison.objects.get().shared_with.all()) == [partner]
    assert call("POST", path, body(owner, version=1)).status_code == 409
    assert call("POST", path, body(owner)).status_code == 200  # shared as before, where not told

    land = {"title": {"en": "Land"}, "unit": "ha", "units": {"2026": "10"}, "value": "2"}
    outcome = call("POST", f"{path}/outcomes", land).json()
    assert outcome["key"] == "land"
    assert (
        call("POST", f"planned-outcomes/{outcome['id']}", land | {"unit": "km²"}).json()["unit"]
        == "km²"
    )
    given = {"instrument": "outcomes", "parameters": {"prices": {"land": "120"}, "lag": "0"}}
    option = call("POST", f"{path}/options", given).json()
    assert option["parameters"]["prices"] == {"land": "120"}
    sheet = call("GET", f"{path}/sheet").json()
    assert sheet["options"][0]["flows"]["payer"] == {"2026": "-1200.00"}
    moved = call("GET", f"instrument-options/{option['id']}/sensitivity").json()
    assert [step["cost"] for step in moved["moves"]["prices"]][:2] == ["600.00", "900.00"]

    change = {"parameters": {"prices": {"land": "130"}}, "version": option["version"]}
    assert call("POST", f"instrument-options/{option['id']}", change).status_code == 200
    late = call("POST", f"instrument-options/{option['id']}", change | {"title": "x"})
    assert late.status_code == 409
    copy = call("POST", f"{path}/copy", {"reference": "again"}).json()
    assert copy["reference"] == "again"
    assert call("POST", path, body(owner, note="n")).json()["note"] == "n"
    assert call("DELETE", f"instrument-options/{option['id']}").json() == {"removed": True}
    assert call("DELETE", f"planned-outcomes/{outcome['id']}").json() == {"removed": True}
    assert call("DELETE", path).json() == {"removed": True}


def test_the_api_says_what_each_instrument_asks_for(call):
    found = {item["key"]: item for item in call("GET", "instruments").json()}

    assert list(found) == list(EVERY)
    rate = next(item for item in found["front_loading"]["parameters"] if item["key"] == "rate")
    assert (rate["label"], rate["required"]) == ("Interest, % a year", True)


def test_the_api_refuses_what_cannot_be_with_the_field(call, owner, comparison):
    other = make_organisation("Other")
    hidden = make_source(other)
    answers = [
        call("POST", "comparisons", body(owner, cash_need={"soon": "1"})),
        call("POST", "comparisons", body(owner, source_id=hidden.pk)),
        call("POST", f"comparisons/{comparison.pk}/options", {"instrument": "lottery"}),
    ]

    assert [(answer.status_code, list(answer.json()["fields"])) for answer in answers] == [
        (422, ["cash_need"]),
        (422, ["source_id"]),
        (422, ["instrument"]),
    ]


FILE = """
title = "Ways"
currency = "USD"
discount_rate = 0.1
chance = 0.2
size = 0.3
need = { 2026 = 1000, 2027 = 1000 }

[[outcome]]
key = "land"
unit = "ha"
units = { 2026 = 10, 2027 = 10 }
value = 20

[[option]]
instrument = "grant"

[[option]]
instrument = "outcomes"
title = "Bond"
prices = { land = 120 }

[[option]]
instrument = "trust_fund"
fee = 0.07

[[option]]
instrument = "matching"
raised = { 2026 = 500, 2027 = 500 }
"""


def run(tmp_path, content, *options):
    path = tmp_path / "ways.toml"
    path.write_text(content, encoding="utf-8")
    return CliRunner().invoke(instruments, ["compare", str(path), *options], catch_exceptions=True)


def test_four_models_of_a_file_are_printed_as_json(tmp_path):
    """Row 0.4: one programme, the same cash need under four models."""
    answer = run(tmp_path, FILE, "--format", "json")

    found = json.loads(answer.output)
    assert answer.exit_code == 0
    # The arithmetic stands in test_engine.
    assert [(row["option"], row["present_value"]["payer"]) for row in found["options"]] == [
        ("Grant", "1909.09"),
        ("Bond", "2082.64"),
        ("Trust fund", "1909.09"),
        ("Matching fund", "954.55"),
    ]
    bond = found["options"][1]
    assert bond["risks"]["performance"] == ["investor"]
    assert bond["break_even"]["value"] == "0.916667"  # 1,909.09 ÷ 2,082.64
    assert bond["worse_than_grant_when"][0]["holds"] is True


def test_a_stored_comparison_is_found_by_its_reference(comparison):
    make_option(comparison, "grant", "fee = 0.07")

    answer = CliRunner().invoke(instruments, ["compare", "ways"])

    assert answer.exit_code == 0
    assert "2,000.00 USD needed in 2026–2027" in answer.output
    assert "A channel that takes 7.0% adds" in answer.output


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("discount_rate = 0.1", "discount_rate = 10", "ways.toml: “discount_rate” is 10: it lies"),
        ('currency = "USD"', 'currency = "DOL"', "ways.toml: “DOL” is not a currency code"),
        ("fee = 0.07", "fees = 0.07", "ways.toml: option trust_fund: “fees” means nothing here."),
        ("fee = 0.07", 'fee = "low"', "ways.toml: option trust_fund: “fee” is low: a number"),
        ("land = 120", "sea = 120", "ways.toml: option Bond: “prices” has “sea”, which is no"),
        ("units = { 2026", "units = { 20x6", "ways.toml: outcome land: “units” has “20x6”"),
        ('"matching"', '"lottery"', "option lottery: There is no instrument called “lottery”."),
        ("need = { 2026 = 1000, 2027 = 1000 }", "", "ways.toml: “need” is missing."),
        ("need = { 2026 = 1000", "need = { 2026 = -1", "“need” has 2026 = -1: it cannot be below"),
        ('title = "Ways"', 'title = "Ways', "ways.toml is no TOML"),
        ("raised = { 2026 = 500, 2027 = 500 }", "", "option matching: “raised” is missing."),
        ("[[option]]", "[option.a]", "“option” is written [[option]], once for each."),
    ],
)
def test_a_bad_file_is_refused_with_file_key_value_and_why(tmp_path, before, after, sentence):
    answer = run(
        tmp_path,
        FILE.replace(before, after) if "[[" not in before else FILE.split("[[option]]")[0] + after,
    )

    assert answer.exit_code != 0
    assert isinstance(answer.exception, Invalid)
    assert sentence in str(answer.exception)


def test_a_name_that_is_neither_file_nor_reference_is_missing():
    answer = CliRunner().invoke(instruments, ["compare", "nothing"])

    assert isinstance(answer.exception, Missing)


def test_after_a_conflict_a_form_with_amounts_by_year_comes_back(page, owner):
    comparison = make_comparison(owner)
    form = page("comparison_edit", comparison.pk).context["form"]
    sent = {bound.html_name: bound.value() for bound in form if bound.value() is not None}
    sent |= {"title_en": "Mine", "cash_need": "2026 = 7"}
    Comparison.objects.update(version=9, currency="EUR")

    answer = page("comparison_edit", comparison.pk, send=sent)

    assert answer.status_code == 409
    errors = answer.context["form"].errors
    assert "EUR" in errors["currency"][0]
    assert "cash_need" not in errors
