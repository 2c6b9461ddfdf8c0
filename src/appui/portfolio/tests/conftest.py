from datetime import date
from decimal import Decimal

import pytest

from appui.evidence.tests.conftest import (
    authority,
    cambodia,
    code,
    editor,
    editor_user,
    in_english,
    make_codes,
    member,
    outsider,
    outsider_user,
    page,
    stranger_org,
)
from appui.kernel.access import SYSTEM
from appui.portfolio import actions
from appui.registry.models import Location

__all__ = [
    "authority",
    "cambodia",
    "editor",
    "editor_user",
    "in_english",
    "member",
    "outsider",
    "outsider_user",
    "page",
    "stranger_org",
]
LISTS = {
    "ActivityStatus": {"1": "Pipeline", "2": "Implementation"},
    "BudgetType": {"1": "Original", "2": "Revised"},
    "BudgetStatus": {"1": "Indicative", "2": "Committed"},
    "OrganisationRole": {"1": "Funding", "4": "Implementing"},
    "Sector": {"15250": "Mine removal", "15190": "Migration", "12220": "Basic health"},
    "UNSDG-Goals": {"16": "Peace", "3": "Health"},
    "PolicyMarker": {"1": "Gender equality", "11": "Disability"},
    "PolicySignificance": {"0": "Not targeted", "1": "Significant", "2": "Principal"},
}


@pytest.fixture
def owner(authority):
    return authority


@pytest.fixture
def lists(db):
    make_codes(LISTS)


@pytest.fixture
def mali(db):
    return Location.objects.create(kind="country", code="ML", name={"en": "Mali"})


@pytest.fixture
def describe(lists, authority):
    def describe(reference="P1", **fields):
        fields = {
            "title": {"en": f"Project {reference}"},
            "status": code("ActivityStatus", "2"),
            "owner": authority,
        } | fields
        return actions.describe_activity(by=SYSTEM, reference=reference, **fields)

    return describe


@pytest.fixture
def budget():
    def budget(activity, amount, currency="USD", year=2022, **fields):
        fields = {
            "period_start": date(year, 1, 1),
            "period_end": date(year, 12, 31),
            "value_date": date(year, 1, 15),
            "budget_type": code("BudgetType", "1"),
            "budget_status": code("BudgetStatus", "1"),
        } | fields
        return actions.add_budget_line(
            activity, by=SYSTEM, amount=Decimal(amount), currency=currency, **fields
        )

    return budget
