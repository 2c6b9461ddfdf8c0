"""Every list takes as many queries for three rows as for three hundred."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from appui.config.api import api
from appui.design.models import Standing
from appui.kernel.access import Role
from appui.registry.models import Invitation
from tests import factories as make
from tests import funds
from tests.factories import in_english
from tests.test_roles import names
from tests.world import World, budget_line, figure

__all__ = ["in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
FEW, MANY = 3, 300
# Lists whose names do not end in “_list”, and pages made of lists.
MORE = (
    "home:dashboard",
    "home:due",
    "home:audit",
    "strategies:swot",
    "strategies:late",
    "funding:proposal_board",
    "eligibility:matrix",
    "funding:forecast",
    "funding:forecast_rows",
    "funding:track",
    "obligations:calendar",
    "outlook:gap",
    "outlook:what_if",
    "outlook:ledger_map",
    "outlook:effects",
    "outlook:attribution",
    "outlook:chain",
    "outlook:vintages",
    "design:project_board",
    "intelligence:donor_map",
    "intelligence:matrix",
    "intelligence:movements",
    "intelligence:flow_rows",
    "intelligence:match_queue",
    "intelligence:quarantine",
)


class Crowd(World):
    """The small world with ``count`` more of everything, each row with relations of its own."""

    def __init__(self):
        super().__init__()
        self.count = 0

    def grow(self, count):
        for number in range(self.count, count):
            self._add(number)
        self.count = count

    def _add(self, number):
        owner, tag = self.owner, f"{number:03}"
        donor = make.make_donor(
            f"Donor {tag}",
            organisation_type=make.code("OrganisationType", tag),
            country=make.place(f"{chr(65 + number // 26)}{chr(65 + number % 26)}"),
        )
        source = make.make_source(owner, f"Publisher {tag}")
        sector = make.code("Sector", f"1{tag}0")
        need = make.make_need(owner, f"Need {tag}", sector=sector, source=source)
        make.make_line(need, source=source, pillar=tag)
        person = make.make_person(owner, f"Person {tag}", organisation=donor)
        activity = make.make_activity(owner, f"Project {tag}", source=source)
        budget_line(activity)
        template = make.make_template(owner, f"Template {tag}")
        stage = make.make_stage(owner, f"Stage {tag}", required_papers=[template])
        make.make_checklist_item(stage)
        Standing.objects.create(activity=activity, stage=stage)
        make.make_paper(activity, template, f"Paper {tag}", texts=("Mines",))
        fund = make.make_fund(owner, donor, source=source, deadline=date(2027, 1, 1))
        make.make_rule(fund)
        funds.make_statement(activity)
        ask = make.make_proposal(
            owner,
            donor,
            need,
            fund=fund,
            contact=person,
            next_action="Call",
            next_action_on=date(2026, 11, 1),
            responsible=self.users[Role.EDITOR],
        )
        agreement = make.make_agreement(owner, donor, need=need, source=source)
        rule = funds.make_duty_rule(owner, f"rule-{tag}", donor=donor, fund=fund)
        whose = self.users[Role.EDITOR]
        funds.make_obligation(rule, agreement, document=source, responsible=whose)
        make.make_interaction(owner, donor, person=person, proposal=ask, follow_up="Write")
        make.make_ledger_line(
            owner, agreement, provider=donor, receiver=owner, activity=activity, fund=fund
        )
        make.make_target(owner, source=source)
        funds.make_own_fund(owner, f"Own {tag}")
        figure(owner, source, str(number), as_of=date(2000, 1, 1))
        make.make_user_with_role(Role.READER, owner)
        search = make.make_search(owner, f"Search {tag}", responsible=self.users[Role.EDITOR])
        make.make_signal(
            search,
            donor=donor,
            location=donor.country,
            responsible=self.users[Role.EDITOR],
            follow_up="Call",
            follow_up_on=date(2026, 12, 1),
        )
        make.make_signal(search, state="dismissed", donor=donor)
        make.make_feed(owner, organisation=donor)
        criteria = make.make_criteria(owner, title={"en": f"Criteria {tag}"})
        appraisal = make.make_appraisal(owner, [activity], criteria_set=criteria)
        make.make_scenario(appraisal, f"Scenario {tag}", envelopes=[("Window", "10")])
        form = make.make_form(owner, f"Form {tag}")
        make.make_response(owner, form, donor, {"q1": "no"}, submitted=True)
        make.make_consultation(owner, places=[donor.country], organisations=[donor])
        self._add_strategy(tag, source, donor, activity)
        make.make_batch(owner, file_name=f"{tag}.csv")
        paid = funds.make_comparison(owner, f"Paid {tag}", need=need, activity=activity)
        funds.make_option(paid, source=source)
        make.make_rate("XOF", date(1999 + number // 12, number % 12 + 1, 1), "0.0016")
        Invitation.objects.create(
            organisation=owner,
            email=f"{tag}@example.org",
            role=Role.READER,
            secret_digest=tag,
            invited_by="A",
            expires_at="2030-01-01T00:00:00Z",
        )

    def _add_strategy(self, tag, source, donor, activity):
        owner, late = self.owner, {"due_on": date(2026, 1, 5)}
        person = make.make_person(owner, f"Responsible {tag}")
        strategy = make.make_strategy(owner, f"Strategy {tag}", state="approved", source=source)
        item = make.make_item(strategy, **late, responsible=self.users[Role.EDITOR])
        plan = make.make_plan(strategy, state="approved")
        make.make_plan_item(plan, **late, person=person, activity=activity)
        make.make_trace(make.make_activity(owner, f"Traced {tag}"), item)
        make.make_strength(owner, source=source)
        mandate = make.make_mandate(owner, donor, source=source)
        make.make_deliverable(mandate, document=source, **late)


def pages():
    """The address of every list of pages."""
    for name in names():
        if name.endswith("_list") or name in MORE:
            yield reverse(name)
    yield reverse("registry:codelist", args=["Sector"])
    yield reverse("home:rows", args=["missing"])
    yield reverse("home:search") + "?q=Need"


# What the calls on published flows cannot do without.
NEEDED = {"/api/flows/donors": "?country=KH&sector=15250"}


def calls():
    """Every list of the API, with as many rows as it gives."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        if path in NEEDED:
            yield path + NEEDED[path]
        elif "get" in methods and "{" not in path:
            asked = methods["get"].get("parameters", [])
            if any(item["required"] for item in asked):
                continue  # what it cannot do without is not known here
            names = {item["name"] for item in asked}
            yield path + ("?limit=500" if "limit" in names else "?q=Need" if "q" in names else "")


def queries_of(client, url):
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(url)
    assert answer.status_code == 200, url
    return len(queries)


def counted(client):
    return {url: queries_of(client, url) for url in [*pages(), *calls()]}


def test_every_list_takes_as_many_queries_for_three_rows_as_for_three_hundred(client):
    crowd = Crowd()
    client.force_login(crowd.users[Role.ADMINISTRATOR])
    crowd.grow(FEW)
    queries_of(client, reverse("home:dashboard"))  # what is asked once a process
    few = counted(client)

    crowd.grow(MANY)
    many = counted(client)

    assert {url: (few[url], many[url]) for url in few if few[url] != many[url]} == {}
