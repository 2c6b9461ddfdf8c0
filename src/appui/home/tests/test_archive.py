"""Backup and restore: whole, checked, never over what is there."""

import sqlite3
import threading
import zipfile
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.db.backends.sqlite3._functions import register

from appui.home import archive
from appui.home.occupancy import occupy
from appui.kernel.errors import Conflict, Invalid

NOW = datetime(2026, 11, 22, 8, 30, tzinfo=UTC)
pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path):
    found = tmp_path / "home"
    (found / "files" / "a").mkdir(parents=True)
    (found / "files" / "a" / "letter.txt").write_text("Dear donor")
    (found / "flows").mkdir()
    (found / "flows" / "part-1.parquet").write_bytes(b"PAR1" * 1000)
    (found / "static").mkdir()
    (found / "static" / "appui.css").write_text("not kept")
    with closing(sqlite3.connect(found / archive.DATABASE)) as opened:
        opened.execute("PRAGMA journal_mode=WAL")
        opened.execute("CREATE TABLE pair (number INTEGER, twin INTEGER)")
        register(opened)
        opened.execute(
            "CREATE TABLE rate (month TEXT CHECK (django_date_extract('day', month) = 1))"
        )
        opened.execute("INSERT INTO rate VALUES ('2026-11-01')")
        opened.commit()
    return found


def numbers(home):
    with closing(sqlite3.connect(home / archive.DATABASE)) as opened:
        return opened.execute("SELECT number, twin FROM pair ORDER BY number").fetchall()


def add(home, number):
    with closing(sqlite3.connect(home / archive.DATABASE, timeout=20)) as opened, opened:
        opened.execute("INSERT INTO pair VALUES (?, ?)", (number, number))


def files_of(home):
    return {
        path.relative_to(home).as_posix(): path.read_bytes()
        for name in archive.FOLDERS
        for path in (home / name).rglob("*")
        if path.is_file()
    }


def test_what_was_answered_before_a_backup_is_in_it_while_others_write(home, tmp_path):
    file, stop, written = tmp_path / "kept.zip", threading.Event(), []

    def keep_writing(start):
        number = start
        while not stop.is_set():
            add(home, number)
            written.append(number)
            number += 2

    writers = [threading.Thread(target=keep_writing, args=(start,)) for start in (0, 1)]
    for writer in writers:
        writer.start()
    while len(written) < 20:
        stop.wait(0.01)
    before = set(written)
    contents = archive.back_up(home, file, now=NOW)
    stop.set()
    for writer in writers:
        writer.join()
    archive.restore(file, tmp_path / "again", force=False, now=NOW)

    found = numbers(tmp_path / "again")
    assert before - {number for number, _twin in found} == set()
    assert [pair for pair in found if pair[0] != pair[1]] == []
    assert files_of(tmp_path / "again") == files_of(home)
    assert contents.files == 3
    assert not (tmp_path / "again" / "static").exists()


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_a_file_that_is_cut_is_refused_and_changes_nothing(home, tmp_path, share):
    file = tmp_path / "kept.zip"
    archive.back_up(home, file, now=NOW)
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * share)])
    fresh = tmp_path / "fresh"

    with pytest.raises(Invalid, match="cut short or damaged"):
        archive.restore(file, fresh, force=False, now=NOW)

    assert list(fresh.iterdir()) == []


def test_a_changed_byte_is_found(home, tmp_path):
    file = tmp_path / "kept.zip"
    archive.back_up(home, file, now=NOW)
    content = bytearray(file.read_bytes())
    place = content.index(b"PAR1PAR1") + 8
    content[place] ^= 1
    file.write_bytes(content)

    with pytest.raises(Invalid, match="cut short or damaged"):
        archive.restore(file, tmp_path / "fresh", force=False, now=NOW)


def test_data_that_is_there_is_kept_aside_and_only_when_told(home, tmp_path):
    file = tmp_path / "kept.zip"
    add(home, 1)
    archive.back_up(home, file, now=NOW)
    add(home, 2)

    with pytest.raises(Conflict, match="already holds data"):
        archive.restore(file, home, force=False, now=NOW)
    assert len(numbers(home)) == 2
    aside = archive.restore(file, home, force=True, now=NOW)

    assert numbers(home) == [(1, 1)]
    assert aside == home / "replaced-20261122-083000"
    assert numbers(aside) == [(1, 1), (2, 2)]


@pytest.mark.parametrize("name", ["../evil", "files/../../evil", "static/x", "/etc/evil", "files"])
def test_a_file_that_would_be_written_elsewhere_is_refused(tmp_path, name):
    file = tmp_path / "strange.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr(name, "x")
        made.writestr(
            archive.MANIFEST,
            f'{{"appui-backup": 1, "sha256": {{"{archive.DATABASE}": "", "{name}": ""}}}}',
        )
    with pytest.raises(Invalid, match="no backup of Appui holds"):
        archive.restore(file, tmp_path / "fresh", force=False, now=NOW)


def test_another_archive_and_an_empty_home_are_said_plainly(tmp_path):
    file = tmp_path / "other.zip"
    with zipfile.ZipFile(file, "w") as made:
        made.writestr("word/document.xml", "x")
    with pytest.raises(Invalid, match="is not a backup of Appui"):
        archive.restore(file, tmp_path / "fresh", force=False, now=NOW)
    with pytest.raises(Invalid, match="no database"):
        archive.back_up(tmp_path, tmp_path / "kept.zip", now=NOW)
    with pytest.raises(Invalid, match="cannot be read"):
        archive.restore(tmp_path / "absent.zip", tmp_path / "fresh", force=False, now=NOW)


def test_a_backup_inside_what_it_holds_is_refused(home):
    with pytest.raises(Invalid, match="outside the folders"):
        archive.back_up(home, home / "files" / "kept.zip", now=NOW)


def test_two_cannot_hold_one_home(tmp_path):
    occupy(tmp_path)
    with pytest.raises(Conflict, match="already serves"):
        occupy(tmp_path)
