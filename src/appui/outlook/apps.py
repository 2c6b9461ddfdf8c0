"""Outlook as a Django application."""

from django.apps import AppConfig


class OutlookConfig(AppConfig):
    name = "appui.outlook"
    label = "outlook"
