"""Addresses of published flows."""

from django.urls import path

from appui.intelligence import views
from appui.intelligence.views import matches, quarantine

app_name = "intelligence"
urlpatterns = [
    path("flows/", views.donor_map, name="donor_map"),
    path("flows/chart.svg", views.chart, name="chart"),
    path("flows/map.svg", views.world_map, name="world_map"),
    path("flows/matrix/", views.matrix, name="matrix"),
    path("flows/movements/", views.movements, name="movements"),
    path("flows/tables/", views.table_list, name="table_list"),
    path("flows/tables/new/", views.table_add, name="table_add"),
    path("flows/tables/<int:pk>/", views.table, name="table"),
    path("flows/rows/", views.flow_rows_page, name="flow_rows"),
    path("flows/donor/", views.donor_profile, name="donor_profile"),
    path("flows/who/", matches.match_queue, name="match_queue"),
    path("flows/who/judge/", matches.match_judge, name="match_judge"),
    path("flows/who/<int:pk>/undo/", matches.match_undo, name="match_undo"),
    path("flows/who/follow/", matches.match_follow, name="match_follow"),
    path("flows/quarantine/", quarantine.quarantine, name="quarantine"),
    path(
        "flows/quarantine/<str:mark>/judge/", quarantine.quarantine_judge, name="quarantine_judge"
    ),
    path("flows/quarantine/<int:pk>/undo/", quarantine.quarantine_undo, name="quarantine_undo"),
]
