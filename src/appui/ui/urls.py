"""Addresses of the furniture itself: the language switch and the gallery of components."""

from django.contrib.auth.decorators import login_not_required
from django.urls import include, path
from django.views.i18n import set_language

from appui.ui import views

urlpatterns = [
    path("language/", login_not_required(set_language), name="set_language"),
    path("", include(([path("gallery/", views.gallery, name="gallery")], "ui"))),
]
