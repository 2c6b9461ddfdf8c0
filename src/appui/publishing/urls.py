"""Addresses of documents."""

from django.urls import path

from appui.publishing import views

app_name = "publishing"
urlpatterns = [
    path("needs/<int:pk>/brief/", views.brief, name="brief"),
    path("flows/donor.pdf", views.donor_profile_file, name="donor_profile_file"),
    path("needs/<int:pk>/brief.<slug:extension>", views.brief_file, name="brief_file"),
]
