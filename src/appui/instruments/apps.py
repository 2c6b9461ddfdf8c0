"""Instruments as a Django application."""

from django.apps import AppConfig


class InstrumentsConfig(AppConfig):
    name = "appui.instruments"
    label = "instruments"
