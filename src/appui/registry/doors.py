"""Commands that reach the API of a room: verbs that take the address of what they are about.

``appui strategies approve plans/3 --as awa@example.org`` is ``POST /api/plans/3/approve``.
"""

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import click

from appui.kernel.errors import Invalid, Missing
from appui.registry.calling import API, Answer, call, everything, person

CHANGING = ("PATCH", "PUT", "POST")
A_FILE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)

as_option: Callable[[Any], Any] = click.option(
    "--as",
    "email",
    required=True,
    envvar="APPUI_AS",
    show_envvar=True,
    help="E-mail of the person who acts: their roles decide, and the history names them.",
)
body_option: Callable[[Any], Any] = click.option(
    "--body", type=A_FILE, help="JSON file with what is sent; - reads standard input."
)
key_option: Callable[[Any], Any] = click.option(
    "--key", default="", help="Idempotency key: the same call with the same key is done once."
)
where_option: Callable[[Any], Any] = click.option(
    "--where",
    multiple=True,
    metavar="NAME=VALUE",
    help="Narrow a list, as the API has it; may be said several times.",
)


def read_body(path: Path | None) -> object:
    """What is to be sent; None without a file. Raises ``Invalid``."""
    if path is None:
        return None
    try:
        text = sys.stdin.read() if str(path) == "-" else path.read_text(encoding="utf-8")
        return json.loads(text)
    except ValueError as error:
        raise Invalid(f"{path} is not JSON: {error}.") from error


def read_query(told: Iterable[str]) -> dict[str, list[str]]:
    """``NAME=VALUE`` as a query; raises ``Invalid``."""
    found: dict[str, list[str]] = {}
    for item in told:
        name, equals, value = item.partition("=")
        if not equals:
            raise Invalid(f"“{item}” is not NAME=VALUE.")
        found.setdefault(name, []).append(value)
    return found


def say(answer: Answer, to: Path | None = None) -> None:
    """Print what was answered, or write it; a refusal goes to standard error and ends the program
    with its code."""
    if not answer.is_good:
        for number, sentence in enumerate(answer.sentences()):
            click.echo(f"{'  ' if number else 'appui: '}{sentence}", err=True)
        raise SystemExit(answer.exit_code)
    if to is not None:
        to.write_bytes(answer.content)
        click.echo(f"{to}: {len(answer.content)} bytes")
    elif answer.is_json:
        click.echo(json.dumps(answer.json(), ensure_ascii=False, indent=2))
    elif answer.content:
        sys.stdout.buffer.write(answer.content)


class Doors:
    """The verbs of one room: ``nouns`` are the first words of its addresses."""

    def __init__(self, nouns: Iterable[str], acts: Mapping[str, tuple[str, str]]) -> None:
        self.nouns = tuple(nouns)
        self.acts = acts

    def add_to(self, group: click.Group) -> None:
        """Give a group the verbs; ``acts`` maps a verb to the end of its address and its help."""
        own = (self._list(), self._show(), self._add(), self._change(), self._remove())
        for command in own:
            group.add_command(command)
        for name, (ending, text) in self.acts.items():
            group.add_command(self._act(name, ending, text))

    @property
    def epilog(self) -> str:
        """Which addresses there are."""
        return f"Addresses begin with: {', '.join(self.nouns)}."

    def path(self, address: str) -> str:
        """The address in the API; raises ``Missing`` for one of another room."""
        plain = address.strip("/").removeprefix(API.strip("/") + "/")
        if plain.split("/")[0] not in self.nouns:
            known = ", ".join(self.nouns)
            raise Missing(f"“{address}” is not an address here; they begin with: {known}.")
        return API + plain

    def _list(self) -> click.Command:
        @click.command("list", epilog=self.epilog)
        @click.argument("address")
        @where_option
        @as_option
        def found(address: str, where: tuple[str, ...], email: str) -> None:
            """Print all rows of a list, such as ADDRESS or ADDRESS/3/items, as JSON."""
            say(everything(person(email), self.path(address), query=read_query(where)))

        return found

    def _show(self) -> click.Command:
        @click.command("show", epilog=self.epilog)
        @click.argument("address")
        @where_option
        @click.option(
            "--to",
            type=click.Path(dir_okay=False, writable=True, path_type=Path),
            help="File to write the answer to, instead of standard output.",
        )
        @as_option
        def found(address: str, where: tuple[str, ...], to: Path | None, email: str) -> None:
            """Print one record, by its ADDRESS and number, as JSON."""
            say(call(person(email), "GET", self.path(address), query=read_query(where)), to)

        return found

    def _add(self) -> click.Command:
        @click.command("add", epilog=self.epilog)
        @click.argument("address")
        @body_option
        @click.option("--file", type=A_FILE, help="A file that goes beside the body.")
        @key_option
        @as_option
        def found(address: str, body: Path | None, file: Path | None, key: str, email: str) -> None:
            """Add a record to the list at ADDRESS; prints it as JSON."""
            sent = read_body(body)
            path = self.path(address)
            say(call(person(email), "POST", path, body=sent, file=file, key=key))

        return found

    def _change(self) -> click.Command:
        @click.command("change", epilog=self.epilog)
        @click.argument("address")
        @body_option
        @key_option
        @as_option
        def found(address: str, body: Path | None, key: str, email: str) -> None:
            """Change the record at ADDRESS; put the version you saw into the body."""
            user, path = person(email), self.path(address)
            allowed = call(user, "OPTIONS", path).allowed
            method = next((item for item in CHANGING if item in allowed), "POST")
            say(call(user, method, path, body=read_body(body), key=key))

        return found

    def _remove(self) -> click.Command:
        @click.command("remove", epilog=self.epilog)
        @click.argument("address")
        @as_option
        def found(address: str, email: str) -> None:
            """Remove the record at ADDRESS; the history keeps it."""
            say(call(person(email), "DELETE", self.path(address)))

        return found

    def _act(self, name: str, ending: str, text: str) -> click.Command:
        @click.command(name, help=text, epilog=self.epilog)
        @click.argument("address")
        @body_option
        @key_option
        @as_option
        def found(address: str, body: Path | None, key: str, email: str) -> None:
            path = f"{self.path(address)}/{ending}"
            say(call(person(email), "POST", path, body=_sent(body), key=key))

        return found


def _sent(body: Path | None) -> object:
    """An act without a body sends an empty object: most need no more than their address."""
    return {} if body is None else read_body(body)
