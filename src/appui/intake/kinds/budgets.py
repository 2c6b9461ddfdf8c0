"""Budget lines of projects."""

from collections.abc import Mapping, Sequence
from datetime import date

from django.utils.translation import gettext_lazy as _

from appui.intake.kinds.base import Kind, Known, Outcome, Problem, Scene, Values, given
from appui.portfolio import actions
from appui.portfolio.models import BudgetLine
from appui.ui import formats

CODES = {"budget_type": "BudgetType", "budget_status": "BudgetStatus"}
USUAL = "1"  # IATI 2.03: an original budget, indicative


class Budgets(Kind):
    """What is planned for one period and category; the value date is the first day unless the file
    says."""

    model = BudgetLine
    models = (BudgetLine,)
    periods = (("period_start", "period_end"),)
    recognised_by = _(
        "The project with the first and the last day of the period, the type and the category."
    )

    def key(self, values: Values) -> Sequence[object]:
        kind, category = values.get("budget_type"), values.get("category")
        period = (values["period_start"], values["period_end"])
        codes = [item.pk if item else "" for item in (kind, category)]
        return [values["activity"].pk, *period, *codes]

    def check(self, values: Values, scene: Scene) -> list[Problem]:
        start = values["period_start"]
        if not values.get("period_end"):
            if (start.month, start.day) != (1, 1):
                return [Problem("missing", "period_end")]
            values["period_end"] = date(start.year, 12, 31)
        values.setdefault("value_date", start)
        for name, codelist in CODES.items():
            if name not in values:
                values[name] = scene.lookups.code(codelist, USUAL)
        return []

    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        activities = {values["activity"].pk for values in rows.values()}
        lines = list(BudgetLine.objects.filter(activity__in=activities))
        revised = {line.replaces_id: line for line in lines if line.replaces_id}
        standing = {
            (
                line.activity_id,
                line.period_start,
                line.period_end,
                line.budget_type_id,
                line.category_id or "",
            ): line
            for line in lines
        }
        known = {}
        for key, values in rows.items():
            line = standing.get(tuple(self.key(values)))  # type: ignore[arg-type]
            while line is not None and line.pk in revised:
                line = revised[line.pk]  # the one that counts now
            if line is not None:
                same = (line.amount, line.currency) == (values["amount"], values["currency"])
                known[key] = Known(
                    str(line), "" if same else formats.money(line.amount, line.currency)
                )
        return known

    def make(self, values: Values, scene: Scene) -> Outcome:
        names = (
            "period_start",
            "period_end",
            "amount",
            "currency",
            "value_date",
            "budget_type",
            "budget_status",
            "category",
        )
        line = actions.add_budget_line(values["activity"], by=scene.by, **given(values, *names))
        return Outcome([line])
