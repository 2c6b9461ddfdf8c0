"""Treasury as a Django application."""

from django.apps import AppConfig


class TreasuryConfig(AppConfig):
    name = "appui.treasury"
    label = "treasury"
