from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "appui.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Listen to sign-ins from the start."""
        import_module("appui.accounts.receivers")
