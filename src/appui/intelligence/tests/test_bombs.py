"""Files made to exhaust the machine that reads them: small on disk, gigabytes once unfolded."""

import subprocess
import sys
import zipfile

import pytest

DOCUMENT = """<?xml version="1.0"{encoding}?>
<!DOCTYPE iati-activities [{subset}]>
<iati-activities version="2.03"><iati-activity>
<iati-identifier>XX-1{text}</iati-identifier><reporting-org ref="XX{attribute}"/>
</iati-activity></iati-activities>"""
LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 20}">' for n in range(9))
LONG = f'<!ENTITY a "{"x" * 100_000}">'
FILE = '<!ENTITY x SYSTEM "file:///etc/passwd">'
PARAMETERS = '<!ENTITY % a0 "<!-- y -->">' + "".join(
    f'<!ENTITY % a{n} "{f"&#37;a{n - 1};" * 10}">' for n in range(1, 9)
)
LURE = "<!-- ]><iati-activities -->"  # looks like the end of the document type, and is a comment
FAR = f"<!-- ]><iati-activities {'y' * (1 << 20)} -->"  # what follows is not in the first megabyte
QUOTED = '<!DOCTYPE iati-activities SYSTEM "a><iati-activities" ['
MEASURED = """
from appui.config.cli import main
import pathlib, sys
try:
    main(["flows", "ingest", *sys.argv[1:]])
finally:
    status = pathlib.Path("/proc/self/status")
    if status.exists():
        print(next(line for line in status.read_text().splitlines() if line.startswith("VmHWM")))
"""


def document(subset, text="", attribute="", encoding=""):
    return DOCUMENT.format(subset=subset, text=text, attribute=attribute, encoding=encoding)


BOMBS = {
    "laughs in a text": document(LAUGHS, text="&e8;"),
    "laughs in an attribute": document(LAUGHS, attribute="&e8;"),
    "laughs behind a lure": document(LURE + LAUGHS, attribute="&e8;"),
    "laughs behind a quoted lure": document(LAUGHS, attribute="&e8;").replace(
        "<!DOCTYPE iati-activities [", QUOTED
    ),
    "quadratic blow-up": document(LONG, text="&a;" * 20_000),
    "a file of the machine": document(FILE, text="&x;"),
    "a file of the machine, far": document(FAR + FILE, text="&x;"),
    "a file in a parameter": document(LURE + FILE.replace(" x ", " % x ") + "%x;"),
    "parameters": document(PARAMETERS + "%a8;"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_declared_entities_are_refused_whatever_hides_them(take, tmp_path, name):
    path = tmp_path / "bomb.xml"
    path.write_text(BOMBS[name])

    report = take(path).files[0]

    assert (report.status, [i.code for i in report.issues]) == ("refused", ["entities-declared"])
    assert "file without a document type declaration" in report.issues[0].remedy


@pytest.mark.parametrize("subset", [LAUGHS, LURE + LAUGHS])
def test_a_bomb_in_utf_16_is_refused(take, tmp_path, subset):
    path = tmp_path / "bomb.xml"
    path.write_bytes(document(subset, "&e8;", encoding=' encoding="UTF-16"').encode("utf-16"))

    assert [i.code for i in take(path).files[0].issues] == ["entities-declared"]


@pytest.mark.parametrize("use", [{"text": "&e8;"}, {"attribute": "&e8;"}])
def test_what_hides_beyond_the_first_look_breaks_before_it_grows(take, tmp_path, use):
    path = tmp_path / "bomb.xml"
    path.write_text(document(FAR + LAUGHS, **use))

    report = take(path).files[0]

    assert (report.status, [i.code for i in report.issues]) == ("refused", ["xml-broken"])


def zip_of(path, member, megabytes):
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open(member, "w", force_zip64=True) as held,
    ):
        held.write(b'<iati-activities version="2.03"><iati-activity><title>')
        for _number in range(megabytes):
            held.write(b" " * (1 << 20))
    return path


def test_a_zip_that_unpacks_to_far_more_than_it_holds_is_refused_unread(take, tmp_path):
    path = zip_of(tmp_path / "bomb.zip", "big.xml", 200)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("laughs.xml", BOMBS["laughs in an attribute"])

    big, laughs = take(path).files

    assert [i.code for i in [*big.issues, *laughs.issues]] == ["zip-bomb", "entities-declared"]
    assert "to 209,715," in big.issues[0].why
    again = take(path)
    assert (again.changed, [f.status for f in again.files]) == (False, ["refused", "refused"])


@pytest.mark.slow
def test_all_bombs_at_once_take_seconds_and_little_memory(tmp_path):
    folder = tmp_path / "bombs"
    folder.mkdir()
    for number, text in enumerate(BOMBS.values()):
        (folder / f"{number}.xml").write_text(text)
    zip_of(folder / "big.zip", "big.csv", 300)

    ended = subprocess.run(
        [sys.executable, "-c", MEASURED, str(folder)],
        capture_output=True,
        text=True,
        timeout=30,
        env={"APPUI_HOME": str(tmp_path), "PYTHONPATH": ":".join(filter(None, sys.path))},
    )

    assert ended.returncode == 1
    assert f"refused {len(BOMBS) + 1}," in ended.stdout
    for line in ended.stdout.splitlines():
        if line.startswith("VmHWM"):
            assert int(line.split()[1]) < 400 << 10
