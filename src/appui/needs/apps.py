"""Needs as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation


class NeedsConfig(AppConfig):
    name = "appui.needs"
    label = "needs"

    def ready(self) -> None:
        navigation.register(navigation.NavItem("raise", _("Needs"), "needs:need_list", 10))
