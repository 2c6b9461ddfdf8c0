"""Instruments as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register


class InstrumentsConfig(AppConfig):
    name = "appui.instruments"
    label = "instruments"

    def ready(self) -> None:
        from appui.instruments import panels as shown  # noqa: PLC0415 - models are ready only now

        register(NavItem("raise", _("Instruments"), "instruments:comparison_list", 25))
        panels.register("needs.need", 55, shown.compared_for_need)
        panels.register("portfolio.activity", 65, shown.compared_for_activity)
