"""Answers about searches, feeds, signals and what people are sent."""

from django.db.models import Count, Q, QuerySet

from appui.accounts.models import User
from appui.kernel.access import Reader, Role
from appui.registry.models import Organisation
from appui.watch.models import Feed, Search, Signal, State, Subscription


def signals(reader: Reader) -> QuerySet[Signal]:
    """Signals the reader may see with what their lists want: one query."""
    rows = Signal.objects.visible_to(reader).with_change()
    return rows.select_related("search", "donor__merged_into", "location", "responsible")


def signals_about(organisation: Organisation, reader: Reader) -> QuerySet[Signal]:
    """Open signals that name the organisation or one merged into it."""
    named = Q(donor=organisation) | Q(donor__merged_into=organisation)
    return signals(reader).filter(named, state=State.OPEN)


def searches(reader: Reader) -> QuerySet[Search]:
    """Searches the reader may see, with how many signals of each are open: one query."""
    rows: QuerySet[Search] = Search.objects.visible_to(reader)
    is_open = Q(signals__state=State.OPEN)
    return rows.select_related("responsible").annotate(
        open_signals=Count("signals", filter=is_open)
    )


def feeds(reader: Reader) -> QuerySet[Feed]:
    """Feeds the reader may see, with how many items each has given: one query."""
    rows: QuerySet[Feed] = Feed.objects.visible_to(reader)
    return rows.select_related("organisation__merged_into").annotate(count=Count("items"))


def organisation_reader(organisation_id: int) -> Reader:
    """A reader that sees what the organisation sees, and may write nothing."""
    return Reader(user_id=None, name="Appui", roles={organisation_id: Role.READER})


def subscription_of(user: User) -> Subscription:
    """What the person is sent; unsaved and off until they ask."""
    return Subscription.objects.filter(user=user).first() or Subscription(user=user)


def calendar_owner(digest: str) -> User | None:
    """Whose calendar has an address with that digest; None for an old or unknown one."""
    held = Subscription.objects.filter(calendar_digest=digest, user__is_active=True)
    found = held.exclude(calendar_digest="").select_related("user").first()
    return found.user if found is not None else None
