"""A request that carries a key is done once, however often it is sent."""

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.errors import Invalid
from appui.kernel.models import IdempotencyKey

KEEP = timedelta(days=2)


def fingerprint_of(content: Mapping[str, object]) -> str:
    """A digest of what was sent, independent of the order of its fields."""
    text = json.dumps(content, sort_keys=True, default=str, ensure_ascii=False)
    return hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()


@transaction.atomic
def once(key: str, *, by: Reader, fingerprint: str, act: Callable[[], str]) -> str:
    """Call ``act`` the first time ``key`` comes from ``by``; afterwards return its answer again.

    Raises ``Invalid`` when the key comes back with other content. A failing ``act`` leaves no key.
    """
    owner = {"user_id": by.user_id or 0, "key": key}
    known = IdempotencyKey.objects.filter(**owner).first()
    if known is None:
        reserved, created = IdempotencyKey.objects.get_or_create(
            **owner, defaults={"fingerprint": fingerprint, "answer": ""}
        )
        if created:
            reserved.answer = act()
            reserved.save(update_fields=["answer"])
            return reserved.answer
        known = reserved
    if known.fingerprint != fingerprint:
        raise Invalid(
            _("This form was already sent with other content. Open it again and send it once more.")
        )
    return known.answer


def forget_old_keys(*, now: datetime) -> int:
    """Remove keys older than two days; returns how many."""
    return IdempotencyKey.objects.filter(created_at__lt=now - KEEP).delete()[0]
