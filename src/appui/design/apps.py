"""Design as a Django application."""

from django.apps import AppConfig


class DesignConfig(AppConfig):
    name = "appui.design"
    label = "design"
