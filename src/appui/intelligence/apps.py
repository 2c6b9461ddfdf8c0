"""Intelligence as a Django application: its pages; the engines know nothing of Django."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation


class IntelligenceConfig(AppConfig):
    name = "appui.intelligence"
    label = "intelligence"

    def ready(self) -> None:
        navigation.register(
            navigation.NavItem("know", _("Donor map"), "intelligence:donor_map", 10)
        )
        navigation.register(
            navigation.NavItem("know", _("Published tables"), "intelligence:table_list", 12)
        )
        navigation.register(
            navigation.NavItem("know", _("Who is who"), "intelligence:match_queue", 14)
        )
