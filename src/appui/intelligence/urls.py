"""Addresses of published flows."""

from django.urls import path

from appui.intelligence import views

app_name = "intelligence"
urlpatterns = [
    path("flows/", views.donor_map, name="donor_map"),
    path("flows/map.svg", views.world_map, name="world_map"),
    path("flows/matrix/", views.matrix, name="matrix"),
    path("flows/movements/", views.movements, name="movements"),
    path("flows/rows/", views.flow_rows_page, name="flow_rows"),
    path("flows/donor/", views.donor_profile, name="donor_profile"),
]
