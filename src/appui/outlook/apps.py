"""Outlook as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel.navigation import NavItem, register


class OutlookConfig(AppConfig):
    name = "appui.outlook"
    label = "outlook"

    def ready(self) -> None:
        register(NavItem("follow", _("Outlook"), "outlook:gap", 15))
