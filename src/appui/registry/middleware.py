"""Puts the Reader on every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.functional import SimpleLazyObject

from appui.registry.queries import reader_of


class ReaderMiddleware:
    """``request.reader``: who reads, with which roles; asks the database when first used."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        workspace = request.session.get("workspace") if request.user.is_authenticated else None
        request.reader = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: reader_of(request.user, workspace)
        )
        return self.get_response(request)
