"""What the pages below show of eligibility: the windows of a project, the rules of a window."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from appui.eligibility import listings, queries, rules
from appui.eligibility.verdicts import ORDER
from appui.eligibility.views.projects import sorted_windows
from appui.funding.models import Fund
from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.portfolio.models import Activity
from appui.ui.table import Table

SHOWN = 5
JUDGED = 50  # projects that the page of a window looks at; its own list holds them all
KEPT = ("title", "standing", "fix", "deadline")


def windows_of(activity: Activity, reader: Reader) -> RenderedPanel | None:
    """The first windows that the project may ask or that are not settled."""
    today = timezone.localdate()
    funds = list(queries.open_windows(reader, day=today))
    if not funds:
        return None
    judged = queries.verdicts([activity], funds, reader, day=today)
    by_fund = {fund: found for (_pk, fund), found in judged.items()}
    kept = [fund for fund in funds if by_fund[fund.pk].standing != "not-eligible"]
    listing = listings.with_verdict(listings.WINDOWS_OF_PROJECT, by_fund, activity)
    context = {
        "table": Table(
            [column for column in listing.columns if column.key in KEPT],
            sorted_windows(kept, by_fund)[:SHOWN],
        ),
        "left_out": len(funds) - min(len(kept), SHOWN),
        "url": reverse("eligibility:project", args=[activity.pk]),
    }
    title = _("Windows it may ask")
    return RenderedPanel("windows", title, "eligibility/_windows_panel.html", context, len(kept))


def rules_of(fund: Fund, reader: Reader) -> RenderedPanel:
    """The rules of a window that are in force, those to come, and its projects."""
    today = timezone.localdate()
    found = list(queries.rules(reader).filter(fund=fund))
    current = queries.in_force(found, today)
    coming = [rule for rule in found if rule.valid_from > today]
    context = {
        "table": Table(listings.RULES[:4], current),
        "coming": Table(listings.RULES, coming),
        "may_rule": rules.may_rule(fund, reader),
        "fund": fund,
    }
    title = _("Rules of eligibility")
    return RenderedPanel("rules", title, "eligibility/_rules_panel.html", context, len(current))


def projects_at(fund: Fund, reader: Reader) -> RenderedPanel | None:
    """Of the first projects by reference, those that may ask the window or are not settled."""
    today = timezone.localdate()
    rows = Activity.objects.visible_to(reader).select_related("status", "owner")
    found = list(rows.order_by("reference")[:JUDGED])
    if not found:
        return None
    judged = queries.verdicts(found, [fund], reader, day=today)
    kept = [item for item in found if judged[item.pk, fund.pk].standing != "not-eligible"]
    kept.sort(key=lambda item: ORDER[judged[item.pk, fund.pk].standing])
    context = {
        "table": Table(listings.at_window(fund, judged), kept[:SHOWN]),
        "url": reverse("eligibility:window_projects", args=[fund.pk]),
    }
    title = _("Projects that may ask")
    return RenderedPanel("projects", title, "eligibility/_projects_panel.html", context)
