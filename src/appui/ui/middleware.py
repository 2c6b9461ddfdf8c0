"""Errors with a sentence become pages with that sentence."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from appui.kernel.errors import AppuiError

PAGES = frozenset({403, 404, 409, 422, 503})


class ErrorPageMiddleware:
    """Answers an ``AppuiError`` raised in a view with its status and its sentence."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """None lets Django deal with every other exception."""
        if not isinstance(error, AppuiError) or error.status not in PAGES:
            return None
        return render(request, f"{error.status}.html", {"message": str(error)}, status=error.status)
