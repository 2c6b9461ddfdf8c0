"""The outlook as people and scripts use it: its pages, its API and its commands."""

import io
import json
from datetime import date
from decimal import Decimal

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook
from tests.factories import (
    TODAY,
    code,
    key,
    make_activity,
    make_agreement,
    make_donor,
    make_ledger_line,
    make_line,
    make_need,
    make_organisation,
    make_rate,
    make_reader,
    make_source,
    make_user_with_role,
    place,
)
from tests.world import figure

from appui.funding.models import Transaction
from appui.funding.queries import entries, position
from appui.kernel.access import SYSTEM, Role
from appui.kernel.errors import Invalid
from appui.needs import actions as needs
from appui.needs.queries import needs_with_lines
from appui.outlook.cli.gap import show_gap
from appui.outlook.cli.publications import compare_vintages
from appui.outlook.cli.whatif import outlook
from appui.outlook.queries.gap import gap_table
from appui.outlook.queries.ledger import ledger_map, money_chain
from appui.outlook.queries.vintages import compare_files

pytestmark = pytest.mark.django_db
PAGES = ("", "what-if/", "donors/", "effects/", "results/", "chain/", "publications/")


@pytest.fixture
def owner():
    return make_organisation("Authority", acronym="CMAA")


@pytest.fixture
def donor():
    return make_donor("Japan")


@pytest.fixture
def reader(owner):
    return make_reader(Role.READER, owner)


@pytest.fixture
def need(owner):
    """1,000 units in Siem Reap at 100 (80 to 150) in 2026; 20,000 stated in Pailin in 2027."""
    found = make_need(owner, reference="KHM-1", beneficiaries=1200)
    make_line(
        found,
        stated_cost=None,
        quantity=Decimal(1000),
        unit=code("Unit", "m2"),
        unit_cost=Decimal(100),
        unit_cost_low=Decimal(80),
        unit_cost_high=Decimal(150),
        location=place("KH-17"),
    )
    make_line(
        found,
        "20000",
        pillar="victim_assistance",
        location=place("KH-24"),
        year_from=2027,
        year_to=2027,
    )
    return found


def give(agreement, need, amount, **fields):
    return agreement.allocations.create(need=need, amount=Decimal(amount), **fields)


@pytest.fixture
def given(owner, donor, need):
    """40,000 of Japan for clearance in Siem Reap in 2026, in an agreement of 50,000."""
    signed = make_agreement(owner, donor, "50000")
    give(
        signed,
        need,
        "40000",
        pillar=code("Pillar", "clearance"),
        location=place("KH-17"),
        year=2026,
    )
    return signed


def test_the_gap_by_pillar_place_and_year_has_ranges_where_costs_do(owner, reader, given):
    found = gap_table(owner, reader, today=TODAY)

    cells = {(cell.pillar, cell.place, cell.years): cell for cell in found.cells}
    cleared = cells["clearance", "KH-17", "2026"]
    assisted = cells["victim_assistance", "KH-24", "2027"]
    assert (cleared.need, cleared.secured, cleared.missing) == (100000, 40000, 60000)
    # one range alone is exact: triangular (80, 100, 150)·1,000, of which 40,000 is secured
    # P10 = 80 + √(0.1·70·20) = 91.832; P50 = 150 − √(0.5·70·50) = 108.167
    assert cleared.gap.exact
    assert cleared.gap.p10 == pytest.approx(51_832.16, abs=0.01)
    assert cleared.gap.p50 == pytest.approx(68_166.71, abs=1)
    assert assisted.gap is None
    whole = position(list(needs_with_lines(reader)), reader, currency=owner.currency, today=TODAY)
    assert (found.need, found.secured, found.missing) == (
        whole.need,
        whole.secured,
        whole.missing,
    )
    assert sum(cell.need for cell in found.cells) == found.need
    assert (found.givers.top, found.givers.hhi) == ("Japan", 1)


def test_needs_in_another_currency_sum_to_the_cent(owner, donor, reader):
    make_rate("EUR", date(2026, 11, 1), "1.0837")
    for amount in ("10.01", "20.02", "33.33"):
        abroad = make_need(owner, currency="EUR")
        make_line(abroad, amount)
        make_line(abroad, "0.07", pillar="risk_education")
        give(make_agreement(owner, donor, "5.55", currency="EUR"), abroad, "5.55")
    found = gap_table(owner, reader, today=TODAY)
    whole = position(list(needs_with_lines(reader)), reader, currency=owner.currency, today=TODAY)

    assert (found.need, found.secured, found.missing) == (
        whole.need,
        whole.secured,
        whole.missing,
    )
    assert sum(cell.secured for cell in found.cells) == found.secured


def test_a_range_has_both_ends_around_the_unit_cost(owner, need):
    editor = make_reader(Role.EDITOR, owner)
    line = need.lines.get(unit_cost__isnull=False)
    for fields in ({"unit_cost_low": None}, {"unit_cost_high": Decimal(99)}):
        with pytest.raises(Invalid, match="range"):
            needs.change_line(line, by=editor, **fields)
        line.refresh_from_db()
    stated = need.lines.get(unit_cost=None)
    with pytest.raises(Invalid, match="range"):
        needs.change_line(stated, by=editor, unit_cost_low=Decimal(1), unit_cost_high=Decimal(2))


def test_the_map_of_donors_is_the_ledger_to_the_cent(owner, donor, reader, need):
    """Row 0.3: the sum of the map is that of the ledger at the same boundary."""
    other = make_donor("Ireland")
    for number, amount in enumerate(("100.01", "33.33", "7.77")):
        signed = make_agreement(owner, donor, amount, currency="EUR", usd_rate=Decimal("1.0837"))
        for part, where in ((2, "KH-17"), (3, "KH-24")):
            give(signed, need, part, pillar=code("Pillar", "clearance"), location=place(where))
        make_ledger_line(owner, signed, "11.11", provider=other if number else donor)
        make_ledger_line(owner, signed, "-0.01", provider=donor)
    place_of = make_activity(owner)
    place_of.places.create(location=place("KH-17"), percentage=Decimal("33.33"))
    place_of.places.create(location=place("KH-24"), percentage=Decimal("66.67"))
    make_ledger_line(owner, None, "10.00", activity=place_of, provider=other)

    for figure_name in ("committed", "received"):
        found = ledger_map(owner, reader, figure=figure_name)
        ledger = entries([owner.pk], SYSTEM, [figure_name]).counted(figure_name, owner.pk)
        assert sum(row.usd for row in found.rows) == found.total == sum(e.usd for e in ledger)
    # 100.01 × 1.0837 = 108.38; 33.33 × 1.0837 = 36.12; 7.77 × 1.0837 = 8.42
    assert ledger_map(owner, reader, figure="committed").total == Decimal("152.92")
    received = ledger_map(owner, reader, figure="received")
    assert received.total == sum(
        Transaction.objects.values_list("usd_value", flat=True), Decimal(0)
    )
    assert {(r.place, r.usd) for r in received.rows if r.donor == other.pk and not r.pillar} >= {
        ("KH-17", Decimal("3.33")),
        ("KH-24", Decimal("6.67")),
    }
    assert ledger_map(owner, reader, figure="received", years=(2001, 2002)).total == 0


def test_joint_funding_is_counted_once_at_each_of_four_boundaries(client, owner):
    """Row 3.4: PBF → UNDP → IOM and UNCDF → an association, some of it told by both sides."""
    who = {name: make_organisation(name) for name in ("PBF", "UNDP", "IOM", "UNCDF", "NGO")}
    programme = make_activity(owner, visibility="public")
    for kind, giver, taker, value in [
        ("1", "PBF", "UNDP", "3000"),
        ("3", "UNDP", "IOM", "900"),
        ("1", "UNDP", "IOM", "900"),
        ("3", "UNDP", "UNCDF", "700"),
        ("3", "IOM", "NGO", "250"),
        ("3", "UNCDF", "NGO", "150"),
    ]:
        make_ledger_line(
            owner,
            None,
            value,
            activity=programme,
            provider=who[giver],
            receiver=who[taker],
            transaction_type=code("TransactionType", kind),
        )
    found = money_chain(make_reader(Role.READER, owner), activity=programme)
    assert [[found.names[who] for who in stage] for stage in found.stages] == [
        ["PBF"],
        ["UNDP"],
        ["IOM", "UNCDF"],
        ["NGO"],
    ]
    client.force_login(make_user_with_role(Role.READER, owner))
    inside = "&".join(f"inside={who[name].pk}" for name in ("UNDP", "IOM", "UNCDF", "NGO"))
    told = client.get(f"/api/outlook/chain?activity_id={programme.pk}&{inside}").json()
    assert [(row["members"], row["came_in"], row["went_out"]) for row in told["stages"]] == [
        ("IOM, NGO, UNCDF, UNDP", "3000.00", "0"),
        ("PBF", "0", "3000.00"),
        ("UNDP", "3000.00", "1600.00"),
        ("IOM, UNCDF", "1600.00", "400.00"),
        ("NGO", "400.00", "0"),
    ]
    years = "first_year=1990&last_year=1991"
    early = client.get(f"/api/outlook/chain?activity_id={programme.pk}&{years}").json()
    assert early["stages"] == []
    page = client.get(f"/outlook/chain/?project={programme.pk}&in={who['UNDP'].pk}")
    assert b"Chosen boundary" in page.content


def test_a_shared_what_if_address_tells_the_cases_and_writes_nothing(client, owner, donor, given):
    client.force_login(make_user_with_role(Role.READER, owner))
    address = f"/outlook/what-if/?s=exit:{donor.pk}&s=earmark:{donor.pk}:place:KH-24"
    page = client.get(address).content.decode()
    assert "Japan leaves" in page
    assert "Japan pays only" in page
    added = client.get(f"{address}&donor={donor.pk}&kind=delay&months=30").content.decode()
    assert "Japan pays 30 months later" in added

    case = f"case=exit:{donor.pk}&case=delay:{donor.pk}:30&case=earmark:{donor.pk}:place:KH-24"
    told = client.get(f"/api/outlook/what-if?{case}").json()
    gaps = [(c["gap_before"], c["gap_after"], c["idle"]) for c in told["cases"]]
    # 120,000 − 40,000; without Japan 120,000; tied to Pailin, 20,000 there and 20,000 idle
    assert gaps == [
        ("80000.00", "120000.00", "0"),
        ("80000.00", "120000.00", "0"),
        ("80000.00", "100000.00", "20000.00"),
    ]
    assert [need["people"] for need in told["cases"][0]["needs"]] == [400]  # 1,200 × 40/120
    assert told["cases"][0]["added_years"] is None  # no cover is left
    assert client.get(f"{address}&format=xlsx").status_code == 200


@pytest.mark.parametrize(
    "text", ["exit:0", "exit:x", "delay:{}:0", "delay:{}", "earmark:{}:place:XX", "steal:{}"]
)
def test_a_case_that_is_none_is_named(client, owner, donor, given, text):
    client.force_login(make_user_with_role(Role.READER, owner))
    case = text.format(donor.pk)
    answer = client.get(f"/api/outlook/what-if?case={case}")
    page = client.get(f"/outlook/what-if/?s={case}")
    assert (answer.status_code, page.status_code) == (422, 200)
    assert b"listing-note" in page.content


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("kind=earmark", "Choose what it ties its money to."),
        ("kind=delay&months=some", "Write by how many months it pays later."),
        ("kind=exit&year=abc", "Write the year in which it leaves"),
    ],
)
def test_a_case_that_is_not_whole_says_what_is_missing(client, owner, donor, given, asked, says):
    client.force_login(make_user_with_role(Role.READER, owner))
    page = client.get(f"/outlook/what-if/?donor={donor.pk}&{asked}").content.decode()
    assert says in page


def test_results_are_split_by_who_paid(client, owner, donor):
    client.force_login(make_user_with_role(Role.READER, owner))
    activity = make_activity(owner)
    signed = make_agreement(owner, donor, "300")
    signed.allocations.create(activity=activity, amount=Decimal(300))
    make_ledger_line(owner, None, "500", activity=activity, provider=make_donor("Ireland"))
    make_ledger_line(
        owner, None, "1000", activity=activity, transaction_type=code("TransactionType", "4")
    )
    body = {"results": [{"activity_id": activity.pk, "result": "1001"}]}
    told = client.post("/api/outlook/attribution", body, "application/json").json()
    # 500, 300 and 200 of 1,000: 500.5, 300.3, 200.2
    assert told["by_donor"] == {"Ireland": "501", "Japan": "300", "own funds": "200"}
    assert sum(Decimal(row["share"]) for row in told["shares"]) == 1
    page = client.get(f"/outlook/results/?unit=m2&r{activity.pk}=1001").content.decode()
    assert "1,001 m2 in all" in page
    wrong = client.get(f"/outlook/results/?r{activity.pk}=many").content.decode()
    assert "no result of" in wrong
    body["results"][0]["activity_id"] = 10**9
    assert client.post("/api/outlook/attribution", body, "application/json").status_code == 422


def test_what_has_no_rate_has_no_share_and_is_said(client, owner, donor):
    client.force_login(make_user_with_role(Role.READER, owner))
    activity = make_activity(owner)
    signed = make_agreement(owner, donor, "300", currency="KHR")
    signed.allocations.create(activity=activity, amount=Decimal(300))
    make_ledger_line(owner, None, "5", activity=activity, provider=donor)

    told = client.post("/api/outlook/attribution", {}, "application/json").json()
    assert (told["unconverted"], told["shares"][0]["paid"]) == (1, "5.00")
    assert "1 amount has no exchange rate" in client.get("/outlook/results/").content.decode()


def test_programmes_are_named_by_the_lines_one_may_see(client, owner, donor):
    elsewhere = make_organisation("Elsewhere")
    shared = make_activity(elsewhere, "Early warning", visibility="public")
    make_ledger_line(elsewhere, None, "5", activity=shared, provider=donor)
    client.force_login(make_user_with_role(Role.READER, owner))
    assert "Early warning" not in client.get("/outlook/chain/").content.decode()

    make_ledger_line(owner, None, "5", activity=shared, provider=donor)
    assert "Early warning" in client.get("/outlook/chain/").content.decode()


def test_effects_by_donor_make_the_change(client, owner, donor, given):
    client.force_login(make_user_with_role(Role.READER, owner))
    for year, value, usd in ((2025, "1000", "1100"), (2026, "1200", "1440")):
        make_ledger_line(
            owner,
            given,
            value,
            currency="EUR",
            usd_value=Decimal(usd),
            provider=donor,
            date=date(year, 3, 1),
        )
    told = client.get("/api/outlook/effects?before=2025&after=2026").json()
    assert (told["change"], told["volume"], told["rate"]) == ("340.00", "220.00", "120.00")
    page = client.get("/outlook/effects/?before=2025&after=2026").content.decode()
    assert "340" in page
    assert client.get("/outlook/effects/?before=soon").status_code == 200


def sources(owner):
    year = {"as_of": None, "period_start": date(2017, 1, 1), "period_end": date(2017, 12, 31)}
    before = make_source(owner, "Monitor 2018")
    after = make_source(owner, "Monitor 2023")
    figure(owner, before, "771500000", **year)
    figure(owner, after, "696300000", **year)
    figure(owner, after, "5", as_of=date(2022, 12, 31))
    return before, after


def test_two_sources_are_compared_figure_by_figure(client, owner):
    before, after = sources(owner)
    client.force_login(make_user_with_role(Role.READER, owner))
    address = f"before={before.pk}&after={after.pk}"
    told = f"/api/sources/{before.pk}/differences/{after.pk}"

    rows = client.get(told).json()["rows"]
    assert [(row["sort"], row["change"], row["relative"]) for row in rows] == [
        ("changed", "-75200000.000000", "-0.0975"),
        ("added", "5.000000", None),
    ]
    page = client.get(f"/outlook/publications/?{address}&show=both").content.decode()
    assert "771,500,000" in page
    file = client.get(f"/outlook/publications/?{address}&show=both&format=xlsx")
    sheet = load_workbook(io.BytesIO(file.content)).active
    assert [cell.value for cell in sheet[2]][4:7] == [771500000, 696300000, -75200000]
    stranger = make_user_with_role(Role.ADMINISTRATOR, make_organisation("Elsewhere"))
    client.force_login(stranger)
    assert client.get(f"/outlook/publications/?{address}").status_code == 404
    assert client.get(told).status_code == 404


OLD = b"Country,Year,Amount\nJapan,2022,100\nIreland,2022,50\nTotal,2022,-\n"
NEW = b"Country,Year,Amount\nJapan,2022,90\nCanada,2022,50\nKorea,2022,some\n"


def test_two_files_are_compared_and_nothing_is_kept(client, owner):
    client.force_login(make_user_with_role(Role.READER, owner))
    sent = {
        "before": SimpleUploadedFile("old.csv", OLD),
        "after": SimpleUploadedFile("new.csv", NEW),
    }
    page = client.post(
        "/outlook/publications/files/",
        sent | {"show": "differences", "kind": "page", "idempotency_key": key()},
    ).content.decode()
    for words in ("Japan", "Canada", "Ireland", "new.csv: Korea · 2022: some"):
        assert words in page
    told = client.post(
        "/api/outlook/publications/files",
        {"before": SimpleUploadedFile("a.csv", OLD), "after": SimpleUploadedFile("b.csv", NEW)},
    ).json()
    assert [(row["key"][0], row["sort"]) for row in told["rows"]] == [
        ("Japan", "changed"),
        ("Canada", "added"),
        ("Ireland", "removed"),
    ]
    bad = client.post(
        "/outlook/publications/files/",
        {
            "before": SimpleUploadedFile("a.txt", OLD),
            "after": SimpleUploadedFile("b.csv", NEW),
            "show": "all",
            "kind": "csv",
            "idempotency_key": key(),
        },
    )
    assert bad.status_code == 422
    assert "neither an .xlsx nor a .csv" in bad.content.decode()


@pytest.mark.parametrize(
    ("before", "after", "named", "says"),
    [
        (b"", NEW, {}, "empty"),
        (b"A,A\n1,2\n", NEW, {}, "same heading"),
        (b"A,B\nx,y\n", b"A,B\nx,z\n", {}, "no column of numbers"),
        (OLD, NEW, {"value": "Nothing"}, "No column is called"),
        (b"A\n1\n", b"A\n2\n", {}, "what a row is about"),
    ],
)
def test_tables_that_cannot_be_compared_are_refused(before, after, named, says):
    with pytest.raises(Invalid, match=says):
        compare_files(("a.csv", before), ("b.csv", after), **named)


def test_every_page_opens_empty_and_full_in_arabic_and_as_files(client, owner, donor, given):
    for organisation in (owner, make_organisation("Empty")):
        client.force_login(make_user_with_role(Role.READER, organisation))
        for language in ("en", "ar"):
            client.cookies["django_language"] = language
            for name in PAGES:
                assert client.get(f"/outlook/{name}").status_code == 200
        for name in PAGES[:-1]:
            assert client.get(f"/outlook/{name}?format=csv").status_code == 200
    client.cookies["django_language"] = "en"
    for asked in ("?by=pillar", "?by=years&shape=pert&moves=together", "?by=place&shape=uniform"):
        assert client.get(f"/outlook/{asked}").status_code == 200


def test_the_commands_tell_ranges_cases_and_differences(owner, donor, given, tmp_path):
    asked = ["--organisation", "CMAA", "--ranges", "--by", "all", "--format", "json"]
    told = json.loads(CliRunner().invoke(show_gap, asked).output)
    again = json.loads(CliRunner().invoke(show_gap, asked).output)
    assert told == again
    assert told["cells"][0]["range"]["p10"] == "51832.16"
    assert "P90" in CliRunner().invoke(show_gap, ["--need", "KHM-1", "--ranges"]).output

    case = ["what-if", "--organisation", "CMAA", "--exit", "Japan", "--format", "json"]
    (found,) = json.loads(CliRunner().invoke(outlook, case).output)["cases"]
    assert (found["gap_after"], found["people"]) == ("120000.00", 400)
    for arguments, says in (
        (["what-if", "--organisation", "CMAA"], "at least one case"),
        (["what-if", "--organisation", "nobody", "--exit", "Japan"], "No organisation"),
    ):
        ran = CliRunner().invoke(outlook, arguments)
        assert ran.exit_code != 0
        assert says in ran.output

    for name, content in (("old.csv", OLD), ("new.csv", NEW)):
        (tmp_path / name).write_bytes(content)
    files = [str(tmp_path / "old.csv"), str(tmp_path / "new.csv")]
    plain = CliRunner().invoke(compare_vintages, files).output
    assert "changed  Japan · 2022: 100 → 90 (-10.00 %)" in plain
    before, after = sources(owner)
    marks = CliRunner().invoke(
        compare_vintages, [f"S{before.pk}", f"S{after.pk}", "--format", "json"]
    )
    assert json.loads(marks.output)["rows"][0]["before"] == "771500000.000000"
    missing = CliRunner().invoke(compare_vintages, ["nothing.csv", files[0]])
    assert missing.exit_code != 0
    assert "There is no file" in missing.output
