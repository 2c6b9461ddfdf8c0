"""The tabs that the lists of the watch share."""

from django.urls import reverse
from django.utils.translation import gettext as _

from appui.ui.templatetags.ui import Tab


def tabs(current: str) -> list[Tab]:
    """The lists of the watch; ``current`` is the URL name of the one shown."""
    items = [
        ("watch:signal_list", _("Open signals")),
        ("watch:closed_list", _("Closed signals")),
        ("watch:search_list", _("Saved searches")),
        ("watch:feed_list", _("Feeds")),
        ("watch:digest", _("My digest and calendar")),
    ]
    return [Tab(label, reverse(name), name == current) for name, label in items]
