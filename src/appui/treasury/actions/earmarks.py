"""Writes of earmarks."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from appui.funding.models import Fund
from appui.kernel import audit
from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.queries import keep_hidden
from appui.treasury import rules
from appui.treasury.models import Earmark
from appui.treasury.models.earmark import GENERAL_CODE
from appui.ui import formats

GENERAL_TITLE = {
    "fr": "Non fléché",
    "en": "Unearmarked",
    "es": "Sin destino específico",
    "ar": "غير مخصَّص الغرض",
}


@transaction.atomic
def open_earmark(fund: Fund, *, by: Reader, **fields: Any) -> Earmark:
    """Set money apart for something; nothing is in it yet."""
    audit.hold(fund)
    require(rules.may_keep(fund, by))
    if fields.get("code") == GENERAL_CODE:
        text = _("The code “%(code)s” is kept for the money without a purpose.")
        text %= {"code": GENERAL_CODE}
        raise Invalid(text, {"code": text})
    return audit.create(Earmark(fund=fund, **fields), by=by)


@transaction.atomic
def general_earmark(fund: Fund, *, by: Reader, currency: str = "") -> Earmark:
    """The earmark of what came in without a purpose, made the first time it is asked for."""
    audit.hold(fund)
    require(rules.may_keep(fund, by))
    currency = currency or fund.currency
    found = Earmark.objects.filter(fund=fund, currency=currency, is_general=True).first()
    if found is not None:
        found.fund = fund
        return found
    taken = Earmark.objects.filter(fund=fund, code=GENERAL_CODE).exists()
    code = f"{GENERAL_CODE}-{currency.lower()}" if taken else GENERAL_CODE
    made = Earmark(
        fund=fund, code=code, title=dict(GENERAL_TITLE), currency=currency, is_general=True
    )
    return audit.create(made, by=by)


@transaction.atomic
def change_earmark(
    earmark: Earmark, *, by: Reader, today: date, version: int | None = None, **fields: Any
) -> Earmark:
    """Change what an earmark is for, or close it once it is empty; its currency stays."""
    audit.hold(earmark.fund)
    require(rules.may_keep(earmark.fund, by))
    keep_hidden(earmark, by, fields)
    if fields.get("currency", earmark.currency) != earmark.currency:
        text = _("The currency of an earmark does not change: open another earmark.")
        raise Invalid(text, {"currency": text})
    earmark.refresh_from_db()
    closed_on = fields.get("closed_on")
    if closed_on is not None:
        _check_empty(earmark, closed_on, today)
    return audit.update(earmark, by=by, version=version, **fields)


def _check_empty(earmark: Earmark, closed_on: date, today: date) -> None:
    text = ""
    if closed_on > today:
        text = _("The day is in the future.")
    elif earmark.balances.held or earmark.balances.to_pay:
        text = _(
            "%(held)s is still held and %(owed)s is still promised: spend, return or move it first."
        ) % {
            "held": formats.money(earmark.balances.held, earmark.currency),
            "owed": formats.money(earmark.balances.to_pay, earmark.currency),
        }
    elif earmark.movements.filter(date__gt=closed_on).exists():
        text = _("Money moved after that day.")
    if text:
        raise Invalid(text, {"closed_on": text})
