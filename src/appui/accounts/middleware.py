from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from appui.accounts.models import User

Answer = Callable[[HttpRequest], HttpResponse]
SEEN_AT = "seen_at"
SEEN_EVERY = timedelta(minutes=10).total_seconds()


class LanguageMiddleware:
    """A signed-in person reads in their own language, unless this browser's switch says otherwise.

    Stands after Django's LocaleMiddleware, which has already obeyed the switch's cookie.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        switched = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
        if switched not in dict(settings.LANGUAGES) and isinstance(request.user, User):
            translation.activate(request.user.language)
            request.LANGUAGE_CODE = translation.get_language()
        return self.get_response(request)


class IdleMiddleware:
    """Counts the session's age from the last page, not from the sign-in.

    Written at most every ten minutes, so that reading a page does not write to the database.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        now = timezone.now().timestamp()
        if request.user.is_authenticated and now - request.session.get(SEEN_AT, 0) > SEEN_EVERY:
            request.session[SEEN_AT] = now
        return self.get_response(request)
