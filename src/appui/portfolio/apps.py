"""Portfolio as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation


class PortfolioConfig(AppConfig):
    name = "appui.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        navigation.register(
            navigation.NavItem("raise", _("Projects"), "portfolio:activity_list", 14)
        )
