"""Who may judge published flows: it changes the totals that everyone sees."""

from appui.kernel.access import Reader, Role
from appui.kernel.verdict import Verdict
from appui.registry.rules import may_keep_register


def may_judge(reader: Reader) -> Verdict:
    """Whether ``reader`` may judge pairs and amounts: a manager, as for merging in the register."""
    return may_keep_register(reader, Role.MANAGER)
