"""Root addresses: each room names its own; this file only says where they hang."""

from django.urls import include, path

from appui.accounts.views import set_language
from appui.config.api import api

urlpatterns = [
    # Before the switch of ui at the same address: this one also keeps the choice in the account.
    path("language/", set_language, name="set_language"),
    path("accounts/", include("appui.accounts.entrance")),
    path("account/", include("appui.accounts.urls")),
    path("api/", api.urls),
    path("", include("appui.home.urls")),
    path("", include("appui.ui.urls")),
    path("", include("appui.registry.urls")),
    path("", include("appui.evidence.urls")),
    path("", include("appui.questionnaires.urls")),
    path("", include("appui.intelligence.urls")),
    path("", include("appui.needs.urls")),
    path("", include("appui.portfolio.urls")),
    path("", include("appui.design.urls")),
    path("", include("appui.funding.urls")),
    path("", include("appui.instruments.urls")),
    path("", include("appui.eligibility.urls")),
    path("", include("appui.obligations.urls")),
    path("", include("appui.treasury.urls")),
    path("", include("appui.outlook.urls")),
    path("", include("appui.selection.urls")),
    path("", include("appui.strategies.urls")),
    path("", include("appui.watch.urls")),
    path("", include("appui.intake.urls")),
    path("", include("appui.publishing.urls")),
]
