"""Eligibility as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import panels
from appui.kernel.navigation import NavItem, register


class EligibilityConfig(AppConfig):
    name = "appui.eligibility"
    label = "eligibility"

    def ready(self) -> None:
        from appui.eligibility import panels as shown  # noqa: PLC0415 - models are ready only now

        register(NavItem("raise", _("Eligibility"), "eligibility:window_list", 23))
        panels.register("portfolio.activity", 45, shown.windows_of)
        panels.register("funding.fund", 10, shown.rules_of)
        panels.register("funding.fund", 20, shown.projects_at)
