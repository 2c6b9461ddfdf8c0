"""Watch as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register


class WatchConfig(AppConfig):
    name = "appui.watch"
    label = "watch"

    def ready(self) -> None:
        from appui.watch import panels as shown  # noqa: PLC0415 - models are ready only now

        register(NavItem("raise", _("Signals"), "watch:signal_list", 18))
        panels.register("registry.organisation", 5, shown.before_a_meeting)
        panels.register("funding.fund", 10, shown.fund_in_calendar)
        panels.register("eligibility.search", 10, shown.keep_window_search)
