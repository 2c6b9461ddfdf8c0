"""What the page of a need shows of its documents."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.kernel.access import Reader
from appui.kernel.panels import RenderedPanel
from appui.needs.models import Need


def brief_panel(need: Need, reader: Reader) -> RenderedPanel:
    """The way to the brief, in each language; whoever may see the need may have it."""
    address = reverse("publishing:brief", args=[need.pk])
    links = [(code, name, f"{address}?language={code}") for code, name in settings.LANGUAGES]
    context = {"links": links}
    return RenderedPanel(
        "brief", _("Donor brief"), "publishing/_brief_panel.html", context, region="aside"
    )
