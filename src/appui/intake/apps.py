"""Intake as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation
from appui.kernel.access import Reader, Role


def _writes(reader: Reader) -> bool:
    return reader.has_anywhere(Role.EDITOR)


class IntakeConfig(AppConfig):
    name = "appui.intake"
    label = "intake"

    def ready(self) -> None:
        navigation.register(
            navigation.NavItem("know", _("Bring in a file"), "intake:batch_list", 90, _writes)
        )
