"""Figures with the sources that state them."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.utils.translation import gettext_lazy as _

from appui.evidence import actions
from appui.evidence.models import Figure, Source
from appui.intake.columns import plain_word
from appui.intake.kinds.base import Kind, Known, Outcome, Problem, Scene, Values, given, owned
from appui.ui import formats

TIMES = ("as_of", "period_start", "period_end")
SOURCE = ("publisher", "title", "published_on", "page")


class Figures(Kind):
    """A figure is never deleted: undoing makes it private and marks it as to be checked."""

    model = Figure
    models = (Figure, Source)
    periods = (("period_start", "period_end"),)
    recognised_by = _("Measure, place, unit, date or period, and the source.")

    def key(self, values: Values) -> Sequence[object]:
        place = values.get("location")
        return [
            values["measure"].pk,
            place.pk if place else "",
            values["unit"].pk,
            *(values.get(name) or "" for name in TIMES),
            *(_folded(values.get(name)) for name in SOURCE),
        ]

    def check(self, values: Values, scene: Scene) -> list[Problem]:
        start = values.get("period_start")
        if start and not values.get("period_end") and (start.month, start.day) == (1, 1):
            values["period_end"] = date(start.year, 12, 31)
        state, period = bool(values.get("as_of")), [bool(values.get(name)) for name in TIMES[1:]]
        if (state and any(period)) or (not state and not all(period)):
            return [Problem("date_or_period", "as_of")]
        return []

    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        measures = {values["measure"].pk for values in rows.values()}
        publishers = {values["publisher"] for values in rows.values()}
        stated: dict[tuple[object, ...], list[Figure]] = {}
        for figure in Figure.objects.filter(
            owner=scene.batch.owner,
            measure__in=measures,
            detail={},
            source__publisher__in=publishers,
        ).select_related("measure", "location", "unit", "source"):
            stated.setdefault(tuple(self.key(_values_of(figure))), []).append(figure)
        known = {}
        for key, values in rows.items():
            same = stated.get(tuple(self.key(values)), [])
            if same:
                exact = any(figure.value == values["value"] for figure in same)
                known[key] = Known(str(same[0]), "" if exact else formats.number(same[-1].value))
        return known

    def make(self, values: Values, scene: Scene) -> Outcome:
        wanted: dict[str, Any] = {name: values.get(name) or "" for name in SOURCE}
        wanted["published_on"] = values.get("published_on")
        source = Source.objects.filter(owner=scene.batch.owner, **wanted).order_by("pk").first()
        made: list[Any] = []
        if source is None:
            url = values.get("url", "")
            source = actions.cite(by=scene.by, url=url, **wanted, **owned(scene))
            made.append(source)
        figure = actions.record_figure(
            by=scene.by,
            source=source,
            **given(values, "measure", "location", "unit", "value", "note", *TIMES),
            **owned(scene),
        )
        return Outcome([*made, figure])


def _folded(value: object) -> object:
    return plain_word(value) if isinstance(value, str) else value or ""


def _values_of(figure: Figure) -> Values:
    source = {name: getattr(figure.source, name) for name in SOURCE}
    about = {name: getattr(figure, name) for name in ("measure", "location", "unit", *TIMES)}
    return about | source
