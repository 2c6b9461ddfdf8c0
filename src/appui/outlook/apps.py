"""Outlook as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register


class OutlookConfig(AppConfig):
    name = "appui.outlook"
    label = "outlook"

    def ready(self) -> None:
        from appui.outlook import panels as shown  # noqa: PLC0415 - models are ready only now

        panels.register("funding.target", 10, shown.target_givers)
        register(NavItem("money", _("Outlook"), "outlook:gap", 44))
