"""Home as a Django application."""

from django.apps import AppConfig


class HomeConfig(AppConfig):
    name = "appui.home"
    label = "home"
