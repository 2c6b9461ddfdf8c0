"""The files to read: found in folders and zips, hashed, and judged by their content."""

from __future__ import annotations

import codecs
import hashlib
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from appui.intelligence.ingest.sniff import (
    Judged,
    Refusal,
    declared_encoding,
    delimiter_of,
    is_utf8,
    sniff,
    text_encoding,
)

ENDINGS: Final = (".xml", ".zip", ".csv", ".parquet")
MEMBER_ENDINGS: Final = (".xml", ".csv", ".parquet")
TABLE_OR_NOTE: Final = ".txt"  # the OECD's tables, and everybody's notes
HEAD: Final = 1 << 20
CHUNK: Final = 1 << 20
LINE: Final = 1 << 13
REPAIR: Final = "windows-1252"
BOMB_SIZE: Final = 64 << 20  # a smaller member of a zip is read whatever its ratio
BOMB_RATIO: Final = 200  # published files are 10 to 40 times smaller zipped


class PathMissingError(FileNotFoundError):
    """A path given by the user does not exist; the message names it."""


@dataclass(frozen=True, slots=True)
class Input:
    """A file, or one member of a zip (``name`` is then ``archive.zip!member``)."""

    name: str
    container: Path
    member: str | None = None

    def open(self) -> BinaryIO:
        """Raises OSError, zipfile.BadZipFile or NotImplementedError when it cannot be opened."""
        if self.member is None:
            return self.container.open("rb")
        return cast("BinaryIO", zipfile.ZipFile(self.container).open(self.member))


@dataclass(frozen=True, slots=True)
class Examined:
    """``format`` is iati, crs, fts, appui or aggregates unless ``refusal`` says why none."""

    sha256: str
    size: int
    format: str
    container_is_parquet: bool
    encoding: str | None  # to read it in, when not the one it declares
    refusal: Refusal | None


@dataclass(frozen=True, slots=True)
class Found:
    inputs: list[Input]
    ignored: int


def find(paths: Iterable[Path]) -> Found:
    """Files in the order given, folders walked in alphabetical order, zips opened.

    Raises PathMissingError for a path that does not exist. In folders, files with other
    endings are counted as ignored; a file named by the user is always examined.
    """
    inputs: list[Input] = []
    ignored = 0
    for path in paths:
        if not path.exists():
            raise PathMissingError(f"The path {path} does not exist.")
        if path.is_dir():
            below = sorted(found for found in path.rglob("*") if found.is_file())
            wanted = [found for found in below if _is_wanted(found)]
            ignored += len(below) - len(wanted)
        else:
            wanted = [path]
        for found in wanted:
            inputs.extend(opened(found.resolve()))
    unique = {given.name: given for given in inputs}
    return Found(list(unique.values()), ignored)


def opened(path: Path, name: str | None = None) -> Iterator[Input]:
    """The file, or the members of a zip; ``name`` is what the file is called when not its path."""
    called = name or str(path)
    if path.suffix.lower() != ".zip" or not zipfile.is_zipfile(path):
        yield Input(called, path)
        return
    with zipfile.ZipFile(path) as archive:
        members = sorted(archive.namelist())
    for member in members:
        given = Input(f"{called}!{member}", path, member)
        if member.lower().endswith(MEMBER_ENDINGS) or _is_table_as_text(given):
            yield given


def _is_wanted(path: Path) -> bool:
    return path.suffix.lower() in ENDINGS or _is_table_as_text(Input(str(path), path))


def _is_table_as_text(given: Input) -> bool:
    """Whether a text file has columns parted by pipes, as the OECD writes its tables."""
    if not given.name.lower().endswith(TABLE_OR_NOTE):
        return False
    try:
        with given.open() as stream:
            head = stream.read(LINE)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return False
    line = head.decode(text_encoding(head[:4]), errors="replace").split("\n", 1)[0]
    return "|" in line and delimiter_of(line) == "|"


def examine(given: Input) -> Examined:
    """Hash the file and tell its format from its content; reads it once, a piece at a time."""
    digest, size, head = hashlib.sha256(), 0, b""
    decoder = codecs.getincrementaldecoder("utf-8")()
    valid_utf8 = True
    try:
        if bomb := _bomb(given):
            return bomb
        with given.open() as stream:
            while chunk := stream.read(CHUNK):
                digest.update(chunk)
                size += len(chunk)
                head = head or chunk[:HEAD]
                valid_utf8 = valid_utf8 and _decodes(decoder, chunk)
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        unreadable = Refusal(
            "unreadable", f"The file cannot be opened: {error}.", "Check the file and its rights."
        )
        return Examined(digest.hexdigest(), size, "", False, None, unreadable)
    judged = sniff(head)
    repaired = None if valid_utf8 else _repair(head, judged)
    return Examined(
        digest.hexdigest(), size, judged.format, judged.is_parquet, repaired, judged.refusal
    )


def _repair(head: bytes, judged: Judged) -> str | None:
    """The encoding to read a file in that should be UTF-8 and is not; None when it need not be."""
    if judged.is_parquet or judged.refusal:
        return None
    declared = declared_encoding(head) if judged.format == "iati" else text_encoding(head[:4])
    return REPAIR if is_utf8(declared) else None


def _bomb(given: Input) -> Examined | None:
    """A member of a zip that unpacks to far more than published files do, refused unread."""
    if given.member is None:
        return None
    with zipfile.ZipFile(given.container) as archive:
        held = archive.getinfo(given.member)
    if held.file_size < max(BOMB_SIZE, BOMB_RATIO * held.compress_size):
        return None
    refusal = Refusal(
        "zip-bomb",
        f"It unpacks {held.compress_size:,} bytes to {held.file_size:,}: that can be a trap.",
        "Unpack it yourself, look at it, and give the file itself if it is what you expect.",
    )
    named = f"{held.CRC}:{held.file_size}:{held.compress_size}"
    digest = hashlib.sha256(named.encode()).hexdigest()
    return Examined(digest, held.file_size, "", False, None, refusal)


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
    return True
