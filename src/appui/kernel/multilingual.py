"""Text in several languages: a JSON object by language, with a visible fallback."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

LANGUAGES = ("fr", "en", "es", "ar")
RIGHT_TO_LEFT = frozenset({"ar"})
ORIGIN = "_"


@dataclass(frozen=True, slots=True)
class Localised:
    """One text with the language it is written in and that language's direction."""

    text: str
    language: str
    direction: str
    is_fallback: bool

    def __str__(self) -> str:
        return self.text


def localise(value: Mapping[str, str] | None, language: str | None = None) -> Localised:
    """``value`` in ``language`` (the active one by default), else in the first language that has
    text, in the order written: the language of origin comes first."""
    wanted = (language or get_language() or "en").split("-")[0]
    texts = {key: text for key, text in (value or {}).items() if text}
    found = wanted if wanted in texts else next(iter(texts), wanted)
    direction = "rtl" if found in RIGHT_TO_LEFT else "ltr"
    return Localised(texts.get(found, ""), found, direction, found != wanted and bool(texts))


def validate_multilingual(value: object) -> None:
    """Refuse anything but an object of known languages to text, one of them written."""
    validate_languages(value)
    if not isinstance(value, dict) or not any(text.strip() for text in value.values()):
        raise ValidationError(_("Write the text in at least one language."))


def validate_languages(value: object) -> None:
    """Refuse anything but an object of known languages to text."""
    if not isinstance(value, dict):
        raise ValidationError(_("Write the text in at least one language."))
    unknown = sorted(set(value) - set(LANGUAGES))
    if unknown:
        raise ValidationError(
            _("Unknown language: %(languages)s."), params={"languages": ", ".join(unknown)}
        )
    if any(not isinstance(text, str) for text in value.values()):
        raise ValidationError(_("Each language holds plain text."))


class PlainLetters(json.JSONEncoder):
    """Letters as they are, not escaped, so that a search in the stored text finds them."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{**kwargs, "ensure_ascii": False})


class MultilingualField(models.JSONField):
    """A JSON object such as ``{"fr": "Déminage", "en": "Clearance"}``; origin first."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        kwargs["encoder"] = PlainLetters
        kwargs.setdefault("default", dict)
        check = validate_languages if kwargs.get("blank") else validate_multilingual
        kwargs.setdefault("validators", [check])
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]

    def get_db_prep_value(self, value: Any, connection: Any, prepared: bool = False) -> Any:
        """As stored: with the language of origin named, since PostgreSQL keeps no order of keys."""
        if isinstance(value, dict) and len(value) > 1:
            value = {ORIGIN: next(iter(value))} | value
        return super().get_db_prep_value(value, connection, prepared)

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """The texts with the language of origin first."""
        found = super().from_db_value(value, expression, connection)
        if not isinstance(found, dict) or ORIGIN not in found:
            return found
        origin = found.pop(ORIGIN)
        return {origin: found.pop(origin), **found} if origin in found else found

    def deconstruct(self) -> tuple[str, str, list[object], dict[str, object]]:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("validators", None)
        kwargs.pop("encoder", None)
        return name, path, list(args), dict(kwargs)
