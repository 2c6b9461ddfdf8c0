"""Writes of sources and figures."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from appui.evidence import rules
from appui.evidence.models import Figure, Source
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import Verdict, require
from appui.registry.models import Organisation
from appui.registry.rules import may_edit, may_write_for

# Verbs of the trail, stored in English and translated when shown.
VERBS = (
    gettext_noop("cited"),
    gettext_noop("recorded"),
    gettext_noop("revised"),
    gettext_noop("superseded"),
    gettext_noop("annotated"),
)


def cite(*, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any) -> Source:
    """Record a publication that figures are taken from."""
    source = Source(**fields)
    require(may_edit(source, by))
    return audit.create(source, by=by, verb="cited", shared_with=list(shared_with))


def change_source(
    source: Source, *, by: Reader, version: int | None = None, **fields: Any
) -> Source:
    """Correct the reference of a source; it stays visible to those who see its figures."""
    require(may_edit(source, by))
    if "owner" in fields:
        require(may_write_for(fields["owner"].pk, by))
    _check(rules.may_narrow(source, fields.get("visibility", source.visibility)))
    return audit.update(source, by=by, version=version, **fields)


def record_figure(*, by: Reader, shared_with: Iterable[Organisation] = (), **fields: Any) -> Figure:
    """Record one value of one measure from one source; raises ``Invalid`` or ``Refused``."""
    figure = Figure(**fields)
    require(may_edit(figure, by))
    _check(rules.may_show(figure.visibility, figure.source))
    return audit.create(figure, by=by, verb="recorded", shared_with=list(shared_with))


@transaction.atomic
def revise_figure(
    figure: Figure, *, by: Reader, value: Decimal, version: int | None = None, **changes: Any
) -> Figure:
    """Record a new vintage that supersedes ``figure``, which stays as it was.

    ``changes`` may give another source, date or period, confidence and note. Raises ``Refused``
    when a later vintage exists, ``Conflict`` when ``figure`` is not the version the person saw.
    """
    figure = Figure.objects.select_for_update().get(pk=figure.pk)
    require(rules.may_revise(figure, by))
    audit.update(figure, by=by, version=version)
    revised = Figure(
        measure=figure.measure,
        detail=figure.detail,
        location=figure.location,
        unit=figure.unit,
        value=value,
        owner=figure.owner,
        visibility=figure.visibility,
        supersedes=figure,
        **_dates(figure, changes),
        source=changes.pop("source", figure.source),
        confidence=changes.pop("confidence", figure.confidence),
        **changes,
    )
    _check(rules.may_show(revised.visibility, revised.source))
    audit.create(revised, by=by, verb="revised", shared_with=list(figure.shared_with.all()))
    before, after = f"{figure.value.normalize():f}", f"{value.normalize():f}"
    audit.record(by, "superseded", figure, {"value": [before, after]})
    return revised


def _dates(figure: Figure, changes: dict[str, Any]) -> dict[str, Any]:
    """The dates given, taken out of ``changes``; those of ``figure`` when none is given."""
    names = ("as_of", "period_start", "period_end")
    given = {name: changes.pop(name) for name in names if name in changes}
    if any(given.values()):
        return given
    return {name: getattr(figure, name) for name in names}


def annotate_figure(
    figure: Figure, *, by: Reader, version: int | None = None, **fields: Any
) -> Figure:
    """Change the note, the confidence or who sees a figure; never what it says."""
    require(may_edit(figure, by))
    _check(rules.may_show(fields.get("visibility", figure.visibility), figure.source))
    return audit.update(figure, by=by, version=version, verb="annotated", **fields)


def _check(verdict: Verdict) -> None:
    """Raise ``Invalid`` at the field that says who sees the record."""
    if not verdict:
        raise Invalid(verdict.reason, {"visibility": verdict.reason})
