"""Addresses of instruments."""

from django.urls import path

from appui.instruments.views import comparisons, options, outcomes

app_name = "instruments"
urlpatterns = [
    path("instruments/", comparisons.comparison_list, name="comparison_list"),
    path("instruments/add/", comparisons.comparison_add, name="comparison_add"),
    path("instruments/<int:pk>/", comparisons.comparison, name="comparison"),
    path("instruments/<int:pk>/print/", comparisons.comparison_print, name="comparison_print"),
    path("instruments/<int:pk>/edit/", comparisons.comparison_edit, name="comparison_edit"),
    path("instruments/<int:pk>/copy/", comparisons.comparison_copy, name="comparison_copy"),
    path("instruments/<int:pk>/remove/", comparisons.comparison_remove, name="comparison_remove"),
    path("instruments/<int:pk>/outcomes/add/", outcomes.outcome_add, name="outcome_add"),
    path("instruments/outcomes/<int:pk>/edit/", outcomes.outcome_edit, name="outcome_edit"),
    path("instruments/outcomes/<int:pk>/remove/", outcomes.outcome_remove, name="outcome_remove"),
    path("instruments/<int:pk>/options/add/", options.option_choose, name="option_choose"),
    path(
        "instruments/<int:pk>/options/add/<slug:instrument>/", options.option_add, name="option_add"
    ),
    path("instruments/options/<int:pk>/", options.option, name="option"),
    path("instruments/options/<int:pk>/edit/", options.option_edit, name="option_edit"),
    path("instruments/options/<int:pk>/remove/", options.option_remove, name="option_remove"),
]
