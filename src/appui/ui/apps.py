"""The furniture as a Django application."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "appui.ui"
    label = "ui"
