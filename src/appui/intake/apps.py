"""Intake as a Django application."""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "appui.intake"
    label = "intake"
