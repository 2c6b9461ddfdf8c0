"""The rules that come with Appui, loaded from their file; loading them again changes nothing."""

import tomllib
from pathlib import Path
from typing import Any

from appui.obligations.models import ObligationRule

RULES = Path(__file__).parent / "data" / "rules.toml"
NAMES = {"stated": "is_day_stated"}


def load_rules(path: Path = RULES) -> int:
    """Write every rule of the file, by its code; returns how many are new.

    A rule that the file says otherwise now is changed; what is due moves at the next computation.
    """
    added = 0
    for entry in tomllib.loads(path.read_text(encoding="utf-8"))["rule"]:
        fields: dict[str, Any] = {NAMES.get(name, name): value for name, value in entry.items()}
        code = fields.pop("code")
        known = ObligationRule.objects.filter(owner=None, code=code).first()
        added += known is None
        rule = known or ObligationRule(code=code)
        before = {name: getattr(rule, name) for name in fields}
        if known is not None and before == fields:
            continue
        for name, value in fields.items():
            setattr(rule, name, value)
        rule.version += known is not None
        rule.full_clean(validate_unique=False, validate_constraints=False)
        rule.save()
    return added
