"""Who may cite, record, revise and annotate."""

from django.utils.translation import gettext as _

from appui.evidence.models import Figure, Source
from appui.kernel.access import Reader
from appui.kernel.verdict import Verdict, allow, refuse
from appui.registry.models import Visibility
from appui.registry.rules import may_edit

WIDTH = {Visibility.PRIVATE: 0, Visibility.PARTNERS: 1, Visibility.PUBLIC: 2}


def may_revise(figure: Figure, reader: Reader) -> Verdict:
    """An editor revises the current vintage; an older one is settled."""
    allowed = may_edit(figure, reader)
    if allowed and figure.is_superseded:
        return refuse(_("A later vintage replaces this figure: revise that one."))
    return allowed


def may_show(visibility: str, source: Source) -> Verdict:
    """A figure is not seen by more people than its source: its mark would lead nowhere."""
    if WIDTH[Visibility(visibility)] > WIDTH[Visibility(source.visibility)]:
        return refuse(
            _(
                "The source %(source)s is seen by “%(width)s” only: "
                "show the source to as many people first."
            )
            % {"source": source.label, "width": source.get_visibility_display()}
        )
    return allow()


def may_narrow(source: Source, visibility: str) -> Verdict:
    """A source stays visible to those who see its figures."""
    shown = {Visibility(item) for item in source.figures.values_list("visibility", flat=True)}
    if any(WIDTH[item] > WIDTH[Visibility(visibility)] for item in shown):
        return refuse(
            _("Figures taken from this source are seen by more people: narrow those first.")
        )
    return allow()
