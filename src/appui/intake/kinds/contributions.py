"""Contributions received: lines of the ledger."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from appui.funding import actions
from appui.funding.models import Transaction
from appui.intake.columns import plain_word
from appui.intake.kinds.base import Kind, Known, Outcome, Problem, Scene, Values, given, owned
from appui.kernel.access import Role

JOINED = " · "


class Contributions(Kind):
    """The ledger is kept by finance officers, and a line is never removed: undoing reverses it."""

    model = Transaction
    models = (Transaction,)
    role = undo_role = Role.FINANCE
    recognised_by = _("Donor, day, amount, currency and reference together.")

    def key(self, values: Values) -> Sequence[object]:
        return [
            values["provider"].standing_id,
            values["date"],
            f"{values['value']:.2f}",
            values["currency"],
            plain_word(_description(values)),
        ]

    def check(self, values: Values, scene: Scene) -> list[Problem]:
        problems = []
        if values["value"] == 0:
            problems.append(Problem("zero", "value"))
        if values["date"] > scene.today:
            problems.append(Problem("in_the_future", "date"))
        if not given(values, "fund", "activity", "agreement"):
            problems.append(Problem("of_nothing", "fund"))
        if "fund" in values and values["fund"].pk in scene.lookups.funds_with_accounts:
            problems.append(Problem("keeps_accounts", "fund"))
        if len(_description(values)) > 300:
            problems.append(Problem("too_long", "description", {"most": "300"}))
        values.setdefault("value_date", values["date"])
        return problems

    def known(self, rows: Mapping[str, Values], scene: Scene) -> dict[str, Known]:
        days = {values["date"] for values in rows.values()}
        lines = Transaction.objects.filter(
            owner=scene.batch.owner, date__in=days, reverses=None, reversed_by=None
        ).select_related("provider")
        standing = {
            (
                line.provider.standing_id if line.provider else 0,
                line.date,
                f"{line.value:.2f}",
                line.currency,
                plain_word(line.description),
            ): line
            for line in lines
        }
        found = {key: standing.get(tuple(self.key(values))) for key, values in rows.items()}  # type: ignore[arg-type]
        return {key: Known(str(line)) for key, line in found.items() if line is not None}

    def make(self, values: Values, scene: Scene) -> Outcome:
        names = ("provider", "date", "value", "currency", "transaction_type", "value_date")
        values.setdefault("receiver", scene.batch.owner)
        line = actions.record_transaction(
            by=scene.by,
            today=scene.today,
            description=_description(values),
            **given(values, *names, "receiver", "fund", "activity", "agreement"),
            **owned(scene),
        )
        return Outcome([line])


def _description(values: Values) -> str:
    """The reference, which the ledger has no column for, before the description."""
    parts = (values.get("reference"), values.get("description"))
    return JOINED.join(part for part in parts if part)
