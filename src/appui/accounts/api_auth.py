"""Who is calling the API: a program with a token, or a browser that is signed in."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja.security import HttpBearer, SessionAuth

from appui.accounts import actions, queries
from appui.accounts.models import User
from appui.kernel.errors import Refused

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TokenAuth(HttpBearer):
    """``Authorization: Bearer appui_…``; the request then belongs to the token's user.

    Raises ``Refused`` when a token that may only read is used to write.
    """

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        now = timezone.now()
        found = queries.token_for(token, now=now)
        if found is None:
            return None
        if request.method not in SAFE_METHODS and not found.may_write():
            raise Refused(
                _("This token may only read. Create one that may write in your account settings.")
            )
        actions.note_use(found, now=now)
        request.user = found.user
        return found.user


# Every router of the API passes this as ``auth``. A browser session must send the CSRF token.
signed_in = [TokenAuth(), SessionAuth(csrf=True)]
