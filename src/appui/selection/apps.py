"""Selection as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation, panels


class SelectionConfig(AppConfig):
    name = "appui.selection"
    label = "selection"

    def ready(self) -> None:
        from appui.selection import panels as shown  # noqa: PLC0415 - models are ready only now

        for label, address, order in (
            (_("Appraisals"), "selection:appraisal_list", 17),
            (_("Selection"), "selection:scenario_list", 18),
        ):
            navigation.register(navigation.NavItem("choose", label, address, order))
        panels.register("portfolio.activity", 30, shown.appraised)
        panels.register("questionnaires.consultation", 40, shown.decisions)
