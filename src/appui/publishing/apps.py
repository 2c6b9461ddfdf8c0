"""Publishing as a Django application."""

from django.apps import AppConfig


class PublishingConfig(AppConfig):
    name = "appui.publishing"
    label = "publishing"
