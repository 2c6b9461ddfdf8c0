"""What every test can use: compiled catalogues, a home of its own, a browser where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.apps import apps
from django.db import connection
from django.db.models import Model
from django.test import override_settings
from django.utils import translation
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from appui.kernel.collecting import seldom_collecting

ROOT = Path(__file__).parent
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
DATABASES = {"db", "transactional_db", "live_server", "examples"}
CSP = "Content Security Policy"


def pytest_configure(config: pytest.Config) -> None:
    """Compile stale catalogues once, before the workers of xdist start."""
    if not hasattr(config, "workerinput"):
        subprocess.run([sys.executable, ROOT / "tools/messages.py", "compile"], check=True)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what runs a second time, on PostgreSQL: the quick tests that reach a database, and those
    that commit, where two servers differ most."""
    for item in items:
        marker = item.get_closest_marker("django_db")
        fixtures = set(getattr(item, "fixturenames", ()))
        if marker is None and DATABASES.isdisjoint(fixtures):
            continue
        if item.get_closest_marker("slow") is None or _commits(marker, fixtures):
            item.add_marker("twice")


@pytest.fixture(scope="session", autouse=True)
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """APPUI_HOME of the tests: stored files never land in the developer's own."""
    folder = tmp_path_factory.mktemp("home")
    static = folder / "static"
    static.mkdir()
    with override_settings(HOME=folder, MEDIA_ROOT=folder / "files", STATIC_ROOT=static):
        yield folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> Iterator[None]:
    """Few searches for garbage from the making of the databases on."""
    with seldom_collecting():
        yield


def _commits(marker: pytest.Mark | None, fixtures: set[str]) -> bool:
    """Whether a test commits, so that its tables are emptied afterwards."""
    told = marker is not None and marker.kwargs.get("transaction", False)
    return told or not {"transactional_db", "live_server"}.isdisjoint(fixtures)


GUARDED = {  # tables whose rows the database keeps: the migration that says so, and its triggers
    "treasury.movement": (  # before the ledger, whose lines movements point to
        "appui.treasury.migrations.0002_movements_are_append_only",
        ("treasury_movement_no_update", "treasury_movement_no_delete"),
    ),
    "funding.transaction": (
        "appui.funding.migrations.0002_ledger_is_append_only",
        ("funding_transaction_no_update", "funding_transaction_no_delete"),
    ),
    "selection.portfoliorun": (
        "appui.selection.migrations.0002_signed_runs_stay",
        ("selection_signed_no_update", "selection_signed_no_delete"),
    ),
}


@pytest.fixture(autouse=True)
def guarded_tables_that_can_be_emptied(request: pytest.FixtureRequest) -> Iterator[None]:
    """SQLite empties tables row by row, which guarded ones refuse: their guards stand aside."""
    marker = request.node.get_closest_marker("django_db")
    if not _commits(marker, set(request.fixturenames)):
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    if connection.vendor == "sqlite":
        for label, (migration, triggers) in GUARDED.items():
            _empty(apps.get_model(label), import_module(migration).SQLITE, triggers)


def _empty(model: type[Model], guards: Iterable[str], triggers: Iterable[str]) -> None:
    links = [getattr(model, item.name).through._meta.db_table for item in model._meta.many_to_many]
    with connection.cursor() as cursor:
        for trigger in triggers:
            cursor.execute(f"DROP TRIGGER {trigger}")
        for table in (*links, model._meta.db_table):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608 - names of our own
        for statement in guards:
            cursor.execute(statement)


@pytest.fixture(autouse=True)
def default_language() -> Iterator[None]:
    """Each test starts in the default language, whatever the one before was reading."""
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium, started once a module; CHROMIUM names the program to use."""
    program = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        pytest.skip(f"no browser: none of {', '.join(BROWSERS)} is installed, CHROMIUM is not set")
    # Playwright keeps a loop running in this thread; Django would refuse the database beside it.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        try:
            browser = playwright.chromium.launch(executable_path=program, args=FLAGS)
        except Error as problem:
            pytest.skip(f"no browser: {program} does not start: {problem.message.splitlines()[0]}")
        yield browser
        browser.close()


@pytest.fixture
def page(live_server: LiveServer, chromium: Browser) -> Iterator[Page]:
    """A page in French at 1280 × 800 on the live server; script errors and breaches of CSP fail."""
    context = chromium.new_context(
        base_url=live_server.url,
        locale="fr-FR",
        viewport={"width": 1280, "height": 800},
        accept_downloads=True,
    )
    context.set_default_timeout(15_000)
    found = context.new_page()
    problems: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if CSP in message.text:
            problems.append(message.text)

    found.on("console", note)
    found.on("pageerror", lambda error: problems.append(str(error)))
    yield found
    context.close()
    assert problems == []  # noqa: S101 - a fixture of tests


@pytest.fixture(scope="session")
def serious_faults() -> Callable[[Page], list[str]]:
    """Tell the serious and critical accessibility faults that axe finds on a page."""

    def tell(page: Page) -> list[str]:
        # With preload axe copies the style sheets into the page, which the CSP refuses.
        found = Axe().run(page, options={"preload": False}).response["violations"]
        return [
            f"{fault['id']}: {node['html']}"
            for fault in found
            if fault["impact"] in {"serious", "critical"}
            for node in fault["nodes"]
        ]

    return tell
