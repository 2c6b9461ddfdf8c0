"""Questionnaires as a Django application."""

from django.apps import AppConfig


class QuestionnairesConfig(AppConfig):
    name = "appui.questionnaires"
    label = "questionnaires"
