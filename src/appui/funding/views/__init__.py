"""Pages of funding, one file a noun-family."""

from typing import Any


def without_version(data: dict[str, Any]) -> dict[str, Any]:
    """What a new record takes from a form."""
    return {name: value for name, value in data.items() if name != "version"}
