"""Addresses of activities."""

from django.urls import path

from appui.portfolio.views import activities, links, markers

app_name = "portfolio"
urlpatterns = [
    path("projects/", activities.activity_list, name="activity_list"),
    path("projects/markers/", markers.marker_list, name="marker_list"),
    path("projects/add/", activities.activity_add, name="activity_add"),
    path("projects/<int:pk>/", activities.activity, name="activity"),
    path("projects/<int:pk>/map.svg", activities.activity_map, name="activity_map"),
    path("projects/<int:pk>/edit/", activities.activity_edit, name="activity_edit"),
    path("projects/<int:pk>/partners/add/", activities.participation_add, name="participation_add"),
    path("projects/<int:pk>/identifiers/add/", activities.identifier_add, name="identifier_add"),
    path("projects/<int:pk>/budget/add/", activities.budget_add, name="budget_add"),
    path("projects/<int:pk>/budget/", links.budget_lines, name="budget_lines"),
    path("projects/<int:pk>/related/add/", links.relation_add, name="relation_add"),
    path("projects/<int:pk>/documents/add/", links.document_add, name="document_add"),
    path("related-projects/<int:pk>/remove/", links.relation_remove, name="relation_remove"),
    path("project-documents/<int:pk>/remove/", links.document_remove, name="document_remove"),
    path("projects/<int:pk>/places/", activities.places, name="places"),
    path("projects/<int:pk>/classify/", activities.classify, name="classify"),
    path("projects/<int:pk>/shares/<slug:codelist>/", activities.shares, name="shares"),
    path("projects/<int:pk>/markers/", activities.markers, name="markers"),
    path(
        "project-partners/<int:pk>/edit/", activities.participation_edit, name="participation_edit"
    ),
    path(
        "project-partners/<int:pk>/remove/",
        activities.participation_remove,
        name="participation_remove",
    ),
    path(
        "project-identifiers/<int:pk>/remove/",
        activities.identifier_remove,
        name="identifier_remove",
    ),
    path("budget-lines/<int:pk>/revise/", activities.budget_revise, name="budget_revise"),
]
