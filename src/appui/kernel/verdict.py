"""The answer of a rule: allowed, or refused with the sentence shown to the person."""

from dataclasses import dataclass

from appui.kernel.errors import Refused


@dataclass(frozen=True, slots=True)
class Verdict:
    """``reason`` is empty when allowed; otherwise it is the 403 text and the tooltip."""

    allowed: bool
    reason: str = ""

    def __bool__(self) -> bool:
        return self.allowed


def allow() -> Verdict:
    """Yes."""
    return Verdict(True)


def refuse(reason: object) -> Verdict:
    """No, and why, as a whole translated sentence."""
    return Verdict(False, str(reason))


def require(verdict: Verdict) -> None:
    """Raise ``Refused`` with the verdict's reason unless it allows."""
    if not verdict.allowed:
        raise Refused(verdict.reason)
