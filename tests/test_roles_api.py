"""Who may make which call of the API: one table of every path and method."""

import pytest

from appui.config.api import api
from tests.factories import in_english
from tests.world import World

__all__ = ["in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def calls():
    """Every method of every path of the API."""
    for path, methods in api.get_openapi_schema()["paths"].items():
        for method in methods:
            yield method, path


# Paths of the API by the kind of record whose key they take; "" for lists and answers.
API = {
    "": """
        get /api/me  get /api/code-lists  get /api/codes  get /api/locations
        get /api/organisations  post /api/organisations  get /api/people  post /api/people
        get /api/memberships
        get /api/exchange-rates  post /api/exchange-rates  get /api/sources  post /api/sources
        get /api/figures  post /api/figures  get /api/figures/conflicts  get /api/flows/sum
        get /api/flows/rows  get /api/flows/donors  get /api/needs  post /api/needs
        get /api/activities  post /api/activities  get /api/funds  post /api/funds
        get /api/proposals  post /api/proposals  get /api/interactions  post /api/interactions
        get /api/agreements  post /api/agreements  get /api/transactions  post /api/transactions
        get /api/signals  get /api/searches  post /api/searches  get /api/feeds  post /api/feeds
        get /api/strategies  post /api/strategies  get /api/strengths  post /api/strengths
        get /api/plans  post /api/plans  get /api/traces  post /api/traces
        get /api/untraced-activities  get /api/late-work  get /api/expert-requests
        post /api/expert-requests
        get /api/targets  post /api/targets  get /api/position  get /api/search  get /api/history
        get /api/criteria-sets  post /api/criteria-sets  get /api/appraisals  post /api/appraisals
        get /api/scenarios  post /api/scenarios  get /api/runs
        get /api/forms  post /api/forms  get /api/responses  post /api/responses
        get /api/priorities  get /api/consultations  post /api/consultations
        get /api/consultations/totals
        get /api/stages  post /api/stages  post /api/design-kits  get /api/project-stages
        get /api/paper-templates  post /api/paper-templates  get /api/papers
        get /api/intake  post /api/intake
        get /api/outlook/gap  get /api/outlook/what-if  get /api/outlook/donors
        get /api/outlook/effects  post /api/outlook/attribution  get /api/outlook/chain
        post /api/outlook/publications/files
    """,
    "organisation": "get /api/organisations/{pk}",
    "person": "get /api/people/{pk}",
    "source": "get /api/sources/{pk}  get /api/sources/{pk}/differences/{number}",
    "figure": "get /api/figures/{pk}  post /api/figures/{pk}/revisions",
    "need": """
        get /api/needs/{pk}  post /api/needs/{pk}/lines  get /api/needs/{pk}/gap
        get /api/needs/{pk}/brief
    """,
    "activity": """
        get /api/activities/{pk}  get /api/activities/{pk}/budget-lines
        post /api/activities/{pk}/budget-lines
        get /api/activities/{pk}/stage  post /api/activities/{pk}/stage
        post /api/activities/{pk}/ticks  post /api/activities/{pk}/papers
    """,
    "stage": "get /api/stages/{pk}  patch /api/stages/{pk}  post /api/stages/{pk}/checklist",
    "item": "patch /api/checklist-items/{pk}",
    "template": """
        get /api/paper-templates/{pk}  patch /api/paper-templates/{pk}
        post /api/paper-templates/{pk}/sections
    """,
    "template_section": "patch /api/template-sections/{pk}",
    "paper": """
        get /api/papers/{pk}  patch /api/papers/{pk}  get /api/papers/{pk}/versions
        post /api/papers/{pk}/versions  get /api/papers/{pk}/differences
        get /api/papers/{pk}/comments  post /api/papers/{pk}/comments
    """,
    "comment": "post /api/comments/{pk}/resolve",
    "placed": "get /api/activities/{pk}/theory  put /api/activities/{pk}/theory",
    "fund": "get /api/funds/{pk}",
    "signal": """
        get /api/signals/{pk}  post /api/signals/{pk}/move  post /api/signals/{pk}/follow-up
        post /api/signals/{pk}/undo
    """,
    "proposal": "get /api/proposals/{pk}  post /api/proposals/{pk}/move",
    "agreement": "get /api/agreements/{pk}  post /api/agreements/{pk}/sign"
    "  get /api/agreements/{pk}/allocations  post /api/agreements/{pk}/allocations",
    "criteria": "post /api/criteria-sets/{pk}/criteria  post /api/criteria-sets/{pk}/publish"
    "  post /api/criteria-sets/{pk}/next-version",
    "appraisal": "get /api/appraisals/{pk}/candidates  get /api/appraisals/{pk}/results"
    "  post /api/appraisals/{pk}/close",
    "candidate": "post /api/candidates/{pk}/review",
    "scenario": "post /api/scenarios/{pk}/envelopes  post /api/scenarios/{pk}/rules"
    "  post /api/scenarios/{pk}/balances  post /api/scenarios/{pk}/runs",
    "run": "get /api/runs/{pk}  post /api/runs/{pk}/override  post /api/runs/{pk}/sign",
    "transaction": "post /api/transactions/{pk}/reverse",
    "form": "get /api/forms/{pk}  post /api/forms/{pk}  post /api/forms/{pk}/drafts",
    "draft_version": """
        get /api/form-versions/{pk}  post /api/form-versions/{pk}
        post /api/form-versions/{pk}/publish  post /api/form-versions/{pk}/discard
        get /api/form-versions/{pk}/document  get /api/form-versions/{pk}/differences
    """,
    "response": """
        get /api/responses/{pk}  post /api/responses/{pk}  delete /api/responses/{pk}
        post /api/responses/{pk}/answers  post /api/responses/{pk}/submit
        post /api/responses/{pk}/priorities  post /api/responses/{pk}/reopen
        get /api/responses/{pk}/scores
    """,
    "priority": """
        get /api/priorities/{pk}  post /api/priorities/{pk}  post /api/priorities/{pk}/move
    """,
    "consultation": "get /api/consultations/{pk}  post /api/consultations/{pk}",
    "strategy_draft": """
        get /api/strategies/{pk}  post /api/strategies/{pk}  delete /api/strategies/{pk}
        post /api/strategies/{pk}/approve  post /api/strategies/{pk}/revise
        get /api/strategies/{pk}/differences  get /api/strategies/{pk}/items
        post /api/strategies/{pk}/items
    """,
    "action": """
        get /api/strategy-items/{pk}  post /api/strategy-items/{pk}
        delete /api/strategy-items/{pk}  get /api/strategy-items/{pk}/progress
        post /api/strategy-items/{pk}/progress
    """,
    "strength": "post /api/strengths/{pk}  delete /api/strengths/{pk}",
    "plan": """
        get /api/plans/{pk}  post /api/plans/{pk}  delete /api/plans/{pk}
        post /api/plans/{pk}/derive
        post /api/plans/{pk}/approve  get /api/plans/{pk}/items
        post /api/plans/{pk}/items
    """,
    "plan_item": """
        get /api/plan-items/{pk}  post /api/plan-items/{pk}  delete /api/plan-items/{pk}
        get /api/plan-items/{pk}/progress  post /api/plan-items/{pk}/progress
    """,
    "trace": "delete /api/traces/{pk}",
    "target": """
        get /api/targets/{pk}/standing  get /api/targets/{pk}/rows/{name}
        get /api/targets/{pk}/history
    """,
    "request": """
        get /api/expert-requests/{pk}  post /api/expert-requests/{pk}
        post /api/expert-requests/{pk}/move  post /api/expert-requests/{pk}/mandate
        post /api/expert-requests/{pk}/mandate/change
        get /api/expert-requests/{pk}/deliverables  post /api/expert-requests/{pk}/deliverables
    """,
    "deliverable": """
        post /api/deliverables/{pk}  delete /api/deliverables/{pk}
        post /api/deliverables/{pk}/deliver
    """,
    "batch": """
        get /api/intake/{pk}  delete /api/intake/{pk}  post /api/intake/{pk}/choose
        post /api/intake/{pk}/columns  post /api/intake/{pk}/check  post /api/intake/{pk}/bring-in
        post /api/intake/{pk}/undo  post /api/intake/{pk}/go-on  get /api/intake/{pk}/issues
        get /api/intake/{pk}/rows  get /api/intake/{pk}/report
        get /api/intake/{pk}/rows/{number}/comparison
        post /api/intake/{pk}/rows/{number}/take
    """,
}


def api_rows():
    for kind, words in API.items():
        parts = words.split()
        for method, path in zip(parts[::2], parts[1::2], strict=True):
            yield kind, method, path


def test_every_call_of_the_api_is_in_the_table():
    listed = {(method, path) for _kind, method, path in api_rows()}

    assert sorted(set(calls()) ^ listed) == []


def test_no_call_of_the_api_answers_a_visitor(client):
    world = World()
    answers = {
        f"{method} {path}": client.generic(
            method.upper(), path.format(pk=world.pk.get(kind), number=2, name="received")
        )
        for kind, method, path in api_rows()
    }

    answered = {call: answer.status_code for call, answer in answers.items()}
    assert answered == dict.fromkeys(answered, 401)


PRIVATE_LISTS = {
    "needs",
    "people",
    "funds",
    "proposals",
    "agreements",
    "transactions",
    "targets",
    "signals",
    "searches",
    "feeds",
    "forms",
    "responses",
    "priorities",
    "consultations",
    "stages",
    "project-stages",
    "paper-templates",
    "papers",
    "strategies",
    "strengths",
    "plans",
    "traces",
    "untraced-activities",
    "expert-requests",
    "intake",
    "criteria-sets",
    "appraisals",
    "scenarios",
    "runs",
}


def test_no_call_of_the_api_gives_an_outsider_what_is_private(client):
    world = World()
    client.force_login(world.users["outsider"])
    statuses = {
        path: client.get(path.format(pk=world.pk[kind], number=2, name="received")).status_code
        for kind, method, path in api_rows()
        if kind not in ("", "organisation") and method == "get"
    }
    lists = {
        path: client.get(path).json()["items"]
        for kind, method, path in api_rows()
        if path.rsplit("/", 1)[-1] in PRIVATE_LISTS
        if method == "get"
    }

    assert set(statuses.values()) == {404}, statuses
    assert {path: rows for path, rows in lists.items() if rows} == {}
