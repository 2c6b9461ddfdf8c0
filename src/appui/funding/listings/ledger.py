"""How lines of the ledger look in lists."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from appui.funding.models import Agreement
from appui.kernel.money import Money
from appui.portfolio.models import Activity
from appui.registry.listings import OWNER_FILTER, address, code_choices, record_filter
from appui.ui.listing import Column, Filter, Listing

TRANSACTIONS = Listing(
    name="ledger",
    columns=(
        Column("date", _("Date"), lambda row: row.date, "date", ("date",), href=address),
        Column(
            "type",
            _("Type"),
            lambda row: row.transaction_type,
            order_by=("transaction_type__code",),
        ),
        Column("provider", pgettext_lazy("from whom or what", "From"), lambda row: row.provider),
        Column("receiver", pgettext_lazy("to whom or what", "To"), lambda row: row.receiver),
        Column(
            "of",
            _("On account of"),
            lambda row: row.agreement or row.activity or row.fund or _("not shared with you"),
            phone=False,
        ),
        Column(
            "value", _("Value"), lambda row: Money(row.value, row.currency), "money", ("value",)
        ),
        Column(
            "usd",
            _("In US dollars"),
            lambda row: Money(row.usd_value, "USD") if row.usd_value is not None else None,
            "money",
            ("usd_value",),
        ),
        Column(
            "state",
            _("State"),
            lambda row: ledger_word(row),
            "tag",
            tone=lambda row: "late" if ledger_word(row) else "",
        ),
    ),
    filters=(
        Filter(
            "type",
            _("Type"),
            code_choices("TransactionType"),
            lambda rows, value: rows.filter(transaction_type=value),
        ),
        OWNER_FILTER,
        record_filter("agreement", _("Agreement"), Agreement),
        record_filter("activity", _("Project"), Activity),
    ),
    search=("description", "provider__name", "receiver__name"),
    order=("-date",),
    empty=_("The ledger is empty."),
    empty_hint=_("Record what came in and went out; a line is never changed, only reversed."),
    is_long=True,
)


def ledger_word(row: Any) -> str:
    """Whether a line reverses another or is reversed; empty otherwise."""
    if row.reverses_id is not None:
        return str(_("reversal"))
    return str(_("reversed")) if row.is_reversed else ""
