"""Write docs/commands.md from the program itself: python tools/commands.py, inside .venv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from appui.config.cli import assemble

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "commands.md"
HEADER = """# Commands

Written by `tools/commands.py` from the program's own help; a test compares the two. From a
checkout, every command is `./appui COMMAND`.
"""


def walk(group: click.Group, prefix: str = "appui") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name, in alphabetical order, groups before their members."""
    for name, command in sorted(group.commands.items()):
        full = f"{prefix} {name}"
        yield full, command
        if isinstance(command, click.Group):
            yield from walk(command, full)


def page(program: click.Group) -> str:
    return "\n".join([HEADER, *(section(name, command) for name, command in walk(program))])


def section(name: str, command: click.Command) -> str:
    """Widths are fixed, so that the terminal it is written on does not show."""
    context = click.Context(command, info_name=name, terminal_width=92, max_content_width=92)
    level = "##" if name.count(" ") == 1 else "###"
    return f"{level} {name}\n\n```\n{command.get_help(context)}\n```\n"


if __name__ == "__main__":
    PAGE.write_text(page(assemble()))
    print(f"{PAGE.relative_to(ROOT)} written")
