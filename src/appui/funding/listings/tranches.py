"""How tranches, conditions and amendments of an agreement look."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.funding.listings.common import linked
from appui.funding.models import Agreement
from appui.funding.rules import TrancheState
from appui.kernel.money import Money
from appui.ui import formats
from appui.ui.listing import Column

TRANCHE_TONES: dict[str, str] = {
    TrancheState.EXPECTED: "plain",
    TrancheState.OVERDUE: "late",
    TrancheState.CONDITION: "wait",
    TrancheState.PART: "wait",
    TrancheState.RECEIVED: "",
}


def tranche_columns(
    agreement: Agreement, *, changeable: bool = False, meetable: bool = False
) -> list[Column]:
    """Of ``TrancheStanding``: what is paid when, on which condition, and what came in."""
    columns = [
        Column("number", gettext_lazy("Tranche"), lambda row: str(row.tranche.number)),
        Column(
            "amount",
            gettext_lazy("Amount"),
            lambda row: Money(row.tranche.amount, agreement.currency),
            "money",
        ),
        Column("due_on", gettext_lazy("Due on"), lambda row: row.tranche.due_on, "date"),
        Column("condition", gettext_lazy("Condition"), lambda row: row.tranche.condition),
        Column("met_on", gettext_lazy("Met on"), lambda row: row.tranche.met_on, "date"),
        Column(
            "evidence",
            gettext_lazy("Evidence"),
            lambda row: row.tranche.evidence,
            href=lambda row: linked(row.tranche.evidence),
            phone=False,
        ),
        Column(
            "received",
            gettext_lazy("Received"),
            lambda row: Money(row.received, agreement.currency),
            "money",
        ),
        Column(
            "state",
            gettext_lazy("State"),
            lambda row: row.state.label,
            "tag",
            tone=lambda row: TRANCHE_TONES[row.state],
        ),
    ]
    if changeable:
        columns.append(_act("tranche_edit", gettext_lazy("Change"), lambda row: row.tranche.pk))
        columns.append(_act("tranche_remove", gettext_lazy("Remove"), lambda row: row.tranche.pk))
    elif meetable:
        columns.append(
            Column(
                "meet",
                gettext_lazy("Change"),
                lambda row: _meet_word(row.tranche) if row.tranche.condition else "",
                href=lambda row: (
                    reverse("funding:tranche_meet", args=[row.tranche.pk])
                    if row.tranche.condition
                    else ""
                ),
            )
        )
    return columns


def _meet_word(row: Any) -> str:
    return _("Change") if row.met_on else _("Say it is met")


def _act(address: str, label: Any, key: Any) -> Column:
    return Column(
        address,
        label,
        lambda _row: str(label),
        href=lambda row: reverse(f"funding:{address}", args=[key(row)]),
    )


def condition_columns(*, changeable: bool = False, meetable: bool = False) -> list[Column]:
    """The conditions of an agreement."""
    columns = [
        Column("text", gettext_lazy("Condition"), lambda row: row.text),
        Column("type", gettext_lazy("Type"), lambda row: row.condition_type),
        Column(
            "state",
            gettext_lazy("State"),
            lambda row: _("Met") if row.met_on else _("Not met"),
            "tag",
            tone=lambda row: "" if row.met_on else "wait",
        ),
        Column("met_on", gettext_lazy("Met on"), lambda row: row.met_on, "date"),
        Column(
            "evidence",
            gettext_lazy("Evidence"),
            lambda row: row.evidence,
            href=lambda row: linked(row.evidence),
            phone=False,
        ),
    ]
    if changeable:
        columns.append(_act("condition_edit", gettext_lazy("Change"), lambda row: row.pk))
        columns.append(_act("condition_remove", gettext_lazy("Remove"), lambda row: row.pk))
    elif meetable:
        columns.append(
            Column(
                "meet",
                gettext_lazy("Change"),
                _meet_word,
                href=lambda row: reverse("funding:condition_meet", args=[row.pk]),
            )
        )
    return columns


def _from_to(before: str, after: str) -> str:
    return _("%(before)s, then %(after)s") % {"before": before, "after": after}


def _amounts(row: Any) -> str:
    currency = row.agreement.currency
    if row.amount_before == row.amount_after:
        return ""
    sides = (formats.money(side, currency) for side in (row.amount_before, row.amount_after))
    return _from_to(*sides)


def _ends(row: Any) -> str:
    if row.ends_on_before == row.ends_on_after:
        return ""
    sides = (
        formats.day(side) if side else _("not stated")
        for side in (row.ends_on_before, row.ends_on_after)
    )
    return _from_to(*sides)


def _rate(row: Any) -> str:
    if row.usd_rate is None or row.agreement.currency == "USD":
        return ""
    return f"{formats.number(row.usd_rate.normalize())} · {row.usd_rate_source}"


AMENDMENTS = (
    Column("number", gettext_lazy("Amendment"), lambda row: str(row.number)),
    Column("signed_on", gettext_lazy("Signed on"), lambda row: row.signed_on, "date"),
    Column("kind", gettext_lazy("Kind"), lambda row: row.get_kind_display()),
    Column("amount", gettext_lazy("Amount"), _amounts),
    Column("ends_on", gettext_lazy("End"), _ends),
    Column(
        "tranches",
        gettext_lazy("Tranches"),
        lambda row: _("planned anew") if row.tranches_before != row.tranches_after else "",
        phone=False,
    ),
    Column("rate", gettext_lazy("US dollars for one unit"), _rate, phone=False),
    Column("reason", gettext_lazy("What changes, and why"), lambda row: row.reason),
    Column(
        "source",
        gettext_lazy("Source"),
        lambda row: row.source,
        href=lambda row: linked(row.source),
        phone=False,
    ),
)
