from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "appui.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
