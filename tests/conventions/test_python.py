"""Python files: size, and imports inside functions."""

import re

from tests.conventions import ROOT, named

LONGEST = 500
SUPPRESSED = re.compile(r"#\s*noqa:[^#]*PLC0415(?!,?\s*[A-Z0-9, ]*\s+-\s+\w+)")


def python_files():
    return [
        path
        for folder in ["src", "tests", "tools", "bench"]
        for path in sorted((ROOT / folder).rglob("*.py"))
        if "migrations" not in path.parts
    ]


def test_no_file_is_longer_than_500_lines():
    lengths = {named(path): len(path.read_text().splitlines()) for path in python_files()}
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}


def test_an_import_inside_a_function_says_why():
    silent = [
        f"{named(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.match(r"\s+(import|from)\s", line) and SUPPRESSED.search(line)
    ]
    assert silent == []


def test_a_reason_after_a_dash_is_a_reason():
    assert SUPPRESSED.search("import x  # noqa: PLC0415")
    assert not SUPPRESSED.search("import x  # noqa: PLC0415 - the settings must be named first")
