"""Who may open which address: one table of every URL name."""

import pytest
from django.urls import URLPattern, get_resolver, reverse

from tests.factories import in_english
from tests.world import ROLES, World

__all__ = ["in_english"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WHO = ["anonymous", "outsider", *ROLES]

# What GET answers, in the order of WHO. The outsider administers another organisation; all records
# but the shared register are private to the organisation of the others.
#                 anon. outs. reader edit. fin. man. adm.
OPEN = "             200  200   200  200  200  200  200"
SIGNED_IN = "        302  200   200  200  200  200  200"
EDITORS = "          302  200   403  200  200  200  200"
FINANCE = "          302  200   403  403  200  200  200"
MANAGERS = "         302  200   403  403  403  200  200"
ADMINISTRATORS = "   302  200   403  403  403  403  200"
OWN = "              302  404   200  200  200  200  200"
OWN_EDITORS = "      302  404   403  200  200  200  200"
OWN_FINANCE = "      302  404   403  403  200  200  200"
OWN_MANAGERS = "     302  404   403  403  403  200  200"
NOBODY_OWN = "       302  404   403  403  403  403  403"
OWN_ADMINISTRATORS = "302  404   403  403  403  403  200"
OWN_ADMINS = "       302  403   403  403  403  403  200"
HIDDEN_ADMINS = "    302  404   404  404  404  404  200"
# Nothing is there: the gallery is for developers, and no published flows are loaded here.
NOBODY = "           302  404   404  404  404  404  404"
ASKED = "            302  404   403  404  404  404  404"
NEVER = "            302  404   403  403  403  403  403"
JUDGED = "            302  404   403  403  403  404  404"
# While an appraisal is open, its scores are kept from those who only read.
CHOOSERS = "         302  404   404  200  200  200  200"
SIGNATORIES = "      302  404   404  403  403  200  200"
REVIEWER = "          302  404   200  403  403  403  403"
POST_ONLY = "        302  405   405  405  405  405  405"

# Address → who opens it; after a blank, the kind of record whose key it takes.
TABLE = {
    SIGNED_IN: """
        home:dashboard home:due home:search
        registry:organisation_list registry:organisation/organisation registry:person_list
        registry:location_list registry:codelist_list registry:rate_list
        evidence:source_list evidence:figure_list evidence:conflict_list
        intelligence:donor_map intelligence:flow_rows
        intelligence:match_queue intelligence:quarantine
        intelligence:matrix intelligence:movements intelligence:table_list
        needs:need_list portfolio:activity_list portfolio:marker_list
        questionnaires:form_list questionnaires:response_list questionnaires:priority_list
        questionnaires:consultation_list
        design:project_list design:project_board design:stage_list design:template_list
        design:paper_list
        funding:donor_list funding:donor/organisation funding:fund_list funding:proposal_list
        funding:forecast funding:forecast_rows funding:track funding:stage_list
        funding:proposal_board funding:interaction_list funding:agreement_list
        funding:transaction_list funding:target_list
        outlook:gap outlook:what_if outlook:ledger_map outlook:effects outlook:attribution
        outlook:chain outlook:vintages outlook:compare_files
        watch:signal_list watch:closed_list watch:search_list watch:feed_list watch:digest
        watch:calendar_address watch:briefing/organisation
        eligibility:window_list eligibility:matrix
        selection:criteria_list selection:appraisal_list selection:scenario_list
        strategies:strategy_list strategies:swot strategies:untraced_list strategies:plan_list
        strategies:late strategies:mandate_list instruments:comparison_list
        strategies:late strategies:mandate_list
        treasury:account_list
        watch:calendar_address watch:briefing/organisation intake:batch_list
        obligations:obligation_list obligations:calendar obligations:calendar_file
        obligations:rule_list obligations:duty_list
    """,
    EDITORS: """
        registry:organisation_add registry:organisation_edit/organisation
        registry:alias_add/organisation registry:identifier_add/organisation
        registry:alias_remove/alias registry:identifier_remove/identifier registry:person_add
        evidence:source_add evidence:figure_add
        intelligence:table_add needs:need_add portfolio:activity_add
        funding:fund_add funding:proposal_add funding:interaction_add
        watch:search_add watch:feed_add
        selection:criteria_add selection:appraisal_add selection:scenario_add
        questionnaires:form_add questionnaires:response_add questionnaires:consultation_add
        strategies:strategy_add strategies:strength_add strategies:plan_add
        strategies:request_add instruments:comparison_add
        watch:search_add watch:feed_add intake:batch_add
        strategies:request_add
        watch:search_add watch:feed_add intake:batch_add obligations:compute
    """,
    FINANCE: "registry:rate_add funding:agreement_add funding:transaction_add",
    MANAGERS: """
        intelligence:match_judge intelligence:match_follow
        registry:organisation_merge/organisation registry:organisation_unmerge/merged
        funding:target_add design:stage_add design:template_add
        obligations:rule_add obligations:duty_add
    """,
    NOBODY_OWN: "design:adopt/workspace",
    ADMINISTRATORS: "registry:member_list registry:invite funding:stage_add",
    OWN_ADMINISTRATORS: """
        funding:stage_adopt/workspace funding:stage_edit/ask_stage funding:stage_retire/ask_stage
        funding:stage_restore/ask_stage funding:stage_remove/ask_stage
    """,
    OWN: """
        registry:person/person evidence:source/source evidence:figure/figure
        needs:need/need portfolio:activity/activity portfolio:activity_map/activity
        portfolio:budget_lines/activity
        funding:fund/fund funding:proposal/proposal funding:interaction/interaction
        funding:document/ask_document
        funding:agreement/agreement funding:transaction/transaction funding:target/target
        funding:target_chart/target
        eligibility:window_projects/fund eligibility:rule/window_rule
        eligibility:project/activity
        funding:gap_rows/need funding:need_donors/need publishing:brief/need
        watch:signal/signal watch:search/search watch:feed/feed
        selection:criteria/criteria selection:appraisal/appraisal
        questionnaires:form/form questionnaires:version/published_version
        questionnaires:version_file/published_version
        questionnaires:version_answers/published_version
        questionnaires:response/submitted questionnaires:response_print/submitted
        questionnaires:priority/priority questionnaires:consultation/consultation
        design:stage/stage design:template/template design:paper/paper design:paper_compare/paper
        instruments:comparison/comparison instruments:comparison_print/comparison
        instruments:option/option
        design:paper_print/paper design:theory/theory
        strategies:strategy/strategy strategies:strategy_items/strategy
        strategies:compare/strategy_draft strategies:item/action strategies:plan/plan
        strategies:plan_print/plan strategies:plan_item/plan_item strategies:request/request
        treasury:account/own_fund treasury:movements/own_fund treasury:statement/own_fund
        treasury:periods/own_fund treasury:bank/own_fund treasury:beancount/own_fund
        treasury:earmark/earmark treasury:movement/movement treasury:period/fund_period
        treasury:bank_statement/bank_statement
        intake:batch/batch intake:batch_rows/batch intake:batch_issues/batch
        intake:batch_report/batch
        obligations:obligation/obligation obligations:rule/obligation_rule obligations:duty/duty
        obligations:document/obligation_done
    """,
    OWN_EDITORS: """
        registry:person_edit/person evidence:source_edit/source evidence:figure_edit/figure
        evidence:figure_revise/figure
        needs:need_edit/need needs:line_add/need needs:line_edit/line needs:line_remove/line
        portfolio:activity_edit/activity portfolio:participation_add/activity
        portfolio:identifier_add/activity portfolio:budget_add/activity portfolio:places/activity
        portfolio:classify/activity portfolio:markers/activity
        portfolio:relation_add/activity portfolio:relation_remove/relation
        portfolio:document_add/activity portfolio:document_remove/document
        portfolio:participation_edit/participation portfolio:participation_remove/participation
        portfolio:identifier_remove/other_id portfolio:budget_revise/budget
        funding:fund_edit/fund funding:proposal_edit/proposal funding:proposal_move/proposal
        funding:required_document_add/fund funding:required_document_edit/required_document
        funding:required_document_remove/required_document
        eligibility:answer_add/activity eligibility:answer_withdraw/statement
        funding:document_add/proposal funding:document_remove/ask_document
        funding:interaction_edit/interaction funding:set_aside_undo/set_aside
        watch:signal_follow_up/signal watch:signal_undo/closed_signal watch:search_edit/search
        watch:search_run/search watch:feed_edit/feed
        selection:criteria_edit/criteria selection:criterion_add/criteria
        selection:judgements/criteria selection:criteria_next/published_criteria
        selection:criterion_edit/criterion selection:criterion_remove/criterion
        selection:criterion_up/criterion
        selection:appraisal_edit/appraisal selection:candidates/appraisal
        selection:reviewer_add/appraisal selection:results/appraisal
        selection:results_picture/appraisal
        selection:reviewer_edit/reviewer selection:reviewer_remove/reviewer
        questionnaires:form_edit/form questionnaires:version_add/form_without_draft
        questionnaires:version_publish/draft_version questionnaires:version_discard/draft_version
        questionnaires:section_add/draft_version questionnaires:section_edit/section
        questionnaires:section_remove/section questionnaires:question_add/section
        questionnaires:question_edit/question questionnaires:question_remove/question
        questionnaires:response_edit/response questionnaires:response_fill/response
        questionnaires:response_submit/response questionnaires:response_remove/response
        strategies:priority_plan/priority
        instruments:comparison_edit/comparison instruments:comparison_copy/comparison
        instruments:comparison_remove/comparison instruments:outcome_add/comparison
        instruments:outcome_edit/planned_outcome instruments:outcome_remove/planned_outcome
        instruments:option_choose/comparison instruments:option_edit/option
        instruments:option_remove/option
        questionnaires:response_raise/submitted questionnaires:priority_edit/priority
        questionnaires:consultation_edit/consultation
        design:move/activity design:paper_add/activity design:project_theory/activity
        design:paper_edit/paper design:paper_publish/paper design:comment_add/paper_section
        design:comment_reply/comment design:comment_resolve/comment design:comment_reopen/comment
        design:theory_edit/theory design:node_add/theory design:link_add/theory
        design:node_edit/node design:node_remove/node design:link_remove/arrow
        strategies:strategy_edit/strategy_draft strategies:strategy_discard/strategy_draft
        strategies:item_add/strategy_draft strategies:item_edit/draft_item
        strategies:item_remove/draft_item strategies:item_progress/action
        strategies:strength_edit/strength strategies:strength_remove/strength
        strategies:plan_derive/plan_draft strategies:plan_discard/plan_draft
        strategies:plan_item_add/plan_draft strategies:plan_item_edit/draft_plan_item
        strategies:plan_item_remove/draft_plan_item strategies:plan_item_progress/plan_item
        strategies:trace_add/activity strategies:trace_remove/trace
        strategies:request_edit/asked strategies:mandate_edit/mandate
        strategies:deliverable_add/mandate strategies:deliverable_edit/deliverable
        strategies:deliverable_deliver/deliverable strategies:deliverable_remove/deliverable
        intake:batch_choose/batch intake:batch_columns/batch intake:batch_check/batch
        intake:batch_bring/batch intake:batch_remove/batch
        obligations:fulfil/obligation obligations:assign/obligation
        obligations:take_back/obligation_done
    """,
    OWN_FINANCE: """
        treasury:earmark_add/own_fund treasury:receipt_add/own_fund treasury:earmark_edit/earmark
        treasury:movement_reverse/movement treasury:period_close/own_fund
        treasury:bank_add/own_fund treasury:line_match/bank_line treasury:line_undo/matched_line
        funding:agreement_edit/draft funding:allocation_add/agreement
        funding:allocation_withdraw/allocation funding:transaction_reverse/transaction
        funding:tranche_add/planned funding:tranche_edit/tranche funding:tranche_remove/tranche
        funding:condition_add/planned funding:condition_edit/condition
        funding:condition_remove/condition funding:tranche_meet/signed_tranche
        funding:condition_meet/signed_condition
    """,
    OWN_MANAGERS: """
        treasury:period_reopen/fund_period
        registry:person_remove/person funding:agreement_sign/draft funding:target_edit/target
        eligibility:rule_add/fund eligibility:rules_load/fund eligibility:rule_replace/window_rule
        eligibility:rule_edit/coming_rule eligibility:rule_remove/coming_rule
        selection:criteria_publish/criteria selection:appraisal_close/appraisal
        selection:appraisal_reopen/appraisal
        questionnaires:response_reopen/submitted questionnaires:response_approve/submitted
        design:form_ask/stage design:asked_form_edit/asked_form
        design:stage_edit/stage design:item_add/stage design:item_edit/item
        design:template_edit/template design:section_add/template
        design:section_edit/template_section
        strategies:strategy_share/strategy strategies:strategy_approve/strategy_draft
        strategies:plan_approve/plan_draft strategies:plan_share/plan
        strategies:mandate_add/agreed
        intake:batch_undo/brought
        funding:agreement_amend/agreement obligations:waive/obligation
        obligations:rule_edit/obligation_rule obligations:duty_edit/duty
    """,
    CHOOSERS: """
        selection:scenario/scenario selection:run/run
        selection:scenario_edit/scenario selection:scenario_copy/scenario
        selection:choose/scenario selection:envelope_add/scenario
        selection:rule_add/scenario selection:balance_add/scenario
        selection:envelope_edit/envelope selection:envelope_remove/envelope
        selection:rule_remove/rule selection:balance_remove/balance
        selection:run_discard/run
    """,
    SIGNATORIES: "selection:run_sign/run",
    REVIEWER: "selection:review/candidate",
    OWN_ADMINS: "registry:organisation_edit/workspace",
    HIDDEN_ADMINS: """
        registry:member_edit/member registry:member_remove/member
        registry:invitation_withdraw/invitation
    """,
    POST_ONLY: "registry:workspace intake:batch_go/batch",
    NOBODY: """
        ui:gallery intelligence:world_map intelligence:chart intelligence:donor_profile
        publishing:donor_profile_file
    """,
    NEVER: "strategies:strategy_revise/strategy",
    ASKED: "funding:need_ask/need funding:need_set_aside/need",
}
# Addresses that take more than a key.
MORE = {
    ("home:rows", "missing"): SIGNED_IN,
    ("home:audit",): MANAGERS,
    ("eligibility:check", "{activity}", "{fund}"): OWN,
    ("registry:location", "KH"): SIGNED_IN,
    ("registry:codelist", "Sector"): SIGNED_IN,
    ("intelligence:table", "1"): NOBODY,
    ("intelligence:match_undo", "1"): JUDGED,
    ("intelligence:quarantine_undo", "1"): JUDGED,
    ("intelligence:quarantine_judge", "0"): JUDGED,
    ("registry:invitation_accept", "{secret}"): OPEN,
    ("needs:need_move", "{need}", "draft"): OWN_EDITORS,
    ("needs:need_move", "{need}", "closed"): OWN_MANAGERS,
    ("portfolio:shares", "{activity}", "Sector"): OWN_EDITORS,
    ("design:tick", "{activity}", "{item}"): OWN_EDITORS,
    ("design:untick", "{activity}", "{item}"): OWN_EDITORS,
    ("design:version", "{paper}", "1"): OWN,
    ("funding:agreement_move", "{agreement}", "closed"): OWN_MANAGERS,
    ("funding:agreement_move", "{closed}", "signed"): OWN_MANAGERS,
    ("funding:stage_shift", "{ask_stage}", "up"): OWN_ADMINISTRATORS,
    ("publishing:brief_file", "{need}", "docx"): OWN,
    ("questionnaires:version_compare", "{draft_version}", "1"): OWN,
    ("questionnaires:section_move", "{section}", "up"): POST_ONLY,
    ("questionnaires:question_move", "{question}", "up"): POST_ONLY,
    ("questionnaires:priority_move", "{priority}", "planned"): OWN_EDITORS,
    ("questionnaires:priority_move", "{priority}", "dropped"): OWN_EDITORS,
    ("watch:signal_move", "{signal}", "dismissed"): OWN_EDITORS,
    ("watch:signal_move", "{closed_signal}", "open"): OWN_EDITORS,
    ("strategies:request_move", "{asked}", "refused"): OWN_MANAGERS,
    ("watch:date_file", "signal", "{signal}"): OWN,
    ("watch:calendar_file", "{calendar}"): OPEN,
    ("watch:unsubscribe", "{mail}"): OPEN,
    ("treasury:movement_add", "{own_fund}", "allocated"): OWN_FINANCE,
    ("treasury:statement_file", "{own_fund}", "pdf"): NOBODY,
    ("funding:target_rows", "{target}", "committed"): OWN,
    ("intake:row_compare", "{batch}", "2"): ASKED,
    ("selection:run_override", "{run}", "S-0"): CHOOSERS,
    ("selection:compare",): NOBODY,
    ("instruments:option_add", "{comparison}", "grant"): OWN_EDITORS,
}
FILES = {
    "funding:document",
    "intake:batch_report",
    "obligations:calendar_file",
    "obligations:document",
    "funding:target_chart",
    "portfolio:activity_map",
    "selection:results_picture",
    "publishing:brief_file",
    "questionnaires:version_file",
    "watch:calendar_file",
    "treasury:beancount",
    "watch:date_file",
    "{batch}",
}
# Sign-in and one's own account have tests of their own: they do not depend on a role.
ELSEWHERE = ("account_", "mfa_", "accounts:", "set_language", "api:")


def names(resolver=None, space=""):
    """Every URL name with its namespace."""
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}"
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from names(pattern, space + inner)


def rows():
    """(name, arguments) → the answers by person."""
    for answers, words in TABLE.items():
        for word in words.split():
            name, _slash, kind = word.partition("/")
            yield (name, f"{{{kind}}}") if kind else (name,), answers.split()
    for row, answers in MORE.items():
        yield row, answers.split()


def test_every_address_is_in_the_table():
    listed = {row[0] for row, _answers in rows()}
    known = {name for name in names() if not name.startswith(ELSEWHERE)}

    assert sorted(known - listed) == []
    assert sorted(listed - known) == []


@pytest.mark.parametrize("who", WHO)
def test_each_person_opens_what_the_table_says(client, who):
    world = World()
    keys = world.keys
    if who != "anonymous":
        client.force_login(world.users[who])
    place = WHO.index(who)

    wrong = {}
    for (name, *arguments), answers in rows():
        url = reverse(name, args=[item.format(**keys) for item in arguments])
        status = client.get(url).status_code
        if status != int(answers[place]):
            wrong[f"{name} {url}"] = f"{status} instead of {answers[place]}"

    assert wrong == {}


def test_every_page_opens_in_arabic_from_right_to_left(client):
    world = World()
    user = world.users["administrator"]
    user.language = "ar"
    user.save()
    client.force_login(user)
    keys = world.keys

    wrong = []
    for (name, *arguments), answers in rows():
        if answers[-1] == "200" and name not in FILES:
            page = client.get(reverse(name, args=[item.format(**keys) for item in arguments]))
            if '<html lang="ar" dir="rtl"' not in page.content.decode():
                wrong.append(name)

    assert wrong == []
