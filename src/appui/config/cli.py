"""The command line: one program, each room brings its commands."""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

import click

from appui.kernel.errors import AppuiError

ENGINES = ("intelligence",)  # their commands need no database
ROOMS = (
    "accounts",
    "registry",
    "questionnaires",
    "intelligence.judging",
    "design",
    "funding",
    "instruments",
    "eligibility",
    "obligations",
    "treasury",
    "outlook",
    "selection",
    "strategies",
    "watch",
    "intake",
    "publishing",
    "home",
    "config.doors",
)


class Program(click.Group):
    """Has the commands of the engines from the start, and the others once one is asked for.

    Starting Django and loading every room takes half a second or more, which an engine saves.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        assemble()
        return super().list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        _add_commands(ENGINES)
        if cmd_name not in self.commands:
            assemble()
        return super().get_command(ctx, cmd_name)


@click.group(cls=Program, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Appui: from a need to a funded result, with every number traceable."""


def assemble() -> click.Group:
    """The whole program; starts Django, because most commands read the database."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "appui.config.settings")
    import django  # noqa: PLC0415 - the settings must be named first
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 - Django comes first
    from django.utils import translation  # noqa: PLC0415 - the settings must be named first

    try:
        with _loading():
            django.setup()
    except ImproperlyConfigured as error:
        raise click.ClickException(str(error)) from error
    translation.activate("en")  # commands speak one language, that of their options
    _add_commands(ENGINES + ROOMS)
    return cli


def _add_commands(rooms: Sequence[str]) -> None:
    with _loading():
        for room in rooms:
            for command in import_module(f"appui.{room}.cli").commands:
                cli.add_command(command)


@contextmanager
def _loading() -> Iterator[None]:
    """What is loaded stays to the end: nobody need look for garbage in it, now or later."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_enabled:
            gc.enable()


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a failure is one sentence on standard error and a non-zero exit."""
    Path(os.environ.get("APPUI_HOME", "var")).mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # idle, its threads spin before they sleep
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")  # holds a tenth less of memory
    try:
        cli(args=arguments, prog_name="appui")
    except AppuiError as error:
        click.echo(f"appui: {error}", err=True)
        sys.exit(1)
    finally:
        gc.freeze()  # the process ends, and all it holds with it: no need to search it


if __name__ == "__main__":
    main()
