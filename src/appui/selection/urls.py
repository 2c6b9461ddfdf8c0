"""Addresses of criteria, appraisals, scenarios and runs."""

from django.urls import path

from appui.selection.views import appraisal, criteria, results, run, scenario

app_name = "selection"
urlpatterns = [
    path("criteria/", criteria.criteria_list, name="criteria_list"),
    path("criteria/add/", criteria.criteria_add, name="criteria_add"),
    path("criteria/<int:pk>/", criteria.criteria, name="criteria"),
    path("criteria/<int:pk>/edit/", criteria.criteria_edit, name="criteria_edit"),
    path("criteria/<int:pk>/publish/", criteria.criteria_publish, name="criteria_publish"),
    path("criteria/<int:pk>/next/", criteria.criteria_next, name="criteria_next"),
    path("criteria/<int:pk>/judgements/", criteria.judgements, name="judgements"),
    path("criteria/<int:pk>/add/", criteria.criterion_add, name="criterion_add"),
    path("criterion/<int:pk>/edit/", criteria.criterion_edit, name="criterion_edit"),
    path("criterion/<int:pk>/remove/", criteria.criterion_remove, name="criterion_remove"),
    path("criterion/<int:pk>/up/", criteria.criterion_up, name="criterion_up"),
    path("appraisals/", appraisal.appraisal_list, name="appraisal_list"),
    path("appraisals/add/", appraisal.appraisal_add, name="appraisal_add"),
    path("appraisals/<int:pk>/", appraisal.appraisal, name="appraisal"),
    path("appraisals/<int:pk>/edit/", appraisal.appraisal_edit, name="appraisal_edit"),
    path("appraisals/<int:pk>/close/", appraisal.appraisal_close, name="appraisal_close"),
    path("appraisals/<int:pk>/reopen/", appraisal.appraisal_reopen, name="appraisal_reopen"),
    path("appraisals/<int:pk>/projects/", appraisal.candidates, name="candidates"),
    path("appraisals/<int:pk>/reviewers/add/", appraisal.reviewer_add, name="reviewer_add"),
    path("appraisals/<int:pk>/results/", results.results, name="results"),
    path(
        "appraisals/<int:pk>/results/picture.svg", results.results_picture, name="results_picture"
    ),
    path("reviewers/<int:pk>/edit/", appraisal.reviewer_edit, name="reviewer_edit"),
    path("reviewers/<int:pk>/remove/", appraisal.reviewer_remove, name="reviewer_remove"),
    path("candidates/<int:pk>/review/", appraisal.review, name="review"),
    path("scenarios/", scenario.scenario_list, name="scenario_list"),
    path("scenarios/add/", scenario.scenario_add, name="scenario_add"),
    path("scenarios/<int:pk>/", scenario.scenario, name="scenario"),
    path("scenarios/<int:pk>/edit/", scenario.scenario_edit, name="scenario_edit"),
    path("scenarios/<int:pk>/copy/", scenario.scenario_copy, name="scenario_copy"),
    path("scenarios/<int:pk>/choose/", scenario.choose, name="choose"),
    path("scenarios/<int:pk>/envelopes/add/", scenario.envelope_add, name="envelope_add"),
    path("scenarios/<int:pk>/rules/add/", scenario.rule_add, name="rule_add"),
    path("scenarios/<int:pk>/balances/add/", scenario.balance_add, name="balance_add"),
    path("envelopes/<int:pk>/edit/", scenario.envelope_edit, name="envelope_edit"),
    path("envelopes/<int:pk>/remove/", scenario.envelope_remove, name="envelope_remove"),
    path("rules/<int:pk>/remove/", scenario.rule_remove, name="rule_remove"),
    path("balances/<int:pk>/remove/", scenario.balance_remove, name="balance_remove"),
    path("runs/compare/", run.compare, name="compare"),
    path("runs/<int:pk>/", run.run, name="run"),
    path("runs/<int:pk>/sign/", run.run_sign, name="run_sign"),
    path("runs/<int:pk>/discard/", run.run_discard, name="run_discard"),
    path("runs/<int:pk>/decide/<str:key>/", run.run_override, name="run_override"),
]
