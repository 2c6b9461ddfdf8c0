"""Headings in four languages, with accents, cases and slips of the pen."""

import pytest

from appui.intake import columns


@pytest.mark.parametrize(
    ("headers", "kind", "language"),
    [
        (["BAILLEUR", "recu le", "Montant :", "Devise"], "contributions", "fr"),
        (["Donor", "Date received", "Amount", "Currency"], "contributions", "en"),
        (["Donante", "Fecha de recepción", "Monto", "Moneda"], "contributions", "es"),
        (["الجهة المانحة", "تاريخ الاستلام", "المبلغ", "العملة"], "contributions", "ar"),
        (["Nom et prénom", "Fonction", "Courriel", "Téléphone"], "people", "fr"),
        (["Organización", "Siglas", "País", "Sitio web"], "organisations", "es"),
        (["Référence du projet", "Exercice", "Montant prévu", "Devise"], "budgets", "fr"),
        (["Indicator", "Country", "Value", "Unit", "Publisher", "Title"], "figures", "en"),
        (["Intitulé du besoin", "Pilier", "Coût total", "Lieu", "Secteur"], "needs", "fr"),
        (["Project title", "Start date", "End date", "Status"], "activities", "en"),
    ],
)
def test_the_kind_and_the_language_are_told_from_the_headings(headers, kind, language):
    assert columns.likeliest_kind(headers) == kind
    assert columns.language_of(kind, headers) == language


def test_each_column_is_taken_once_and_the_surest_first():
    found = columns.guess(
        "contributions", ["Donneur", "Date de réception des fonds", "Montant (USD)"]
    )

    assert {name: item.column for name, item in found.items()} == {"date": 1, "value": 2}
    assert [found["date"].sureness < 100, found["value"].sureness < 100] == [True, True]


def test_a_slip_of_the_pen_is_a_perhaps():
    found = columns.guess("people", ["Telefone", "Nom complet"])

    assert (found["phone"].column, found["phone"].sureness) == (0, columns.PERHAPS)
    assert (found["name"].column, found["name"].sureness) == (1, columns.SURE)


def test_the_headings_are_found_below_title_lines():
    rows = [
        (1, ["État des contributions"]),
        (2, ["au 31/12/2024", ""]),
        (4, ["Bailleur", "Date", "Montant", "Devise"]),
        (5, ["Irlande", "2024-01-01", "5", "USD"]),
    ]
    assert columns.header_row(rows) == 4


def test_headings_that_differ_in_case_and_accents_are_the_same_headings():
    assert columns.fingerprint(["Reçu le", "MONTANT"]) == columns.fingerprint(
        ["recu le", "Montant"]
    )


def test_every_field_has_a_label_in_every_language_and_a_reader():
    from appui.intake.rowreading import READERS  # noqa: PLC0415 - needs Django

    for kind in columns.kinds():
        for field in columns.fields_of(kind).values():
            assert all(field.words[code] for code in ("fr", "en", "es", "ar")), field
            assert field.type.partition(":")[0] in READERS, field
