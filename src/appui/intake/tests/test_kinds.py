"""Each kind: brought in by the actions of its room, known the second time, undone."""

from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    code,
    make_activity,
    make_donor,
    make_need,
    make_organisation,
    make_reader,
    place,
)
from tests.funds import make_earmark, make_own_fund

from appui.evidence.models import Figure, Source
from appui.intake import actions
from appui.intake.tests.helpers import brought, checked, said, states, undone
from appui.kernel.access import Role
from appui.kernel.errors import Refused
from appui.needs.models import Need, NeedLine
from appui.portfolio.actions import revise_budget_line
from appui.portfolio.models import Activity, BudgetLine
from appui.registry.models import Organisation, OrganisationIdentifier, Person

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return make_organisation("Fonds", acronym="FCP")


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


def journey(rows, by, owner, kind, **options):
    """Brought in twice: the second batch finds everything known."""
    first = brought(checked(rows, by=by, owner=owner, kind=kind, **options), by=by)
    again = checked(rows, by=by, owner=owner, kind=kind, **options)
    return first, again


def test_organisations(owner, manager):
    make_donor("Irlande")
    code("OrganisationType", "10", "Government")
    place("KH", "Cambodge")
    rows = [
        ["Nom", "Sigle", "Type", "Pays", "Site web", "Est bailleur", "Identifiant IATI"],
        ["IRLANDE", "", "", "", "", "", ""],
        ["Halo", "HT", "government", "cambodge", "www.halo.example", "oui", "GB-HALO"],
        ["Norvège", "", "Gouvernementt", "Kambodge", "pas un site", "peut-être", ""],
    ]

    first, again = journey(rows, manager, owner, "organisations")

    halo = Organisation.objects.get(acronym="HT")
    assert (halo.name, halo.country.code, halo.is_donor) == ({"fr": "Halo"}, "KH", True)
    assert halo.website == "https://www.halo.example"
    assert halo.identifiers.get().code == "GB-HALO"
    assert states(first) == {"known": 1, "made": 1, "left-out": 1}
    assert states(again) == {"known": 2, "left-out": 1}
    assert said(first) == [
        (4, "organisation_type", "unknown_code"),
        (4, "country", "unknown_place"),
        (4, "website", "not_an_address"),
        (4, "is_donor", "not_yes_or_no"),
    ]

    undone(first, by=manager)

    assert not Organisation.objects.filter(acronym="HT").exists()
    assert not OrganisationIdentifier.objects.exists()


def test_people_and_who_may_erase_them(owner, manager):
    make_donor("Irlande")
    rows = [
        ["Full name", "Position", "Organisation", "Email"],
        ["Ana Keo", "Director", "irlande", "Ana@Keo.example"],
        ["Bo Sok", "", "", ""],
        ["Ana Keo bis", "", "", "ana@keo.example"],
        ["Cy", "", "Atlantis", "cy at home"],
    ]

    first, again = journey(rows, manager, owner, "people")

    assert sorted(Person.objects.values_list("name", "owner")) == [
        ("Ana Keo", owner.pk),
        ("Bo Sok", owner.pk),
    ]
    assert states(again) == {"known": 2, "left-out": 2}
    assert said(again) == [
        (4, "", "twice"),
        (5, "organisation", "unknown_organisation"),
        (5, "email", "not_an_address"),
    ]

    undone(first, by=manager)

    assert Person.objects.count() == 0


def test_needs_with_lines(owner, manager):
    code("Sector", "15250", "Lutte antimines")
    code("Pillar", "clearance", "Dépollution")
    code("Pillar", "victims", "Victimes")
    code("Unit", "m2", "mètre carré")
    place("KH", "Cambodge")
    make_need(make_organisation("Other"), reference="TAKEN")
    rows = [
        ["Réf", "Intitulé", "Secteur", "Lieu", "Devise", "Pilier", "Année", "Quantité", "Unité",
         "Coût unitaire", "Coût total"],
        ["KH 1", "Dépolluer", "15250", "Cambodge", "EUR", "Dépollution", 2026, "1000", "m2",
         "0,25", ""],
        ["KH 1", "Dépolluer", "15250", "Cambodge", "EUR", "victims", 2026, "", "", "", "5 000,00"],
        ["KH 1", "Dépolluer", "15250", "Cambodge", "EUR", "victims", 2027, "5", "", "", "7"],
        ["TAKEN", "Autre", "15250", "KH", "EUR", "", "", "", "", "", ""],
    ]  # fmt: skip

    first, again = journey(rows, manager, owner, "needs")

    need = Need.objects.get(owner=owner)
    assert (need.reference, need.title, need.currency) == ("KH-1", {"fr": "Dépolluer"}, "EUR")
    assert [(line.pillar.code, line.cost) for line in need.lines.all()] == [
        ("clearance", Decimal("250.00")),
        ("victims", Decimal("5000.00")),
    ]
    assert states(first) == {"made": 2, "left-out": 2}
    assert states(again) == {"known": 2, "left-out": 2}
    heavy = [item for item in said(again) if item[2] != "reference_mended"]
    assert heavy == [(4, "", "cost_unclear"), (5, "", "differs")]

    undone(first, by=manager)

    assert not Need.objects.filter(owner=owner).exists()
    assert NeedLine.objects.count() == 0


def test_projects_and_what_is_used_or_changed_since(owner, manager):
    code("ActivityStatus", "2", "Implementation")
    code("OrganisationRole", "1")
    code("OrganisationRole", "4")
    code("Sector", "15250")
    place("KH", "Cambodia")
    make_donor("Ireland")
    rows = [
        ["Project code", "Project title", "Status", "Country", "Sector", "Start date", "End date",
         "Donor"],
        ["P-1", "Clear", "Implementation", "Cambodia", "15250", "2024-01-01", "2025-12-31",
         "ireland"],
        ["P-2", "Teach", "2", "KH", "", "2024-01-01", "2023-12-31", ""],
        ["P-3", "Survey", "2", "KH", "", "", "", ""],
        ["P-4", "Build", "2", "KH", "", "", "", ""],
    ]  # fmt: skip

    first, again = journey(rows, manager, owner, "activities")

    clear = Activity.objects.get(reference="P-1")
    assert (clear.planned_start, clear.title) == (date(2024, 1, 1), {"en": "Clear"})
    assert [item.organisation.name for item in clear.participations.all()] == [{"en": "Ireland"}]
    assert [item.location.code for item in clear.places.all()] == ["KH"]
    assert states(first) == {"made": 3, "left-out": 1}
    assert states(again) == {"known": 3, "left-out": 1}

    make_activity(owner, "Part", parent=Activity.objects.get(reference="P-3"))
    Activity.objects.filter(reference="P-4").update(version=9)
    undone(first, by=manager)

    kept = first.made.filter(undone=False).values_list("label", "kept_because")
    assert sorted(kept) == [
        ("Build", "It was changed since."),
        ("Survey", "It is in use: activity."),
    ]
    assert states(first) == {"undone": 1, "kept": 2, "left-out": 1}
    assert not Activity.objects.filter(reference="P-1").exists()


def test_budget_lines(owner, manager):
    activity = make_activity(owner, reference="P-1", iati_identifier="XM-1-P1")
    for codelist in ("BudgetType", "BudgetStatus"):
        code(codelist, "1")
    rows = [
        ["Projet", "Exercice", "Montant", "Devise"],
        ["P-1", 2024, "1 000,50", "EUR"],
        ["xm-1-p1", 2025, "2000 €", ""],
        ["P-9", 2024, "5", "EUR"],
    ]

    first, again = journey(rows, manager, owner, "budgets")

    lines = BudgetLine.objects.filter(activity=activity)
    assert [(line.amount, line.currency, line.period_end) for line in lines] == [
        (Decimal("1000.50"), "EUR", date(2024, 12, 31)),
        (Decimal(2000), "EUR", date(2025, 12, 31)),
    ]
    assert states(again) == {"known": 2, "left-out": 1}

    other = [["Projet", "Exercice", "Montant", "Devise"], ["P-1", 2024, "999", "EUR"]]
    assert said(checked(other, by=manager, owner=owner, kind="budgets"))[-1] == (2, "", "differs")

    undone(first, by=manager)

    assert BudgetLine.objects.count() == 0


def test_figures_are_never_deleted(owner, manager):
    code("Measure", "mined_area", "Mined area")
    code("Unit", "km2", "km²")
    code("Unit", "percent", "per cent")
    place("KH", "Cambodia")
    rows = [
        ["Measure", "Place", "Value", "Unit", "As of", "Publisher", "Title"],
        ["Mined area", "Cambodia", "681.28", "km2", "31 December 2024", "Monitor", "Report"],
        ["mined_area", "KH", "45 %", "percent", "2024-12-31", "Monitor", "Report"],
        ["mined_area", "KH", "45 %", "km2", "2023-12-31", "Monitor", "Report"],
        ["mined_area", "KH", "5", "km2", "", "Monitor", "Report"],
    ]

    first, again = journey(rows, manager, owner, "figures")

    assert sorted(Figure.objects.values_list("value", flat=True)) == [
        Decimal(45),
        Decimal("681.28"),
    ]
    assert Source.objects.count() == 1
    assert states(again) == {"known": 2, "left-out": 2}
    assert said(again) == [(4, "value", "percent"), (5, "as_of", "date_or_period")]

    undone(first, by=manager)

    assert set(Figure.objects.values_list("confidence", flat=True)) == {"disputed"}
    assert states(first) == {"kept": 2, "left-out": 2}


def test_na_in_a_column_of_places_is_not_taken_for_nothing_nor_for_namibia(owner, manager):
    place("NA", "Namibie")
    rows = [["Nom", "Pays"], ["Halo", "NA"], ["Hilfe", "na"], ["Help", "Namibie"]]

    batch = checked(rows, by=manager, owner=owner, kind="organisations")

    assert said(batch) == [(2, "country", "namibia_or_nothing"), (3, "country", "not_stated")]


def test_a_budget_revised_since_is_not_brought_in_beside_its_revision(owner, manager):
    activity = make_activity(owner, reference="P-1")
    for codelist in ("BudgetType", "BudgetStatus"):
        code(codelist, "1")
    code("BudgetType", "2")
    rows = [["Projet", "Exercice", "Montant", "Devise"], ["P-1", 2026, "100000", "USD"]]
    brought(checked(rows, by=manager, owner=owner, kind="budgets"), by=manager)
    line = activity.budget_lines.get()
    revise_budget_line(line, by=manager, amount=Decimal(120_000))

    again = brought(checked(rows, by=manager, owner=owner, kind="budgets"), by=manager)

    assert states(again) == {"left-out": 1}
    assert said(again)[-1] == (2, "", "differs")
    assert activity.budget_lines.filter(replaced_by=None).get().amount == 120_000


def test_a_name_that_several_organisations_have_is_not_one_more(owner, manager):
    for name in ("Mines Advisory Group", "Mission d'appui générale"):
        make_donor(name, acronym="MAG")
    rows = [["Nom"], ["MAG"]]

    batch = brought(checked(rows, by=manager, owner=owner, kind="organisations"), by=manager)

    assert states(batch) == {"left-out": 1}
    assert said(batch) == [(2, "name", "several")]
    assert Organisation.objects.filter(acronym="MAG").count() == 2


def test_a_reference_is_the_same_whatever_its_capitals(owner, manager):
    make_activity(owner, "Roads", reference="CD-DEM-1")
    rows = [["Référence", "Titre", "Statut"], ["cd-dem-1", "Roads", "2"]]

    batch = brought(checked(rows, by=manager, owner=owner, kind="activities"), by=manager)

    assert states(batch) == {"known": 1}
    assert Activity.objects.count() == 1


def test_an_editor_may_say_that_a_file_is_no_contributions(owner):
    editor = make_reader(Role.EDITOR, owner)
    content = b"Bailleur;Montant;Devise;Date\nIrlande;5;EUR;2026-01-01\n"
    batch = actions.upload(
        by=editor, owner=owner, name="a.csv", content=content, record_visibility="private"
    )

    assert batch.kind == "contributions"
    with pytest.raises(Refused):
        actions.choose(batch, by=editor, kind="contributions")
    assert actions.choose(batch, by=editor, kind="organisations").kind == "organisations"
    actions.remove(batch, by=editor)


def test_a_fund_that_keeps_its_own_accounts_takes_no_lines_from_a_file(owner, manager):
    fund = make_own_fund(owner)
    make_earmark(fund)
    rows = [
        ["Bailleur", "Date de réception", "Montant", "Devise", "Fonds"],
        [str(make_donor("Irlande")), "2026-01-05", "5", "USD", str(fund)],
    ]

    batch = checked(rows, by=manager, owner=owner, kind="contributions")

    assert said(batch) == [(2, "fund", "keeps_accounts")]
    assert states(batch) == {"left-out": 1}
