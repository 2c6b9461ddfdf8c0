"""Searches, feeds and signals over the API."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from django.db.models import QuerySet
from django.http import HttpRequest
from ninja import Field, Router, Schema, Status
from ninja.pagination import paginate

from appui.accounts.models import User
from appui.kernel.api import (
    PROBLEMS,
    Amount,
    Id,
    Key,
    Paged,
    decimal,
    fetch,
    pick,
    pick_all,
    reader_of,
    write_once,
)
from appui.kernel.errors import Invalid
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation, Visibility
from appui.registry.queries import colleagues
from appui.watch import actions, queries, words
from appui.watch.models import Feed, FeedKind, Search, Signal, State, Subject

router = Router(tags=["watch"])
Version = Annotated[int | None, Field(None, ge=1, le=2**31 - 1)]


class SearchOut(Schema):
    """A saved search."""

    id: int
    version: int
    title: str
    subject: str
    words: str
    minimum: Decimal | None
    size: Decimal | None
    activity_id: int | None
    active: bool
    ran_at: datetime | None
    owner_id: int
    visibility: str


class SearchIn(Schema):
    """A new search; ``places`` are ISO 3166 codes, ``sectors`` OECD DAC purpose codes.

    For calls: ``size`` in US dollars is a grant they give, ``activity_id`` a project that their
    rules do not exclude.
    """

    title: str = Field(min_length=1, max_length=200)
    subject: Subject
    donor_ids: list[Key] = Field([], max_length=200)
    places: list[Annotated[str, Field(max_length=10)]] = Field([], max_length=60)
    sectors: list[Annotated[str, Field(max_length=10)]] = Field([], max_length=60)
    words: str = Field("", max_length=200)
    minimum: Amount | None = None
    size: Amount | None = None
    activity_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class FeedOut(Schema):
    """A feed or page of calls; ``problem`` is why it could not be read, empty when it was."""

    id: int
    version: int
    title: str
    url: str
    kind: str
    subject: str
    pattern: str
    organisation_id: int | None
    read_at: datetime | None
    problem: str
    owner_id: int


class FeedIn(Schema):
    """A new feed."""

    title: str = Field(min_length=1, max_length=200)
    url: str = Field(pattern=r"^https?://", max_length=500)
    kind: FeedKind = FeedKind.FEED
    subject: Subject = Subject.CALLS
    pattern: str = Field("", max_length=100)
    organisation_id: Key | None = None
    owner_id: Key
    visibility: Visibility = Visibility.PRIVATE


class SignalOut(Schema):
    """A signal; ``before`` and ``after`` in ``currency``, ``url`` where its source is.

    ``changes`` of a window: by field, what it was (empty when not known) and what it is now.
    """

    id: int
    version: int
    search_id: int
    kind: str
    about: str
    donor_id: int | None
    place: str | None
    year: int | None
    since: int | None
    before: Decimal | None
    after: Decimal | None
    currency: str
    happens_on: date | None
    confidence: str
    said_by: str
    changes: dict[str, list[str]]
    url: str
    state: str
    responsible_id: int | None
    follow_up: str
    follow_up_on: date | None
    owner_id: int

    @staticmethod
    def resolve_about(signal: Signal) -> str:
        return words.about(signal)

    @staticmethod
    def resolve_place(signal: Signal) -> str | None:
        return signal.location.code if signal.location else None


class SignalMoveIn(Schema):
    """Where a signal passes to; ``version`` is the one the caller saw."""

    state: State
    version: Version


class FollowUpIn(Schema):
    """Who follows a signal up, with what and by when."""

    responsible_id: Key | None = None
    follow_up: str = Field("", max_length=300)
    follow_up_on: date | None = None
    version: Version


class UndoIn(Schema):
    """``version`` is the one the caller saw."""

    version: Version


@router.get("/signals", response={200: list[SignalOut], **PROBLEMS})
@paginate(Paged)
def list_signals(request: HttpRequest, state: State | None = None) -> QuerySet[Signal]:
    """Signals the caller may see, newest first."""
    rows = queries.signals(reader_of(request))
    return rows.filter(state=state) if state else rows


@router.get("/signals/{pk}", response={200: SignalOut, **PROBLEMS})
def get_signal(request: HttpRequest, pk: Id) -> Signal:
    """One signal."""
    return fetch(queries.signals(reader_of(request)), pk)


@router.post("/signals/{pk}/move", response={200: SignalOut, **PROBLEMS})
def move_signal(request: HttpRequest, pk: Id, body: SignalMoveIn) -> Signal:
    """Close a signal as done or dismissed, or open it again."""
    reader, rows = reader_of(request), queries.signals(reader_of(request))
    found = fetch(rows, pk)

    def act() -> Signal:
        return actions.move_signal(found, by=reader, state=body.state, version=body.version)

    return write_once(request, body, rows, act)


@router.post("/signals/{pk}/follow-up", response={200: SignalOut, **PROBLEMS})
def follow_up_signal(request: HttpRequest, pk: Id, body: FollowUpIn) -> Signal:
    """Give a signal to somebody."""
    reader, rows = reader_of(request), queries.signals(reader_of(request))
    found = fetch(rows, pk)

    def act() -> Signal:
        who: User | None = pick(colleagues(reader), body.responsible_id, "responsible_id")
        fields = body.model_dump(exclude={"responsible_id"})
        return actions.follow_up_signal(found, by=reader, responsible=who, **fields)

    return write_once(request, body, rows, act)


@router.post("/signals/{pk}/undo", response={200: SignalOut, **PROBLEMS})
def undo_signal(request: HttpRequest, pk: Id, body: UndoIn) -> Signal:
    """Take back the last act on a signal."""
    reader, rows = reader_of(request), queries.signals(reader_of(request))
    found = fetch(rows, pk)

    def act() -> Signal:
        return actions.undo(found, by=reader, version=body.version)

    return write_once(request, body, rows, act)


@router.get("/searches", response={200: list[SearchOut], **PROBLEMS})
@paginate(Paged)
def list_searches(request: HttpRequest) -> QuerySet[Search]:
    """Saved searches the caller may see."""
    return queries.searches(reader_of(request))


@router.post("/searches", response={201: SearchOut, **PROBLEMS})
def keep_search(request: HttpRequest, body: SearchIn) -> Status[Search]:
    """Keep a search."""

    def act() -> Search:
        apart = {"donor_ids", "places", "sectors", "owner_id", "minimum", "size", "activity_id"}
        projects = Activity.objects.visible_to(reader_of(request))
        return actions.keep_search(
            by=reader_of(request),
            donors=pick_all(Organisation.objects.standing(), body.donor_ids, "donor_ids"),
            locations=[_place(value) for value in body.places],
            sectors=[Code.named("Sector", value, "sectors") for value in body.sectors],
            minimum=decimal(body.minimum),
            size=decimal(body.size),
            activity=pick(projects, body.activity_id, "activity_id"),
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            **body.model_dump(exclude=apart),
        )

    return Status(201, write_once(request, body, queries.searches(reader_of(request)), act))


@router.get("/feeds", response={200: list[FeedOut], **PROBLEMS})
@paginate(Paged)
def list_feeds(request: HttpRequest) -> QuerySet[Feed]:
    """Feeds the caller may see."""
    return queries.feeds(reader_of(request))


@router.post("/feeds", response={201: FeedOut, **PROBLEMS})
def follow_feed(request: HttpRequest, body: FeedIn) -> Status[Feed]:
    """Begin to read an address."""

    def act() -> Feed:
        standing = Organisation.objects.standing()
        return actions.follow_feed(
            by=reader_of(request),
            organisation=pick(standing, body.organisation_id, "organisation_id"),
            owner=pick(Organisation.objects.filter(is_workspace=True), body.owner_id, "owner_id"),
            **body.model_dump(exclude={"organisation_id", "owner_id"}),
        )

    return Status(201, write_once(request, body, queries.feeds(reader_of(request)), act))


def _place(value: str) -> Location:
    code = value.replace("\x00", "").upper()
    found = Location.objects.filter(code=code).first()
    if found is None:
        text = f"“{value}” is not a place known here. Write ISO 3166 codes, for example KH."
        raise Invalid(text, {"places": text})
    return found
