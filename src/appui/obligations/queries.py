"""Reads of obligations."""

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, IntegerField, Prefetch, Q, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from appui.evidence.models import Source
from appui.funding.models import Agreement
from appui.kernel.access import Reader
from appui.obligations.models import Obligation, ObligationQuerySet, ObligationRule, TreatyDuty
from appui.ui import formats


def obligations(reader: Reader) -> ObligationQuerySet:
    """Obligations the reader may see with what lists want, the open ones first; two queries.

    ``settled`` is 0 for those still to be done, else 1.
    """
    is_open = Q(done_on=None, waived_on=None, lapsed_on=None)
    rows = Obligation.objects.visible_to(reader).select_related(
        "rule", "agreement__donor__merged_into", "duty", "owner", "responsible"
    )
    seen = Prefetch("document", Source.objects.visible_to(reader))
    settled = Case(When(is_open, then=Value(0)), default=Value(1), output_field=IntegerField())
    return rows.prefetch_related(seen).annotate(settled=settled)


def open_until(
    owner_ids: Sequence[int], reader: Reader, *, until: date, today: date
) -> list[Obligation]:
    """What is open and due by ``until``, or to be reminded of by today, earliest first."""
    rows = obligations(reader).open().filter(owner__in=owner_ids)
    soon = rows.filter(Q(due_on__lte=until) | Q(remind_on__lte=today))
    return list(soon.order_by("due_on", "pk"))


def rules(reader: Reader) -> QuerySet[ObligationRule]:
    """Rules that the reader may read: Appui's and those of its organisations."""
    return ObligationRule.objects.visible_to(reader).select_related("owner", "donor", "fund")


def duties(reader: Reader) -> QuerySet[TreatyDuty]:
    """Treaties that the organisations of the reader follow."""
    return TreatyDuty.objects.visible_to(reader).select_related("owner", "responsible")


def about(row: Obligation) -> str:
    """What an obligation is of: its agreement, or its treaty and the year it reports on."""
    if row.agreement is not None:
        return f"{row.agreement.reference} · {row.agreement}"
    if row.duty is None:
        return ""
    return _("%(treaty)s, report on %(year)d") % {
        "treaty": row.duty,
        "year": row.due_on.year - 1,
    }


def reminders_before_closing(agreement: Agreement, today: date) -> list[str]:
    """A sentence when duties of the agreement are not done; one query."""
    rows = Obligation.objects.filter(agreement=agreement).open()
    days = list(rows.order_by("due_on").values_list("due_on", flat=True))
    if not days:
        return []
    text = ngettext(
        "%(count)d obligation is not done; it is due on %(day)s.",
        "%(count)d obligations are not done; the first is due on %(day)s.",
        len(days),
    )
    return [text % {"count": len(days), "day": formats.day(days[0])}]


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One day of a month page."""

    on: date
    is_in_month: bool
    is_today: bool
    items: tuple[Obligation, ...]


def month_of(
    reader: Reader, first: date, *, owner_id: int | None, today: date, first_weekday: int = 0
) -> list[list[CalendarDay]]:
    """The weeks of the month of ``first``, each day with what is due; two queries.

    ``first_weekday`` is 0 for Monday, 5 for Saturday.
    """
    weeks = Calendar(first_weekday).monthdatescalendar(first.year, first.month)
    rows = obligations(reader).filter(due_on__range=(weeks[0][0], weeks[-1][-1]), lapsed_on=None)
    if owner_id is not None:
        rows = rows.filter(owner=owner_id)
    by_day: dict[date, list[Obligation]] = {}
    for row in rows.order_by("due_on", "pk"):
        by_day.setdefault(row.due_on, []).append(row)
    return [
        [
            CalendarDay(day, day.month == first.month, day == today, tuple(by_day.get(day, ())))
            for day in week
        ]
        for week in weeks
    ]


def ordered(rows: QuerySet[Obligation]) -> QuerySet[Obligation]:
    """Open ones first, by their day."""
    first = F("settled")  # of obligations()
    return rows.order_by(first, "due_on", "pk")
