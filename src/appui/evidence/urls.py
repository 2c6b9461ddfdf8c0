"""Addresses of sources and figures."""

from django.urls import path

from appui.evidence import views

app_name = "evidence"
urlpatterns = [
    path("sources/", views.source_list, name="source_list"),
    path("sources/add/", views.source_add, name="source_add"),
    path("sources/<int:pk>/", views.source, name="source"),
    path("sources/<int:pk>/edit/", views.source_edit, name="source_edit"),
    path("figures/", views.figure_list, name="figure_list"),
    path("figures/add/", views.figure_add, name="figure_add"),
    path("figures/conflicts/", views.conflict_list, name="conflict_list"),
    path("figures/<int:pk>/", views.figure, name="figure"),
    path("figures/<int:pk>/edit/", views.figure_edit, name="figure_edit"),
    path("figures/<int:pk>/revise/", views.figure_revise, name="figure_revise"),
]
