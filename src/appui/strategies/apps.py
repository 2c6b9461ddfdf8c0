"""Strategies as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register


class StrategiesConfig(AppConfig):
    name = "appui.strategies"
    label = "strategies"

    def ready(self) -> None:
        from appui.strategies import panels as shown  # noqa: PLC0415 - models are ready only now

        register(NavItem("raise", _("Strategies"), "strategies:strategy_list", 8))
        register(NavItem("follow", _("Work plans"), "strategies:plan_list", 16))
        register(NavItem("follow", _("Experts"), "strategies:mandate_list", 18))
        panels.register("portfolio.activity", 70, shown.served_by)
        panels.register("questionnaires.priority", 20, shown.planned_in)
