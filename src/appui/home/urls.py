"""Addresses of the pages that mix rooms."""

from django.urls import path

from appui.home import views

app_name = "home"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("position/<slug:figure>/", views.rows, name="rows"),
    path("due/", views.due, name="due"),
    path("search/", views.search, name="search"),
    path("history/", views.audit, name="audit"),
]
