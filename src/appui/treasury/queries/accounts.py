"""Own funds with their earmarks, grants, movements and periods, for those who work in them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce

from appui.funding.models import Fund, FundKind
from appui.kernel.access import Reader, Role
from appui.portfolio.models import Activity
from appui.registry.models import Organisation
from appui.registry.models.ownership import OwnedQuerySet
from appui.treasury.balances import Balances
from appui.treasury.models import (
    BankLine,
    BankStatement,
    Earmark,
    Grant,
    Match,
    Movement,
    Period,
    PeriodBalance,
    PeriodState,
)
from appui.treasury.queries.sums import balances_of


def funds(reader: Reader) -> QuerySet[Fund]:
    """Own funds of the organisations in which the reader works: a fund that is public shows
    others what it is, not its accounts."""
    rows: OwnedQuerySet[Fund] = Fund.objects.visible_to(reader)
    mine = rows.writable_by(reader, Role.READER).filter(kind=FundKind.OWN)
    return mine.select_related("owner", "organisation")


def with_counts(rows: QuerySet[Fund]) -> QuerySet[Fund]:
    """Funds with how many earmarks they have and until when they are closed; one query."""
    each = Earmark.objects.filter(fund=OuterRef("pk")).order_by().values("fund")
    closed = Period.objects.filter(fund=OuterRef("pk"), state=PeriodState.CLOSED)
    return rows.annotate(
        earmark_count=Coalesce(Subquery(each.annotate(count=Count("pk")).values("count")), 0),
        closed_until=Subquery(closed.order_by("-ends_on").values("ends_on")[:1]),
    )


def earmarks(reader: Reader) -> QuerySet[Earmark]:
    """Earmarks of those funds with what lists want."""
    visible = funds(reader)
    rows = Earmark.objects.filter(fund__in=visible)
    return rows.select_related("fund", "fund__owner", "donor", "location", "theme")


def grants(reader: Reader) -> QuerySet[Grant]:
    """What earmarks of those funds gave to projects that the reader may see."""
    visible = funds(reader)
    rows = Grant.objects.filter(earmark__fund__in=visible)
    rows = rows.filter(activity__in=Activity.objects.visible_to(reader))
    return rows.select_related("earmark", "earmark__fund", "activity")


def movements(reader: Reader) -> QuerySet[Movement]:
    """Movements of those funds with what lists want."""
    visible = funds(reader)
    rows = Movement.objects.filter(fund__in=visible)
    return shown(rows)


def movements_of(fund: Fund) -> QuerySet[Movement]:
    """The movements of one fund that the reader was given, as lists want them."""
    return shown(Movement.objects.filter(fund=fund))


def shown(rows: QuerySet[Movement]) -> QuerySet[Movement]:
    """With all that a line shows; no further query a row. What many lines name is read once."""
    undone = Movement.objects.filter(reverses=OuterRef("pk"))
    joined = rows.prefetch_related("earmark__fund", "organisation__merged_into", "activity")
    return joined.annotate(is_reversed=Exists(undone))


def periods(reader: Reader) -> QuerySet[Period]:
    """Closings of those funds, newest first."""
    visible = funds(reader)
    return Period.objects.filter(fund__in=visible).select_related("fund", "fund__owner")


def bank_statements(reader: Reader) -> QuerySet[BankStatement]:
    """Statements of the bank with how many lines they have and how many are matched."""
    visible = funds(reader)
    rows = BankStatement.objects.filter(fund__in=visible).select_related("fund", "fund__owner")
    return rows.annotate(
        line_count=Count("lines", distinct=True),
        matched_count=Count("lines__matches__line", distinct=True),
    ).annotate(open_count=F("line_count") - F("matched_count"))


def bank_lines(reader: Reader) -> QuerySet[BankLine]:
    """Lines of those statements."""
    visible = funds(reader)
    rows = BankLine.objects.filter(statement__fund__in=visible)
    return rows.select_related("statement", "statement__fund")


def matches(reader: Reader) -> QuerySet[Match]:
    """Movements found at the bank."""
    visible = funds(reader)
    rows = Match.objects.filter(line__statement__fund__in=visible)
    return rows.select_related("line__statement__fund", "movement__earmark")


@dataclass(frozen=True, slots=True)
class CurrencyTotal:
    """The balances of a fund in one currency."""

    currency: str
    balances: Balances
    fund_pk: int

    def __str__(self) -> str:
        return self.currency


def totals(rows: Iterable[Earmark]) -> list[CurrencyTotal]:
    """What the earmarks sum to, one total a currency; no query."""
    found: dict[str, list[Earmark]] = {}
    for earmark in rows:
        found.setdefault(earmark.currency, []).append(earmark)
    return [
        CurrencyTotal(
            currency, sum((item.balances for item in of_one), Balances()), of_one[0].fund_id
        )
        for currency, of_one in sorted(found.items())
    ]


@dataclass(frozen=True, slots=True)
class Difference:
    """An earmark whose balances are not what they were: ``then`` and ``now``."""

    earmark: Earmark
    then: Balances
    now: Balances

    @property
    def moved(self) -> Decimal:
        """By how much what is held differs."""
        return self.now.held - self.then.held


def differences(period: Period, now: Mapping[int, Balances]) -> list[Difference]:
    """Earmarks whose balances at the end of the period moved since it was closed."""
    lines = PeriodBalance.objects.filter(period=period)
    then = {line.earmark_id: line.balances for line in lines}
    found = [
        Difference(earmark, then.get(earmark.pk, Balances()), now.get(earmark.pk, Balances()))
        for earmark in Earmark.objects.filter(fund=period.fund_id)
    ]
    return [item for item in found if item.then != item.now]


def broken(fund: Fund) -> list[Earmark]:
    """Earmarks whose kept sums are not what their movements make: none, unless the database was
    written past the program."""
    return [
        earmark
        for earmark in Earmark.objects.filter(fund=fund)
        if earmark.balances != (made := balances_of(Movement.objects.filter(earmark=earmark)))
        or earmark.available != made.available
    ]


def donors(fund: Fund) -> QuerySet[Organisation]:
    """Those whose money is or was in the fund."""
    of_earmarks = Earmark.objects.filter(fund=fund).exclude(donor=None)
    gave = Movement.objects.filter(fund=fund, kind="received")
    keys = {*of_earmarks.values_list("donor", flat=True)}
    keys |= {
        *gave.exclude(organisation=None)
        .order_by()
        .values_list("organisation", flat=True)
        .distinct()
    }
    standing = Organisation.objects.filter(pk__in=keys).annotate(
        stands=Coalesce("merged_into", "pk")
    )
    return Organisation.objects.filter(pk__in=standing.values("stands"))


def projects(fund: Fund, reader: Reader) -> QuerySet[Activity]:
    """Projects to which the fund gave, of those that the reader may see."""
    given = Grant.objects.filter(earmark__fund=fund).values("activity")
    return Activity.objects.visible_to(reader).filter(pk__in=given)
