"""Writes of windows and calls."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from appui.funding.actions.common import Organisations, may_hand_over
from appui.funding.models import Fund
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit


def open_fund(
    *,
    by: Reader,
    sectors: Iterable[Any] = (),
    locations: Iterable[Any] = (),
    shared_with: Organisations = (),
    **fields: Any,
) -> Fund:
    """Record a window, a call or an own fund."""
    fund = Fund(**fields)
    require(may_edit(fund, by))
    return audit.create(
        fund,
        by=by,
        sectors=list(sectors),
        locations=list(locations),
        shared_with=list(shared_with),
    )


@transaction.atomic
def change_fund(fund: Fund, *, by: Reader, version: int | None = None, **fields: Any) -> Fund:
    """Change what is known of a window."""
    audit.hold(fund)
    require(may_edit(fund, by))
    may_hand_over(fields, by)
    keep_hidden(fund, by, fields)
    return audit.update(fund, by=by, version=version, **fields)
