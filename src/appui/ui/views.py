"""The gallery of components."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from appui.ui.context import reader_of
from appui.ui.formats import language
from appui.ui.gallery import context


def gallery(request: HttpRequest) -> HttpResponse:
    """Every component once, left to right and right to left; not for visitors in production."""
    if not (settings.DEBUG or reader_of(request).is_superuser):
        raise Http404
    return render(request, "ui/gallery.html", context(language()))
