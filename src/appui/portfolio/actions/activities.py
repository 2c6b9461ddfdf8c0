"""Writes of activities, of who takes part and of their identifiers."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.needs.models import Need
from appui.portfolio import rules
from appui.portfolio.actions.common import hang_on, hold, note
from appui.portfolio.models import (
    Activity,
    ActivityDocument,
    ActivityIdentifier,
    Participation,
    RelatedActivity,
    StatusChange,
)
from appui.registry.models import Code, Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_write_for

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("described"),
    gettext_noop("participation"),
    gettext_noop("participation added"),
    gettext_noop("participation changed"),
    gettext_noop("participation removed"),
    gettext_noop("other identifier"),
    gettext_noop("other identifier added"),
    gettext_noop("other identifier removed"),
)
Part = Participation | ActivityIdentifier | RelatedActivity | ActivityDocument


@transaction.atomic
def describe_activity(
    *,
    by: Reader,
    needs: Iterable[Need] = (),
    shared_with: Iterable[Organisation] = (),
    **fields: Any,
) -> Activity:
    """Record an activity."""
    activity = Activity(**fields)
    require(rules.may_change(activity, by))
    audit.create(
        activity, by=by, verb="described", needs=list(needs), shared_with=list(shared_with)
    )
    _keep_status(activity, by)
    return activity


def _keep_status(activity: Activity, by: Reader, reason: str = "") -> None:
    """A line in the history of the status; the trail has the change itself."""
    StatusChange.objects.create(
        activity=activity, status=activity.status, reason=reason.strip(), user_name=by.name[:200]
    )


@transaction.atomic
def change_activity(
    activity: Activity,
    *,
    by: Reader,
    version: int | None = None,
    status_reason: str = "",
    **fields: Any,
) -> Activity:
    """Change the facts of an activity; what it points at and ``by`` cannot see stays.

    A change of status is kept in its history, with ``status_reason``.
    """
    audit.hold(activity)
    require(rules.may_change(activity, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(activity, by, fields)
    verdict = rules.may_be_part_of(activity, fields.get("parent", activity.parent))
    if not verdict:
        raise Invalid(verdict.reason, {"parent": verdict.reason})
    before = Activity.objects.values_list("status", flat=True).get(pk=activity.pk)
    audit.update(activity, by=by, version=version, **fields)
    if activity.status_id != before:
        _keep_status(activity, by, status_reason)
    return activity


@transaction.atomic
def add_participation(
    activity: Activity, *, by: Reader, version: int | None = None, **fields: Any
) -> Participation:
    """Let an organisation take part in one of the IATI roles."""
    hold(activity, by, version)
    return hang_on(Participation(activity=activity, **fields), activity, by)


@transaction.atomic
def change_participation(
    part: Participation, *, by: Reader, version: int | None = None, **fields: Any
) -> Participation:
    """Change the role, the organisation or the note of a participation."""
    require(rules.may_change(part.activity, by))
    before = str(part)
    audit.update(part, by=by, version=version, **fields)
    note(part.activity, by, "participation changed", [before, str(part)])
    return part


@transaction.atomic
def add_identifier(
    activity: Activity,
    *,
    by: Reader,
    scheme: str,
    code: str,
    kind: Code | None = None,
    version: int | None = None,
) -> ActivityIdentifier:
    """Record the reference of the activity in another system; ``kind`` is IATI's type of it."""
    hold(activity, by, version)
    made = ActivityIdentifier(
        activity=activity, scheme=scheme.strip(), code=code.strip(), kind=kind
    )
    return hang_on(made, activity, by)


@transaction.atomic
def remove_part(part: Part, *, by: Reader) -> None:
    """Remove a participation, an identifier, a relation or a document; the trail keeps it."""
    require(rules.may_change(part.activity, by))
    note(part.activity, by, f"{part._meta.verbose_name_raw} removed", [str(part), None])
    audit.delete(part, by=by)
