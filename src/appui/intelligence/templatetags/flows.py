"""Cells of published flows."""

from decimal import Decimal

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from appui.intelligence.words import Words
from appui.ui import cells, formats

register = template.Library()


@register.simple_tag
def linked_dollars(value: Decimal | None, url: str) -> SafeString:
    """Dollars in short, the whole on hovering, that open the rows behind them."""
    if value is None:
        return SafeString("")
    figure, unit = formats.compact(value)
    short = format_html(
        '<bdi title="{}">{}</bdi>',
        formats.money(value, "USD"),
        f"{figure}{formats.NO_BREAK}{unit}".strip(),
    )
    return cells.link(url, short)


@register.simple_tag
def donor_name(names: Words, label: str) -> str:
    """A donor as the register has it, else as published."""
    return names.of("donor", label, label)
