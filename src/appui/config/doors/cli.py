"""``appui api``: any operation of the API, in process, as a person."""

import json
from pathlib import Path
from typing import Any

import click

from appui.config.api import api as operations
from appui.kernel.errors import Invalid, Missing
from appui.registry.calling import METHODS, call, everything, person
from appui.registry.doors import (
    A_FILE,
    body_option,
    key_option,
    read_body,
    read_query,
    say,
    where_option,
)


@click.command("api")
@click.argument("method", required=False, type=click.Choice(METHODS, case_sensitive=False))
@click.argument("path", required=False)
@click.option("--list", "listed", is_flag=True, help="Print the operations, and do none.")
@click.option("--word", default="", help="With --list: only operations that have this word.")
@click.option("--schema", is_flag=True, help="Print what the operation takes, and do nothing.")
@body_option
@click.option("--file", type=A_FILE, help="A file that goes beside the body, as a form.")
@where_option
@click.option("--all", "whole", is_flag=True, help="Of a list, all pages as one JSON list.")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="File to write the answer to, instead of standard output.",
)
@key_option
@click.option(
    "--as",
    "email",
    default="",
    envvar="APPUI_AS",
    show_envvar=True,
    help="E-mail of the person who acts: their roles decide, and the history names them.",
)
def api(
    method: str | None,
    path: str | None,
    listed: bool,
    word: str,
    schema: bool,
    body: Path | None,
    file: Path | None,
    where: tuple[str, ...],
    whole: bool,
    to: Path | None,
    key: str,
    email: str,
) -> None:
    """Do what METHOD PATH of the API does, as a person, with the roles of that person.

    For example: appui api GET /api/needs --as awa@example.org

    Answers are JSON. Exits with 3 when it is not allowed, 4 when it is not there, 5 when somebody
    changed the record meanwhile, 6 when what was sent is wrong; the reason goes to standard error.
    """
    if listed:
        click.echo("\n".join(_told(word)))
        return
    if method is None or path is None:
        raise click.UsageError("Say METHOD and PATH, or --list.")
    method = method.upper()
    if schema:
        click.echo(json.dumps(_schema(method, path), ensure_ascii=False, indent=2))
        return
    if not email:
        raise click.UsageError("Say who acts: --as EMAIL, or APPUI_AS in the environment.")
    user, query = person(email), read_query(where)
    if whole:
        if method != "GET":
            raise Invalid("--all goes with GET.")
        say(everything(user, path, query=query), to)
        return
    sent = read_body(body)
    say(call(user, method, path, query=query, body=sent, file=file, key=key), to)


def _told(word: str) -> list[str]:
    rows = [
        f"{method.upper():6} {path}  {about.get('description', about['summary'])}".splitlines()[0]
        for path, methods in operations.get_openapi_schema()["paths"].items()
        for method, about in methods.items()
    ]
    return sorted((row for row in rows if word.lower() in row.lower()), key=lambda row: row[7:])


def _schema(method: str, path: str) -> dict[str, Any]:
    """What an operation takes: its parameters, its body, and the schemas these name."""
    told = operations.get_openapi_schema()
    about = _operation(told["paths"], method, path)
    found = {name: about[name] for name in ("summary", "description") if name in about}
    found |= {name: about[name] for name in ("parameters", "requestBody") if about.get(name)}
    wanted, named = [json.dumps(found)], dict[str, Any]()
    while wanted:
        text = wanted.pop()
        for name, schema in told["components"]["schemas"].items():
            if name not in named and f'"#/components/schemas/{name}"' in text:
                named[name] = schema
                wanted.append(json.dumps(schema))
    return found | {"schemas": named}


def _operation(paths: dict[str, Any], method: str, path: str) -> Any:
    asked = path.strip("/").split("/")
    for template, methods in paths.items():
        parts = template.strip("/").split("/")
        same = len(parts) == len(asked) and all(
            part == given or part.startswith("{") for part, given in zip(parts, asked, strict=True)
        )
        if same and method.lower() in methods:
            return methods[method.lower()]
    raise Missing(f"The API has no operation {method} {path}.")


commands: list[click.Command] = [api]
