"""Addresses of activities."""

from django.urls import path

from appui.portfolio import markers, views

app_name = "portfolio"
urlpatterns = [
    path("projects/", views.activity_list, name="activity_list"),
    path("projects/markers/", markers.marker_list, name="marker_list"),
    path("projects/add/", views.activity_add, name="activity_add"),
    path("projects/<int:pk>/", views.activity, name="activity"),
    path("projects/<int:pk>/map.svg", views.activity_map, name="activity_map"),
    path("projects/<int:pk>/edit/", views.activity_edit, name="activity_edit"),
    path("projects/<int:pk>/partners/add/", views.participation_add, name="participation_add"),
    path("projects/<int:pk>/identifiers/add/", views.identifier_add, name="identifier_add"),
    path("projects/<int:pk>/budget/add/", views.budget_add, name="budget_add"),
    path("projects/<int:pk>/places/", views.places, name="places"),
    path("projects/<int:pk>/classify/", views.classify, name="classify"),
    path("projects/<int:pk>/shares/<slug:codelist>/", views.shares, name="shares"),
    path("projects/<int:pk>/markers/", views.markers, name="markers"),
    path("project-partners/<int:pk>/edit/", views.participation_edit, name="participation_edit"),
    path(
        "project-partners/<int:pk>/remove/",
        views.participation_remove,
        name="participation_remove",
    ),
    path("project-identifiers/<int:pk>/remove/", views.identifier_remove, name="identifier_remove"),
    path("budget-lines/<int:pk>/revise/", views.budget_revise, name="budget_revise"),
]
