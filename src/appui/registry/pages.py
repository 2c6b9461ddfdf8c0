"""What the pages of every room share: the typed request, fetching, the sheet of a record."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from appui.accounts.models import User
from appui.kernel import audit
from appui.kernel.access import Reader, Role
from appui.kernel.errors import Missing
from appui.kernel.models import AuditEntry
from appui.kernel.panels import panels_for
from appui.kernel.verdict import Verdict, allow
from appui.registry.models import Organisation, Owned
from appui.registry.rules import may_keep_register
from appui.ui.facts import Fact

ALLOWED = allow()
M = TypeVar("M", bound=Model)
Text = str | Promise
HISTORY_SHOWN = 50


class PageRequest(HttpRequest):
    """A request after the middleware: a signed-in user and the reader behind it."""

    user: User
    reader: Reader
    workspaces: list[Organisation]


@dataclass(frozen=True, slots=True)
class Button:
    """An act offered at the head of a sheet; when ``verdict`` refuses, its reason is shown."""

    label: Text
    url: str
    primary: bool = False
    verdict: Verdict = ALLOWED

    @property
    def tone(self) -> str:
        """How the button looks."""
        return "primary" if self.primary else ""


def fetch(rows: QuerySet[M], **lookup: Any) -> M:
    """The one row; raises ``Missing`` whether it does not exist or is not for this reader."""
    found = rows.filter(**lookup).first()
    if found is None:
        raise Missing(_("There is nothing at this address, or it is not shared with you."))
    return found


def adding(
    request: PageRequest, address: str, label: Text, role: Role = Role.EDITOR
) -> dict[str, str]:
    """The button of a list that adds a record, for those who may; empty for the others."""
    if not may_keep_register(request.reader, role):
        return {}
    return {"new_url": reverse(address), "new_label": str(label)}


def sheet_page(
    request: PageRequest,
    obj: Model,
    *,
    facts: Sequence[Fact],
    crumbs: Sequence[tuple[Text, str]] = (),
    buttons: Sequence[Button] = (),
    title: Text = "",
    lead: Text = "",
    template: str = "registry/sheet.html",
    **context: Any,
) -> HttpResponse:
    """One record: its facts, what other rooms know of it, and its history."""
    shown = {
        "obj": obj,
        "title": title or str(obj),
        "lead": lead,
        "crumbs": crumbs,
        "buttons": buttons,
        "facts": facts,
        "panels": panels_for(obj, request.reader),
        "entries": _history(obj, request.reader),
    }
    return render(request, template, shown | context)


def _history(obj: Model, reader: Reader) -> Sequence[AuditEntry]:
    """The trail of a record for those who work in its organisation: sharing a record shares what
    it says, not what it said before nor who wrote it."""
    if isinstance(obj, Owned) and reader.role_in(obj.owner_id) is None:
        return []
    return list(audit.history(obj)[:HISTORY_SHOWN])
