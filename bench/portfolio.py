"""How long the pages of projects take with 5,000 of them, and a large appraisal.

    python bench/portfolio.py [PROJECTS] [CANDIDATES]

The projects are made up: each has three budget lines, a place, a sector and a policy marker, and
one in ten is a part of another. An appraisal of CANDIDATES (300) of them by three reviewers, a
scenario with ten envelopes and one run stand on top. Each page is asked as ``bench/pages.py`` asks
its own, by one signed-in person within one process: the whole request, but no network; the
reference line is a list with nothing in it.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

SOURCE = Path(__file__).resolve().parents[1] / "src"
sys.path[:0] = [str(Path(__file__).resolve().parent), str(SOURCE)]

import pages  # noqa: E402 - the sibling that measures

LIMIT_MS = 200
SEED = 4


def main() -> int:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    candidates = int(sys.argv[2]) if len(sys.argv) > 2 else 300
    with tempfile.TemporaryDirectory() as home:
        os.environ["APPUI_HOME"] = home
        pages.prepare(Path(home))
        made = _fill(count, candidates)
        from appui.config.wsgi import settle  # noqa: PLC0415 - after setup

        settle()  # as the server does
        client = pages.client()
        reference = pages.measure(client, pages.bare())
        rows = {name: pages.measure(client, urls) for name, urls in _urls(made).items()}
    return pages.report(reference, rows, LIMIT_MS)


def _fill(count: int, candidates: int) -> dict[str, Any]:
    from appui.registry.models import Code, Location, Organisation  # noqa: PLC0415 - after setup
    from appui.registry.reference import load_reference  # noqa: PLC0415 - after setup

    load_reference()
    owner = Organisation.objects.create(name={"en": "Bench"}, is_workspace=True)
    countries = list(Location.objects.filter(kind="country")[:60])
    sectors = list(Code.objects.of("Sector").filter(code__startswith="1")[:40])
    made = _projects(owner, count, countries, sectors)
    return {"activities": made} | _appraised(owner, made[:candidates])


def _projects(owner: Any, count: int, countries: list[Any], sectors: list[Any]) -> list[Any]:
    from appui.portfolio.models import (  # noqa: PLC0415 - after setup
        Activity,
        ActivityClassification,
        ActivityPlace,
        BudgetLine,
    )
    from appui.registry.models import Code  # noqa: PLC0415 - after setup

    draw = random.Random(SEED)
    status = Code.objects.of("ActivityStatus").get(code="2")
    kind, state = Code.objects.of("BudgetType")[0], Code.objects.of("BudgetStatus")[0]
    markers = list(Code.objects.of("PolicyMarker")[:3])
    made = Activity.objects.bulk_create(
        Activity(
            owner=owner,
            reference=f"bench-{number}",
            title={"en": f"Project {number}", "fr": f"Projet {number}"},
            status=status,
            planned_start=date(2026, 1, 1),
            planned_end=date(2028, 12, 31),
        )
        for number in range(count)
    )
    for place, item in enumerate(made):
        if place % 10 == 9:
            item.parent = made[place - 9]
    Activity.objects.bulk_update(made, ["parent"], batch_size=500)
    ActivityPlace.objects.bulk_create(
        ActivityPlace(activity=item, location=draw.choice(countries)) for item in made
    )
    codes = [(draw.choice(sectors), 100, None) for _item in made]
    codes += [(draw.choice(markers), None, draw.randrange(3)) for _item in made]
    ActivityClassification.objects.bulk_create(
        ActivityClassification(
            activity=item, code=code, percentage=share, significance=score, reason="Made up"
        )
        for item, (code, share, score) in zip(made * 2, codes, strict=True)
    )
    BudgetLine.objects.bulk_create(
        BudgetLine(
            activity=item,
            budget_type=kind,
            budget_status=state,
            period_start=date(year, 1, 1),
            period_end=date(year, 12, 31),
            value_date=date(2026, 1, 1),
            amount=Decimal(draw.randrange(1, 40) * 25_000),
            currency=draw.choice(("USD", "USD", "EUR", "XOF")),
        )
        for item in made
        for year in (2026, 2027, 2028)
    )
    return made


def _appraised(owner: Any, activities: list[Any]) -> dict[str, Any]:
    from django.utils import timezone  # noqa: PLC0415 - after setup

    from appui.accounts.models import User  # noqa: PLC0415 - after setup
    from appui.kernel.access import SYSTEM  # noqa: PLC0415 - after setup
    from appui.selection.actions.run import choose  # noqa: PLC0415 - after setup
    from appui.selection.actions.scenario import (  # noqa: PLC0415 - after setup
        add_envelope,
        draft_scenario,
    )
    from appui.selection.models import (  # noqa: PLC0415 - after setup
        Appraisal,
        Candidate,
        CriteriaSet,
        Criterion,
        Review,
        Reviewer,
        Score,
    )

    draw = random.Random(SEED)
    criteria_set = CriteriaSet.objects.create(
        owner=owner, title={"en": "Criteria"}, published_at=timezone.now()
    )
    criteria = Criterion.objects.bulk_create(
        Criterion(
            criteria_set=criteria_set,
            title={"en": f"Criterion {number}"},
            position=number,
            axis="benefit" if number % 2 else "feasibility",
        )
        for number in range(6)
    )
    appraisal = Appraisal.objects.create(
        owner=owner,
        title={"en": "Round"},
        criteria_set=criteria_set,
        due_on=date(2030, 1, 1),
        budget=Decimal(100_000_000),
    )
    candidates = Candidate.objects.bulk_create(
        Candidate(appraisal=appraisal, activity=item) for item in activities
    )
    users = [User.objects.create_user(f"r{number}@example.org") for number in range(3)]
    reviewers = Reviewer.objects.bulk_create(Reviewer(appraisal=appraisal, user=u) for u in users)
    reviews = Review.objects.bulk_create(
        Review(candidate=item, reviewer=reviewer, submitted_on=date(2026, 6, 1))
        for item in candidates
        for reviewer in reviewers
    )
    Score.objects.bulk_create(
        Score(review=review, criterion=criterion, value=draw.randrange(1, 6))
        for review in reviews
        for criterion in criteria
    )
    scenario = draft_scenario(
        by=SYSTEM, owner=owner, appraisal=appraisal, title={"en": "Scenario"}, currency="USD"
    )
    for number in range(10):
        years = {year: Decimal(4_000_000) for year in (2026, 2027, 2028)}
        add_envelope(scenario, by=SYSTEM, title=f"Envelope {number}", years=years)
    return {"appraisal": appraisal, "scenario": scenario, "run": choose(scenario, by=SYSTEM)}


def _urls(made: dict[str, Any]) -> dict[str, list[str]]:
    from django.urls import reverse  # noqa: PLC0415 - after setup

    activities = made["activities"][:: max(1, len(made["activities"]) // pages.QUESTIONS)]
    listed = reverse("portfolio:activity_list")
    single = {
        "selection:appraisal": made["appraisal"],
        "selection:results": made["appraisal"],
        "selection:scenario": made["scenario"],
        "selection:run": made["run"],
    }
    return {
        "projects, page by page": [f"{listed}?page={n}" for n in range(1, pages.QUESTIONS)],
        "projects, searched": [f"{listed}?q=projet+{n}" for n in range(pages.QUESTIONS)],
        "portfolio:activity": [item.get_absolute_url() for item in activities],
        "portfolio:marker_list": [
            f"{reverse('portfolio:marker_list')}?goal={n}" for n in range(pages.QUESTIONS)
        ],
        **{
            name: [f"{reverse(name, args=[item.pk])}?n={n}" for n in range(pages.QUESTIONS)]
            for name, item in single.items()
        },
    }


if __name__ == "__main__":
    sys.exit(main())
