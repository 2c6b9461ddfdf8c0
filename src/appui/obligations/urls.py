"""Addresses of obligations."""

from django.urls import path

from appui.obligations import views

app_name = "obligations"
urlpatterns = [
    path("obligations/", views.obligation_list, name="obligation_list"),
    path("obligations/month/", views.calendar, name="calendar"),
    path("obligations/obligations.ics", views.calendar_file, name="calendar_file"),
    path("obligations/compute/", views.compute, name="compute"),
    path("obligations/<int:pk>/", views.obligation, name="obligation"),
    path("obligations/<int:pk>/done/", views.fulfil, name="fulfil"),
    path("obligations/<int:pk>/waive/", views.waive, name="waive"),
    path("obligations/<int:pk>/take-back/", views.take_back, name="take_back"),
    path("obligations/<int:pk>/assign/", views.assign, name="assign"),
    path("obligations/<int:pk>/document/", views.document, name="document"),
    path("obligations/rules/", views.rule_list, name="rule_list"),
    path("obligations/rules/add/", views.rule_add, name="rule_add"),
    path("obligations/rules/<int:pk>/", views.rule, name="rule"),
    path("obligations/rules/<int:pk>/edit/", views.rule_edit, name="rule_edit"),
    path("obligations/treaties/", views.duty_list, name="duty_list"),
    path("obligations/treaties/add/", views.duty_add, name="duty_add"),
    path("obligations/treaties/<int:pk>/", views.duty, name="duty"),
    path("obligations/treaties/<int:pk>/edit/", views.duty_edit, name="duty_edit"),
]
