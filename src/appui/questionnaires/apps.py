"""Questionnaires as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from appui.kernel import navigation, panels


class QuestionnairesConfig(AppConfig):
    name = "appui.questionnaires"
    label = "questionnaires"

    def ready(self) -> None:
        from appui.questionnaires.panels import answers_about  # noqa: PLC0415 - models are ready only now

        navigation.register(
            navigation.NavItem("follow", _("Priorities"), "questionnaires:priority_list", 17)
        )
        navigation.register(navigation.NavItem("know", _("Forms"), "questionnaires:form_list", 60))
        navigation.register(
            navigation.NavItem("know", _("Consultations"), "questionnaires:consultation_list", 62)
        )
        panels.register("registry.organisation", 70, answers_about)
        panels.register("registry.location", 70, answers_about)
