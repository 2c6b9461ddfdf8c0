"""Records for tests, each as small as its model allows; codes and places are made on demand."""

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import date
from decimal import Decimal
from itertools import count
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection, connections
from django.utils import translation

from appui.accounts.models import User
from appui.evidence.models import Source
from appui.funding.models import Agreement, Allocation, Fund, Interaction, Proposal, Target
from appui.funding.models import Transaction as LedgerLine
from appui.intake.models import Batch, StoredFile
from appui.kernel import audit
from appui.kernel.access import SYSTEM, Reader, Role
from appui.kernel.errors import AppuiError
from appui.needs.models import Need, NeedLine, NeedStatus
from appui.portfolio.models import Activity
from appui.registry.models import (
    Code,
    CodeList,
    ExchangeRate,
    Location,
    Membership,
    Organisation,
    Person,
)
from appui.registry.queries import reader_of
from appui.watch.models import Feed, Search, Signal

TODAY = date(2026, 11, 22)
_numbers = count(1)


@pytest.fixture(autouse=True)
def in_english():
    """Sentences are compared in English, whatever the catalogues hold; a conftest imports this."""
    with translation.override("en"):
        yield


def code(codelist="Sector", value="15250", label=""):
    found, _made = CodeList.objects.get_or_create(
        slug=codelist, defaults={"name": {"en": codelist}, "source": "test"}
    )
    return Code.objects.get_or_create(
        codelist=found, code=value, defaults={"label": {"en": label or value}}
    )[0]


def place(value="KH", label="", kind=None):
    country = place(value[:2]) if len(value) > 2 else None
    return Location.objects.get_or_create(
        code=value,
        defaults={
            "name": {"en": label or value},
            "kind": kind or ("admin1" if country else "country"),
            "parent": country,
        },
    )[0]


def make_organisation(name="Authority", **fields):
    fields = {"is_workspace": True} | fields
    names = name if isinstance(name, dict) else {"en": name}
    return Organisation.objects.create(name=names, **fields)


def make_donor(name="Ireland", **fields):
    return make_organisation(name, **({"is_workspace": False, "is_donor": True} | fields))


def make_user(**fields):
    fields = {"language": "en", "email": f"user{next(_numbers)}@example.org"} | fields
    return User.objects.create_user(fields.pop("email"), fields.pop("password", None), **fields)


def make_user_with_role(role, organisation, **fields):
    user = make_user(**fields)
    Membership.objects.create(user=user, organisation=organisation, role=role)
    return user


def make_reader(role, organisation) -> Reader:
    """A reader with a real user behind it."""
    return reader_of(make_user_with_role(role, organisation))


def administrator_of(organisation) -> Reader:
    return make_reader(Role.ADMINISTRATOR, organisation)


def make_person(owner, name="Ana Keo", **fields):
    return audit.create(Person(owner=owner, name=name, **fields), by=SYSTEM)


def make_source(owner, publisher="Monitor", **fields):
    return Source.objects.create(owner=owner, publisher=publisher, title="Report", **fields)


def make_need(owner, title="Clear the land", *, places=("KH",), **fields):
    fields = {"reference": f"N-{next(_numbers)}", "status": NeedStatus.OPEN} | fields
    need = Need(owner=owner, title={"en": title}, sector=fields.pop("sector", code()), **fields)
    return audit.create(need, by=SYSTEM, locations=[place(value) for value in places])


def make_line(need, cost="100", *, pillar="clearance", **fields):
    fields = {"year_from": 2026, "year_to": 2026, "stated_cost": Decimal(cost)} | fields
    return NeedLine.objects.create(need=need, pillar=code("Pillar", pillar), **fields)


def make_activity(owner, title="Clearance in the north-west", **fields):
    fields = {"reference": f"ACT-{next(_numbers)}", "status": code("ActivityStatus", "2")} | fields
    return audit.create(Activity(owner=owner, title={"en": title}, **fields), by=SYSTEM)


def make_fund(owner, donor, title="Window", **fields):
    fund = Fund(owner=owner, organisation=donor, title={"en": title}, **fields)
    return audit.create(fund, by=SYSTEM)


def make_proposal(owner, donor, need, amount="100", **fields):
    number = next(_numbers)
    fields = {"reference": f"P-{number}", "title": f"Ask {number}", "stage": "proposal"} | fields
    ask = Proposal(owner=owner, donor=donor, need=need, amount=Decimal(amount), **fields)
    return audit.create(ask, by=SYSTEM)


def make_agreement(owner, donor, amount="100", *, need=None, **fields):
    """A signed agreement, given whole to ``need`` when one is told."""
    number = next(_numbers)
    signed = {"status": "signed", "signed_on": date(2026, 3, 10)}
    fields = {"reference": f"A-{number}", "title": f"Grant {number}"} | signed | fields
    agreement = audit.create(
        Agreement(owner=owner, donor=donor, amount=Decimal(amount), **fields), by=SYSTEM
    )
    if need is not None:
        Allocation.objects.create(agreement=agreement, need=need, amount=agreement.amount)
    return agreement


def make_draft(owner, donor, amount="100", **fields):
    return make_agreement(owner, donor, amount, status="draft", signed_on=None, **fields)


def make_interaction(owner, donor, summary="Met in Geneva", **fields):
    fields = {"took_place_on": date(2026, 10, 1), "kind": code("InteractionKind", "meeting")} | (
        fields
    )
    exchange = Interaction(owner=owner, organisation=donor, summary=summary, **fields)
    return audit.create(exchange, by=SYSTEM)


def make_ledger_line(owner, agreement, value="100", **fields):
    fields = {
        "transaction_type": code("TransactionType", "1"),
        "date": date(2026, 4, 1),
        "value_date": date(2026, 4, 1),
        "currency": "USD",
        "usd_value": Decimal(value),
    } | fields
    line = LedgerLine(owner=owner, agreement=agreement, value=Decimal(value), **fields)
    return audit.create(line, by=SYSTEM)


def make_target(owner, amount="1000", **fields):
    return audit.create(
        Target(owner=owner, title={"en": "Raise"}, amount=Decimal(amount), **fields), by=SYSTEM
    )


def make_search(owner, title="Who gives here", **fields):
    fields = {"subject": "flows"} | fields
    return audit.create(Search(owner=owner, title=title, **fields), by=SYSTEM)


def make_feed(owner, title="Calls", **fields):
    fields = {"url": f"https://donor.example/{next(_numbers)}.xml"} | fields
    return audit.create(Feed(owner=owner, title=title, **fields), by=SYSTEM)


def make_signal(search, title="Ireland", **fields):
    """A fall of giving, unless ``fields`` say otherwise."""
    fields = {
        "kind": "fell",
        "year": 2023,
        "since": 2022,
        "before": Decimal(100),
        "after": Decimal(40),
        "said_by": "appui/spend",
        "key": f"key {next(_numbers)}",
    } | fields
    return audit.create(Signal(owner=search.owner, search=search, title=title, **fields), by=SYSTEM)


def make_batch(owner, **fields):
    """A file of one contact, its columns confirmed, with something to be said of its row."""
    fields = {
        "kind": "people",
        "file_name": "old.csv",
        "headers": ["Name"],
        "row_count": 1,
    } | fields
    fields = {"columns": {"name": {"column": 0}}, "header_row": 1, "text_language": "en"} | fields
    batch = audit.create(Batch(owner=owner, **fields), by=SYSTEM)
    StoredFile.objects.create(batch=batch, content=b"Name\nAna Keo\n")
    row = batch.rows.create(number=2, cells=["Ana Keo"], state="ready", key="1")
    batch.issues.create(row=row, column=0, field="name", level="warning", code="merged")
    return batch


def make_rate(currency, month, usd_per_unit, source="ECB"):
    return ExchangeRate.objects.create(
        currency=currency, month=month, usd_per_unit=Decimal(usd_per_unit), source=source
    )


def at_once(act, look, folder, times=2):
    """Do ``act`` in threads at the same moment, then ``look``: the outcomes, and what was seen.

    An error is an outcome too. SQLite runs over a file as in life: in memory it locks whole tables.
    """
    settings = connections.settings["default"]
    before = settings["NAME"]
    if connection.vendor == "sqlite":
        settings["NAME"] = folder / "copy.sqlite3"
        with closing(sqlite3.connect(settings["NAME"])) as copy:
            connection.connection.backup(copy)
    gate = Barrier(times)

    def run(task, wait):
        try:
            if wait:
                gate.wait(10)
            return task()
        except AppuiError as error:
            return error
        finally:
            connection.close()

    try:
        with ThreadPoolExecutor(times) as pool:
            outcomes = list(pool.map(lambda _number: run(act, True), range(times)))
            return outcomes, pool.submit(run, look, False).result()
    finally:
        settings["NAME"] = before


def key():
    """What the hidden field of a form holds that was never sent."""
    return str(uuid4())


def error_text(answer):
    """What a form that came back says, all fields together."""
    return " ".join(" ".join(texts) for texts in answer.context["form"].errors.values())
