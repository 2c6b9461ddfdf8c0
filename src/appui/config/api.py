"""The API under /api/: one router a room, the same actions and queries as the pages."""

from importlib import import_module
from importlib.util import find_spec

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from appui.accounts.api_auth import signed_in
from appui.kernel.errors import AppuiError, Invalid

api = NinjaAPI(title="Appui", version="1", urls_namespace="api", docs_url=None, auth=signed_in)


@api.exception_handler(AppuiError)
def answer_error(request: HttpRequest, error: AppuiError) -> HttpResponse:
    """Errors of the rooms, as JSON with their own status."""
    fields = error.fields if isinstance(error, Invalid) else {}
    body = {"message": str(error), "fields": {name: str(text) for name, text in fields.items()}}
    return api.create_response(request, body, status=error.status)


for _room in [
    "accounts",
    "registry",
    "evidence",
    "intelligence",
    "needs",
    "portfolio",
    "funding",
    "publishing",
    "home",
]:
    if find_spec(f"appui.{_room}.api") is not None:
        api.add_router("", import_module(f"appui.{_room}.api").router)
