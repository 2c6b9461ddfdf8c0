"""Requests as a signed-in person makes them, without a session."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.http import HttpRequest
from django.test import RequestFactory

from appui.kernel.access import Reader
from appui.kernel.models import AuditEntry

START = datetime(2031, 1, 1, tzinfo=UTC)


@pytest.fixture
def asked() -> Callable[..., HttpRequest]:
    """A request with a reader and a place for messages."""

    def make(path: str = "/things/", data: dict | None = None, **extra) -> HttpRequest:
        method = extra.pop("method", "get")
        request = getattr(RequestFactory(), method)(path, data or {}, **extra)
        request.reader = Reader(user_id=7, name="Ada")
        request._messages = CookieStorage(request)
        return request

    return make


@pytest.fixture
def entries(db) -> Callable[[int], list[AuditEntry]]:
    """So many audit entries, ``thing 000`` first."""

    def make(count: int) -> list[AuditEntry]:
        return AuditEntry.objects.bulk_create(
            AuditEntry(
                at=START + timedelta(days=index),
                verb="changed" if index % 2 else "created",
                model="tests.thing",
                object_id=index,
                label=f"thing {index:03}",
            )
            for index in range(count)
        )

    return make
