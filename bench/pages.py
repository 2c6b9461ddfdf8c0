"""How long the pages of published flows take, with a real corpus behind them.

    python bench/pages.py [FLOWS]       with the folder of real data in APPUI_DATA

FLOWS is a corpus already read in; without it the IATI sample and the OCHA FTS table of APPUI_DATA
are read into a folder that is removed afterwards. Each page is asked many different questions by
one signed-in person, within one process, as the server would answer them: the whole request, from
middleware to the last byte, but no network. “First” is a question that nobody has asked since the
corpus changed, “again” the same once more. The reference line is a list with nothing in it: what
any page costs. Neighbours on the machine lengthen the clock and not the processor's time, which is
what a request takes on a machine of its own (DuckDB's threads included): trust that, and the ratio
of the two to the reference line, more than the milliseconds of the clock.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

SOURCE = Path(__file__).resolve().parents[1] / "src"
USUAL = ("iati/sample", "flows/fts_flows.parquet")
LIMIT_MS = 300
QUESTIONS = 30
NAMES = (
    "intelligence:donor_map",
    "intelligence:chart",
    "intelligence:world_map",
    "intelligence:matrix",
    "intelligence:movements",
    "intelligence:flow_rows",
    "intelligence:donor_profile",
)


class Took(NamedTuple):
    """Milliseconds of one request: on the clock, and of the processor."""

    wall: float
    cpu: float


Times = tuple[list[Took], list[Took]]


def main() -> int:
    given = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    data = os.environ.get("APPUI_DATA")
    if given is None and not data:
        print("Give a corpus, or name the folder of real data in APPUI_DATA.")
        return 2
    with tempfile.TemporaryDirectory() as home:
        prepare(Path(home))
        paths = [Path(data) / part for part in USUAL] if data and given is None else []
        return _measure_all(_corpus(Path(home), given, paths))


def prepare(home: Path) -> None:
    os.environ |= {
        "APPUI_HOME": str(home),
        "APPUI_MODE": "development",
        "DJANGO_SETTINGS_MODULE": "appui.config.settings",
    }
    sys.path.insert(0, str(SOURCE))
    import django  # noqa: PLC0415 - its settings stand in the variables above

    django.setup()
    from django.conf import settings  # noqa: PLC0415 - after django.setup()
    from django.core.management import call_command  # noqa: PLC0415 - after django.setup()

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.DEBUG = False
    for command in ("migrate", "createcachetable"):
        call_command(command, verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)


def _corpus(home: Path, given: Path | None, paths: list[Path]) -> str:
    from appui.intelligence.corpus import open_corpus  # noqa: PLC0415 - after django.setup()
    from appui.intelligence.ingest.rates import default_rates  # noqa: PLC0415 - after django.setup()
    from appui.intelligence.ingest.run import ingest  # noqa: PLC0415 - after django.setup()
    from appui.registry.reference import load_reference  # noqa: PLC0415 - after django.setup()

    load_reference()
    if given is not None:
        (home / "flows").symlink_to(given)
    else:
        ingest(paths, into=home / "flows", rates=default_rates())
    found = open_corpus()
    count = found.ask("select count(*), count(distinct donor_key) from flows")
    return f"{count[0][0]:,} rows of {count[0][1]:,} donors, {len(found.manifest.live())} files"


def _measure_all(said: str) -> int:
    print(said)
    visitor = client()
    for urls in _questions().values():
        visitor.get(f"{urls[0]}&view=new-money")  # what is done once a process
    with _quiet():
        reference = measure(visitor, bare())
        rows = {name: measure(visitor, urls) for name, urls in _questions().items()}
    return report(reference, rows, LIMIT_MS)


def report(reference: Times, rows: dict[str, Times], limit: int) -> int:
    """Print the figures of each page; 1 when the worst is above the limit."""
    nothing = _percentile([took.cpu for took in reference[1]], 50)
    _line("", ("first p50", "p95", "cpu p50", "p95", "again p50", "p95", "cpu p95", "ratio"))
    _print("a list with nothing in it", reference, nothing)
    for name, times in rows.items():
        _print(name, times, nothing)
    wall, cpu = (
        max(_percentile([took[place] for took in first], 95) for first, _again in rows.values())
        for place in (0, 1)
    )
    print(
        f"worst p95 of first questions: {wall:.0f} ms on the clock, {cpu:.0f} ms of the processor; "
        f"the limit is {limit} ms"
    )
    return int(cpu > limit)


def client():  # type: ignore[no-untyped-def]  # Django's test client, known only after its setup
    from django.test import Client  # noqa: PLC0415 - after django.setup()

    from appui.accounts.models import User  # noqa: PLC0415 - after django.setup()

    found = Client()
    found.force_login(User.objects.create_superuser("bench@example.org", "bench"))
    return found


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the log lines of maps that have nothing to show."""
    import logging  # noqa: PLC0415 - after django.setup()

    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(logging.NOTSET)


def bare() -> list[str]:
    from django.urls import reverse  # noqa: PLC0415 - after django.setup()

    return [f"{reverse('funding:target_list')}?q={number}" for number in range(QUESTIONS)]


def _questions() -> dict[str, list[str]]:
    """Different questions for each page: every country, then donors, then other groupings."""
    from urllib.parse import urlencode  # noqa: PLC0415 - after django.setup()

    from django.urls import reverse  # noqa: PLC0415 - after django.setup()

    from appui.intelligence.corpus import FlowFilter, choices, open_corpus  # noqa: PLC0415 - after django.setup()

    found = choices(open_corpus(), FlowFilter())
    most = sorted(found.donors, key=lambda item: -item.parts)[:QUESTIONS]
    donors = [{"donor": item.key} for item in most]
    countries = sorted(found.recipients, key=lambda item: -item.parts)[:QUESTIONS]
    sides = [
        {"rows": rows, "columns": columns}
        for rows in ("donor", "recipient", "sector", "channel")
        for columns in ("year", "sector-group", "recipient")
        if rows != columns
    ]
    asked: list[dict[str, object]] = [{}, *sides, {"by": "sector"}, {"by": "channel"}]
    asked += [{"country": item.key} for item in countries]
    asked += [{"sector": "152"}, {"from": 2020, "to": 2022}, {"view": "all-reporters"}]
    return {
        name: [
            f"{reverse(name)}?{urlencode(question)}"
            for question in (donors if name == "intelligence:donor_profile" else asked)
        ]
        for name in NAMES
    }


def measure(visitor, urls: list[str]) -> Times:  # type: ignore[no-untyped-def]
    return [_once(visitor, url) for url in urls], [_once(visitor, url) for url in urls]


def _once(visitor, url: str) -> Took:  # type: ignore[no-untyped-def]
    started, worked = time.perf_counter(), time.process_time()
    answer = visitor.get(url)
    took = Took((time.perf_counter() - started) * 1000, (time.process_time() - worked) * 1000)
    if answer.status_code not in (200, 404):
        sys.exit(f"{url} answered {answer.status_code}.")
    return took


def _percentile(times: list[float], share: int) -> float:
    ordered = sorted(times)
    return ordered[min(len(ordered) - 1, round(share / 100 * (len(ordered) - 1)))]


def _print(name: str, times: Times, bare: float) -> None:
    first, again = times
    shown = [(first, 0, 50), (first, 0, 95), (first, 1, 50), (first, 1, 95)]
    shown += [(again, 0, 50), (again, 0, 95), (again, 1, 95)]
    figures = [_percentile([took[place] for took in of], share) for of, place, share in shown]
    ratio = _percentile([took.cpu for took in first], 50) / bare
    _line(name, (*(f"{figure:.0f} ms" for figure in figures), f"{ratio:.1f}"))


def _line(name: str, cells: tuple[str, ...]) -> None:
    print(f"{name:<28}" + "".join(f"{cell:>10}" for cell in cells))


if __name__ == "__main__":
    sys.exit(main())
