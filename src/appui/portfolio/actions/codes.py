"""Writes of the codes and places of an activity, each vocabulary at once."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.evidence.models import Source
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.models import Record
from appui.portfolio.actions.common import hold, note
from appui.portfolio.models import Activity, ActivityClassification, ActivityPlace
from appui.registry.models import Code, CodeList, Location
from appui.ui import formats

# Verbs and nouns of the trail, stored in English and translated when shown.
VERBS = (gettext_noop("places"), gettext_noop("places set"), gettext_noop("codes set"))
MARKERS = "PolicyMarker"
WHOLE = Decimal(100)
Shares = Mapping[str, Decimal | None]


class Marked(NamedTuple):
    """The significance of a policy marker, why, and what shows it."""

    significance: int
    reason: str
    source: Source | None = None


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
    hold(activity, by, version)
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
    hold(activity, by, version)
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
    hold(activity, by, version)
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
    note(activity, by, "places set", [before, after])


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
    note(activity, by, "codes set", [before, after], codelist)


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
