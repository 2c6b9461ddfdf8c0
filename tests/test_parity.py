"""What the pages of a room do, the API does: every page names the operation that is its like.

A page that is added without a line here fails the first test. A page that only reads names what
it reads; one that writes names an operation that writes, which the last test makes sure of.
"""

import pytest
from django.urls import get_resolver, reverse

from appui.config.api import api
from tests.factories import in_english, make_user
from tests.world import World

__all__ = ["in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]

# Page → the operation of the API that does the same.
PARITY = {
    "needs": """
        need_list GET /needs
        need_add POST /needs
        need GET /needs/{pk}
        need_edit PATCH /needs/{pk}
        need_move POST /needs/{pk}/move
        line_add POST /needs/{pk}/lines
        line_edit PATCH /need-lines/{pk}
        line_remove DELETE /need-lines/{pk}
    """,
    # A list of codes is chosen by naming it.
    "portfolio": """
        activity_list GET /activities
        marker_list GET /marker-totals
        activity_add POST /activities
        activity GET /activities/{pk}
        activity_map GET /activities/{pk}/map
        activity_edit PATCH /activities/{pk}
        participation_add POST /activities/{pk}/participations
        participation_edit PATCH /participations/{pk}
        participation_remove DELETE /participations/{pk}
        identifier_add POST /activities/{pk}/identifiers
        identifier_remove DELETE /activity-identifiers/{pk}
        budget_add POST /activities/{pk}/budget-lines
        budget_lines GET /activities/{pk}/budget-lines
        budget_revise POST /budget-lines/{pk}/revisions
        relation_add POST /activities/{pk}/related
        relation_remove DELETE /related-activities/{pk}
        document_add POST /activities/{pk}/documents
        document_remove DELETE /activity-documents/{pk}
        places PUT /activities/{pk}/places
        classify PUT /activities/{pk}/shares/{name}
        shares PUT /activities/{pk}/shares/{name}
        markers PUT /activities/{pk}/markers
    """,
    "selection": """
        criteria_list GET /criteria-sets
        criteria_add POST /criteria-sets
        criteria GET /criteria-sets/{pk}
        criteria_edit POST /criteria-sets/{pk}
        criteria_publish POST /criteria-sets/{pk}/publish
        criteria_next POST /criteria-sets/{pk}/next-version
        judgements POST /criteria-sets/{pk}/judgements
        criterion_add POST /criteria-sets/{pk}/criteria
        criterion_edit POST /criteria/{pk}
        criterion_remove DELETE /criteria/{pk}
        criterion_up POST /criteria/{pk}/move
        appraisal_list GET /appraisals
        appraisal_add POST /appraisals
        appraisal GET /appraisals/{pk}
        appraisal_edit POST /appraisals/{pk}
        appraisal_close POST /appraisals/{pk}/close
        appraisal_reopen POST /appraisals/{pk}/reopen
        candidates POST /appraisals/{pk}/candidates
        reviewer_add POST /appraisals/{pk}/reviewers
        results GET /appraisals/{pk}/results
        results_picture GET /appraisals/{pk}/results
        reviewer_edit POST /reviewers/{pk}
        reviewer_remove DELETE /reviewers/{pk}
        review POST /candidates/{pk}/review
        scenario_list GET /scenarios
        scenario_add POST /scenarios
        scenario GET /scenarios/{pk}
        scenario_edit POST /scenarios/{pk}
        scenario_copy POST /scenarios/{pk}/copy
        choose POST /scenarios/{pk}/runs
        envelope_add POST /scenarios/{pk}/envelopes
        rule_add POST /scenarios/{pk}/rules
        balance_add POST /scenarios/{pk}/balances
        envelope_edit POST /envelopes/{pk}
        envelope_remove DELETE /envelopes/{pk}
        rule_remove DELETE /scenario-rules/{pk}
        balance_remove DELETE /scenario-balances/{pk}
        compare GET /runs/comparison
        run GET /runs/{pk}
        run_sign POST /runs/{pk}/sign
        run_discard DELETE /runs/{pk}
        run_override POST /runs/{pk}/override
    """,
    "strategies": """
        strategy_list GET /strategies
        strategy_add POST /strategies
        strategy GET /strategies/{pk}
        strategy_edit POST /strategies/{pk}
        strategy_items GET /strategies/{pk}/items
        strategy_share POST /strategies/{pk}
        strategy_approve POST /strategies/{pk}/approve
        strategy_revise POST /strategies/{pk}/revise
        strategy_discard DELETE /strategies/{pk}
        compare GET /strategies/{pk}/differences
        item_add POST /strategies/{pk}/items
        item GET /strategy-items/{pk}
        item_edit POST /strategy-items/{pk}
        item_remove DELETE /strategy-items/{pk}
        item_progress POST /strategy-items/{pk}/progress
        swot GET /strengths
        strength_add POST /strengths
        strength_edit POST /strengths/{pk}
        strength_remove DELETE /strengths/{pk}
        untraced_list GET /untraced-activities
        trace_remove DELETE /traces/{pk}
        trace_add POST /traces
        priority_plan POST /priorities/{pk}/plan
        plan_list GET /plans
        plan_add POST /plans
        late GET /late-work
        plan GET /plans/{pk}
        plan_print GET /plans/{pk}/items
        plan_derive POST /plans/{pk}/derive
        plan_share POST /plans/{pk}
        plan_approve POST /plans/{pk}/approve
        plan_discard DELETE /plans/{pk}
        plan_item_add POST /plans/{pk}/items
        plan_item GET /plan-items/{pk}
        plan_item_edit POST /plan-items/{pk}
        plan_item_remove DELETE /plan-items/{pk}
        plan_item_progress POST /plan-items/{pk}/progress
        mandate_list GET /expert-requests
        request_add POST /expert-requests
        request GET /expert-requests/{pk}
        request_edit POST /expert-requests/{pk}
        request_move POST /expert-requests/{pk}/move
        mandate_add POST /expert-requests/{pk}/mandate
        mandate_edit POST /expert-requests/{pk}/mandate/change
        deliverable_add POST /expert-requests/{pk}/deliverables
        deliverable_edit POST /deliverables/{pk}
        deliverable_deliver POST /deliverables/{pk}/deliver
        deliverable_remove DELETE /deliverables/{pk}
    """,
    # What a draft asks is written whole: a section or a question is changed within it.
    "questionnaires": """
        form_list GET /forms
        form_add POST /forms
        form GET /forms/{pk}
        form_edit POST /forms/{pk}
        version_add POST /forms/{pk}/drafts
        version GET /form-versions/{pk}
        version_publish POST /form-versions/{pk}/publish
        version_discard POST /form-versions/{pk}/discard
        version_file GET /form-versions/{pk}/document
        version_answers GET /responses
        version_compare GET /form-versions/{pk}/differences
        section_add POST /form-versions/{pk}
        section_edit POST /form-versions/{pk}
        section_remove POST /form-versions/{pk}
        section_move POST /form-versions/{pk}
        question_add POST /form-versions/{pk}
        question_edit POST /form-versions/{pk}
        question_remove POST /form-versions/{pk}
        question_move POST /form-versions/{pk}
        response_list GET /responses
        response_add POST /responses
        response GET /responses/{pk}
        response_edit POST /responses/{pk}
        response_fill POST /responses/{pk}/answers
        response_submit POST /responses/{pk}/submit
        response_raise POST /responses/{pk}/priorities
        response_approve POST /responses/{pk}/approve
        response_reopen POST /responses/{pk}/reopen
        response_remove DELETE /responses/{pk}
        response_print GET /responses/{pk}
        priority_list GET /priorities
        priority GET /priorities/{pk}
        priority_edit POST /priorities/{pk}
        priority_move POST /priorities/{pk}/move
        consultation_list GET /consultations
        consultation_add POST /consultations
        consultation GET /consultations/{pk}
        consultation_edit POST /consultations/{pk}
    """,
    # A graph is written whole: nodes and arrows are changed within it.
    "design": """
        project_list GET /project-stages
        project_board GET /project-stages
        move POST /activities/{pk}/stage
        tick POST /activities/{pk}/ticks
        untick POST /activities/{pk}/ticks
        paper_add POST /activities/{pk}/papers
        project_theory GET /activities/{pk}/theory
        adopt POST /design-kits
        stage_list GET /stages
        stage_add POST /stages
        stage GET /stages/{pk}
        stage_edit PATCH /stages/{pk}
        form_ask POST /stages/{pk}/forms
        asked_form_edit PATCH /asked-forms/{pk}
        item_add POST /stages/{pk}/checklist
        item_edit PATCH /checklist-items/{pk}
        template_list GET /paper-templates
        template_add POST /paper-templates
        template GET /paper-templates/{pk}
        template_edit PATCH /paper-templates/{pk}
        section_add POST /paper-templates/{pk}/sections
        section_edit PATCH /template-sections/{pk}
        paper_list GET /papers
        paper GET /papers/{pk}
        paper_edit PATCH /papers/{pk}
        paper_publish POST /papers/{pk}/versions
        paper_compare GET /papers/{pk}/differences
        paper_print GET /papers/{pk}/versions
        version GET /papers/{pk}/versions
        comment_add POST /papers/{pk}/comments
        comment_reply POST /papers/{pk}/comments
        comment_resolve POST /comments/{pk}/resolve
        comment_reopen POST /comments/{pk}/resolve
        theory GET /activities/{pk}/theory
        theory_edit POST /activities/{pk}/theory/sharing
        node_add PUT /activities/{pk}/theory
        link_add PUT /activities/{pk}/theory
        node_edit PUT /activities/{pk}/theory
        node_remove PUT /activities/{pk}/theory
        link_remove PUT /activities/{pk}/theory
    """,
    "intake": """
        batch_list GET /intake
        batch_add POST /intake
        batch GET /intake/{pk}
        batch_choose POST /intake/{pk}/choose
        batch_columns POST /intake/{pk}/columns
        batch_check POST /intake/{pk}/check
        batch_bring POST /intake/{pk}/bring-in
        batch_go POST /intake/{pk}/go-on
        batch_undo POST /intake/{pk}/undo
        batch_remove DELETE /intake/{pk}
        batch_issues GET /intake/{pk}/issues
        batch_rows GET /intake/{pk}/rows
        row_compare POST /intake/{pk}/rows/{number}/take
        batch_report GET /intake/{pk}/report
    """,
    # The board is the list of asks by their stage; a forecast names the asks behind each figure.
    "funding": """
        donor_list GET /donors
        donor GET /donors/{pk}
        fund_list GET /funds
        fund_add POST /funds
        fund GET /funds/{pk}
        fund_edit POST /funds/{pk}
        required_document_add POST /funds/{pk}/documents
        required_document_edit POST /fund-documents/{pk}
        required_document_remove DELETE /fund-documents/{pk}
        proposal_list GET /proposals
        proposal_board GET /proposals
        proposal_add POST /proposals
        proposal GET /proposals/{pk}
        proposal_edit PATCH /proposals/{pk}
        proposal_move POST /proposals/{pk}/move
        forecast GET /proposals/forecast
        forecast_rows GET /proposals/forecast
        track GET /proposals/track-record
        stage_list GET /ask-stages
        stage_add POST /ask-stages
        stage_adopt POST /ask-stages/adopt
        stage_edit PATCH /ask-stages/{pk}
        stage_retire POST /ask-stages/{pk}/retire
        stage_restore POST /ask-stages/{pk}/restore
        stage_remove DELETE /ask-stages/{pk}
        stage_shift POST /ask-stages/{pk}/shift
        document GET /ask-documents/{pk}/file
        document_add POST /proposals/{pk}/documents
        document_remove DELETE /ask-documents/{pk}
        interaction_list GET /interactions
        interaction_add POST /interactions
        interaction GET /interactions/{pk}
        interaction_edit PATCH /interactions/{pk}
        agreement_list GET /agreements
        agreement_add POST /agreements
        agreement GET /agreements/{pk}
        agreement_edit PATCH /agreements/{pk}
        agreement_sign POST /agreements/{pk}/sign
        agreement_move POST /agreements/{pk}/move
        agreement_amend POST /agreements/{pk}/amendments
        allocation_add POST /agreements/{pk}/allocations
        allocation_withdraw DELETE /allocations/{pk}
        tranche_add POST /agreements/{pk}/tranches
        tranche_edit POST /tranches/{pk}
        tranche_remove DELETE /tranches/{pk}
        tranche_meet POST /tranches/{pk}/meet
        condition_add POST /agreements/{pk}/conditions
        condition_edit POST /conditions/{pk}
        condition_remove DELETE /conditions/{pk}
        condition_meet POST /conditions/{pk}/meet
        transaction_list GET /transactions
        transaction_add POST /transactions
        transaction GET /transactions/{pk}
        transaction_reverse POST /transactions/{pk}/reverse
        target_list GET /targets
        target_add POST /targets
        target GET /targets/{pk}
        target_chart GET /targets/{pk}/history
        target_rows GET /targets/{pk}/rows/{name}
        target_edit PATCH /targets/{pk}
        need_donors GET /needs/{pk}/suggested-donors
        need_ask POST /needs/{pk}/asks
        need_set_aside POST /needs/{pk}/set-aside
        set_aside_undo DELETE /set-aside/{pk}
        gap_rows GET /needs/{pk}/gap
    """,
    "treasury": """
        account_list GET /own-funds
        account GET /own-funds/{pk}/balance
        beancount GET /own-funds/{pk}/beancount
        movements GET /own-funds/{pk}/movements
        receipt_add POST /own-funds/{pk}/receipts
        movement_add POST /own-funds/{pk}/movements
        movement GET /movements/{pk}
        movement_reverse POST /movements/{pk}/reverse
        statement GET /own-funds/{pk}/statement
        statement_file GET /own-funds/{pk}/statement
        periods GET /own-funds/{pk}/periods
        period_close POST /own-funds/{pk}/periods
        period GET /fund-periods/{pk}
        period_reopen POST /fund-periods/{pk}/reopen
        bank GET /own-funds/{pk}/bank-statements
        bank_add POST /own-funds/{pk}/bank-statements
        bank_statement GET /bank-statements/{pk}
        line_match POST /bank-lines/{pk}/match
        line_undo POST /bank-lines/{pk}/undo
        earmark GET /earmarks/{pk}
        earmark_add POST /own-funds/{pk}/earmarks
        earmark_edit PATCH /earmarks/{pk}
    """,
    "obligations": """
        obligation_list GET /obligations
        calendar GET /obligations
        calendar_file GET /obligations/calendar
        compute POST /obligations/compute
        obligation GET /obligations/{pk}
        fulfil POST /obligations/{pk}/fulfil
        waive POST /obligations/{pk}/waive
        take_back POST /obligations/{pk}/take-back
        assign POST /obligations/{pk}/assign
        document GET /obligations/{pk}/document
        rule_list GET /obligation-rules
        rule_add POST /obligation-rules
        rule GET /obligation-rules/{pk}
        rule_edit POST /obligation-rules/{pk}
        duty_list GET /treaty-duties
        duty_add POST /treaty-duties
        duty GET /treaty-duties/{pk}
        duty_edit POST /treaty-duties/{pk}
    """,
    "eligibility": """
        window_list GET /windows
        matrix GET /windows/matrix
        window_projects GET /funds/{pk}/projects
        rule_add POST /funds/{pk}/rules
        rules_load POST /funds/{pk}/rule-sets
        rule GET /window-rules/{pk}
        rule_edit POST /window-rules/{pk}
        rule_replace POST /window-rules/{pk}/replace
        rule_remove DELETE /window-rules/{pk}
        project GET /activities/{pk}/windows
        check GET /activities/{pk}/windows/{number}
        answer_add POST /activities/{pk}/statements
        answer_withdraw DELETE /statements/{pk}
    """,
    # An instrument is chosen among those that are listed; its option is then added.
    "instruments": """
        comparison_list GET /comparisons
        comparison_add POST /comparisons
        comparison GET /comparisons/{pk}
        comparison_print GET /comparisons/{pk}/sheet
        comparison_edit POST /comparisons/{pk}
        comparison_copy POST /comparisons/{pk}/copy
        comparison_remove DELETE /comparisons/{pk}
        outcome_add POST /comparisons/{pk}/outcomes
        outcome_edit POST /planned-outcomes/{pk}
        outcome_remove DELETE /planned-outcomes/{pk}
        option_choose GET /instruments
        option_add POST /comparisons/{pk}/options
        option GET /instrument-options/{pk}
        option_edit POST /instrument-options/{pk}
        option_remove DELETE /instrument-options/{pk}
    """,
    "outlook": """
        gap GET /outlook/gap
        what_if GET /outlook/what-if
        ledger_map GET /outlook/donors
        effects GET /outlook/effects
        attribution POST /outlook/attribution
        chain GET /outlook/chain
        vintages GET /sources/{pk}/differences/{number}
        compare_files POST /outlook/publications/files
    """,
}
BEGINS = {"project_theory"}  # a graph is begun by the first look at it; over the API by PUT


def lines():
    for room, text in PARITY.items():
        words = text.split()
        for page, method, path in zip(words[::3], words[1::3], words[2::3], strict=True):
            yield room, page, method, path


@pytest.mark.parametrize("room", PARITY)
def test_every_page_of_the_room_names_its_operation(room):
    urls = get_resolver().namespace_dict[room][1].url_patterns
    listed = [page for of, page, _method, _path in lines() if of == room]

    assert sorted(item.name for item in urls) == sorted(listed)


def test_every_operation_that_a_page_names_is_there():
    paths = api.get_openapi_schema()["paths"]
    missing = [
        (page, method, path)
        for _room, page, method, path in lines()
        if method.lower() not in paths.get(f"/api{path}", {})
    ]

    assert missing == []


def test_a_page_that_writes_names_an_operation_that_writes(client):
    """A page that only reads takes an empty form as a look at it, or not at all; one that writes
    answers 422: such a form has no key."""
    world = World()
    client.force_login(make_user(is_superuser=True))
    wrong = [
        (room, page)
        for room, page, method, _path in lines()
        if method == "GET" and page not in BEGINS
        if client.post(_address(world, room, page)).status_code == 422
    ]

    assert wrong == []


def _address(world, room, page):
    """Some address of the page; which record does not matter where nothing is looked at."""
    pattern = get_resolver().namespace_dict[room][1].reverse_dict.getlist(page)[0]
    words = pattern[0][0][1]
    given = {word: world.pk.get(KIND.get(page, page), 1) for word in words if word == "pk"}
    return reverse(f"{room}:{page}", kwargs=given | {w: 1 for w in words if w != "pk"})


KIND = {
    "activity_map": "activity",
    "budget_lines": "activity",
    "strategy_items": "strategy_draft",
    "strategy": "strategy_draft",
    "item": "action",
    "plan_print": "plan",
    "results": "appraisal",
    "results_picture": "appraisal",
    "version": "draft_version",
    "version_file": "draft_version",
    "version_answers": "draft_version",
    "version_compare": "draft_version",
    "response_print": "response",
    "paper_compare": "paper",
    "paper_print": "paper",
    "batch_issues": "batch",
    "batch_rows": "batch",
    "batch_report": "batch",
    "donor": "organisation",
    "document": "ask_document",
    "target_chart": "target",
    "target_rows": "target",
    "need_donors": "need",
    "gap_rows": "need",
    "account": "own_fund",
    "beancount": "own_fund",
    "movements": "own_fund",
    "statement_file": "own_fund",
    "periods": "own_fund",
    "period": "fund_period",
    "bank": "own_fund",
    "window_projects": "fund",
    "check": "activity",
    "project": "activity",
    "comparison_print": "comparison",
    "option_choose": "comparison",
}
