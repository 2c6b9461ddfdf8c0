"""One value as HTML, by kind: the same in tables, facts and cards."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from appui.kernel.money import Money
from appui.kernel.multilingual import localise
from appui.ui import formats

DASH = "–"
SAFE_ADDRESS = re.compile(r"https?://|mailto:|[/?#](?!/)", re.IGNORECASE)
TONES = frozenset({"", "late", "wait", "plain"})


def nothing() -> SafeString:
    """A dash that a screen reader announces as no value."""
    return format_html(
        '<span class="none"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        DASH,
        _("no value"),
    )


def bdi(text: str) -> SafeString:
    """``text`` kept in its own direction."""
    return format_html("<bdi>{}</bdi>", text)


def money(value: Decimal, currency: str, decimals: int | None = None) -> SafeString:
    """An amount in full with its currency in a quieter ink."""
    return format_html(
        '<bdi>{}\N{NO-BREAK SPACE}<span class="unit">{}</span></bdi>',
        formats.amount(value, decimals),
        currency,
    )


def compact(value: Decimal, currency: str) -> SafeString:
    """An amount in millions, its unit and currency in a quieter ink; in full on hovering."""
    figure, unit = formats.compact(value)
    after = f"{unit}\N{NO-BREAK SPACE}{currency}".lstrip("\N{NO-BREAK SPACE}")
    return format_html(
        '<bdi title="{}">{}\N{NO-BREAK SPACE}<span class="unit">{}</span></bdi>',
        formats.money(value, currency),
        figure,
        after,
    )


def local(value: Mapping[str, str] | None) -> SafeString:
    """Multilingual text in the reader's language, else marked with the language it is in."""
    found = localise(value)
    if not found.text:
        return nothing()
    text = format_html(
        '<span lang="{}" dir="{}">{}</span>', found.language, found.direction, found.text
    )
    if not found.is_fallback:
        return text
    return format_html(
        '{}<span class="fallback" title="{}">{}</span>',
        text,
        _("Not written in your language yet"),
        found.language,
    )


def tag(text: object, tone: str = "") -> SafeString:
    """A short status word; ``tone`` is "", "late", "wait" or "plain"."""
    if tone not in TONES:
        raise ValueError(f"Unknown tone of a tag: {tone!r}.")
    return format_html('<span class="{}">{}</span>', f"tag {tone}".strip(), text)


def link(href: str | None, content: SafeString) -> SafeString:
    """``content`` as a link when there is an address that is safe to press.

    Addresses come from published files too, so that one may hold a script.
    """
    if not href or not SAFE_ADDRESS.match(href):
        return content
    return format_html('<a href="{}">{}</a>', href, content)


def cell(
    value: Any, kind: str, *, currency: str = "", tone: str = "", decimals: int | None = None
) -> SafeString:
    """``value`` as HTML by ``kind``; ``None`` and empty text become a dash."""
    if isinstance(value, Money):
        value, currency = value.amount, value.currency
    if value is None or value == "" or value == {}:
        return nothing()
    if kind == "money":
        return money(value, currency, decimals)
    if kind == "multilingual" and isinstance(value, Mapping):
        return local(value)
    if kind == "tag":
        return tag(value, tone)
    return _plain(value, kind)


def _plain(value: Any, kind: str) -> SafeString:
    if kind == "number" and isinstance(value, int | Decimal):
        return bdi(formats.number(value))
    if kind == "percent" and isinstance(value, int | Decimal):
        return bdi(formats.percent(value))
    if kind == "date" and isinstance(value, date):
        return format_html(
            '<time datetime="{}">{}</time>', value.isoformat(), bdi(formats.day(value))
        )
    text = str(value)
    if not any(map(str.isalpha, text)):  # “+855 12 345 678” has no direction of its own
        return format_html('<bdi dir="ltr">{}</bdi>', text)
    if text[0].isalpha() and text[-1].isalpha():
        return conditional_escape(text)
    return bdi(text)  # “563 km²” and “Report (2009)” keep their order in Arabic
