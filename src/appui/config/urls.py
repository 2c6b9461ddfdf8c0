"""Root addresses: each room names its own; this file only says where they hang."""

from importlib.util import find_spec

from django.urls import include, path

from appui.accounts.views import set_language
from appui.config.api import api

ROOMS = [
    "home",
    "ui",
    "registry",
    "evidence",
    "intelligence",
    "needs",
    "portfolio",
    "funding",
    "publishing",
]
urlpatterns = [
    # Before the switch of ui at the same address: this one also keeps the choice in the account.
    path("language/", set_language, name="set_language"),
    path("accounts/", include("appui.accounts.entrance")),
    *[
        path("", include(f"appui.{room}.urls"))
        for room in ROOMS
        if find_spec(f"appui.{room}.urls") is not None
        and find_spec(f"appui.{room}.views") is not None
    ],
    path("api/", api.urls),
]
if find_spec("appui.accounts.urls") is not None:
    urlpatterns.append(path("account/", include("appui.accounts.urls")))
