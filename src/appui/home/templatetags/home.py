"""Components of the dashboard."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.funding.queries import TargetPosition
from appui.home.standing import Standing
from appui.ui.templatetags.ui import chain

register = template.Library()


@register.inclusion_tag("ui/_chain.html")
def target_chain(position: TargetPosition) -> dict[str, Any]:
    """The chain of a target: what was set out, secured within its period, asked, and missing."""
    url = position.target.get_absolute_url()
    return chain(
        position.target.amount,
        position.secured,
        position.asked,
        position.weighted,
        position.missing,
        position.target.currency,
        need_url=url,
        secured_url=url,
        asked_url=url,
        gap_url=url,
        basis=_(
            "Counts agreements signed within the period of the target, at the rate of the month "
            "they were signed; asks at the latest monthly rate. Asks are not deducted from what is "
            "missing."
        ),
        need_label=_("Target"),
    )


@register.inclusion_tag("ui/_chain.html")
def position_chain(standing: Standing) -> dict[str, Any]:
    """The chain of an organisation's open needs; each figure opens its rows."""
    position = standing.position
    return chain(
        position.need,
        position.secured,
        position.asked,
        position.weighted,
        position.missing,
        position.currency,
        need_url=_rows("need"),
        secured_url=_rows("secured"),
        asked_url=_rows("asked"),
        gap_url=_rows("missing"),
        basis=f"{standing.boundary} {standing.rate_rule}",
    )


def _rows(figure: str) -> str:
    return reverse("home:rows", args=[figure])
