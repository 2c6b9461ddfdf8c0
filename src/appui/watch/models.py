"""Saved searches, feeds with their items, signals, and what a person is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from appui.evidence.models import Figure, Source
from appui.funding.models import Fund
from appui.kernel.fields import CurrencyField, MoneyField
from appui.kernel.models import Record
from appui.portfolio.models import Activity
from appui.registry.models import Code, Location, Organisation, Owned, OwnedQuerySet


def _responsible() -> Any:
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Responsible"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )


class Subject(models.TextChoices):
    """What a search looks at."""

    FLOWS = "flows", _("Published flows: who gives here")
    DONORS = "donors", _("Donors: where they give")
    CALLS = "calls", _("Windows and calls")
    STATEMENTS = "statements", _("Statements: sources and figures")


class Search(Owned):
    """Criteria kept under a name; what is left empty is not narrowed.

    ``words`` must all stand in the text of a call or statement; ``minimum`` and ``size`` are in US
    dollars. A call fits an ``activity`` that its rules do not exclude. ``trail_seen`` is the last
    line of the trail that was looked at for changes of windows.
    """

    title = models.CharField(_("Title"), max_length=200)
    subject = models.CharField(_("What to watch"), max_length=10, choices=Subject.choices)
    donors = models.ManyToManyField(
        Organisation, verbose_name=_("Donors"), blank=True, related_name="+"
    )
    locations = models.ManyToManyField(
        Location, verbose_name=_("Places"), blank=True, related_name="+"
    )
    sectors = models.ManyToManyField(
        Code,
        verbose_name=_("Sectors"),
        blank=True,
        related_name="+",
        limit_choices_to={"codelist__slug": "Sector"},
    )
    words = models.CharField(_("Words"), max_length=200, blank=True)
    minimum = MoneyField(_("Smallest difference, US dollars"), null=True, blank=True)
    size = MoneyField(_("Amount to ask, US dollars"), null=True, blank=True)
    activity = models.ForeignKey(
        Activity,
        verbose_name=_("Project that may ask"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    responsible = _responsible()
    active = models.BooleanField(_("Runs"), default=True)
    ran_at = models.DateTimeField(null=True, editable=False)
    left_out = models.PositiveIntegerField(default=0, editable=False)
    trail_seen = models.BigIntegerField(null=True, editable=False)

    QUIET_FIELDS = ("trail_seen",)

    objects = OwnedQuerySet["Search"].as_manager()

    class Meta:
        ordering = ["title", "pk"]
        verbose_name = _("saved search")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("watch:search", args=[self.pk])


class FeedKind(models.TextChoices):
    """How the address is read."""

    FEED = "feed", _("RSS or Atom feed")
    PAGE = "page", _("Page of calls: its links")


class Feed(Owned):
    """An address that is read regularly; each of its items is stored once."""

    title = models.CharField(_("Title"), max_length=200)
    url = models.URLField(_("Address"), max_length=500)
    kind = models.CharField(
        _("Kind"), max_length=8, choices=FeedKind.choices, default=FeedKind.FEED
    )
    subject = models.CharField(
        _("It announces"),
        max_length=10,
        choices=[(item.value, item.label) for item in (Subject.CALLS, Subject.STATEMENTS)],
        default=Subject.CALLS,
    )
    pattern = models.CharField(_("Only links whose address holds"), max_length=100, blank=True)
    organisation = models.ForeignKey(
        Organisation,
        verbose_name=_("Whose"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    active = models.BooleanField(_("Is read"), default=True)
    etag = models.CharField(max_length=300, blank=True, editable=False)
    modified = models.CharField(max_length=100, blank=True, editable=False)
    read_at = models.DateTimeField(null=True, editable=False)
    problem = models.CharField(max_length=500, blank=True, editable=False)

    objects = OwnedQuerySet["Feed"].as_manager()

    class Meta:
        ordering = ["title", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "url"],
                name="feed_once_an_owner",
                violation_error_message=_("This address is read already."),
            )
        ]
        verbose_name = _("feed")

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("watch:feed", args=[self.pk])

    def clean(self) -> None:
        """Raises ``ValidationError`` for an address that is not of the web."""
        if not self.url.lower().startswith(("http://", "https://")):
            raise ValidationError({"url": _("Only web addresses (http and https) are read.")})


class FeedItem(models.Model):
    """One entry of a feed; ``known_before`` when it was there at the first reading."""

    feed = models.ForeignKey(Feed, on_delete=models.CASCADE, related_name="items")
    key = models.CharField(max_length=64)
    title = models.CharField(max_length=500)
    url = models.CharField(max_length=1000, blank=True)
    summary = models.TextField(blank=True)
    published_on = models.DateField(null=True)
    first_seen_at = models.DateTimeField()
    known_before = models.BooleanField(default=False)

    class Meta:
        ordering = [F("published_on").desc(nulls_last=True), "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["feed", "key"], name="feed_item_once_a_feed")
        ]
        verbose_name = _("item of a feed")

    def __str__(self) -> str:
        return self.title


class SignalKind(models.TextChoices):
    """What happened; the first six are changes of published giving."""

    NEW = "new", _("New")
    RETURNED = "returned", _("Returned")
    UP = "up", _("Up")
    DOWN = "down", _("Down")
    FELL = "fell", _("Fell by more than a quarter")
    EXIT = "exit", _("Exit")
    CALL_OPENED = "call-opened", _("Call opened")
    DEADLINE = "deadline", _("Deadline near")
    CHANGED = "changed", _("Window changed")
    STATEMENT = "statement", _("New statement")


class Confidence(models.TextChoices):
    """How sure one can be; ``signals.moved`` says by which rule."""

    STRONG = "strong", _("Sure")
    FAIR = "fair", _("Fairly sure")
    WEAK = "weak", _("To be checked")


class State(models.TextChoices):
    """Where a signal stands with the people who read it."""

    OPEN = "open", _("Open")
    DONE = "done", _("Done")
    DISMISSED = "dismissed", _("Dismissed")


class SignalQuerySet(OwnedQuerySet["Signal"]):
    """Sets of signals."""

    def with_change(self) -> SignalQuerySet:
        """Each with ``change``, what is more or less than before, in ``currency``."""
        return self.annotate(change=F("after") - F("before"))


class Signal(Owned):
    """One thing that a search found, once: ``key`` is made from what it says.

    Amounts in ``currency`` are those of the day it was found. ``changes`` maps a field of a window
    to what it was and what it is now, as text. ``undo_to`` holds what the last act of a person
    changed, so that it can be taken back.
    """

    search = models.ForeignKey(Search, on_delete=models.PROTECT, related_name="signals")
    key = models.CharField(max_length=64, editable=False)
    kind = models.CharField(_("Kind"), max_length=12, choices=SignalKind.choices)
    title = models.CharField(_("About"), max_length=500)
    donor = models.ForeignKey(
        Organisation,
        verbose_name=_("Donor"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    location = models.ForeignKey(
        Location,
        verbose_name=_("Place"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    year = models.PositiveSmallIntegerField(_("Year"), null=True, blank=True)
    since = models.PositiveSmallIntegerField(_("Compared with"), null=True, blank=True)
    before = MoneyField(_("Before"), null=True, blank=True, minimum=None)
    after = MoneyField(_("After"), null=True, blank=True, minimum=None)
    currency = CurrencyField(_("Currency"), default="USD")
    happens_on = models.DateField(_("On"), null=True, blank=True)
    confidence = models.CharField(
        _("Confidence"), max_length=6, choices=Confidence.choices, default=Confidence.STRONG
    )
    said_by = models.CharField(_("Source"), max_length=300)
    url = models.TextField(_("Address of the source"), blank=True)
    fund = models.ForeignKey(
        Fund, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    item = models.ForeignKey(
        FeedItem, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    source = models.ForeignKey(
        Source, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    figure = models.ForeignKey(
        Figure, null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    state = models.CharField(_("State"), max_length=10, choices=State.choices, default=State.OPEN)
    responsible = _responsible()
    follow_up = models.CharField(_("What follows"), max_length=300, blank=True)
    follow_up_on = models.DateField(_("To be done by"), null=True, blank=True)
    undo_to = models.JSONField(null=True, blank=True, editable=False)
    changes = models.JSONField(default=dict, blank=True, editable=False)

    QUIET_FIELDS = ("changes",)

    objects = SignalQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["search", "key"], name="signal_once_a_search"),
            models.CheckConstraint(
                condition=Q(follow_up_on=None) | ~Q(follow_up=""),
                name="signal_date_with_an_action",
                violation_error_message=_("Say what is to be done by that day."),
            ),
        ]
        verbose_name = _("signal")

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.title}"[:300]

    def get_absolute_url(self) -> str:
        return reverse("watch:signal", args=[self.pk])

    @property
    def difference(self) -> Decimal | None:
        """What is more or less than before; None for a signal without amounts."""
        if self.after is None or self.before is None:
            return None
        more: Decimal = self.after - self.before
        return more


class Frequency(models.TextChoices):
    """How often a person is written to; nobody is unless they ask."""

    OFF = "off", _("Never")
    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")


class Subscription(Record):
    """What one person is sent; of the secret of their calendar only its digest is kept."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="subscription"
    )
    frequency = models.CharField(
        _("Digest by e-mail"), max_length=8, choices=Frequency.choices, default=Frequency.OFF
    )
    sent_at = models.DateTimeField(null=True, editable=False)
    calendar_digest = models.CharField(max_length=64, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["calendar_digest"],
                condition=~Q(calendar_digest=""),
                name="subscription_calendar_once",
            )
        ]
        verbose_name = _("subscription")

    def __str__(self) -> str:
        return f"{self.user}"
