"""The one program: which rooms a command loads."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[3]
RUN = """
import sys
from appui.config.cli import main
try:
    main(sys.argv[1:])
except SystemExit as end:
    print("django" in sys.modules, end.code)
"""


def run(home, *arguments):
    """What a fresh process prints for the command, then whether Django was loaded."""
    environment = os.environ | {"APPUI_HOME": str(home), "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-c", RUN, *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=True)


@pytest.mark.parametrize(
    ("command", "loaded"), [("flows", False), ("donors", False), ("gap", True)]
)
def test_only_a_command_that_reads_the_database_loads_django(tmp_path, command, loaded):
    assert run(tmp_path, command, "--help").stdout.splitlines()[-1] == f"{loaded} 0"


def test_the_help_names_the_commands_of_every_room(tmp_path):
    shown = run(tmp_path, "--help").stdout.split("Commands:")[1]

    names = {line.split()[0] for line in shown.splitlines() if line.startswith("  ")}
    assert {"flows", "user", "init", "intake", "gap", "brief", "demo"} <= names


def test_an_unknown_command_is_refused_in_one_sentence(tmp_path):
    answer = run(tmp_path, "nosuch")

    assert answer.stdout == "True 2\n"
    assert answer.stderr.splitlines()[-1] == "Error: No such command 'nosuch'."


def test_production_with_the_default_secret_is_refused_in_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("APPUI_MODE", "production")
    monkeypatch.delenv("APPUI_SECRET_KEY", raising=False)
    monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)

    refused = run(tmp_path, "check")

    assert refused.stdout.split() == ["True", "1"]
    assert refused.stderr.startswith("Error: Production needs a secret of its own")
    assert "Traceback" not in refused.stderr
