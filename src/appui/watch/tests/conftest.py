"""Records of the watch, small."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from tests.factories import in_english, make_organisation, make_reader

from appui.intelligence.corpus import open_corpus
from appui.intelligence.ingest.rates import default_rates
from appui.intelligence.ingest.run import ingest
from appui.kernel.access import SYSTEM, Role
from appui.watch import actions
from appui.watch.models import Search, Signal
from appui.watch.running import RunReport, run_searches

__all__ = ["in_english"]
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HEADER = "donor,donor_country,recipient,sector,year,usd,source,page,note\n"


@pytest.fixture
def owner():
    return make_organisation("Authority")


@pytest.fixture
def editor(owner):
    return make_reader(Role.EDITOR, owner)


@pytest.fixture
def flows(tmp_path):
    """``flows(Ireland={2023: 100})`` gives a corpus of gifts to demining in Cambodia."""

    def read(country="KH", **years):
        rows = [
            f"{donor.replace('_', ' ')},,{country},15250,{year},{usd},Monitor 2025,Table 1,"
            for donor, of_one in years.items()
            for year, usd in of_one.items()
        ]
        path = tmp_path / f"table-{country}.csv"
        path.write_text(HEADER + "\n".join(rows) + "\n")
        ingest([path], into=tmp_path / "flows", rates=default_rates())
        return open_corpus(tmp_path / "flows")

    return read


@pytest.fixture
def keep(owner):
    def keep(subject="flows", **fields):
        fields = {"title": "Watch", "owner": owner, "subject": subject} | fields
        search = actions.keep_search(by=SYSTEM, **fields)
        Search.objects.filter(pk=search.pk).update(created_at=NOW)
        search.refresh_from_db()
        return search

    return keep


@pytest.fixture
def run(tmp_path):
    """Look with every search; gives the report."""

    def run(corpus=None, now=NOW):
        report = RunReport()
        found = corpus if corpus is not None else open_corpus(tmp_path / "none")
        run_searches(Search.objects.all(), report, found, now=now, today=now.date())
        return report

    return run


@pytest.fixture
def make_signal(keep):
    def make(search=None, **fields):
        search = search or keep()
        fields = {
            "kind": "fell",
            "title": "Ireland",
            "year": 2023,
            "since": 2022,
            "before": Decimal(100),
            "after": Decimal(40),
            "said_by": "appui/spend",
        } | fields
        number = Signal.objects.count()
        return Signal.objects.create(search=search, owner=search.owner, key=str(number), **fields)

    return make


@pytest.fixture
def make_feed(owner):
    def make(**fields):
        fields = {"title": "Calls", "url": "https://donor.example/feed.xml"} | fields
        return actions.follow_feed(by=SYSTEM, **({"owner": owner} | fields))

    return make
