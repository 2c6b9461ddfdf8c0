"""Writes of targets."""

from typing import Any

from django.db import transaction

from appui.funding import rules
from appui.funding.actions.common import Organisations, may_hand_over
from appui.funding.models import Target
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.registry.queries import keep_hidden


def set_target(*, by: Reader, shared_with: Organisations = (), **fields: Any) -> Target:
    """Set an amount to mobilise."""
    target = Target(**fields)
    require(rules.may_set_target(target.owner_id, by))
    return audit.create(target, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_target(
    target: Target, *, by: Reader, version: int | None = None, **fields: Any
) -> Target:
    """Change a target; the trail keeps what it was."""
    audit.hold(target)
    require(rules.may_set_target(target.owner_id, by))
    may_hand_over(fields, by)
    keep_hidden(target, by, fields)
    return audit.update(target, by=by, version=version, **fields)
