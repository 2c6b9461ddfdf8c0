"""A search of seconds is made before the form is acted on, so that it holds no transaction."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model
from django.http import HttpRequest

from appui.kernel.errors import AppuiError
from appui.ui.forms import PageForm

T = TypeVar("T")


def before(
    request: HttpRequest,
    form_class: type[PageForm],
    search: Callable[[dict[str, Any]], T],
    keep: Callable[[T], Model],
) -> Callable[[dict[str, Any]], Model]:
    """An act that keeps what ``search`` finds; what the search refuses is told by the form.

    The form is read here first: one that is not valid is not searched for.
    """
    form = form_class(request.POST) if request.method == "POST" else None
    if form is None or not form.is_valid():
        return lambda _data: keep(search(_data))
    try:
        found = search(form.act_data())
    except AppuiError as error:
        return _refusing(error)
    return lambda _data: keep(found)


def _refusing(error: AppuiError) -> Callable[[dict[str, Any]], Model]:
    def refuse(_data: dict[str, Any]) -> Model:
        raise error

    return refuse
