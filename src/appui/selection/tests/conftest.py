from datetime import date
from decimal import Decimal

import pytest
from tests import factories as make
from tests.factories import in_english

from appui.kernel import audit
from appui.kernel.access import SYSTEM, Role
from appui.portfolio.models import BudgetLine

__all__ = ["in_english"]


@pytest.fixture
def owner(db):
    return make.make_organisation("Directorate")


@pytest.fixture
def project(owner):
    """Makes a project that asks for ``amount`` dollars in 2026."""

    def described(reference, amount="100", **fields):
        made = make.make_activity(owner, f"Project {reference}", reference=reference, **fields)
        if amount is not None:
            budget(made, amount)
        return made

    return described


def budget(activity, amount, start=date(2026, 1, 1), end=date(2026, 12, 31), currency="USD"):
    return audit.create(
        BudgetLine(
            activity=activity,
            budget_type=make.code("BudgetType", "1"),
            budget_status=make.code("BudgetStatus", "1"),
            period_start=start,
            period_end=end,
            value_date=start,
            amount=Decimal(amount),
            currency=currency,
        ),
        by=SYSTEM,
    )


@pytest.fixture
def people(owner):
    return [make.make_user_with_role(Role.READER, owner, display_name=name) for name in "ABC"]


@pytest.fixture
def manager(owner):
    return make.make_reader(Role.MANAGER, owner)
