"""A corpus made of the room's own small files."""

from collections.abc import Callable
from pathlib import Path

import pytest

from appui.intelligence.corpus import Corpus, open_corpus
from appui.intelligence.ingest.derived import connect, open_tables
from appui.intelligence.ingest.manifest import load
from appui.intelligence.ingest.rates import Rates, default_rates
from appui.intelligence.ingest.report import RunReport
from appui.intelligence.ingest.run import ingest

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="session")
def rates() -> Rates:
    return default_rates()


@pytest.fixture
def take(tmp_path: Path, rates: Rates) -> Callable[..., RunReport]:
    """Ingest files of data/ (or any path) into tmp_path/flows."""

    def take(*names: str | Path, **options: object) -> RunReport:
        paths = [DATA / name for name in names]
        return ingest(paths, into=tmp_path / "flows", **{"rates": rates} | options)

    return take


@pytest.fixture
def ask(tmp_path: Path) -> Callable[[str], list[tuple[object, ...]]]:
    """Ask the tables themselves, the live files' rows only."""

    def ask(sql: str) -> list[tuple[object, ...]]:
        folder = tmp_path / "flows"
        with connect(tmp_path) as connection:
            open_tables(connection, folder, load(folder))
            rows: list[tuple[object, ...]] = connection.execute(sql).fetchall()
            return rows

    return ask


@pytest.fixture
def opened(tmp_path: Path) -> Callable[[], Corpus]:
    return lambda: open_corpus(tmp_path / "flows")
