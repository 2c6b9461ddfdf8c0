"""References as they can be stored."""

import re

from appui.kernel.folding import letters


def as_reference(text: str) -> str:
    """“Réf 12/2024” as “Ref-12-2024”: letters without accents, figures, hyphens; may be empty."""
    plain = "".join(_plain(character) for character in text)
    return re.sub(r"[^-a-zA-Z0-9_]+", "-", plain).strip("-")


def _plain(character: str) -> str:
    folded = letters().get(character, character)
    return folded.upper() if character.isupper() else folded
