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
        get /api/memberships  get /api/exchange-rates  post /api/exchange-rates  get /api/sources
        post /api/sources  get /api/figures  post /api/figures  get /api/figures/conflicts
        get /api/flows/sum  get /api/flows/rows  get /api/flows/donors  get /api/needs
        post /api/needs  get /api/activities  post /api/activities  get /api/funds
        post /api/funds  get /api/proposals  post /api/proposals  get /api/interactions
        post /api/interactions  get /api/agreements  post /api/agreements  get /api/transactions
        post /api/transactions  get /api/signals  get /api/searches  post /api/searches
        get /api/feeds  post /api/feeds  get /api/strategies  post /api/strategies
        get /api/strengths  post /api/strengths  get /api/plans  post /api/plans  get /api/traces
        post /api/traces  get /api/untraced-activities  get /api/late-work
        get /api/expert-requests  post /api/expert-requests  get /api/targets  post /api/targets
        get /api/position  get /api/search  get /api/history  get /api/criteria-sets
        post /api/criteria-sets  get /api/appraisals  post /api/appraisals  get /api/scenarios
        post /api/scenarios  get /api/runs  get /api/forms  post /api/forms  get /api/responses
        post /api/responses  get /api/priorities  get /api/consultations  post /api/consultations
        get /api/consultations/totals  get /api/stages  post /api/stages  post /api/design-kits
        get /api/project-stages  get /api/paper-templates  post /api/paper-templates
        get /api/papers  get /api/intake  post /api/intake  get /api/instruments
        get /api/comparisons  post /api/comparisons  get /api/project-facts  get /api/windows
        get /api/ask-stages  post /api/ask-stages  post /api/ask-stages/adopt
        get /api/proposals/forecast  get /api/proposals/track-record  get /api/obligations
        post /api/obligations/compute  get /api/obligation-rules  post /api/obligation-rules
        get /api/treaty-duties  post /api/treaty-duties  get /api/own-funds  get /api/outlook/gap
        get /api/outlook/what-if  get /api/outlook/donors  get /api/outlook/effects
        post /api/outlook/attribution  get /api/outlook/chain
        post /api/outlook/publications/files  get /api/runs/comparison  get /api/donors
        get /api/obligations/calendar  get /api/windows/matrix
        get /api/memberships
        get /api/exchange-rates  post /api/exchange-rates  get /api/sources  post /api/sources
        get /api/figures  post /api/figures  get /api/figures/conflicts  get /api/flows/sum
        get /api/flows/rows  get /api/flows/donors  get /api/needs  post /api/needs
        get /api/activities  post /api/activities  get /api/funds  post /api/funds
        get /api/marker-totals  get /api/marker-totals/activities
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
    "organisation": "get /api/organisations/{pk}  get /api/donors/{pk}",
    "person": "get /api/people/{pk}",
    "source": "get /api/sources/{pk}  get /api/sources/{pk}/differences/{number}",
    "figure": "get /api/figures/{pk}  post /api/figures/{pk}/revisions",
    "need": """
        get /api/needs/{pk}  post /api/needs/{pk}/lines  get /api/needs/{pk}/gap
        get /api/needs/{pk}/brief  patch /api/needs/{pk}  post /api/needs/{pk}/move
        get /api/needs/{pk}/brief  get /api/needs/{pk}/suggested-donors
        post /api/needs/{pk}/asks  post /api/needs/{pk}/set-aside
    """,
    "line": "patch /api/need-lines/{pk}  delete /api/need-lines/{pk}",
    "activity": """
        get /api/activities/{pk}  get /api/activities/{pk}/budget-lines
        post /api/activities/{pk}/budget-lines  get /api/activities/{pk}/stage
        post /api/activities/{pk}/stage  post /api/activities/{pk}/ticks
        post /api/activities/{pk}/papers  patch /api/activities/{pk}
        get /api/activities/{pk}/budget-totals  get /api/activities/{pk}/related
        post /api/activities/{pk}/related  get /api/activities/{pk}/documents
        post /api/activities/{pk}/documents  post /api/activities/{pk}/identifiers
        get /api/activities/{pk}/status-history  get /api/activities/{pk}/windows
        get /api/activities/{pk}/statements  post /api/activities/{pk}/statements
        get /api/activities/{pk}/identifiers  get /api/activities/{pk}/participations
        post /api/activities/{pk}/participations  put /api/activities/{pk}/places
        put /api/activities/{pk}/shares/{name}  put /api/activities/{pk}/markers
        get /api/activities/{pk}/map
        get /api/activities/{pk}/windows/{number}
    """,
    "participation": "patch /api/participations/{pk}  delete /api/participations/{pk}",
    "budget": "post /api/budget-lines/{pk}/revisions",
    "stage": """
        get /api/stages/{pk}  patch /api/stages/{pk}  post /api/stages/{pk}/checklist
        post /api/stages/{pk}/forms
    """,
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
    "placed": """
        get /api/activities/{pk}/theory  put /api/activities/{pk}/theory
        post /api/activities/{pk}/theory/sharing
    """,
    "fund": """
        get /api/funds/{pk}  post /api/funds/{pk}  post /api/funds/{pk}/documents
        get /api/funds/{pk}/projects  get /api/funds/{pk}/rules  post /api/funds/{pk}/rules
        post /api/funds/{pk}/rules/try  post /api/funds/{pk}/rule-sets
    """,
    "signal": """
        get /api/signals/{pk}  post /api/signals/{pk}/move  post /api/signals/{pk}/follow-up
        post /api/signals/{pk}/undo
    """,
    "proposal": """
        get /api/proposals/{pk}  post /api/proposals/{pk}/move  patch /api/proposals/{pk}
        get /api/proposals/{pk}/moves  get /api/proposals/{pk}/warnings
        get /api/proposals/{pk}/documents  post /api/proposals/{pk}/documents
    """,
    "agreement": """
        get /api/agreements/{pk}  post /api/agreements/{pk}/sign
        get /api/agreements/{pk}/allocations  post /api/agreements/{pk}/allocations
        get /api/agreements/{pk}/tranches  post /api/agreements/{pk}/tranches
        get /api/agreements/{pk}/conditions  post /api/agreements/{pk}/conditions
        get /api/agreements/{pk}/amendments  post /api/agreements/{pk}/amendments
        get /api/agreements/{pk}/open-points  post /api/agreements/{pk}/move
        get /api/agreements/{pk}/terms
    """,
    "draft": "patch /api/agreements/{pk}",
    "allocation": "delete /api/allocations/{pk}",
    "set_aside": "delete /api/set-aside/{pk}",
    "criteria": """
        post /api/criteria-sets/{pk}/criteria  post /api/criteria-sets/{pk}/publish
        post /api/criteria-sets/{pk}/next-version  get /api/criteria-sets/{pk}
        post /api/criteria-sets/{pk}  post /api/criteria-sets/{pk}/judgements
    """,
    "appraisal": """
        get /api/appraisals/{pk}/candidates  get /api/appraisals/{pk}/results
        post /api/appraisals/{pk}/close  get /api/appraisals/{pk}  post /api/appraisals/{pk}
        post /api/appraisals/{pk}/candidates  get /api/appraisals/{pk}/reviewers
        post /api/appraisals/{pk}/reviewers  post /api/appraisals/{pk}/reopen
    """,
    "candidate": "post /api/candidates/{pk}/review  get /api/candidates/{pk}/review",
    "scenario": """
        post /api/scenarios/{pk}/envelopes  post /api/scenarios/{pk}/rules
        post /api/scenarios/{pk}/balances  post /api/scenarios/{pk}/runs  get /api/scenarios/{pk}
        post /api/scenarios/{pk}  post /api/scenarios/{pk}/copy
    """,
    "run": """
        get /api/runs/{pk}  post /api/runs/{pk}/override  post /api/runs/{pk}/sign
        delete /api/runs/{pk}
    """,
    "transaction": "get /api/transactions/{pk}  post /api/transactions/{pk}/reverse",
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
        get /api/responses/{pk}/scores  post /api/responses/{pk}/approve
    """,
    "priority": """
        get /api/priorities/{pk}  post /api/priorities/{pk}  post /api/priorities/{pk}/move
        post /api/priorities/{pk}/plan
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
        post /api/plans/{pk}/derive  post /api/plans/{pk}/approve  get /api/plans/{pk}/items
        post /api/plans/{pk}/items
    """,
    "plan_item": """
        get /api/plan-items/{pk}  post /api/plan-items/{pk}  delete /api/plan-items/{pk}
        get /api/plan-items/{pk}/progress  post /api/plan-items/{pk}/progress
    """,
    "trace": "delete /api/traces/{pk}",
    "request": """
        get /api/expert-requests/{pk}  post /api/expert-requests/{pk}
        post /api/expert-requests/{pk}/move  post /api/expert-requests/{pk}/mandate
        post /api/expert-requests/{pk}/mandate/change  get /api/expert-requests/{pk}/deliverables
        post /api/expert-requests/{pk}/deliverables
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
        get /api/intake/{pk}/rows/{number}/comparison  post /api/intake/{pk}/rows/{number}/take
    """,
    "comparison": """
        get /api/comparisons/{pk}  post /api/comparisons/{pk}  delete /api/comparisons/{pk}
        post /api/comparisons/{pk}/copy  get /api/comparisons/{pk}/sheet
        get /api/comparisons/{pk}/outcomes  post /api/comparisons/{pk}/outcomes
        get /api/comparisons/{pk}/options  post /api/comparisons/{pk}/options
    """,
    "planned_outcome": "post /api/planned-outcomes/{pk}  delete /api/planned-outcomes/{pk}",
    "option": """
        get /api/instrument-options/{pk}  post /api/instrument-options/{pk}
        delete /api/instrument-options/{pk}  get /api/instrument-options/{pk}/sensitivity
    """,
    "relation": "delete /api/related-activities/{pk}",
    "document": "delete /api/activity-documents/{pk}",
    "other_id": "delete /api/activity-identifiers/{pk}",
    "asked_form": "patch /api/asked-forms/{pk}",
    "required_document": "post /api/fund-documents/{pk}  delete /api/fund-documents/{pk}",
    "window_rule": "get /api/window-rules/{pk}  post /api/window-rules/{pk}/replace",
    "coming_rule": "post /api/window-rules/{pk}  delete /api/window-rules/{pk}",
    "statement": "delete /api/statements/{pk}",
    "ask_document": "get /api/ask-documents/{pk}/file  delete /api/ask-documents/{pk}",
    "ask_stage": """
        patch /api/ask-stages/{pk}  delete /api/ask-stages/{pk}  post /api/ask-stages/{pk}/shift
        post /api/ask-stages/{pk}/retire  post /api/ask-stages/{pk}/restore
    """,
    "interaction": "get /api/interactions/{pk}  patch /api/interactions/{pk}",
    "tranche": "post /api/tranches/{pk}  delete /api/tranches/{pk}  post /api/tranches/{pk}/meet",
    "condition": """
        post /api/conditions/{pk}  delete /api/conditions/{pk}  post /api/conditions/{pk}/meet
    """,
    "obligation": """
        get /api/obligations/{pk}  get /api/obligations/{pk}/shifts
        post /api/obligations/{pk}/fulfil  post /api/obligations/{pk}/document
        post /api/obligations/{pk}/waive  post /api/obligations/{pk}/take-back
        post /api/obligations/{pk}/assign
    """,
    "obligation_done": "get /api/obligations/{pk}/document",
    "obligation_rule": "get /api/obligation-rules/{pk}  post /api/obligation-rules/{pk}",
    "duty": "get /api/treaty-duties/{pk}  post /api/treaty-duties/{pk}",
    "own_fund": """
        get /api/own-funds/{pk}/balance  post /api/own-funds/{pk}/earmarks
        get /api/own-funds/{pk}/beancount  get /api/own-funds/{pk}/movements
        post /api/own-funds/{pk}/receipts  post /api/own-funds/{pk}/movements
        post /api/own-funds/{pk}/moves  get /api/own-funds/{pk}/periods
        post /api/own-funds/{pk}/periods  get /api/own-funds/{pk}/bank-statements
        post /api/own-funds/{pk}/bank-statements  get /api/own-funds/{pk}/statement
    """,
    "earmark": """
        get /api/earmarks/{pk}  patch /api/earmarks/{pk}  get /api/earmarks/{pk}/grants
    """,
    "movement": "get /api/movements/{pk}  post /api/movements/{pk}/reverse",
    "fund_period": "get /api/fund-periods/{pk}  post /api/fund-periods/{pk}/reopen",
    "bank_statement": "get /api/bank-statements/{pk}",
    "bank_line": "post /api/bank-lines/{pk}/match  post /api/bank-lines/{pk}/undo",
    "target": """
        get /api/targets/{pk}/standing  get /api/targets/{pk}/rows/{name}
        get /api/targets/{pk}/history  get /api/targets/{pk}  patch /api/targets/{pk}
    """,
    "criterion": "post /api/criteria/{pk}  delete /api/criteria/{pk}  post /api/criteria/{pk}/move",
    "reviewer": "post /api/reviewers/{pk}  delete /api/reviewers/{pk}",
    "envelope": "post /api/envelopes/{pk}  delete /api/envelopes/{pk}",
    "rule": "delete /api/scenario-rules/{pk}",
    "balance": "delete /api/scenario-balances/{pk}",
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
    "obligations",
    "obligation-rules",
    "treaty-duties",
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
    "comparisons",
    "criteria-sets",
    "appraisals",
    "own-funds",
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
