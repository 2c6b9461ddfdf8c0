"""The brief on the command line."""

import json
import sys
from dataclasses import asdict
from pathlib import Path

import click
from django.utils import timezone

from appui.kernel.access import Reader, Role
from appui.kernel.errors import Invalid, Missing
from appui.kernel.multilingual import LANGUAGES
from appui.needs.models import Need
from appui.publishing.brief import assemble_brief
from appui.publishing.content import Brief
from appui.publishing.documents import FORMATS, brief_document
from appui.registry.models import Organisation
from appui.registry.queries import find_organisation

HIDDEN = ("chart", "map")


@click.command("brief")
@click.argument("reference")
@click.option(
    "--language",
    type=click.Choice(LANGUAGES),
    default="fr",
    show_default=True,
    help="Language of the brief.",
)
@click.option(
    "--to",
    "extension",
    type=click.Choice([*FORMATS, "json"]),
    default="pdf",
    show_default=True,
    help="Format of the file.",
)
@click.option("--donor", help="Acronym, name or identifier of the donor it is written for.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write it; REFERENCE-LANGUAGE.pdf or .docx here, JSON to the screen.",
)
def brief(
    reference: str, language: str, extension: str, donor: str | None, output: Path | None
) -> None:
    """Write the donor brief of the need REFERENCE, as its own organisation sees it."""
    need = Need.objects.filter(reference=reference).first()
    if need is None:
        raise Missing(f"No need has the reference “{reference}”.")
    content = assemble_brief(
        need,
        reader=Reader(None, "Appui", {need.owner_id: Role.READER}),
        language=language,
        donor=_donor(donor),
        today=timezone.localdate(),
    )
    if extension == "json":
        _write_json(content, output)
        return
    document = brief_document(content, extension)
    path = output or Path(document.name)
    path.write_bytes(document.content)
    click.echo(f"{path} ({len(document.content)} bytes)")


def _donor(name: str | None) -> Organisation | None:
    if name is None:
        return None
    found = find_organisation(name)
    if found is None:
        raise Invalid(f"No organisation is known as “{name}”.")
    return found


def _write_json(content: Brief, output: Path | None) -> None:
    """The same as the API answers, without the data of the drawings."""
    words = {name: value for name, value in asdict(content).items() if name not in HIDDEN}
    text = json.dumps(words, ensure_ascii=False, indent=2, default=str) + "\n"
    if output is None:
        sys.stdout.write(text)
    else:
        output.write_text(text, encoding="utf-8")


commands: list[click.Command] = [brief]
