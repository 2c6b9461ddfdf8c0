"""Relations given as strings, and engines, obey the order of the rooms as imports do."""

import subprocess
import sys
import tomllib

from django.apps import apps

from tests.conventions import ROOT

LINTER = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
LAYERS, ENGINES = LINTER["contracts"]
HEIGHT = {room: height for height, room in enumerate(reversed(LAYERS["layers"]))}


def room_of(model):
    """The room of a model, None for a model of Django's or a library's."""
    package, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if package == "appui" else None


def test_a_relation_points_to_the_same_room_or_a_lower_one():
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models(include_auto_created=True)
        if room_of(model)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model
        if room_of(field.related_model)
        if HEIGHT[room_of(field.related_model)] > HEIGHT[room_of(model)]
    ]
    assert upward == []


def test_every_room_with_models_is_in_the_layers():
    rooms = {room_of(model) for model in apps.get_models()} - {None}
    assert rooms - HEIGHT.keys() == set()


def test_an_engine_can_be_used_where_django_is_not_started():
    names = ", ".join(ENGINES["source_modules"])
    code = f"import sys, {names}; print(sorted({{'django', 'ninja'}} & sys.modules.keys()))"
    told = subprocess.run([sys.executable, "-c", code], cwd=ROOT / "src", capture_output=True)
    assert told.stderr.decode() == ""
    assert told.stdout.decode().strip() == "[]"
