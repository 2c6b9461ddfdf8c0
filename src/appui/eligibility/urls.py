"""Addresses of eligibility."""

from django.urls import path

from appui.eligibility.views import projects, rules, windows

app_name = "eligibility"
urlpatterns = [
    path("windows/to-ask/", windows.window_list, name="window_list"),
    path("windows/to-ask/matrix/", windows.matrix, name="matrix"),
    path("windows/<int:pk>/projects/", windows.projects, name="window_projects"),
    path("windows/<int:pk>/rules/add/", rules.rule_add, name="rule_add"),
    path("windows/<int:pk>/rules/load/", rules.rules_load, name="rules_load"),
    path("windows/rules/<int:pk>/", rules.rule, name="rule"),
    path("windows/rules/<int:pk>/edit/", rules.rule_edit, name="rule_edit"),
    path("windows/rules/<int:pk>/replace/", rules.rule_replace, name="rule_replace"),
    path("windows/rules/<int:pk>/remove/", rules.rule_remove, name="rule_remove"),
    path("projects/<int:pk>/windows/", projects.project, name="project"),
    path("projects/<int:pk>/windows/<int:fund>/", projects.check, name="check"),
    path("projects/<int:pk>/answers/add/", projects.answer_add, name="answer_add"),
    path("projects/answers/<int:pk>/withdraw/", projects.withdraw, name="answer_withdraw"),
]
