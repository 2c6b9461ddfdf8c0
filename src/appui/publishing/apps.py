"""Publishing as a Django application."""

from django.apps import AppConfig

from appui.kernel import panels


class PublishingConfig(AppConfig):
    name = "appui.publishing"
    label = "publishing"

    def ready(self) -> None:
        from appui.publishing.panels import (  # noqa: PLC0415 - models are loaded only now
            brief_panel,
        )

        panels.register("needs.need", 90, brief_panel)
