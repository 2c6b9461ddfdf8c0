"""Who may do what with a comparison."""

from appui.instruments.models import Comparison
from appui.kernel.access import Reader
from appui.kernel.verdict import Verdict
from appui.registry.rules import may_edit


def may_change(comparison: Comparison, reader: Reader) -> Verdict:
    """Any editor of the organisation changes a comparison, its outcomes and its options."""
    return may_edit(comparison, reader)


def may_copy(comparison: Comparison, reader: Reader) -> Verdict:
    """A copy stands beside it in the same organisation."""
    return may_edit(comparison, reader)
