"""Puts the Reader on every request and keeps pages for those who are signed in."""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.utils.functional import SimpleLazyObject

from appui.registry.queries import reader_of, workspaces


class ReaderMiddleware:
    """``request.reader``: who reads, with which roles; ``request.workspaces``: where they work.

    Both ask the database when first used, once.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.reader = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: reader_of(request.user, request.session.get("workspace"))
        )
        request.workspaces = SimpleLazyObject(  # type: ignore[attr-defined]
            lambda: list(workspaces(request.reader))  # type: ignore[attr-defined]
        )
        return self.get_response(request)


class SignInMiddleware(LoginRequiredMiddleware):
    """Every page wants a signed-in person unless it says otherwise; the API asks for itself."""

    def process_view(
        self,
        request: HttpRequest,
        view_func: Callable[..., HttpResponseBase],
        view_args: tuple[Any, ...],
        view_kwargs: dict[str, Any],
    ) -> HttpResponseBase | None:
        if request.path.startswith("/api/"):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)
