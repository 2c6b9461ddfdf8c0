"""Writes of needs."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction

from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.verdict import require
from appui.needs import rules
from appui.needs.models import Need, NeedLine
from appui.registry.models import Code, Location, Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_edit, may_write_for


def state_need(
    *,
    by: Reader,
    locations: Iterable[Location],
    goals: Iterable[Code] = (),
    shared_with: Iterable[Organisation] = (),
    **fields: Any,
) -> Need:
    """Record a need, as a draft unless ``status`` says otherwise."""
    need = Need(**fields)
    require(may_edit(need, by))
    return audit.create(
        need,
        by=by,
        locations=list(locations),
        goals=list(goals),
        shared_with=list(shared_with),
    )


@transaction.atomic
def change_need(need: Need, *, by: Reader, version: int | None = None, **fields: Any) -> Need:
    """Change the facts of a need; the currency cannot change once it has lines."""
    audit.hold(need)
    require(rules.may_change(need, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    if fields.get("currency", need.currency) != need.currency:
        require(rules.may_change_currency(need))
    keep_hidden(need, by, fields)
    return audit.update(need, by=by, version=version, **fields)


@transaction.atomic
def move_need(need: Need, *, by: Reader, status: str, version: int | None = None) -> Need:
    """Open, close or reopen a need."""
    audit.hold(need)
    require(rules.may_move(need, status, by))
    return audit.update(need, by=by, version=version, verb=f"moved to {status}", status=status)


@transaction.atomic
def add_line(need: Need, *, by: Reader, **fields: Any) -> NeedLine:
    """Add one part of the cost."""
    audit.hold(need)
    require(rules.may_change(need, by))
    line = audit.create(NeedLine(need=need, **fields), by=by)
    audit.record(by, "line added", need, {"line": [None, f"{line}: {line.cost} {need.currency}"]})
    audit.touch(need)
    return line


@transaction.atomic
def change_line(
    line: NeedLine, *, by: Reader, version: int | None = None, **fields: Any
) -> NeedLine:
    """Change one part of the cost."""
    audit.hold(line.need)
    require(rules.may_change(line.need, by))
    keep_hidden(line, by, fields)
    before, seen = f"{line}: {line.cost} {line.need.currency}", line.version
    if audit.update(line, by=by, version=version, **fields).version == seen:
        return line
    after = f"{line}: {line.cost} {line.need.currency}"
    audit.record(by, "line changed", line.need, {"line": [before, after]})
    audit.touch(line.need)
    return line


@transaction.atomic
def remove_line(line: NeedLine, *, by: Reader) -> None:
    """Remove one part of the cost; the trail keeps it."""
    audit.hold(line.need)
    require(rules.may_change(line.need, by))
    before = f"{line}: {line.cost} {line.need.currency}"
    audit.record(by, "line removed", line.need, {"line": [before, None]})
    audit.touch(line.need)
    audit.delete(line, by=by)
