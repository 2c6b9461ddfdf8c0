"""What `appui check` looks at, one answer each."""

import sqlite3
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from typing import Literal

import duckdb
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from appui.home import serving
from appui.intelligence.corpus import FlowFilter, count_rows, open_corpus
from appui.intelligence.ingest.manifest import CorpusUnreadableError
from appui.kernel.errors import AppuiError
from appui.registry.models import Code, ExchangeRate, Location

State = Literal["ok", "note", "failed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """A note is worth reading and stops nothing."""

    name: str
    state: State
    text: str


Examination = Callable[[], tuple[State, str]]


def answers() -> Iterator[Answer]:
    """Every examination in turn; one that fails never hides the next."""
    for name, examine in EXAMINATIONS:
        try:
            state, text = examine()
        except (AppuiError, DatabaseError, OSError) as error:
            state, text = "failed", str(error)
        yield Answer(str(name), state, text)


def _settings() -> tuple[State, str]:
    problems = StringIO()
    try:
        call_command("check", fail_level="ERROR", stderr=problems, stdout=problems, no_color=True)
    except CommandError as error:
        return "failed", " ".join(str(error).split())
    text = _("mode %(mode)s, home %(home)s") % {"mode": settings.MODE, "home": settings.HOME}
    if not settings.PRODUCTION:
        return "note", _("%(text)s; not for real data: APPUI_MODE is not production") % {
            "text": text
        }
    return "ok", text


def _database() -> tuple[State, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if connection.vendor != "sqlite":
        return "ok", _("PostgreSQL answers")
    version = sqlite3.sqlite_version
    if serving.has_sound_wal():
        return "ok", _("SQLite %(version)s answers") % {"version": version}
    return "note", _(
        "SQLite %(version)s answers; before 3.51.3, processes that write at the same moment can "
        "damage the file, so Appui serves with one worker; for more, use PostgreSQL"
    ) % {"version": version}


def _migrations() -> tuple[State, str]:
    pending = serving.pending_migrations()
    if pending:
        return "failed", _("%(count)d migrations are missing: run “appui init”") % {
            "count": len(pending)
        }
    return "ok", _("all applied")


def _reference() -> tuple[State, str]:
    counts = [model.objects.count() for model in (Code, Location, ExchangeRate)]
    if not all(counts):
        return "failed", _("code lists, places or exchange rates are missing: run “appui init”")
    codes, places, rates = counts
    return "ok", _("%(codes)d codes, %(places)d places, %(rates)d exchange rates") % {
        "codes": codes,
        "places": places,
        "rates": rates,
    }


def _static() -> tuple[State, str]:
    if serving.is_static_collected():
        return "ok", _("gathered")
    return "note", _("not gathered yet; “appui serve” does it")


def _flows() -> tuple[State, str]:
    try:
        corpus = open_corpus(settings.HOME / "flows")
        if corpus.is_empty:
            return "note", _("no published flows yet; “appui flows ingest” reads them in")
        return "ok", _("%(count)d rows of published flows") % {
            "count": count_rows(corpus, FlowFilter())
        }
    except (CorpusUnreadableError, duckdb.Error) as error:
        return "failed", " ".join(str(error).split())


EXAMINATIONS = (
    (gettext_lazy("settings"), _settings),
    (gettext_lazy("database"), _database),
    (gettext_lazy("migrations"), _migrations),
    (gettext_lazy("reference data"), _reference),
    (gettext_lazy("static files"), _static),
    (gettext_lazy("published flows"), _flows),
)
