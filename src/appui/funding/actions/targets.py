"""Writes of targets."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from appui.funding import rules
from appui.funding.actions.common import Organisations, may_hand_over, usd_rate
from appui.funding.models import Target
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.registry.queries import keep_hidden


def set_target(*, by: Reader, shared_with: Organisations = (), **fields: Any) -> Target:
    """Set an amount to mobilise; its rate to US dollars is fixed now."""
    target = Target(**fields)
    for name, value in _fixed_rate(target.currency).items():
        setattr(target, name, value)
    require(rules.may_set_target(target.owner_id, by))
    return audit.create(target, by=by, shared_with=list(shared_with))


@transaction.atomic
def change_target(
    target: Target, *, by: Reader, version: int | None = None, **fields: Any
) -> Target:
    """Change a target; the trail keeps what it was. Another currency takes the rate of today, and
    so does a target that has none."""
    audit.hold(target)
    require(rules.may_set_target(target.owner_id, by))
    may_hand_over(fields, by)
    keep_hidden(target, by, fields)
    currency = fields.get("currency", target.currency)
    if currency != target.currency or target.usd_rate is None:
        fields |= _fixed_rate(currency)
    return audit.update(target, by=by, version=version, **fields)


def _fixed_rate(currency: str) -> dict[str, Any]:
    """The rate to US dollars of today as fields of a target."""
    return usd_rate(currency, timezone.localdate(), "usd_rate")
