"""What the pages of asks share: their tabs, and whose asks they are about."""

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.registry.models import Organisation
from appui.registry.pages import PageRequest
from appui.registry.queries import workspaces
from appui.ui.templatetags.ui import Tab


def ask_tabs(current: str) -> list[Tab]:
    """Table, board, forecast, record and stages; ``current`` is the key of the page shown."""
    return [
        Tab(_("Table"), reverse("funding:proposal_list"), current == "table"),
        Tab(_("Board"), reverse("funding:proposal_board"), current == "board"),
        Tab(_("Forecast"), reverse("funding:forecast"), current == "forecast"),
        Tab(_("Win rate and time"), reverse("funding:track"), current == "track"),
        Tab(_("Stages"), reverse("funding:stage_list"), current == "stages"),
    ]


def owner_of(request: PageRequest) -> Organisation | None:
    """The organisation one works in; None when none is chosen."""
    return workspaces(request.reader).filter(pk=request.reader.workspace_id or 0).first()
