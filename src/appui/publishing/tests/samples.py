"""A brief made by hand, for the tests of what lays it out."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import appui.registry
from appui.publishing.content import (
    Brief,
    BriefFigure,
    BriefRow,
    BriefTable,
    ChartData,
    MapData,
    Section,
    SourceNote,
    Text,
    Words,
)

PLACES = Path(appui.registry.__file__).parent / "data" / "places" / "admin1"


def topology(country="kh"):
    return json.loads((PLACES / f"{country}.topo.json").read_text())


def text(words, *numbers, language="fr", direction="ltr"):
    return Text(words, language, direction, numbers)


def french(**changes):
    parts = {
        "reference": "cmaa-2024",
        "language": "fr",
        "direction": "ltr",
        "title": text("Libérer 563 km² de terres minées, 2024–2025"),
        "owner": "Autorité cambodgienne de l'action contre les mines",
        "donor": "Japon",
        "as_of": date(2026, 11, 22),
        "as_of_text": "Chiffres au 22 novembre 2026",
        "words": Words("Note au bailleur", "Pour : Japon", "Sources"),
        "sections": french_sections(),
        "sources": (
            SourceNote(1, "Autorité", "Besoin cmaa-2024", "22 novembre 2026"),
            SourceNote(2, "Landmine Monitor", "Cambodge", "2023", "p. 4", "https://example.org/lm"),
        ),
        "chart": ChartData(
            "Du besoin au manque",
            "Barres : montants en millions.",
            "Besoin 138, acquis 60, demandé 5, manque 78 millions USD",
            "USD",
            (
                ("Besoin", Decimal(138_000_000)),
                ("Acquis", Decimal(60_000_000)),
                ("Demandé", Decimal(5_000_000)),
                ("Manque", Decimal(78_000_000)),
            ),
            (1,),
        ),
        "map": MapData(
            "Lieux du besoin",
            "Coût par province.",
            "Carte : trois provinces",
            "USD",
            "Sans besoin",
            True,
            topology(),
            {"KH-1": Decimal(20), "KH-2": Decimal(80), "KH-24": Decimal(38)},
            (1,),
        ),
    }
    return Brief(**(parts | changes))


def french_sections():
    return (
        Section(
            "ask",
            "Ce que nous demandons",
            (text("Nous demandons au Japon 5 000 000 USD.", 1),),
        ),
        Section(
            "problem",
            "Le problème en trois chiffres",
            (text("Les terres minées empêchent de cultiver."),),
            tuple(
                BriefFigure(label, value, unit, (2,), "fin 2022")
                for label, value, unit in (
                    ("Surface minée", "681,28", "km²"),
                    ("Victimes", "49", "personnes"),
                    ("Amputés", "9 067", "personnes"),
                )
            ),
            picture="map",
        ),
        Section("results", "Résultats", not_stated="Non indiqué"),
        Section(
            "plan",
            "Le plan et son coût",
            table=BriefTable(
                "",
                ("Pilier", "Années", "Coût, USD"),
                (False, False, True),
                (
                    BriefRow(("Étude et dépollution", "2024–2025", "138 000 000"), (1,)),
                    BriefRow(("Total", "", "138 000 000"), (1,), is_total=True),
                ),
            ),
        ),
        Section(
            "gap",
            "Ce qui manque",
            (text("Les promesses ne comptent pas comme acquises.", 1),),
            tuple(
                BriefFigure(label, value, "USD", (1,), tone=tone)
                for label, value, tone in (
                    ("Besoin", "138 000 000", ""),
                    ("Acquis", "60 000 000", ""),
                    ("Demandé", "5 000 000", ""),
                    ("Manque", "78 000 000", "gap"),
                )
            ),
            picture="chart",
        ),
        Section("cofunders", "Qui finance déjà", not_stated="Non indiqué"),
        Section("visibility", "Visibilité", not_stated="Non indiqué"),
        Section("contact", "Contact", (text("Autorité, https://example.org"),)),
    )
