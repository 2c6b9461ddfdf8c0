"""Files that are not what they seem, and runs that are repeated, changed or killed."""

import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from appui.intelligence.corpus import FlowFilter, open_corpus, sum_flows
from appui.intelligence.ingest.derived import UnsoundSplitsError, check_sums
from appui.intelligence.ingest.inputs import PathMissingError
from appui.intelligence.ingest.patterns import Pattern
from appui.intelligence.ingest.run import ingest
from appui.intelligence.ingest.tables import PartWriter

from .conftest import DATA


def tables(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "ingest.lock"
    }


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("iati/codelist.xml", "wrong-root"),
        ("iati/web_page.xml", "html"),
        ("iati/not_found.xml", "not-xml"),
        ("iati/entities.xml", "entities-declared"),
    ],
)
def test_a_file_of_another_kind_is_refused_with_its_reason(take, name, code):
    report = take(name, "iati/copy_old.xml")

    assert [f.status for f in report.files] == ["refused", "read"]
    assert [(i.severity, i.code) for i in report.files[0].issues] == [("critical", code)]


def test_an_excel_file_named_xml_is_refused(take, tmp_path):
    path = tmp_path / "plan.xml"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
        book.writestr("xl/workbook.xml", "<workbook/>")

    report = take(path)

    assert [i.code for i in report.files[0].issues] == ["office-file"]
    assert report.nothing_read()


def test_a_two_gigabyte_entity_is_refused_before_it_grows(take, tmp_path):
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 20}">' for n in range(9))
    path = tmp_path / "bomb.xml"
    path.write_text(f"<!DOCTYPE iati-activities [{levels}]><iati-activities>&e8;</iati-activities>")
    before = time.process_time()

    report = take(path)

    assert [i.code for i in report.files[0].issues] == ["entities-declared"]
    assert time.process_time() - before < 1


def test_a_truncated_file_keeps_the_activities_before_the_break(take, ask):
    report = take("iati/truncated.xml").files[0]

    assert (report.status, report.activities_kept) == ("partial", 1)
    assert ask("select identifier from activities") == [("XX-WHOLE",)]
    assert [(i.severity, i.code, i.line) for i in report.issues] == [("critical", "xml-broken", 11)]


def test_a_file_in_another_encoding_than_it_says_is_repaired_and_said(take, ask):
    report = take("iati/mislabelled.xml", "iati/latin_1_alone.xml")

    assert ask("select title, reporter_name from activities") == [("École", "République")] * 2
    assert [dict(f.issue_counts) for f in report.files] == [{"encoding-repaired": 1}, {}]


def test_folders_and_zips_are_read_member_by_member(take, tmp_path):
    folder = tmp_path / "given"
    folder.mkdir()
    (folder / "notes.txt").write_text("not ours")
    with zipfile.ZipFile(folder / "two.zip", "w") as archive:
        archive.write(DATA / "iati/copy_old.xml", "a/old.xml")
        archive.write(DATA / "iati/splits.xml", "splits.xml")

    report = take(folder)

    assert [Path(f.path).name for f in report.files] == ["old.xml", "two.zip!splits.xml"]
    assert (report.count("read"), report.ignored) == (2, 1)


def test_a_path_that_does_not_exist_is_named(take):
    with pytest.raises(PathMissingError, match=r"/nowhere does not exist\.$"):
        take(Path("/nowhere"))


def test_the_newest_copy_of_an_activity_wins_and_the_others_are_logged(take, opened):
    report = take("iati/copy_new.xml", "iati/copy_old.xml")

    assert report.duplicates == 1
    assert [str(s.usd) for s in sum_flows(opened(), FlowFilter())] == ["150.00"]
    logged = opened().ask("select identifier, source from duplicates")
    assert logged == [("XX-COPY", "iati")]


def test_a_second_run_changes_nothing(take, tmp_path):
    take("iati")
    before = tables(tmp_path / "flows")

    again = take("iati")

    assert not again.changed
    assert tables(tmp_path / "flows") == before
    assert again.count("read", "partial") == 0


def test_the_same_content_under_another_name_is_not_read_twice(take, tmp_path, ask):
    shutil.copy(DATA / "iati/copy_old.xml", tmp_path / "same.xml")

    report = take("iati/copy_old.xml", tmp_path / "same.xml")

    assert [f.status for f in report.files] == ["read", "same-content"]
    assert ask("select count(*) from activities") == [(1,)]


def test_a_changed_file_replaces_its_rows(take, tmp_path, ask, opened):
    path = tmp_path / "a.xml"
    shutil.copy(DATA / "iati/copy_old.xml", path)
    take(path, "iati/splits.xml")
    path.write_bytes((DATA / "iati/copy_old.xml").read_bytes().replace(b">100<", b">80<"))

    take(path)

    reporter = FlowFilter(reporters=("XX-4",))
    assert [str(s.usd) for s in sum_flows(opened(), reporter)] == ["80.00"]
    assert ask("select count(*) from activities where identifier = 'XX-COPY'") == [(1,)]


def test_a_changed_file_that_is_now_unreadable_leaves_the_earlier_rows(take, tmp_path, ask):
    path = tmp_path / "a.xml"
    shutil.copy(DATA / "iati/copy_old.xml", path)
    take(path)
    path.write_text("not found")

    report = take(path)

    assert report.files[0].status == "refused"
    assert ask("select identifier from activities") == [("XX-COPY",)]


def test_split_rows_that_do_not_sum_refuse_the_load(take, tmp_path, monkeypatch):
    monkeypatch.setattr(Pattern, "divide", lambda self, u, c: [(self.cells[0], u + 1, c)])

    with pytest.raises(UnsoundSplitsError, match="The load is refused"):
        take("iati/copy_old.xml")
    assert open_corpus(tmp_path / "flows").is_empty


def test_an_empty_part_is_sound(tmp_path):
    with PartWriter(tmp_path / "part"):
        pass

    check_sums(tmp_path / "part")


def test_several_processes_write_the_same_tables_as_one(tmp_path, take, rates, monkeypatch):
    monkeypatch.setattr("appui.intelligence.ingest.run.BYTES_PER_PART", 3000)
    reports = [
        ingest([DATA / "iati"], into=tmp_path / str(n), rates=rates, processes=n) for n in (1, 3)
    ]

    assert tables(tmp_path / "1") == tables(tmp_path / "3")
    one, three = (report.as_json()["files"] for report in reports)
    assert one == three


def test_what_is_the_same_as_a_broken_file_is_broken_too(tmp_path, take):
    for name in ("a.xml", "b.xml"):
        (tmp_path / name).write_text("<iati-activities><iati-activity><title>")

    for changed in (True, False):
        report = take(tmp_path / "a.xml", tmp_path / "b.xml")
        assert report.changed == changed
        assert [(f.status, f.issue_counts["xml-broken"]) for f in report.files] == [
            ("refused", 1),
            ("refused", 1),
        ]


KILLED = """
import os, signal, sys
from pathlib import Path
import appui.intelligence.ingest.run as run
from appui.intelligence.ingest.rates import default_rates

left = int(sys.argv[3])

def count(event, _):
    global left
    if event in ("open", "os.mkdir", "os.rename", "os.remove", "os.rmdir"):
        left -= 1
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)

run.BYTES_PER_PART = 3000
rates = default_rates()
sys.addaudithook(count)
run.ingest([Path(sys.argv[1])], into=Path(sys.argv[2]), rates=rates)
print(int(sys.argv[3]) - left)
"""


@pytest.mark.slow
def test_a_run_killed_at_any_moment_leaves_a_corpus_that_opens_and_completes(
    tmp_path, rates, monkeypatch
):
    """Killed twenty times, at moments spread over all that the run does to files and folders."""
    monkeypatch.setattr("appui.intelligence.ingest.run.BYTES_PER_PART", 3000)
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[3])}

    def start(into: str, steps: int) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", KILLED, DATA / "iati", tmp_path / into, str(steps)]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    whole = start("whole", 1_000_000)
    assert whole.returncode == 0, whole.stderr
    wanted, steps = tables(tmp_path / "whole"), int(whole.stdout)
    assert steps > 60
    for moment in range(1, steps, steps // 20):
        folder = tmp_path / f"killed_{moment}"
        assert start(folder.name, moment).returncode == -signal.SIGKILL
        sum_flows(open_corpus(folder), FlowFilter())
        ingest([DATA / "iati"], into=folder, rates=rates)
        assert tables(folder) == wanted, f"killed at step {moment} of {steps}"
