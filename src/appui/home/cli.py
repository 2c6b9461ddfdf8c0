"""Commands that run an installation: demo, serve, check, backup, restore."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from appui.home import archive, diagnosis, serving
from appui.home.examples.load import load_examples, sign_ins
from appui.home.occupancy import occupy
from appui.kernel.access import SYSTEM
from appui.kernel.collecting import seldom_collecting
from appui.kernel.errors import Refused
from appui.registry.reference import load_reference

MARKS = {"ok": "ok  ", "note": "note", "failed": "FAIL"}
A_FILE = click.Path(dir_okay=False, path_type=Path)
MEGABYTE = 1_000_000

host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on."
)
port_option = click.option(
    "--port",
    default=8000,
    show_default=True,
    type=click.IntRange(1, 65535),
    help="Port to listen on.",
)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Print how long something took."""
    began = time.monotonic()
    yield
    click.echo(f"appui: {name} ready in {time.monotonic() - began:.1f} s", err=True)


@click.command("serve")
@host_option
@port_option
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 16),
    help="Processes that answer.",
)
def serve(host: str, port: int, workers: int) -> None:
    """Serve the pages and the API until stopped with Ctrl-C."""
    serving.check_port(host, port)
    occupy(Path(settings.HOME))
    serving.check_database()
    serving.collect_static()
    safe = serving.safe_workers(workers)
    if safe < workers:
        click.echo(
            "appui: serving with one worker: this SQLite is older than 3.51.3, with which "
            "several can damage the database. PostgreSQL takes more (DATABASE_URL).",
            err=True,
        )
    click.echo(f"appui: serving on {_address(host, port)} (stop with Ctrl-C)", err=True)
    serving.become_server(host, port, safe, extra={})


@click.command("demo")
@host_option
@port_option
def demo(host: str, port: int) -> None:
    """Prepare everything, load the worked examples and serve them.

    Run again, it starts quickly and leaves what is there as it is. Not for real data: the
    sign-ins are public.
    """
    if settings.PRODUCTION:
        raise Refused(
            "The demonstration brings users with a public password, so it does not run in "
            "production. Set APPUI_MODE to demo, or use “appui init” and “appui serve”."
        )
    serving.check_port(host, port)
    occupy(Path(settings.HOME))
    prepare_demo()
    click.echo(f"\nAppui is at {_address(host, port)}\n\n{_sign_ins()}\n")
    site = os.environ.get("APPUI_URL") or _address(host, port).rstrip("/")
    serving.become_server(host, port, 1, extra={"APPUI_MODE": "demo", "APPUI_URL": site})


def prepare_demo() -> None:
    """Database, reference data, examples and static files; a second time changes nothing."""
    with step("database"), seldom_collecting():
        if serving.pending_migrations():
            call_command("migrate", verbosity=0, interactive=False)
    with step("codes, places and exchange rates"):
        load_reference()
    with step("worked examples"), seldom_collecting():
        load_examples(by=SYSTEM, today=timezone.localdate())
    with step("static files"):
        serving.collect_static()


def _sign_ins() -> str:
    """A table of who can sign in."""
    rows = [("institution", "role", "e-mail", "password")]
    rows += [
        (item.organisation or "all", item.role or "superuser", item.email, item.password)
        for item in sign_ins()
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _address(host: str, port: int) -> str:
    shown = "localhost" if host in ("127.0.0.1", "::1") else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"


@click.command("check")
def check() -> None:
    """Say whether the installation is in order, one line a subject; non-zero when it is not."""
    failed = False
    for answer in diagnosis.answers():
        failed |= answer.state == "failed"
        click.echo(f"{MARKS[answer.state]}  {answer.name}: {answer.text}")
    if failed:
        raise SystemExit(1)


@click.command("backup")
@click.argument("file", type=A_FILE)
def backup(file: Path) -> None:
    """Write the database, the stored files and the flows into FILE, while people work.

    FILE holds everything, personal data too: keep it where only administrators read.
    """
    _only_sqlite("back up")
    contents = archive.back_up(Path(settings.HOME), file, now=timezone.now())
    click.echo(
        f"{file}: {contents.files} files, {contents.size / MEGABYTE:.1f} MB, "
        f"{file.stat().st_size / MEGABYTE:.1f} MB packed."
    )


@click.command("restore")
@click.argument("file", type=A_FILE)
@click.option("--force", is_flag=True, help="Set aside the data that is there.")
def restore(file: Path, force: bool) -> None:
    """Put back what a backup holds, after checking all of it; stop the server first."""
    _only_sqlite("restore")
    home = Path(settings.HOME)
    connection.close()
    held = occupy(home)
    try:
        aside = archive.restore(file, home, force=force, now=timezone.now())
    finally:
        os.close(held)
    if aside:
        click.echo(f"The former data is in {aside}.")
    click.echo(f"{file} is restored. Run “appui init” if it comes from an older version.")


def _only_sqlite(act: str) -> None:
    if connection.vendor != "sqlite":
        raise Refused(
            f"Appui cannot {act} PostgreSQL: use pg_dump and pg_restore for the database, and "
            f"copy the folders files and flows of {settings.HOME}."
        )


commands = [serve, demo, check, backup, restore]
