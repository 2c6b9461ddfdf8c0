"""The form, the response and the consultations of the examples; all are illustrations."""

from django.db.models import Model

from appui.home.examples.files import Entry, read
from appui.home.examples.shelf import Shelf, plain, texts
from appui.questionnaires.actions import editing, responses
from appui.questionnaires.actions.consultations import record_consultation
from appui.questionnaires.documents import FormDocument
from appui.questionnaires.models import Consultation, Form, Response, VersionStatus

NUMBERS = ("people", "women", "men", "youth", "with_disabilities")


def load_questionnaires(shelf: Shelf) -> None:
    """A published form with a submitted response, and consultations about a project."""
    entries = read("questionnaires")
    for entry in entries["form"]:
        found = Form.objects.filter(reference=entry["reference"]).first()
        form = shelf.put("forms", found, _publish, shelf, entry)
        for answered in entry["response"]:
            _load_response(shelf, form, answered)
    for entry in entries["consultation"]:
        known = Consultation.objects.filter(
            owner=shelf.organisations[entry["owner"]], title=entry["title"]
        )
        shelf.put("consultations", known.first(), _record, shelf, entry)


def _publish(shelf: Shelf, entry: Entry) -> Form:
    document = FormDocument.model_validate(
        {
            **texts(entry, "title", "summary"),
            **plain(entry, "purpose"),
            "sections": entry["section"],
        }
    )
    owned = shelf.owned(entry)
    form = editing.import_form(document, by=shelf.by, reference=entry["reference"], **owned)
    editing.publish_version(form.versions.get(), by=shelf.by, today=entry["published_on"])
    return form


def _load_response(shelf: Shelf, form: Form, entry: Entry) -> None:
    about = shelf.organisations[entry["about"]]
    found = Response.objects.filter(
        form_version__form=form, about_id=about.pk, made_on=entry["made_on"]
    ).first()
    shelf.put("responses", found, _answer, shelf, form, entry, about)


def _answer(shelf: Shelf, form: Form, entry: Entry, about: Model) -> Response:
    """Submitted with all the priorities that its weak answers propose."""
    response = responses.begin_response(
        form.versions.get(status=VersionStatus.PUBLISHED),
        by=shelf.by,
        about=about,
        **shelf.owned(entry),
        **plain(entry, "made_on", "answered_by", "note"),
    )
    responses.save_answers(response, entry["answers"], by=shelf.by)
    return responses.submit_response(response, by=shelf.by, today=entry["made_on"])


def _record(shelf: Shelf, entry: Entry) -> Consultation:
    return record_consultation(
        by=shelf.by,
        about=shelf.activities[entry["activity"]],
        places=[shelf.places[code] for code in entry["places"]],
        organisations=[shelf.organisations[key] for key in entry.get("organisations", [])],
        **shelf.owned(entry),
        **plain(entry, "starts_on", "ends_on", "note", *NUMBERS),
        **texts(entry, "title", "asked", "said"),
    )
