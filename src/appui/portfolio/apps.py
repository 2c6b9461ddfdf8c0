"""Portfolio as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation, panels


class PortfolioConfig(AppConfig):
    name = "appui.portfolio"
    label = "portfolio"

    def ready(self) -> None:
        from appui.portfolio import panels as shown  # noqa: PLC0415 - models are ready only now
        from appui.questionnaires.panels import (  # noqa: PLC0415 - models are ready only now
            answers_about,
        )

        navigation.register(
            navigation.NavItem("choose", _("Projects"), "portfolio:activity_list", 14)
        )
        panels.register("needs.need", 60, shown.activities_for_need)
        panels.register("evidence.source", 40, shown.activities_citing)
        panels.register("registry.location", 40, shown.activities_at)
        panels.register("registry.organisation", 40, shown.roles_of)
        panels.register("portfolio.activity", 70, answers_about)
