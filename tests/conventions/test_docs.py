"""What can be set or typed is documented."""

import re

import click
from tools import commands

from appui.config.cli import assemble
from tests.conventions import PACKAGE, ROOT

READ = re.compile(r"""\benv(?:\.\w+)?\(\s*["'](\w+)["']""")
DOCUMENTED = re.compile(r"(?m)^\| `(\w+)` \|")


def test_every_setting_is_documented_and_every_documented_setting_is_read():
    read = set(READ.findall((PACKAGE / "config" / "settings.py").read_text()))
    documented = DOCUMENTED.findall((ROOT / "docs" / "settings.md").read_text())
    assert sorted(documented) == sorted(read)


def test_every_command_and_option_has_help():
    mute = [
        f"{name} {parameter.name}".strip()
        for name, command in commands.walk(assemble())
        for parameter in [command, *command.params]
        if not isinstance(parameter, click.Argument) and not parameter.help
    ]
    assert mute == []


def test_the_page_of_commands_is_what_the_program_says():
    page = (ROOT / "docs" / "commands.md").read_text()
    assert page == commands.page(assemble()), "run tools/commands.py and commit docs/commands.md"
