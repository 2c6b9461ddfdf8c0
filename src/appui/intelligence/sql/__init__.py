"""The questions asked of the corpus, one file each, read by name."""

from functools import cache
from importlib.resources import files


@cache
def question(name: str) -> str:
    """The text of ``name``.sql beside this module."""
    return files("appui.intelligence.sql").joinpath(f"{name}.sql").read_text(encoding="utf-8")
