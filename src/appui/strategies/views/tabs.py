"""The tabs that pages of strategies share."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.errors import Missing
from appui.registry.models import Organisation
from appui.registry.pages import PageRequest
from appui.ui.templatetags.ui import Tab


def strategy_tabs(current: str) -> list[Tab]:
    """Strategies, and strengths and weaknesses."""
    return _tabs(
        current,
        [
            ("strategies:strategy_list", _("Strategies")),
            ("strategies:swot", _("Strengths and weaknesses")),
            ("strategies:untraced_list", _("Projects that trace to none")),
        ],
    )


def plan_tabs(current: str) -> list[Tab]:
    """Work plans, and what is late."""
    return _tabs(
        current,
        [("strategies:plan_list", _("Work plans")), ("strategies:late", _("Late, by person"))],
    )


def _tabs(current: str, items: Iterable[tuple[str, Any]]) -> list[Tab]:
    return [Tab(label, reverse(name), name == current) for name, label in items]


def workspace(request: PageRequest) -> Organisation:
    """The organisation in which the reader works; raises ``Missing`` without one."""
    organisation = Organisation.objects.filter(pk=request.reader.workspace_id or 0).first()
    if organisation is None:
        raise Missing(_("You do not work in an organisation yet, so there is nothing to show."))
    return organisation
