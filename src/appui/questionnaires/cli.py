"""Questionnaires from the command line: forms as files, so that offices can share them."""

import json
from pathlib import Path

import click
from django.utils.translation import gettext as _
from pydantic import ValidationError

from appui.kernel.access import SYSTEM
from appui.kernel.errors import Invalid, Missing
from appui.questionnaires import queries
from appui.questionnaires.actions import editing
from appui.questionnaires.documents import FormDocument, document_of
from appui.questionnaires.models import VersionStatus
from appui.registry.doors import Doors
from appui.registry.queries import find_organisation


@click.group()
def questionnaires() -> None:
    """Forms, responses, priorities and consultations: JSON in, JSON out."""


@questionnaires.command("export")
@click.argument("form")
@click.option(
    "--to",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    required=True,
    help="The JSON file to write.",
)
def export_form(form: str, to: Path) -> None:
    """Write the form whose reference is FORM to a file: its published version, else its draft."""
    found = queries.forms(SYSTEM).filter(reference=form).first()
    if found is None:
        raise Missing(_("There is no form “%(reference)s”.") % {"reference": form})
    versions = list(found.versions.all())
    published = [one for one in versions if one.status == VersionStatus.PUBLISHED]
    version = (published or versions)[0]
    document = document_of(version).model_dump(mode="json")
    to.write_text(json.dumps(document, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    click.echo(f"{to}: {version}")


@questionnaires.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--owner", required=True, help="Name, acronym or identifier of the organisation that gets it."
)
@click.option("--reference", default="", help="Its reference; one is given unless told.")
def import_form(file: Path, owner: str, reference: str) -> None:
    """Record the form in FILE, as a draft of an organisation."""
    organisation = find_organisation(owner)
    if organisation is None or not organisation.is_workspace:
        raise Missing(_("No organisation “%(name)s” works in Appui.") % {"name": owner})
    try:
        document = FormDocument.model_validate_json(file.read_text(encoding="utf-8"))
    except (ValidationError, UnicodeDecodeError) as error:
        raise Invalid(f"{file.name}: {error}") from error
    form = editing.import_form(document, by=SYSTEM, owner=organisation, reference=reference)
    click.echo(f"{form.reference}: {form}")


DOORS = Doors(
    ("forms", "form-versions", "responses", "priorities", "consultations"),
    {
        "draft": ("drafts", "Copy the latest version of the form at ADDRESS into a new draft."),
        "publish": ("publish", "Freeze the draft at ADDRESS (form-versions/3)."),
        "discard": ("discard", "Remove the draft at ADDRESS (form-versions/3)."),
        "answer": ("answers", "Keep answers of the response at ADDRESS."),
        "submit": ("submit", "Freeze the response at ADDRESS and make priorities of weak answers."),
        "raise": ("priorities", "Make priorities of the weak answers of the response at ADDRESS."),
        "reopen": ("reopen", "Let the submitted response at ADDRESS be changed again."),
        "move": ("move", "Plan, do, drop or reopen the priority at ADDRESS."),
    },
)
DOORS.add_to(questionnaires)
commands: list[click.Command] = [questionnaires]
