"""Writes of requests for experts, mandates and deliverables."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

from appui.evidence.models import Source
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.models import Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for
from appui.strategies import rules
from appui.strategies.models import Deliverable, ExpertRequest, Mandate, RequestState

VERBS = (
    gettext_noop("moved to asked"),
    gettext_noop("moved to agreed"),
    gettext_noop("moved to mandated"),
    gettext_noop("deliverable added"),
    gettext_noop("deliverable changed"),
    gettext_noop("deliverable removed"),
    gettext_noop("delivered"),
)


def request_expert(
    *, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any
) -> ExpertRequest:
    """Ask for an expert."""
    request = ExpertRequest(**fields)
    require(may_edit(request, by))
    return audit.create(request, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_request(
    request: ExpertRequest, *, by: Reader, version: int | None = None, **fields: Any
) -> ExpertRequest:
    """Change what is asked, or write the terms of reference, until they are agreed."""
    audit.hold(request)
    require(rules.may_change_request(request, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(request, by, fields)
    return audit.update(request, by=by, version=version, **fields)


@transaction.atomic
def move_request(
    request: ExpertRequest, *, by: Reader, state: str, reason: str = "", version: int | None = None
) -> ExpertRequest:
    """Agree the terms, refuse with a reason, ask again, or close.

    A request is mandated by ``give_mandate`` alone, and closed once nothing is left to deliver.
    """
    audit.hold(request)
    require(rules.may_move(request, state, by))
    if state == RequestState.MANDATED:
        raise Invalid(_("Name the expert: that gives the mandate."))
    left = Deliverable.objects.filter(mandate__request=request, delivered_on=None).count()
    if state == RequestState.CLOSED and left:
        raise Invalid(
            ngettext(
                "%(count)d deliverable is not delivered: deliver or remove it first.",
                "%(count)d deliverables are not delivered: deliver or remove them first.",
                left,
            )
            % {"count": left}
        )
    fields = {"state": state, "reason": reason.strip()}
    return audit.update(request, by=by, version=version, verb=f"moved to {state}", **fields)


@transaction.atomic
def give_mandate(request: ExpertRequest, *, by: Reader, **fields: Any) -> Mandate:
    """Name the expert who carries out the agreed terms; the terms are copied unless told."""
    audit.hold(request)
    require(rules.may_move(request, RequestState.MANDATED, by))
    fields["description"] = fields.get("description") or request.description
    mandate = audit.create(Mandate(request=request, **fields), by=by)
    audit.update(request, by=by, verb="moved to mandated", state=RequestState.MANDATED)
    return mandate


@transaction.atomic
def change_mandate(
    mandate: Mandate, *, by: Reader, version: int | None = None, **fields: Any
) -> Mandate:
    """Change who carries it out, when, or its terms."""
    audit.hold(mandate.request)
    require(rules.may_change_mandate(mandate.request, by))
    keep_hidden(mandate, by, fields)
    return audit.update(mandate, by=by, version=version, **fields)


@transaction.atomic
def add_deliverable(mandate: Mandate, *, by: Reader, **fields: Any) -> Deliverable:
    """Add something the mandate has to deliver."""
    audit.hold(mandate.request)
    require(rules.may_change_mandate(mandate.request, by))
    row = audit.create(Deliverable(mandate=mandate, **fields), by=by)
    audit.record(by, "deliverable added", mandate.request, {"deliverable": [None, str(row)]})
    return row


@transaction.atomic
def change_deliverable(
    row: Deliverable, *, by: Reader, version: int | None = None, **fields: Any
) -> Deliverable:
    """Change what is to be delivered, or when."""
    request = row.mandate.request
    audit.hold(request)
    require(rules.may_change_mandate(request, by))
    keep_hidden(row, by, fields)
    before, seen = str(row), row.version
    if audit.update(row, by=by, version=version, **fields).version != seen:
        texts = {"deliverable": [before, str(row)]}
        audit.record(by, "deliverable changed", request, texts)
    return row


@transaction.atomic
def deliver(
    row: Deliverable,
    *,
    by: Reader,
    delivered_on: date,
    document: Source | None = None,
    event: str = "",
    version: int | None = None,
) -> Deliverable:
    """Mark it delivered, naming the document or the event it ended in. Raises ``Invalid``."""
    request = row.mandate.request
    audit.hold(request)
    require(rules.may_change_mandate(request, by))
    fields = {"delivered_on": delivered_on, "document": document, "event": event.strip()}
    audit.update(row, by=by, version=version, verb="delivered", **fields)
    audit.record(by, "delivered", request, {"deliverable": [None, str(row)]})
    return row


@transaction.atomic
def remove_deliverable(row: Deliverable, *, by: Reader) -> None:
    """Remove a deliverable; the trail keeps it."""
    request = row.mandate.request
    require(rules.may_change_mandate(request, by))
    audit.record(by, "deliverable removed", request, {"deliverable": [str(row), None]})
    audit.delete(row, by=by)
