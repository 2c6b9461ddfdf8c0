"""One file that holds a whole installation, taken while people work, checked before it is used."""

import hashlib
import json
import os
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.db.backends.sqlite3._functions import register  # type: ignore[import-untyped]
from django.utils.translation import gettext as _

from appui.kernel.errors import Conflict, Invalid

DATABASE = "appui.sqlite3"
FOLDERS = ("files", "flows")
MANIFEST = "manifest.json"
FORMAT = 1
SIDES = ("", "-wal", "-shm", "-journal")
BLOCK = 1024 * 1024
PACKED = frozenset({".parquet", ".zip", ".gz", ".pdf", ".docx", ".xlsx", ".png", ".jpg"})


@dataclass(frozen=True, slots=True)
class Contents:
    """What a backup holds: how many files, and their bytes before packing."""

    files: int
    size: int


def back_up(home: Path, to: Path, *, now: datetime) -> Contents:
    """Write the database, the stored files and the flows of ``home`` into one file.

    The database is copied as it stands at one moment, while others write. ``to`` appears only
    when it is complete; an existing file is replaced. Raises ``Invalid``.
    """
    database = home / DATABASE
    if not database.is_file():
        raise Invalid(_("There is no database in %(home)s to back up.") % {"home": home})
    if any(_is_within(to, home / name) for name in FOLDERS):
        raise Invalid(_("Write the backup outside the folders that it holds."))
    part = to.with_name(f"{to.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=to.parent) as folder:
            snapshot = Path(folder) / DATABASE
            copy_database(database, snapshot)
            contents = _pack(part, {DATABASE: snapshot, **_stored(home)}, now)
        part.replace(to)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Invalid(
            _("The backup could not be written to %(file)s: %(problem)s.")
            % {"file": to, "problem": error.strerror or error}
        ) from error
    return contents


def _is_within(path: Path, folder: Path) -> bool:
    return path.resolve().is_relative_to(folder.resolve())


def copy_database(database: Path, to: Path) -> None:
    """A copy of a SQLite database at one moment, by SQLite's own backup."""
    with (
        closing(
            sqlite3.connect(f"{database.resolve().as_uri()}?mode=ro", uri=True, timeout=20)
        ) as source,
        closing(sqlite3.connect(to)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode=DELETE")


def _stored(home: Path) -> Mapping[str, Path]:
    return {
        path.relative_to(home).as_posix(): path
        for name in FOLDERS
        for path in sorted((home / name).rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


def _pack(to: Path, files: Mapping[str, Path], now: datetime) -> Contents:
    digests, size = {}, 0
    with to.open("wb") as raw:
        os.fchmod(raw.fileno(), 0o600)
        with zipfile.ZipFile(raw, "w", compresslevel=1) as archive:
            for name, path in files.items():
                digests[name], length = _add(archive, name, path)
                size += length
            manifest = {"appui-backup": FORMAT, "at": now.isoformat(), "sha256": digests}
            archive.writestr(MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False))
        raw.flush()
        os.fsync(raw.fileno())
    return Contents(len(files), size)


def _add(archive: zipfile.ZipFile, name: str, path: Path) -> tuple[str, int]:
    entry = zipfile.ZipInfo(name)
    entry.compress_type = zipfile.ZIP_STORED if path.suffix in PACKED else zipfile.ZIP_DEFLATED
    entry.file_size = path.stat().st_size  # tells zipfile when it needs its large form
    digest, length = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(entry, "w") as target:
        for block in _blocks(source):
            digest.update(block)
            target.write(block)
            length += len(block)
    return digest.hexdigest(), length


def _blocks(stream: BinaryIO) -> Iterator[bytes]:
    while block := stream.read(BLOCK):
        yield block


def restore(file: Path, home: Path, *, force: bool, now: datetime) -> Path | None:
    """Put a backup in place of what is in ``home``; returns where the former data now lies.

    Everything is unpacked and checked beside the home first; a damaged file changes nothing.
    Raises ``Conflict`` over a home that is not empty unless ``force``, ``Invalid`` for a file
    that is cut, damaged or no backup.
    """
    former = _present(home)
    if former and not force:
        raise Conflict(
            _(
                "%(home)s already holds data (%(names)s): restore into an empty folder, or add "
                "--force to set that data aside."
            )
            % {"home": home, "names": ", ".join(former)}
        )
    home.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restoring-") as folder:
        fresh = Path(folder)
        unpack(file, fresh)
        aside = _set_aside(home, former, now) if former else None
        for path in list(fresh.iterdir()):
            path.replace(home / path.name)
    return aside


def _present(home: Path) -> list[str]:
    names = [*(f"{DATABASE}{side}" for side in SIDES), *FOLDERS]
    return [name for name in names if _holds(home / name)]


def _holds(path: Path) -> bool:
    return any(path.iterdir()) if path.is_dir() else path.exists()


def _set_aside(home: Path, names: list[str], now: datetime) -> Path:
    aside = home / f"replaced-{now:%Y%m%d-%H%M%S}"
    aside.mkdir()
    for name in names:
        (home / name).replace(aside / name)
    return aside


def unpack(file: Path, to: Path) -> None:
    """Unpack into ``to`` and check each file against its digest, the database by SQLite too."""
    damaged = _("%(file)s is cut short or damaged, so nothing was restored: %(problem)s.")
    try:
        with zipfile.ZipFile(file) as archive:
            manifest = _manifest(archive, file)
            for name, digest in manifest.items():
                if _unpack_one(archive, name, to) != digest:
                    raise Invalid(damaged % {"file": file, "problem": name})
    except (zipfile.BadZipFile, EOFError, zlib.error, KeyError, ValueError) as error:
        raise Invalid(damaged % {"file": file, "problem": error}) from error
    except OSError as error:
        raise Invalid(
            _("%(file)s cannot be read: %(problem)s.")
            % {"file": file, "problem": error.strerror or error}
        ) from error
    problem = database_problem(to / DATABASE)
    if problem:
        raise Invalid(damaged % {"file": file, "problem": problem})


def _manifest(archive: zipfile.ZipFile, file: Path) -> dict[str, str]:
    if MANIFEST not in archive.namelist():
        raise Invalid(_("%(file)s is not a backup of Appui.") % {"file": file})
    told = json.loads(archive.read(MANIFEST))
    if not isinstance(told, dict) or told.get("appui-backup") != FORMAT:
        raise Invalid(_("%(file)s was written by another version of Appui.") % {"file": file})
    digests: dict[str, str] = told["sha256"]
    strange = [name for name in digests if not _is_ours(name)]
    if strange or DATABASE not in digests:
        raise Invalid(
            _("%(file)s holds what no backup of Appui holds: %(name)s.")
            % {"file": file, "name": ", ".join(strange[:3]) or "no database"}
        )
    return digests


def _is_ours(name: str) -> bool:
    """Whether it may be written: the database, or below one of the folders."""
    parts = PurePosixPath(name).parts
    if name == DATABASE:
        return True
    return len(parts) > 1 and parts[0] in FOLDERS and ".." not in parts and "\\" not in name


def _unpack_one(archive: zipfile.ZipFile, name: str, to: Path) -> str:
    target = to / name
    target.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with archive.open(name) as source, target.open("wb") as sink:
        for block in iter(lambda: source.read(BLOCK), b""):
            digest.update(block)
            sink.write(block)
    return digest.hexdigest()


def database_problem(database: Path) -> str:
    """What SQLite finds wrong with a database; empty when it is sound.

    The constraints of our tables call functions that Django gives to SQLite.
    """
    try:
        with closing(sqlite3.connect(database)) as opened:
            register(opened)
            told = opened.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if told == "ok" else str(told)
