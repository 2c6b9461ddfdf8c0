"""The command line: one program, each room brings its commands."""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import click

ROOMS = (
    "accounts",
    "registry",
    "intelligence",
    "evidence",
    "needs",
    "portfolio",
    "funding",
    "publishing",
    "home",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Appui: from a need to a funded result, with every number traceable."""


def assemble() -> click.Group:
    """The whole program; starts Django, because most commands read the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "appui.config.settings")
    import django  # noqa: PLC0415 - the settings must be named first

    Path(os.environ.get("APPUI_HOME", "var")).mkdir(parents=True, exist_ok=True)
    django.setup()
    for room in ROOMS:
        if find_spec(f"appui.{room}.cli") is not None:
            for command in getattr(import_module(f"appui.{room}.cli"), "commands", []):
                cli.add_command(command)
    return cli


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a failure is one sentence on standard error and a non-zero exit."""
    from appui.kernel.errors import AppuiError  # noqa: PLC0415 - kernel needs the settings

    program = assemble()
    try:
        program(args=arguments, prog_name="appui")
    except AppuiError as error:
        click.echo(f"appui: {error}", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
