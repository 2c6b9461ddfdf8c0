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
        from appui.intake.forgetting import forget_person  # noqa: PLC0415 - its models come first
        from appui.registry.erasure import on_erasure  # noqa: PLC0415 - its models come first

        on_erasure(forget_person)
        navigation.register(
            navigation.NavItem("know", _("Bring in a file"), "intake:batch_list", 90, _writes)
        )
