"""Strategies as a Django application."""

from django.apps import AppConfig


class StrategiesConfig(AppConfig):
    name = "appui.strategies"
    label = "strategies"
