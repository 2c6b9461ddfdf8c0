"""The commands that run an installation."""

import os
import re
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import override_settings

from appui.home import serving
from appui.home.cli import backup, check, demo, serve
from appui.kernel.errors import Conflict, Refused

SOURCE = Path(__file__).resolve().parents[3]


@pytest.fixture
def taken():
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield listening.getsockname()[1]


def test_a_taken_port_is_refused_with_the_way_out(taken):
    result = CliRunner().invoke(serve, ["--port", str(taken)])
    assert isinstance(result.exception, Conflict)
    assert f"127.0.0.1 port {taken}" in str(result.exception)
    assert "--port" in str(result.exception)


def test_a_port_shared_by_another_server_counts_as_taken():
    with socket.socket() as listening:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        with pytest.raises(Conflict):
            serving.check_port("127.0.0.1", listening.getsockname()[1])


@pytest.mark.django_db
def test_a_database_without_its_migrations_is_not_served():
    serving.check_database()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'funding'")
    with pytest.raises(Conflict, match="appui init"):
        serving.check_database()


def test_the_demonstration_never_runs_in_production():
    with override_settings(PRODUCTION=True):
        result = CliRunner().invoke(demo)
    assert isinstance(result.exception, Refused)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite")
@pytest.mark.parametrize(("version", "workers"), [((3, 51, 2), 1), ((3, 51, 3), 4)])
def test_an_old_sqlite_is_served_by_one_process(monkeypatch, version, workers):
    monkeypatch.setattr("sqlite3.sqlite_version_info", version)
    assert serving.safe_workers(4) == workers


@pytest.mark.skipif(connection.vendor == "sqlite", reason="about PostgreSQL")
def test_a_backup_of_postgresql_names_the_right_tool(tmp_path):
    result = CliRunner().invoke(backup, [str(tmp_path / "kept.zip")])
    assert "pg_dump" in str(result.exception)


@pytest.mark.django_db
def test_check_says_what_is_missing_and_fails():
    result = CliRunner().invoke(check)
    assert result.exit_code == 1
    states = dict(re.findall(r"(?m)^(?:ok  |note|FAIL)  ([^:]+): (.*)$", result.output))
    assert list(states) == [
        "settings",
        "database",
        "migrations",
        "reference data",
        "static files",
        "published flows",
    ]
    assert states["migrations"] == "all applied"
    assert "appui init" in states["reference data"]


def appui(home, *arguments, **options):
    environment = {name: text for name, text in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"APPUI_HOME": str(home), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "appui.config.cli", *arguments]
    return subprocess.Popen(command, env=environment, text=True, **options)


def first_page(port, server):
    for _attempt in range(600):
        assert server.poll() is None
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/accounts/login/") as answer:
                return answer.status
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    return None


def rows(home):
    """How many rows each table holds; sign-ins and sessions aside."""
    with closing(sqlite3.connect(home / "appui.sqlite3")) as opened:
        names = opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: opened.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in names
        }


@pytest.mark.slow
def test_the_demonstration_serves_and_a_second_start_changes_nothing(tmp_path):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    kept = []
    for start in (1, 2):
        output = tmp_path / f"output-{start}"
        with output.open("w") as stream:
            server = appui(tmp_path / "home", "demo", "--port", str(port), stdout=stream)
            try:
                assert first_page(port, server) == 200
                told = output.read_text()
                assert f"Appui is at http://localhost:{port}/" in told
                assert "mobilisation@cmaa.example" in told
                twice = appui(
                    tmp_path / "home", "serve", "--port", str(port), stderr=subprocess.PIPE
                )
                assert "--port" in twice.communicate(timeout=60)[1]
                assert twice.returncode == 1
            finally:
                server.terminate()
                server.wait(timeout=30)
        kept.append(rows(tmp_path / "home"))
    assert kept[0] == kept[1]
    assert kept[0]["kernel_auditentry"] > 100
    done = appui(tmp_path / "home", "check", stdout=subprocess.PIPE)
    assert "FAIL" not in done.communicate(timeout=60)[0]
    assert done.returncode == 0
