"""What the rules of a window say of a project: frozen values, read without a database."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from appui.eligibility.expression import Truth
from appui.eligibility.facts import FactSheet, Known

Standing = Literal["eligible", "not-eligible", "unknown"]
ORDER: dict[Standing, int] = {"eligible": 0, "unknown": 1, "not-eligible": 2}


@dataclass(frozen=True, slots=True)
class AppliedRule:
    """A rule as it stands on a day, its texts in the reader's language. ``pk`` is None for what the
    window itself says: its amounts, places and themes."""

    pk: int | None
    code: str
    edition: int
    severity: Literal["must", "should"]
    message: str
    fix: str
    citation: str
    citation_url: str


@dataclass(frozen=True, slots=True)
class RuleVerdict:
    """``truth`` is None while ``missing`` facts could settle it; ``used`` are those it read."""

    rule: AppliedRule
    truth: Truth
    used: tuple[tuple[str, Known], ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WindowVerdict:
    """What all the rules of a window say of a project on a day; ``sheet`` holds the facts."""

    activity_id: int
    fund_id: int
    day: date
    rules: tuple[RuleVerdict, ...]
    sheet: FactSheet

    @property
    def standing(self) -> Standing:
        """Not eligible when a rule that excludes fails; unknown while one is open or none is
        recorded."""
        truths = [item.truth for item in self.rules if item.rule.severity == "must"]
        if any(truth is False for truth in truths):
            return "not-eligible"
        return "unknown" if not truths or any(truth is None for truth in truths) else "eligible"

    @property
    def has_rules(self) -> bool:
        """Whether the window has any rule that excludes."""
        return any(item.rule.severity == "must" for item in self.rules)

    @property
    def failed(self) -> tuple[RuleVerdict, ...]:
        """The rules that exclude the project."""
        return tuple(x for x in self.rules if x.truth is False and x.rule.severity == "must")

    @property
    def open(self) -> tuple[RuleVerdict, ...]:
        """The rules that exclude and are not settled."""
        return tuple(x for x in self.rules if x.truth is None and x.rule.severity == "must")

    @property
    def warnings(self) -> tuple[RuleVerdict, ...]:
        """The rules that do not exclude and do not hold, or are not settled."""
        return tuple(x for x in self.rules if x.truth is not True and x.rule.severity == "should")

    @property
    def missing(self) -> tuple[str, ...]:
        """The facts that would settle the open rules, each once."""
        return tuple(dict.fromkeys(name for item in self.open for name in item.missing))


Verdicts = Mapping[tuple[int, int], WindowVerdict]
