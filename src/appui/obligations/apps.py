"""Obligations as a Django application."""

from django.apps import AppConfig


class ObligationsConfig(AppConfig):
    name = "appui.obligations"
    label = "obligations"
