"""Evidence as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation


class EvidenceConfig(AppConfig):
    name = "appui.evidence"
    label = "evidence"

    def ready(self) -> None:
        navigation.register(navigation.NavItem("know", _("Figures"), "evidence:figure_list", 20))
        navigation.register(navigation.NavItem("know", _("Sources"), "evidence:source_list", 22))
