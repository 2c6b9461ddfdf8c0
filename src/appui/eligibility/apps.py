"""Eligibility as a Django application."""

from django.apps import AppConfig


class EligibilityConfig(AppConfig):
    name = "appui.eligibility"
    label = "eligibility"
