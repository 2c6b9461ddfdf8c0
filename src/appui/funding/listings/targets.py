"""How targets and what stands behind them look in lists."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from appui.kernel.money import Money
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.ui.listing import Column, Listing

TARGETS = Listing(
    name="targets",
    columns=(
        Column(
            "title", _("Target"), lambda row: row.title, "multilingual", ("title",), href=address
        ),
        Column("owner", _("Belongs to"), lambda row: row.owner),
        Column(
            "amount",
            _("To mobilise"),
            lambda row: Money(row.amount, row.currency),
            "money",
            ("amount",),
        ),
        Column("starts_on", _("From"), lambda row: row.starts_on, "date", ("starts_on",)),
        Column("ends_on", _("To"), lambda row: row.ends_on, "date", ("ends_on",)),
        visibility_column(),
    ),
    filters=(OWNER_FILTER,),
    search=("title",),
    order=("-ends_on",),
    empty=_("No target is set."),
    empty_hint=_("Set what your organisation has decided to mobilise, and by when."),
)


def figures_of(currency: str) -> tuple[Column, ...]:
    """The figures of a target in ``currency``."""
    return (
        Column("figure", _("Figure"), lambda row: row.label, href=lambda row: row.url),
        Column(
            "amount",
            _("Amount"),
            lambda row: row.amount,
            "money",
            currency=lambda _row: currency,
            href=lambda row: row.url,
        ),
        Column("share", _("Of the target"), lambda row: row.share, "percent"),
        Column("rows", _("Rows"), lambda row: row.rows, "number", phone=False),
    )


UNIT = Decimal(1)
SPAN_LABELS = (
    ("pledged", _("Pledged")),
    ("committed", _("Committed")),
    ("received", _("Received")),
    ("spent", _("Spent")),
)


def _sum(name: str, label: Any) -> Column:
    return Column(name, label, lambda row: row.sums[name].quantize(UNIT), "number")


SPANS = (
    Column("step", _("Period"), lambda row: row.label, "year"),
    *(_sum(name, label) for name, label in SPAN_LABELS),
)


def behind_of(currency: str) -> tuple[Column, ...]:
    """The rows behind a figure, counted in ``currency``."""
    return (
        Column("row", _("Row"), lambda row: row.label, href=lambda row: row.url),
        Column("kind", _("Kind"), lambda row: row.kind, phone=False),
        Column("other", _("With"), lambda row: row.other),
        Column("day", _("Date"), lambda row: row.day, "date"),
        Column("original", _("As recorded"), lambda row: row.original, "money"),
        Column("rate", _("Rate"), lambda row: row.rate, phone=False),
        Column("chance", _("Chance"), lambda row: row.chance, "percent", phone=False),
        Column(
            "counted",
            _("Counted"),
            lambda row: row.counted,
            "money",
            currency=lambda _row: currency,
        ),
    )


APART = (
    Column(
        "agreement",
        _("Agreement"),
        lambda row: row.agreement,
        href=lambda row: row.agreement.get_absolute_url(),
    ),
    Column("amount", _("It says"), lambda row: row.amount, "money"),
    Column("in_ledger", _("The ledger says"), lambda row: row.in_ledger, "money"),
    Column("counted", _("Counted"), lambda row: row.counted),
)
LEFT_OUT = (
    Column("row", _("Row"), lambda item: item.row.label, href=lambda item: item.row.url),
    Column("kind", _("Kind"), lambda item: item.row.kind, phone=False),
    Column("day", _("Date"), lambda item: item.row.day, "date"),
    Column("original", _("Value"), lambda item: item.row.original, "money"),
    Column("why", _("Why"), lambda item: item.why),
)
