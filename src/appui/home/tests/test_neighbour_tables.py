"""The Monitor's tables of other recipients, as typed in, and the new donors they bring."""

import csv
from collections import Counter

from appui.home.examples.files import CONTRIBUTIONS, NEIGHBOURS
from appui.intelligence.corpus import gifts, open_corpus
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.intelligence.ranking import history, rank

PRINTED_TOTALS = {
    ("AO", 2022): 11_994_333,
    ("BA", 2017): 7_546_896,
    ("CO", 2019): 37_249_896,
    ("CO", 2020): 31_357_720,
    ("CO", 2022): 35_401_900,
    ("IQ", 2018): 116_406_652,
    ("LA", 2011): 21_574_936,
    ("LA", 2015): 29_714_977,
    ("LA", 2017): 37_863_542,
    ("LA", 2019): 42_006_818,
    ("LA", 2022): 51_421_114,
    ("LA", 2023): 49_253_453,
    ("LK", 2019): 15_007_825,
    ("LK", 2022): 17_512_199,
    ("UA", 2019): 22_278_654,
    ("VN", 2017): 13_778_167,
    ("ZW", 2019): 7_917_891,
    ("ZW", 2021): 8_787_866,
}


def test_the_rows_of_each_table_sum_to_the_printed_total():
    sums = Counter()
    for row in rows(NEIGHBOURS):
        sums[row["recipient"], int(row["year"])] += int(row["usd"])

    assert sums == PRINTED_TOTALS


def test_every_row_says_which_table_of_which_page_and_which_sectors():
    for row in rows(NEIGHBOURS):
        table, _comma, address = row["page"].rpartition(", ")
        assert row["source"].startswith("Landmine and Cluster Munition Monitor, ")
        assert row["source"].endswith(f"(contributions of {row['year']})")
        assert table.startswith("Table “International contributions")
        assert "the-monitor.org/" in address
        assert row["note"].startswith("Sector in the source: ")


def test_a_donor_stands_once_in_a_table_under_the_name_it_has_for_cambodia():
    keys = Counter((row["donor"], row["recipient"], row["year"]) for row in rows(NEIGHBOURS))
    cambodian = {row["donor_country"]: row["donor"] for row in rows(CONTRIBUTIONS)}
    other_names = {
        (row["donor"], cambodian[row["donor_country"]])
        for row in rows(NEIGHBOURS)
        if row["donor"] != cambodian.get(row["donor_country"], row["donor"])
    }

    assert set(keys.values()) == {1}
    assert other_names == set()


def test_the_columns_are_those_of_the_cambodian_table():
    assert list(rows(NEIGHBOURS)[0]) == list(rows(CONTRIBUTIONS)[0])


def test_donors_of_other_recipients_rank_as_new_for_cambodia(tmp_path):
    report = ingest([CONTRIBUTIONS, NEIGHBOURS], into=tmp_path, rates=default_rates())
    given = gifts(open_corpus(tmp_path), first_year=2019, last_year=2023, digits=5)
    ranking = rank(history(given), "KH", "15250", as_of=2024, window=5)

    assert report.totals()["transactions_kept"] == 75 + 163
    assert [donor.donor for donor in ranking.new] == [
        "European Union Institutions",
        "Sweden",
        "Italy",
        "Luxembourg",
        "Central Emergency Response Fund",
        "France",
        "Finland",
        "Republic of Korea",
        "United Nations Multi-Partner Trust Fund",
        "Slovenia",
    ]


def rows(table):
    with table.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))
