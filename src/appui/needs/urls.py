"""Addresses of needs."""

from django.urls import path

from appui.needs import views

app_name = "needs"
urlpatterns = [
    path("needs/", views.need_list, name="need_list"),
    path("needs/add/", views.need_add, name="need_add"),
    path("needs/<int:pk>/", views.need, name="need"),
    path("needs/<int:pk>/edit/", views.need_edit, name="need_edit"),
    path("needs/<int:pk>/move/<slug:status>/", views.need_move, name="need_move"),
    path("needs/<int:pk>/lines/add/", views.line_add, name="line_add"),
    path("need-lines/<int:pk>/edit/", views.line_edit, name="line_edit"),
    path("need-lines/<int:pk>/remove/", views.line_remove, name="line_remove"),
]
