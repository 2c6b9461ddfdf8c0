"""The kernel as a Django application."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from appui.kernel.folding import teach_sqlite


class KernelConfig(AppConfig):
    name = "appui.kernel"
    label = "kernel"

    def ready(self) -> None:
        connection_created.connect(teach_sqlite, dispatch_uid="appui.kernel.folding")
