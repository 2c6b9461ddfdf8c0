from datetime import date
from decimal import Decimal

import pytest
from tests.factories import (
    TODAY,
    code,
    in_english,
    make_activity,
    make_donor,
    make_fund,
    make_organisation,
    make_reader,
)

from appui.kernel.access import Role
from appui.treasury import actions
from appui.treasury.actions import Part

__all__ = ["in_english"]


@pytest.fixture
def owner():
    for value in "1234":
        code("TransactionType", value)
    return make_organisation("Association", acronym="ACS")


@pytest.fixture
def finance(owner):
    return make_reader(Role.FINANCE, owner)


@pytest.fixture
def manager(owner):
    return make_reader(Role.MANAGER, owner)


@pytest.fixture
def donor(owner):
    return make_donor("Netherlands")


@pytest.fixture
def fund(owner):
    return make_fund(owner, owner, "Special Fund", kind="own")


@pytest.fixture
def earmark(fund, finance, donor):
    return actions.open_earmark(
        fund, by=finance, code="sea", title={"en": "Sargassum"}, donor=donor
    )


@pytest.fixture
def risk(fund, finance):
    return actions.open_earmark(fund, by=finance, code="risk", title={"en": "Risk"})


@pytest.fixture
def project(owner):
    return make_activity(owner, "Sargassum watch", reference="sea-1")


@pytest.fixture
def receive(fund, finance, donor):
    def receive(amount, *parts, currency="USD", day=date(2026, 3, 2), **about):
        return actions.receive(
            fund,
            by=finance,
            today=TODAY,
            amount=Decimal(amount),
            currency=currency,
            date=day,
            parts=[Part(earmark, Decimal(part)) for earmark, part in parts],
            **({"organisation": donor} | about),
        )

    return receive


@pytest.fixture
def record(finance):
    def record(earmark, kind, amount, activity=None, day=date(2026, 4, 1), **about):
        return actions.record(
            earmark,
            by=about.pop("by", finance),
            today=TODAY,
            kind=kind,
            amount=Decimal(amount),
            date=day,
            activity=activity,
            **about,
        )

    return record
