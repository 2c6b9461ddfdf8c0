"""Starting the web server: what must be ready before it, and the program that takes over."""

import hashlib
import os
import socket
import sqlite3
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from appui.kernel.errors import AppuiError, Conflict

APPLICATION = "appui.config.wsgi:application"
THREADS = 4  # each has its own database connection; charts and documents release the lock
SOUND_WAL = (3, 51, 3)  # sqlite.org/wal.html#walresetbug
STAMP = ".appui-sources"


def check_port(host: str, port: int) -> None:
    """Raise ``Conflict`` when nothing can listen there; the server itself would share the port."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((host, port))
    except OSError as error:
        raise Conflict(
            _(
                "Cannot listen on %(host)s port %(port)d (%(problem)s): stop what uses it, or "
                "choose another port with --port."
            )
            % {"host": host, "port": port, "problem": error.strerror or error}
        ) from error


def pending_migrations() -> list[str]:
    """Names of the migrations this database still lacks. Raises ``AppuiError``."""
    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise AppuiError(
            _("The database cannot be read: %(problem)s") % {"problem": error}
        ) from error
    return [f"{migration.app_label}.{migration.name}" for migration, _backwards in plan]


def check_database() -> None:
    """Raise ``Conflict`` while the database is not that of this version."""
    pending = pending_migrations()
    if pending:
        raise Conflict(
            _(
                "The database lacks %(count)d migrations, the first is %(name)s: run "
                "“appui init”, then serve again."
            )
            % {"count": len(pending), "name": pending[0]}
        )


def collect_static() -> bool:
    """Gather style sheets, scripts and icons under hashed names; False when they are up to date."""
    root = Path(settings.STATIC_ROOT)
    stamp, wanted = root / STAMP, _fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return False
    call_command("collectstatic", interactive=False, verbosity=0, clear=root.is_dir())
    root.mkdir(parents=True, exist_ok=True)
    stamp.write_text(wanted)
    return True


def is_static_collected() -> bool:
    """Whether the gathered files are those of this version."""
    stamp = Path(settings.STATIC_ROOT) / STAMP
    return stamp.is_file() and stamp.read_text() == _fingerprint()


def _fingerprint() -> str:
    """Of every file to gather: its name, size and time of change."""
    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = Path(storage.path(path)).stat()
            digest.update(f"{path} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def safe_workers(asked: int) -> int:
    """One worker where several could damage the database, else as many as asked."""
    return 1 if connection.vendor == "sqlite" and not has_sound_wal() else asked


def has_sound_wal() -> bool:
    """Whether this SQLite is free of the fault by which processes that write at once can damage
    a database in WAL mode (3.7.0 to 3.51.2)."""
    return sqlite3.sqlite_version_info >= SOUND_WAL


def server_command(host: str, port: int, workers: int) -> list[str]:
    """The command line of the web server."""
    return [
        *(sys.executable, "-m", "granian", APPLICATION),
        *("--interface", "wsgi", "--host", host, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", str(THREADS)),
        *("--no-ws", "--log-level", "warning", "--respawn-failed-workers"),
    ]


def become_server(host: str, port: int, workers: int, *, extra: Mapping[str, str]) -> NoReturn:
    """Replace this process by the server, which starts clean: no open database, no drawn chart.

    A process that has drawn a chart must not be forked, and the server forks its workers. What
    holds the home (``occupancy.occupy``) goes over to it.
    """
    connection.close()
    source = str(Path(__file__).resolve().parents[2])
    path = os.pathsep.join(filter(None, [source, os.environ.get("PYTHONPATH", "")]))
    environment = {**os.environ, "PYTHONPATH": path, "APPUI_HOME": str(settings.HOME), **extra}
    command = server_command(host, port, workers)
    sys.stdout.flush()
    sys.stderr.flush()
    os.execve(command[0], command, environment)  # noqa: S606 - no shell; the server takes over
