"""The one way to write a record: in a transaction, versioned, with a line in the audit trail."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.kernel.access import Reader
from appui.kernel.errors import Conflict, Invalid, Missing
from appui.kernel.models import AuditEntry, Record

# The verbs of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("created"),
    gettext_noop("changed"),
    gettext_noop("deleted"),
    gettext_noop("merged"),
    gettext_noop("absorbed"),
    gettext_noop("merge undone"),
    gettext_noop("erased"),
    gettext_noop("invited"),
    gettext_noop("lapsed"),
    gettext_noop("withdrawn"),
    gettext_noop("joined"),
    gettext_noop("accepted"),
    gettext_noop("removed"),
    gettext_noop("line added"),
    gettext_noop("line changed"),
    gettext_noop("line removed"),
    gettext_noop("moved to draft"),
    gettext_noop("moved to open"),
    gettext_noop("moved to closed"),
    gettext_noop("moved to lead"),
    gettext_noop("moved to proposal"),
    gettext_noop("moved to pledged"),
    gettext_noop("moved to signed"),
    gettext_noop("moved to refused"),
    gettext_noop("moved to withdrawn"),
    gettext_noop("moved to terminated"),
    gettext_noop("signed"),
    gettext_noop("allocated"),
    gettext_noop("allocation withdrawn"),
    gettext_noop("reversed"),
    gettext_noop("revised"),
    gettext_noop("line"),
    gettext_noop("allocation"),
)

R = TypeVar("R", bound=Record)
M = TypeVar("M", bound=models.Model)
UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
YEARS = range(1900, 2151)
QUIET_FIELDS = frozenset({"id", "version", "created_at", "updated_at"})


def record(
    by: Reader, verb: str, obj: models.Model, changes: Mapping[str, object] | None = None
) -> AuditEntry:
    """Add one line to the trail; ``changes`` maps a field to ``[before, after]``."""
    return AuditEntry.objects.create(
        user_id=by.user_id,
        user_name=by.name[:200],
        verb=verb,
        model=obj._meta.label_lower,
        object_id=obj.pk,
        label=str(obj)[:300],
        organisation_id=getattr(obj, "owner_id", None),
        changes=dict(changes or {}),
    )


@transaction.atomic
def create(obj: M, *, by: Reader, verb: str = "created", **many: Any) -> M:
    """Validate and insert ``obj``; ``many`` sets many-to-many fields. Raises ``Invalid``."""
    _validate(obj)
    _save(obj, insert=True)
    for name, values in many.items():
        getattr(obj, name).set(values)
    texts = _texts(obj) | {name: _many_text(values) for name, values in many.items()}
    record(by, verb, obj, {name: [None, text] for name, text in texts.items() if text})
    return obj


@transaction.atomic
def update(
    obj: R, *, by: Reader, version: int | None = None, verb: str = "changed", **changes: Any
) -> R:
    """Set ``changes`` on ``obj`` and raise its version.

    Raises ``Conflict`` when ``version`` (what the person saw) is no longer the stored one,
    ``Invalid`` when the result breaks a rule of the model. Nothing is written when nothing differs.
    Only ``changes`` differ: what another person stored meanwhile in other fields stays.
    """
    stored = type(obj)._default_manager.select_for_update().get(pk=obj.pk)
    if version is not None and stored.version != version:
        raise Conflict(
            _(
                "“%(name)s” was changed by someone else while you were editing. "
                "Nothing of yours was saved: compare with the current version, then save again."
            )
            % {"name": str(stored)},
            stored.version,
        )
    before = _texts(stored)
    many = {name: list(changes.pop(name)) for name in _many_names(obj) if name in changes}
    many_changes = {name: _many_change(stored, name, values) for name, values in many.items()}
    _take_over(obj, stored)
    for name, value in changes.items():
        setattr(obj, name, value)
    _validate(obj)
    after = _texts(obj)
    differing = {
        name: [before.get(name), after.get(name)]
        for name in after
        if after.get(name) != before.get(name)
    } | {name: change for name, change in many_changes.items() if change is not None}
    if not differing:
        return obj
    obj.version = stored.version + 1
    _save(obj, insert=False)
    for name, values in many.items():
        getattr(obj, name).set(values)
    record(by, verb, obj, differing)
    return obj


@transaction.atomic
def delete(obj: models.Model, *, by: Reader, verb: str = "deleted") -> None:
    """Remove ``obj``; its last state stays in the trail. Raises ``Invalid`` while it is in use."""
    texts = {name: [text, None] for name, text in _texts(obj).items() if text}
    record(by, verb, obj, texts)
    try:
        obj.delete()
    except models.ProtectedError as error:
        raise Invalid(
            _("“%(name)s” is still used by %(count)d other records, so it cannot be deleted.")
            % {"name": str(obj), "count": len(error.protected_objects)}
        ) from error


def hold(obj: models.Model) -> None:
    """Lock the row within a transaction and bring ``obj`` to what is stored.

    Of two acts at once the second is then judged by what the first did.
    Raises ``Missing`` when the first removed it.
    """
    try:
        obj.refresh_from_db(from_queryset=type(obj)._default_manager.select_for_update())
    except type(obj).DoesNotExist as error:  # type: ignore[attr-defined]
        raise Missing(_("“%(name)s” is no longer there.") % {"name": str(obj)}) from error


def history(obj: models.Model) -> models.QuerySet[AuditEntry]:
    """The trail of one record, newest first."""
    return AuditEntry.objects.filter(model=obj._meta.label_lower, object_id=obj.pk)


def touch(obj: Record) -> None:
    """Raise the version of ``obj`` because something it owns changed; no trail of its own."""
    type(obj)._default_manager.filter(pk=obj.pk).update(version=F("version") + 1)


def _validate(obj: models.Model) -> None:
    _refuse_unstorable(obj)
    _refuse_implausible(obj)
    try:
        obj.full_clean()
    except ValidationError as error:
        raise _as_invalid(error) from error


def _refuse_unstorable(obj: models.Model) -> None:
    """Refuse characters that a database cannot hold: NUL, and halves of surrogate pairs."""
    for field in obj._meta.concrete_fields:
        if any(map(UNSTORABLE.search, _strings(getattr(obj, field.attname)))):
            text = _("The text holds a character that cannot be stored: type it again.")
            raise Invalid(text, {field.name: text})


def _refuse_implausible(obj: models.Model) -> None:
    """Refuse days that a slip of the hand makes: 1 January 0202, 31 December 9999."""
    for field in obj._meta.concrete_fields:
        day = getattr(obj, field.attname) if isinstance(field, models.DateField) else None
        if isinstance(day, date) and day.year not in YEARS:
            text = _("Check the year: %(year)d is not between %(first)d and %(last)d.") % {
                "year": day.year,
                "first": YEARS[0],
                "last": YEARS[-1],
            }
            raise Invalid(text, {field.name: text})


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from _strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from _strings(item)


def _as_invalid(error: ValidationError) -> Invalid:
    if hasattr(error, "error_dict"):
        fields = {name: " ".join(texts) for name, texts in error.message_dict.items()}
    else:
        fields = {NON_FIELD_ERRORS: " ".join(error.messages)}
    return Invalid(" ".join(fields.values()), fields)


def _save(obj: models.Model, *, insert: bool) -> None:
    try:
        with transaction.atomic():
            obj.save(force_insert=insert, force_update=not insert)
    except IntegrityError as error:
        raise Invalid(
            _("“%(name)s” breaks a rule of the database: %(rule)s.")
            % {"name": str(obj), "rule": str(error).splitlines()[0]}
        ) from error


def _texts(obj: models.Model) -> dict[str, str | None]:
    """Every stored field as text; a relation as its key, so that no name outlives its record.

    A model names in ``QUIET_FIELDS`` what is no news to a person, as what was computed.
    """
    texts: dict[str, str | None] = {}
    quiet = QUIET_FIELDS.union(getattr(obj, "QUIET_FIELDS", ()))
    for field in obj._meta.concrete_fields:
        if field.name in quiet:
            continue
        value = field.value_from_object(obj)
        if isinstance(field, models.DecimalField) and isinstance(value, Decimal):
            texts[field.name] = f"{value:.{field.decimal_places}f}"  # 100 and 100.00 are the same
        else:
            texts[field.name] = None if value is None or value == "" else field.value_to_string(obj)
    return texts


def _many_names(obj: models.Model) -> list[str]:
    return [field.name for field in obj._meta.many_to_many]


def _many_change(stored: models.Model, name: str, values: list[Any]) -> list[str] | None:
    """The labels before and after; None when they are the same rows."""
    before = list(getattr(stored, name).all())
    if {item.pk for item in before} == {item.pk for item in values}:
        return None
    return [_many_text(before), _many_text(values)]


def _many_text(values: Iterable[object]) -> str:
    return "; ".join(sorted(str(item) for item in values))


def _take_over(obj: models.Model, stored: models.Model) -> None:
    """Bring ``obj``, which may have been read long ago, to what is stored."""
    for field in obj._meta.concrete_fields:
        value = getattr(stored, field.attname)
        if getattr(obj, field.attname) != value:
            setattr(obj, field.attname, value)


def forget_changes(obj: models.Model) -> None:
    """Blank the texts of a record's trail when the person it speaks of is erased."""
    entries = models.QuerySet[AuditEntry](AuditEntry)  # an AppendOnly set refuses to update
    entries.filter(model=obj._meta.label_lower, object_id=obj.pk).update(label="—", changes={})
