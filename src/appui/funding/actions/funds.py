"""Writes of windows and calls."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from appui.funding.actions.common import Organisations, may_hand_over
from appui.funding.models import Fund, RequiredDocument
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit

VERBS = (
    gettext_noop("paper added"),
    gettext_noop("paper changed"),
    gettext_noop("paper removed"),
)


def open_fund(
    *,
    by: Reader,
    sectors: Iterable[Any] = (),
    locations: Iterable[Any] = (),
    languages: Iterable[Any] = (),
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
        languages=list(languages),
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


@transaction.atomic
def add_required_document(fund: Fund, *, by: Reader, **fields: Any) -> RequiredDocument:
    """Add a paper that the window asks for."""
    _hold(fund, by)
    row = audit.create(RequiredDocument(fund=fund, **fields), by=by)
    audit.record(by, "paper added", fund, {"document": [None, str(row)]})
    return row


@transaction.atomic
def change_required_document(
    row: RequiredDocument, *, by: Reader, version: int | None = None, **fields: Any
) -> RequiredDocument:
    """Change what is known of a paper that the window asks for."""
    _hold(row.fund, by)
    before, seen = str(row), row.version
    if audit.update(row, by=by, version=version, **fields).version != seen:
        audit.record(by, "paper changed", row.fund, {"document": [before, str(row)]})
    return row


@transaction.atomic
def remove_required_document(row: RequiredDocument, *, by: Reader) -> None:
    """Take away a paper that is no longer asked for; the trail keeps it."""
    _hold(row.fund, by)
    audit.record(by, "paper removed", row.fund, {"document": [str(row), None]})
    audit.delete(row, by=by)


def _hold(fund: Fund, by: Reader) -> None:
    audit.hold(fund)
    require(may_edit(fund, by))
