"""Addresses of intake."""

from django.urls import path

from appui.intake import views

app_name = "intake"
urlpatterns = [
    path("intake/", views.batch_list, name="batch_list"),
    path("intake/add/", views.batch_add, name="batch_add"),
    path("intake/<int:pk>/", views.batch, name="batch"),
    path("intake/<int:pk>/choose/", views.batch_choose, name="batch_choose"),
    path("intake/<int:pk>/columns/", views.batch_columns, name="batch_columns"),
    path("intake/<int:pk>/check/", views.batch_check, name="batch_check"),
    path("intake/<int:pk>/bring/", views.batch_bring, name="batch_bring"),
    path("intake/<int:pk>/go/", views.batch_go, name="batch_go"),
    path("intake/<int:pk>/undo/", views.batch_undo, name="batch_undo"),
    path("intake/<int:pk>/remove/", views.batch_remove, name="batch_remove"),
    path("intake/<int:pk>/issues/", views.batch_issues, name="batch_issues"),
    path("intake/<int:pk>/rows/", views.batch_rows, name="batch_rows"),
    path("intake/<int:pk>/rows/<int:number>/compare/", views.row_compare, name="row_compare"),
    path("intake/<int:pk>/report/", views.batch_report, name="batch_report"),
]
