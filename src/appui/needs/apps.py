"""Needs as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation, panels


class NeedsConfig(AppConfig):
    name = "appui.needs"
    label = "needs"

    def ready(self) -> None:
        from appui.questionnaires.panels import (  # noqa: PLC0415 - models are ready only now
            answers_about,
        )

        navigation.register(navigation.NavItem("raise", _("Needs"), "needs:need_list", 10))
        panels.register("needs.need", 70, answers_about)
