"""How long the pages that stand on the ledger take with 100,000 transactions.

    python bench/ledger.py [TRANSACTIONS]

Half are lines of the ledger alone, half are movements of one own fund with twelve earmarks and a
hundred projects, each with its line; one organisation has them all. Everything is made up. Each
page is asked as ``bench/pages.py`` asks its own, by one signed-in person within one process: the
whole request, but no network; the reference line is a list with nothing in it. The engine that
draws is started before, as once in the life of a server: it compiles itself as it goes, so that
its first pictures take longest; what they took is said in a line of its own.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[1] / "src"
sys.path[:0] = [str(Path(__file__).resolve().parent), str(SOURCE)]

import pages  # noqa: E402 - the sibling that measures

LIMIT_MS = 250
SEED = 5
EARMARKS, PROJECTS, DONORS = 12, 100, 40
FIRST = date(2020, 1, 1)
DAYS = 2400


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as home:
        os.environ["APPUI_HOME"] = home
        pages.prepare(Path(home))
        made = _fill(count)
        from appui.config.wsgi import settle  # noqa: PLC0415 - after setup

        settle()  # as the server does
        client = _client(made["owner"])
        reference = pages.measure(client, pages.bare())
        drawn, _again = pages.measure(client, _pictures(made["other_targets"]))
        print("first pictures of a process:", ", ".join(f"{took.wall:.0f}" for took in drawn), "ms")
        rows = {name: pages.measure(client, _often(urls)) for name, urls in _urls(made).items()}
    return pages.report(reference, rows, LIMIT_MS)


def _fill(count: int) -> dict[str, Any]:
    from appui.funding.models import Agreement, Fund  # noqa: PLC0415 - after setup
    from appui.kernel.access import SYSTEM  # noqa: PLC0415 - after setup
    from appui.portfolio.models import Activity  # noqa: PLC0415 - after setup
    from appui.registry.models import Code, Organisation  # noqa: PLC0415 - after setup
    from appui.registry.reference import load_reference  # noqa: PLC0415 - after setup
    from appui.treasury import actions  # noqa: PLC0415 - after setup

    load_reference()
    owner = Organisation.objects.create(name={"en": "Bench"}, is_workspace=True)
    donors = [
        Organisation.objects.create(name={"en": f"Donor {number}"}, is_donor=True)
        for number in range(DONORS)
    ]
    status = Code.objects.of("ActivityStatus").get(code="2")
    projects = Activity.objects.bulk_create(
        Activity(owner=owner, reference=f"b-{n}", title={"en": f"Project {n}"}, status=status)
        for n in range(PROJECTS)
    )
    agreements = Agreement.objects.bulk_create(
        Agreement(owner=owner, reference=f"a-{n}", title=f"Grant {n}", donor=donor,
                  amount=Decimal(1_000_000), status="signed", signed_on=FIRST)
        for n, donor in enumerate(donors)
    )  # fmt: skip
    fund = Fund.objects.create(owner=owner, organisation=owner, title={"en": "Own"}, kind="own")
    earmarks = [
        actions.open_earmark(
            fund, by=SYSTEM, code=f"e{n}", title={"en": f"Earmark {n}"}, donor=donors[n]
        )
        for n in range(EARMARKS)
    ]
    lines = _lines(count, owner, donors, projects, agreements, fund)
    _movements(lines[: count // 2], earmarks, projects)
    starts = [None, *(date(year, 2, 3) for year in range(2021, 2025))]
    targets, other_targets = (
        [_target(owner, currency, day) for currency in ("USD", "EUR") for day in days]
        for days in (starts, [date(year, 5, 6) for year in (2022, 2023)])
    )
    return {
        "fund": fund,
        "earmarks": earmarks,
        "lines": lines,
        "projects": projects,
        "agreements": agreements,
        "donors": donors,
        "targets": targets,
        "other_targets": other_targets,
        "owner": owner,
    }


def _target(owner: Any, currency: str, starts_on: date | None) -> Any:
    from appui.funding.models import Target  # noqa: PLC0415 - after setup

    return Target.objects.create(
        owner=owner,
        title={"en": currency},
        amount=Decimal(10**8),
        currency=currency,
        usd_rate={"USD": Decimal(1), "EUR": Decimal("1.0837")}[currency],
        starts_on=starts_on,
    )


def _client(owner: Any) -> Any:
    """Somebody who works in the organisation whose ledger it is."""
    from django.test import Client  # noqa: PLC0415 - after setup

    from appui.accounts.models import User  # noqa: PLC0415 - after setup
    from appui.registry.models import Membership  # noqa: PLC0415 - after setup

    found, user = Client(), User.objects.create_user("bench@example.org", "bench")
    Membership.objects.create(user=user, organisation=owner, role="administrator")
    found.force_login(user)
    return found


def _lines(
    count: int, owner: Any, donors: Any, projects: Any, agreements: Any, fund: Any
) -> list[Any]:
    from appui.funding.models import Transaction  # noqa: PLC0415 - after setup
    from appui.registry.models import Code  # noqa: PLC0415 - after setup

    draw = random.Random(SEED)
    types = {code.code: code for code in Code.objects.of("TransactionType")}
    made = []
    for number in range(count):
        of_fund, place = number < count // 2, draw.randrange(DONORS)
        kind = draw.choice("1123344")
        day = FIRST + timedelta(days=draw.randrange(DAYS))
        value = Decimal(draw.randrange(1, 10**6)) / 100
        made.append(
            Transaction(
                owner=owner,
                transaction_type=types[kind],
                date=day,
                value_date=day,
                value=value,
                currency="USD",
                usd_value=value,
                provider=donors[place] if kind == "1" else owner,
                receiver=owner if kind == "1" else donors[place],
                activity=draw.choice(projects) if kind != "1" else None,
                agreement=None if of_fund else agreements[place],
                fund=fund if of_fund else None,
                description=f"Line {number}",
            )
        )
    return Transaction.objects.bulk_create(made, batch_size=1000)


def _movements(lines: list[Any], earmarks: list[Any], projects: list[Any]) -> None:
    """Movements behind the lines; one large receipt a line of accounts keeps them above zero."""
    from appui.treasury.models import Earmark, Grant, Movement  # noqa: PLC0415 - after setup
    from appui.treasury.queries import sums_by_earmark  # noqa: PLC0415 - after setup

    draw = random.Random(SEED)
    kinds = {"1": "received", "2": "allocated", "3": "disbursed", "4": "fees"}
    Movement.objects.bulk_create(
        (
            Movement(
                fund=line.fund,
                earmark=draw.choice(earmarks),
                kind=kinds[line.transaction_type.code],
                date=line.date,
                value_date=line.date,
                amount=line.value,
                original=line.value,
                original_currency="USD",
                activity=line.activity if line.transaction_type.code in "23" else None,
                organisation=line.provider if line.transaction_type.code == "1" else line.receiver,
                description=line.description,
                transaction=line,
            )
            for line in lines
        ),
        batch_size=1000,
    )
    Movement.objects.bulk_create(
        Movement(fund=item.fund, earmark=item, kind="received", date=FIRST, value_date=FIRST,
                 amount=Decimal(10**9), original=Decimal(10**9), original_currency="USD")
        for item in earmarks
    )  # fmt: skip
    sums = sums_by_earmark(earmarks[0].fund)
    for item in earmarks:
        found = sums[item.pk]
        Earmark.objects.filter(pk=item.pk).update(**found.sums(), available=found.available)
    Grant.objects.bulk_create(
        Grant(earmark=item, activity=project) for item in earmarks for project in projects[:20]
    )


def _often(urls: list[str]) -> list[str]:
    """At least as many questions as elsewhere: the slowest of a few is no 95th percentile."""
    more = range(-(-pages.QUESTIONS // len(urls)))
    return [f"{url}{'&' if '?' in url else '?'}again={n}" for n in more for url in urls]


def _pictures(targets: list[Any]) -> list[str]:
    from django.urls import reverse  # noqa: PLC0415 - after setup

    return [
        f"{reverse('funding:target_chart', args=[item.pk])}?by={step}"
        for item in targets
        for step in ("month", "quarter", "year")
    ]


def _urls(made: dict[str, Any]) -> dict[str, list[str]]:
    from django.urls import reverse  # noqa: PLC0415 - after setup

    fund, listed = made["fund"].pk, reverse("funding:transaction_list")
    moved = reverse("treasury:movements", args=[fund])
    said = reverse("treasury:statement", args=[fund])
    last = len(made["lines"]) // 50
    some = made["lines"][:: max(1, len(made["lines"]) // pages.QUESTIONS)]
    shown = [f"n={number}" for number in range(10)]
    months = [f"from=2024-{month:02}-01&to=2024-{month:02}-28" for month in range(1, 13)]
    figures = ("pledged", "committed", "received", "spent")

    return {
        "home:dashboard": [f"/?{n}" for n in shown],
        "funding:target_list": [f"{reverse('funding:target_list')}?page={n}" for n in (1, 2)],
        "funding:target": [
            f"{item.get_absolute_url()}?by={step}"
            for item in made["targets"]
            for step in ("month", "quarter", "year")
        ],
        "picture of a target": _pictures(made["targets"]),
        "rows of a target, first": [
            reverse("funding:target_rows", args=[item.pk, name])
            for item in made["targets"]
            for name in figures
        ],
        "rows of a target, last": [
            reverse("funding:target_rows", args=[item.pk, "received"]) + f"?page={n}"
            for item in made["targets"]
            for n in (150, 300, 10**6)
        ],
        **{
            f"outlook:{name}": [
                f"{reverse(f'outlook:{name}')}?figure={figure}&from={year}"
                for figure in figures
                for year in (2020, 2023)
            ]
            for name in ("ledger_map", "effects", "attribution", "chain")
        },
        "funding:agreement": [item.get_absolute_url() for item in made["agreements"][:12]],
        "funding:donor": [reverse("funding:donor", args=[item.pk]) for item in made["donors"][:12]],
        "funding:fund": [f"{made['fund'].get_absolute_url()}?{n}" for n in shown],
        "registry:organisation": [item.get_absolute_url() for item in made["donors"][:12]],
        "portfolio:activity": [item.get_absolute_url() for item in made["projects"][:12]],
        "treasury:movement": [item.movement.get_absolute_url() for item in some[:8]],
        "ledger, searched": [f"{listed}?q={word}" for word in ("Line 7", "Line 99", "nothing")],
        "ledger, first pages": [f"{listed}?page={n}" for n in range(1, pages.QUESTIONS)],
        "ledger, last pages": [f"{listed}?page={last - n}" for n in range(10)],
        "ledger, by type": [f"{listed}?type={n}" for n in range(1, 14)],
        "funding:transaction": [item.get_absolute_url() for item in some],
        "treasury:account": [f"{reverse('treasury:account', args=[fund])}?{n}" for n in shown],
        "treasury:earmark": [item.get_absolute_url() for item in made["earmarks"]],
        "movements, page by page": [f"{moved}?page={n}" for n in range(1, 20)],
        "movements, of an earmark": [f"{moved}?earmark={e.pk}" for e in made["earmarks"]],
        "statement of an earmark": [
            f"{said}?about=earmark-{made['earmarks'][0].pk}&{month}" for month in months
        ],
        "statement of a project": [
            f"{said}?about=project-{item.pk}&from=2020-01-01" for item in made["projects"][:12]
        ],
        "treasury:bank": [f"{reverse('treasury:bank', args=[fund])}?{n}" for n in shown],
    }


if __name__ == "__main__":
    sys.exit(main())
