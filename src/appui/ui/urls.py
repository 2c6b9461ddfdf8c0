"""Addresses of the furniture itself: the language switch and the gallery of components."""

from django.urls import include, path

from appui.ui import views

urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include(([path("gallery/", views.gallery, name="gallery")], "ui"))),
]
