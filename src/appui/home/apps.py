"""Home as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation
from appui.kernel.access import Role


class HomeConfig(AppConfig):
    name = "appui.home"
    label = "home"

    def ready(self) -> None:
        navigation.register(navigation.NavItem("raise", _("Dashboard"), "home:dashboard", 0))
        navigation.register(navigation.NavItem("follow", _("Due dates"), "home:due", 0))
        navigation.register(
            navigation.NavItem(
                "administer",
                _("Audit trail"),
                "home:audit",
                70,
                shown_to=lambda reader: reader.has(Role.MANAGER, reader.workspace_id),
            )
        )
