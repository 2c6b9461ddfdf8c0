"""The kinds of rows that can be brought in, one file a kind."""

from appui.intake.kinds.activities import Activities
from appui.intake.kinds.base import Kind
from appui.intake.kinds.budgets import Budgets
from appui.intake.kinds.contributions import Contributions
from appui.intake.kinds.figures import Figures
from appui.intake.kinds.needs import Needs
from appui.intake.kinds.register import Organisations, People
from appui.intake.models import KindOfRow

KINDS: dict[str, Kind] = {
    KindOfRow.ORGANISATIONS: Organisations(),
    KindOfRow.PEOPLE: People(),
    KindOfRow.NEEDS: Needs(),
    KindOfRow.ACTIVITIES: Activities(),
    KindOfRow.BUDGETS: Budgets(),
    KindOfRow.CONTRIBUTIONS: Contributions(),
    KindOfRow.FIGURES: Figures(),
}
