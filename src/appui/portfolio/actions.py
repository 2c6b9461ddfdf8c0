"""Writes of activities and what hangs on them."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, TypeVar

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.evidence.models import Source
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.models import Record
from appui.kernel.verdict import require
from appui.needs.models import Need
from appui.portfolio import rules
from appui.portfolio.models import (
    Activity,
    ActivityClassification,
    ActivityIdentifier,
    ActivityPlace,
    BudgetLine,
    Participation,
)
from appui.registry.models import Code, CodeList, Location, Organisation
from appui.registry.queries import keep_hidden
from appui.registry.rules import may_write_for
from appui.ui import formats

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
    gettext_noop("budget line"),
    gettext_noop("budget line added"),
    gettext_noop("budget line revised"),
    gettext_noop("places"),
    gettext_noop("places set"),
    gettext_noop("codes set"),
)
MARKERS = "PolicyMarker"
REVISED = "2"  # IATI 2.03, BudgetType
WHOLE = Decimal(100)
Shares = Mapping[str, Decimal | None]
Part = Participation | ActivityIdentifier
R = TypeVar("R", bound=Record)


class Marked(NamedTuple):
    """The significance of a policy marker, why, and what shows it."""

    significance: int
    reason: str
    source: Source | None = None


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
    return audit.create(
        activity, by=by, verb="described", needs=list(needs), shared_with=list(shared_with)
    )


@transaction.atomic
def change_activity(
    activity: Activity, *, by: Reader, version: int | None = None, **fields: Any
) -> Activity:
    """Change the facts of an activity; what it points at and ``by`` cannot see stays."""
    audit.hold(activity)
    require(rules.may_change(activity, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    keep_hidden(activity, by, fields)
    verdict = rules.may_be_part_of(activity, fields.get("parent", activity.parent))
    if not verdict:
        raise Invalid(verdict.reason, {"parent": verdict.reason})
    return audit.update(activity, by=by, version=version, **fields)


@transaction.atomic
def add_participation(
    activity: Activity, *, by: Reader, version: int | None = None, **fields: Any
) -> Participation:
    """Let an organisation take part in one of the IATI roles."""
    _hold(activity, by, version)
    return _hang_on(Participation(activity=activity, **fields), activity, by)


@transaction.atomic
def change_participation(
    part: Participation, *, by: Reader, version: int | None = None, **fields: Any
) -> Participation:
    """Change the role, the organisation or the note of a participation."""
    require(rules.may_change(part.activity, by))
    before = str(part)
    audit.update(part, by=by, version=version, **fields)
    _note(part.activity, by, "participation changed", [before, str(part)])
    return part


@transaction.atomic
def add_identifier(
    activity: Activity, *, by: Reader, scheme: str, code: str, version: int | None = None
) -> ActivityIdentifier:
    """Record the reference of the activity in another system."""
    _hold(activity, by, version)
    made = ActivityIdentifier(activity=activity, scheme=scheme.strip(), code=code.strip())
    return _hang_on(made, activity, by)


@transaction.atomic
def remove_part(part: Part, *, by: Reader) -> None:
    """Remove a participation or an identifier; the trail keeps it."""
    require(rules.may_change(part.activity, by))
    _note(part.activity, by, f"{part._meta.verbose_name_raw} removed", [str(part), None])
    audit.delete(part, by=by)


@transaction.atomic
def set_shares(
    activity: Activity,
    codelist: str,
    shares: Shares,
    *,
    by: Reader,
    version: int | None = None,
    reasons: Mapping[str, str] | None = None,
) -> None:
    """Put exactly these codes of one vocabulary on the activity.

    Either every share is None ("not stated") or each is above 0 and they make 100; raises
    ``Invalid`` otherwise, with the sum found. ``reasons`` not given are kept.
    """
    if codelist == MARKERS:
        raise Invalid(_("Policy markers have a significance, not a share."))
    _hold(activity, by, version)
    _check_shares(_name_of(codelist), shares)
    codes = _codes(codelist, shares)
    said = reasons or {}

    def fields_of(value: str) -> dict[str, Any]:
        fields: dict[str, Any] = {"percentage": shares[value], "significance": None}
        return fields | ({"reason": said[value]} if value in said else {})

    _classify(activity, codelist, {codes[value]: fields_of(value) for value in shares}, by)


@transaction.atomic
def set_markers(
    activity: Activity, markers: Mapping[str, Marked], *, by: Reader, version: int | None = None
) -> None:
    """Put exactly these policy markers on the activity, each with its significance 0 to 4.

    Raises ``Invalid`` with a field ``reason_CODE`` for each that is not justified.
    """
    _hold(activity, by, version)
    _check_reasons(markers)
    codes = _codes(MARKERS, markers)
    wanted: dict[Code, dict[str, Any]] = {
        codes[value]: {
            "significance": given.significance,
            "percentage": None,
            "reason": given.reason.strip(),
            "source": given.source,
        }
        for value, given in markers.items()
    }
    _classify(activity, MARKERS, wanted, by)


def _check_reasons(markers: Mapping[str, Marked]) -> None:
    text = _("Say why: a score without a justification tells nothing.")
    faults = {f"reason_{code}": text for code, given in markers.items() if not given.reason.strip()}
    if faults:
        raise Invalid(text, faults)


@transaction.atomic
def set_places(
    activity: Activity, shares: Shares, *, by: Reader, version: int | None = None
) -> None:
    """Let the activity take place exactly there; shares as in ``set_shares``."""
    _hold(activity, by, version)
    _check_shares(_("Places"), shares)
    found = {place.code: place for place in Location.objects.filter(code__in=list(shares))}
    _refuse_unknown([value for value in shares if value not in found], _("Places"))
    standing = {item.location_id: item for item in activity.places.select_related("location")}
    before = _said(standing.values(), lambda item: item.location.code)
    for value, share in shares.items():
        item = standing.pop(found[value].pk, None) or ActivityPlace(
            activity=activity, location=found[value]
        )
        _put(item, by, percentage=share)
    for item in standing.values():
        audit.delete(item, by=by)
    after = _said(activity.places.select_related("location"), lambda item: item.location.code)
    _note(activity, by, "places set", [before, after])


@transaction.atomic
def add_budget_line(
    activity: Activity, *, by: Reader, version: int | None = None, **fields: Any
) -> BudgetLine:
    """Plan money for one period; a period above 12 months is kept, and shown as such."""
    _hold(activity, by, version)
    return _hang_on(BudgetLine(activity=activity, **fields), activity, by)


@transaction.atomic
def revise_budget_line(
    line: BudgetLine, *, by: Reader, version: int | None = None, **changes: Any
) -> BudgetLine:
    """Replace a line by a revised one; the line replaced stays and no longer counts."""
    line = BudgetLine.objects.select_for_update().get(pk=line.pk)
    require(rules.may_revise(line, by))
    keep_hidden(line, by, changes)
    audit.update(line, by=by, version=version)
    names = ("budget_status", "period_start", "period_end", "amount", "currency", "value_date")
    fields = {name: getattr(line, name) for name in (*names, "source")} | changes
    fields["budget_type"] = Code.objects.of("BudgetType").get(code=REVISED)
    revised = BudgetLine(activity=line.activity, replaces=line, **fields)
    audit.create(revised, by=by, verb="revised")
    _note(line.activity, by, "budget line revised", [str(line), str(revised)])
    return revised


def _hold(activity: Activity, by: Reader, version: int | None) -> None:
    """Check that ``by`` may change the activity and saw its present state; locks its row."""
    require(rules.may_change(activity, by))
    audit.update(Activity.objects.get(pk=activity.pk), by=by, version=version)


def _hang_on(part: R, activity: Activity, by: Reader) -> R:
    audit.create(part, by=by)
    _note(activity, by, f"{part._meta.verbose_name_raw} added", [None, str(part)])
    return part


def _note(
    activity: Activity, by: Reader, verb: str, change: list[str | None], what: str = ""
) -> None:
    """A line in the trail of the activity, whose version rises; none when nothing differs.

    ``what`` changed is the noun of ``verb`` unless told.
    """
    if change[0] != change[1]:
        audit.record(by, verb, activity, {what or verb.rsplit(" ", 1)[0]: change})
        audit.touch(activity)


def _classify(
    activity: Activity, codelist: str, wanted: Mapping[Code, dict[str, Any]], by: Reader
) -> None:
    rows = activity.classifications.filter(code__codelist__slug=codelist).select_related("code")
    standing = {item.code_id: item for item in rows}
    before = _said(standing.values(), lambda item: item.code.code)
    for code, fields in wanted.items():
        item = standing.pop(code.pk, None) or ActivityClassification(activity=activity, code=code)
        _put(item, by, **fields)
    for item in standing.values():
        audit.delete(item, by=by)
    after = _said(rows.all(), lambda item: item.code.code)
    _note(activity, by, "codes set", [before, after], codelist)


def _put(item: Record, by: Reader, **fields: Any) -> None:
    """Insert ``item`` or change it."""
    if item.pk is not None:
        audit.update(item, by=by, **fields)
        return
    for name, value in fields.items():
        setattr(item, name, value)
    audit.create(item, by=by)


def _said(items: Iterable[Any], name: Callable[[Any], str]) -> str | None:
    """Codes with their shares or weights, as the trail keeps them."""
    texts = []
    for item in items:
        share, weight = item.percentage, getattr(item, "significance", None)
        after = f" {share.normalize():f} %" if share is not None else ""
        texts.append(name(item) + (f" = {weight}" if weight is not None else after))
    return "; ".join(sorted(texts)) or None


def _check_shares(vocabulary: str, shares: Shares) -> None:
    stated = [share for share in shares.values() if share is not None]
    if not stated:
        return
    names = {"vocabulary": vocabulary}
    if len(stated) < len(shares):
        raise Invalid(_("“%(vocabulary)s”: state the share of every code, or of none.") % names)
    if any(share <= 0 for share in stated):
        raise Invalid(_("“%(vocabulary)s”: a share is above 0 %%.") % names)
    total = sum(stated, Decimal(0))
    if total != WHOLE:
        raise Invalid(
            _("“%(vocabulary)s”: the shares make %(sum)s %%, they must make 100 %%.")
            % (names | {"sum": formats.number(total)})
        )


def _codes(codelist: str, values: Iterable[str]) -> dict[str, Code]:
    wanted = list(values)
    found = {item.code: item for item in Code.objects.of(codelist).filter(code__in=wanted)}
    _refuse_unknown([value for value in wanted if value not in found], _name_of(codelist))
    return found


def _refuse_unknown(unknown: list[str], vocabulary: str) -> None:
    if unknown:
        raise Invalid(
            _("“%(vocabulary)s” has no code %(codes)s.")
            % {"vocabulary": vocabulary, "codes": ", ".join(unknown)}
        )


def _name_of(codelist: str) -> str:
    found = CodeList.objects.filter(slug=codelist).first()
    if found is None:
        raise Invalid(_("There is no code list “%(name)s”.") % {"name": codelist})
    return str(found)
