"""Writes of consultations."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.questionnaires.models import Consultation
from appui.questionnaires.models.about import about_fields
from appui.registry.models import Location, Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for


def record_consultation(
    *,
    by: Reader,
    about: Model | None = None,
    places: Iterable[Location] = (),
    organisations: Iterable[Organisation] = (),
    shared_with: Iterable[Organisation] = (),
    **fields: Any,
) -> Consultation:
    """Record who was heard and what was said."""
    consultation = Consultation(**about_fields(about), **fields)
    require(may_edit(consultation, by))
    return audit.create(
        consultation,
        by=by,
        places=list(places),
        organisations=list(organisations),
        shared_with=list(shared_with),
    )


@transaction.atomic
def change_consultation(
    consultation: Consultation, *, by: Reader, version: int | None = None, **fields: Any
) -> Consultation:
    """Change what is recorded; what it is about stays."""
    audit.hold(consultation)
    require(may_edit(consultation, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(consultation, by, fields)
    return audit.update(consultation, by=by, version=version, **fields)
