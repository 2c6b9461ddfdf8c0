"""Evidence as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation, panels


class EvidenceConfig(AppConfig):
    name = "appui.evidence"
    label = "evidence"

    def ready(self) -> None:
        from appui.evidence.panels import figures_of_place  # noqa: PLC0415 - needs loaded models

        navigation.register(navigation.NavItem("know", _("Figures"), "evidence:figure_list", 20))
        navigation.register(navigation.NavItem("know", _("Sources"), "evidence:source_list", 22))
        panels.register("registry.location", 30, figures_of_place)
