"""Needs, a row for each of their lines."""

from collections.abc import Mapping, Sequence
from decimal import Decimal

from django.db.models import Model
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from appui.intake.kinds.base import (
    Kind,
    Known,
    Outcome,
    Problem,
    Scene,
    Values,
    given,
    owned,
    texts,
)
from appui.kernel.money import cents
from appui.needs import actions
from appui.needs.models import Need, NeedLine
from appui.ui import formats

COST = ("quantity", "unit_cost", "fixed_cost", "stated_cost")


class Needs(Kind):
    """Rows with the same reference are lines of one need; the first tells what the need is."""

    model = Need
    models = (NeedLine, Need)
    periods = (("starts_on", "needed_by"), ("year_from", "year_to"))
    recognised_by = _("The reference of the need, with the pillar and the years of its line.")

    def key(self, values: Values) -> Sequence[object]:
        pillar = values.get("pillar")
        years = (values.get("year_from"), values.get("year_to")) if pillar else ()
        return [values["reference"].lower(), pillar.pk if pillar else "", *years]

    def check(self, values: Values, scene: Scene) -> list[Problem]:
        if not values.get("pillar"):
            return [Problem("missing", "pillar")] if given(values, *COST) else []
        if not values.get("year_from"):
            return [Problem("missing", "year_from")]
        values.setdefault("year_to", values["year_from"])
        return [] if _cost_known_one_way(values) else [Problem("cost_unclear")]

    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        wanted = {values["reference"].lower() for values in rows.values()}
        needs = {
            need.reference.lower(): need
            for need in Need.objects.annotate(low=Lower("reference"))
            .filter(low__in=wanted)
            .prefetch_related("lines")
        }
        found = {}
        for key, values in rows.items():
            need = needs.get(values["reference"].lower())
            if need is not None and (known := _known(need, values, scene)) is not None:
                found[key] = known
        return found

    def make(self, values: Values, scene: Scene) -> Outcome:
        made: list[Model] = []
        same = Need.objects.filter(reference__iexact=values["reference"])
        need = same.filter(owner=scene.batch.owner).first()
        touched = [need] if need else []
        if need is None:
            need = actions.state_need(
                by=scene.by,
                locations=values["locations"],
                **texts(scene, values, "title", "summary"),
                **given(values, "reference", "sector", "kind", "currency", "beneficiaries"),
                **given(values, "starts_on", "needed_by"),
                **owned(scene),
            )
            made.append(need)
        if values.get("pillar"):
            names = ("pillar", "year_from", "year_to", "unit", "who_pays", *COST)
            made.append(actions.add_line(need, by=scene.by, **given(values, *names)))
            need.refresh_from_db(fields=["version"])
        return Outcome(made, touched)


def _cost_known_one_way(values: Values) -> bool:
    """As the constraint of a line has it."""
    quantity, unit, fixed, stated = (values.get(name) for name in COST)
    if quantity is not None and values.get("unit") is None:
        return False
    if stated is not None:
        return unit is None and not fixed
    return quantity is not None if unit is not None else bool(fixed)


def _known(need: Need, values: Values, scene: Scene) -> Known | None:
    if need.owner_id != scene.batch.owner_id:
        return Known("", gettext("a record of another organisation"))
    pillar = values.get("pillar")
    if pillar is None:
        return Known(str(need))
    for line in need.lines.all():
        if (line.pillar_id, line.year_from, line.year_to) == (
            pillar.pk,
            values["year_from"],
            values["year_to"],
        ):
            same = line.cost == _cost(values)
            return Known(str(need), "" if same else formats.money(line.cost, need.currency))
    return None


def _cost(values: Values) -> Decimal:
    if values.get("stated_cost") is not None:
        return cents(values["stated_cost"])
    each = (values.get("quantity") or Decimal(0)) * (values.get("unit_cost") or Decimal(0))
    return cents(each + (values.get("fixed_cost") or Decimal(0)))
