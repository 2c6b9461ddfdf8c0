"""Forms of the watch."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from appui.registry.forms import OWNERSHIP, RecordForm
from appui.registry.models import Location
from appui.ui.forms import PageForm
from appui.watch.models import Feed, FeedKind, Frequency, Search, Signal, Subject


class SearchForm(RecordForm):
    model = Search
    sections = (
        (_("What to watch"), "", ("title", "subject", "active")),
        (
            _("Narrowed to"),
            _("What is left empty is not narrowed."),
            ("donors", "locations", "sectors", "words", "minimum", "size", "activity"),
        ),
        (_("Who looks after its signals"), "", ("responsible",)),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = _(
            "For calls and statements: all of them must stand in the text, accents aside."
        )
        self.fields["minimum"].help_text = _("For flows and donors: smaller changes are no signal.")
        self.fields["size"].help_text = _("For calls: windows that give such a grant.")
        self.fields["activity"].help_text = _("For calls: windows whose rules do not exclude it.")
        places: Any = self.fields["locations"]
        places.queryset = Location.objects.filter(kind="country")

    def clean(self) -> dict[str, Any]:
        """A search by donor names its donors: all of them everywhere would be a flood."""
        data = super().clean()
        if data.get("subject") == Subject.DONORS and not data.get("donors"):
            self.add_error("donors", _("Choose the donors to watch."))
        return data


class FeedForm(RecordForm):
    model = Feed
    sections = (
        (_("What is read"), "", ("title", "url", "kind", "pattern", "subject", "organisation")),
        (_("Whether it is read"), "", ("active",)),
        OWNERSHIP,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["url"].help_text = _(
            "A public web address. Its items appear as signals of the searches that match them."
        )
        self.fields["pattern"].help_text = _(
            "For a page of calls: a part of the addresses that lead to calls, for example /calls/."
        )

    def clean(self) -> dict[str, Any]:
        """Only the links of a page are chosen by their address."""
        data = super().clean()
        if data.get("kind") == FeedKind.FEED and data.get("pattern"):
            self.add_error("pattern", _("This is for a page of calls only: leave it empty."))
        return data


class FollowUpForm(RecordForm):
    model = Signal
    sections = (("", "", ("responsible", "follow_up", "follow_up_on")),)


class DigestForm(PageForm):
    """How often one is written to."""

    frequency = forms.ChoiceField(label=_("Digest by e-mail"), choices=Frequency.choices)
