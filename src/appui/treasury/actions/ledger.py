"""What the ledger asks of a fund that keeps accounts: its lines come from its movements alone."""

from django.utils.translation import gettext as _

from appui.funding.models import Transaction
from appui.kernel.errors import Invalid
from appui.treasury.models import Earmark


def refuse_beside_the_accounts(line: Transaction) -> None:
    """Raise ``Invalid`` for a line written or reversed past the accounts of its fund."""
    if line.fund_id is None or not Earmark.objects.filter(fund=line.fund_id).exists():
        return
    text = _(
        "“%(fund)s” keeps its own accounts: record or reverse the movement there, and its line of "
        "the ledger follows."
    ) % {"fund": line.fund}
    raise Invalid(text, {"fund": text})
