from datetime import datetime

from django.db.models import QuerySet

from appui.accounts.actions import digest_of
from appui.accounts.models import ApiToken, User


def tokens_of(user: User) -> QuerySet[ApiToken]:
    """The user's own tokens that were not revoked, newest first; expired ones are included."""
    return ApiToken.objects.filter(user=user, revoked_at=None)


def token_for(secret: str, *, now: datetime) -> ApiToken | None:
    """The usable token behind ``secret``, with its user, in one query; None says nothing of why."""
    found = ApiToken.objects.usable(now).filter(digest=digest_of(secret))
    return found.select_related("user").first()
