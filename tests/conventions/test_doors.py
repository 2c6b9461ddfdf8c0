"""What a person sees is chosen by `visible_to(reader)`; pages and API routes never go round it."""

import ast

from django.apps import apps

from appui.registry.models import Owned
from tests.conventions import PACKAGE, named
from tests.conventions.test_layers import HEIGHT, room_of

DOORS = {"views", "api", "listings", "pages", "panels", "search", "forms"}
# "path: Model" -> why its rows need no filter by reader.
ALLOWED: dict[str, str] = {}


def guarded_models():
    """Models of the rooms above the registry, and any model that knows `visible_to`."""
    return {
        model.__name__
        for model in apps.get_models()
        if room_of(model)
        if HEIGHT[room_of(model)] > HEIGHT["registry"]
        or hasattr(model._default_manager, "visible_to")
    }


def doors():
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).parts
        if "tests" not in parts and DOORS & {path.stem, *parts[1:-1]}:
            yield path


def proper_managers(tree):
    """Managers used by `visible_to(…)`, `none()` or `filter(parent__in=visible_…)`."""
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr="visible_to" | "none", value=manager):
                yield id(manager)
            case ast.Call(func=ast.Attribute(attr="filter", value=manager), keywords=keywords):
                if any(
                    word.arg and word.arg.endswith("__in") and "visible" in ast.unparse(word.value)
                    for word in keywords
                ):
                    yield id(manager)


def bypasses(tree, guarded):
    """Line and name of guarded models whose rows are reached in any other way."""
    proper = set(proper_managers(tree))
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(
                value=ast.Name(id=name), attr="objects" | "_default_manager" | "_base_manager"
            ) if name in guarded and id(node) not in proper:
                yield node.lineno, name
            case ast.Call(func=ast.Name(id="get_object_or_404"), args=[ast.Name(id=name), *_]) if (
                name in guarded
            ):
                yield node.lineno, name


def test_doors_choose_rows_by_visible_to_only():
    guarded = guarded_models()
    found = [
        f"{named(path)}:{line}: {name}"
        for path in doors()
        for line, name in bypasses(ast.parse(path.read_text()), guarded)
        if f"{named(path)}: {name}" not in ALLOWED
    ]
    assert found == []


def test_whatever_belongs_to_an_organisation_can_be_narrowed_to_what_a_reader_may_see():
    owned = [model for model in apps.get_models() if issubclass(model, Owned)]
    assert [model for model in owned if not hasattr(model.objects, "visible_to")] == []


def test_a_bypass_is_recognised_and_the_proper_way_is_not_one():
    code = """
Need.objects.visible_to(reader).filter(pk=1)
Need.objects.filter(pk=1)
get_object_or_404(Need, pk=1)
Code.objects.get(code="KH")
Need.objects.filter(parent__in=visible_needs)
Need.objects.filter(parent__in=needs)
"""
    assert sorted(bypasses(ast.parse(code), {"Need"})) == [
        (3, "Need"),
        (4, "Need"),
        (7, "Need"),
    ]
