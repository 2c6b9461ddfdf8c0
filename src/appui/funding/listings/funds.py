"""How windows and calls look in lists."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from appui.funding.listings.common import standing_organisation
from appui.funding.models import Fund, FundKind
from appui.funding.models.fund import STALE_AFTER
from appui.registry.listings import OWNER_FILTER, address, visibility_column
from appui.registry.models import Code, Location
from appui.ui import formats
from appui.ui.context import reader_of
from appui.ui.listing import Column, Filter, Listing

WITHIN = (30, 90, 180)  # days to a deadline that the filter offers


def _places(request: HttpRequest) -> list[tuple[str, str]]:
    seen = Fund.objects.visible_to(reader_of(request))
    used = seen.order_by().values("locations")
    return [(item.code, str(item)) for item in Location.objects.filter(pk__in=used)]


def _themes(request: HttpRequest) -> list[tuple[str, str]]:
    seen = Fund.objects.visible_to(reader_of(request))
    used = seen.order_by().values("sectors")
    return [(item.code, f"{item.code} {item}") for item in Code.objects.filter(pk__in=used)]


def _closing(rows: Any, value: str) -> Any:
    today = timezone.localdate()
    return rows.filter(deadline__range=(today, today + timedelta(days=int(value))))


def _not_checked(rows: Any, _value: str) -> Any:
    oldest = timezone.localdate() - STALE_AFTER
    return rows.filter(Q(verified_on=None) | Q(verified_on__lt=oldest))


PLACE_FILTER = Filter(
    "place",
    _("Place"),
    _places,
    lambda rows, value: rows.filter(Q(locations=None) | Q(locations__code=value)).distinct(),
)
THEME_FILTER = Filter(
    "theme",
    _("Theme"),
    _themes,
    lambda rows, value: rows.filter(
        Q(sectors=None) | Q(sectors__code=value, sectors__codelist__slug="Sector")
    ).distinct(),
)
DEADLINE_FILTER = Filter(
    "deadline",
    _("Deadline"),
    lambda _request: [(str(n), _("within %(n)d days") % {"n": n}) for n in WITHIN],
    _closing,
)
CHECKED_FILTER = Filter(
    "checked", _("Checked on"), lambda _request: [("old", _("to be checked again"))], _not_checked
)

FUNDS = Listing(
    name="windows-and-calls",
    columns=(
        Column(
            "title",
            _("Window or call"),
            lambda row: row.title,
            "multilingual",
            ("title",),
            href=address,
        ),
        Column("donor", _("Donor"), standing_organisation),
        Column("kind", _("Kind"), lambda row: row.get_kind_display(), order_by=("kind",)),
        Column(
            "opens", _("Opens on"), lambda row: row.opens_on, "date", ("opens_on",), phone=False
        ),
        Column("deadline", _("Deadline"), lambda row: row.deadline, "date", ("deadline",)),
        Column(
            "minimum",
            _("Smallest grant"),
            lambda row: row.minimum,
            "money",
            ("minimum",),
            currency=lambda row: row.currency,
            phone=False,
        ),
        Column(
            "maximum",
            _("Largest grant"),
            lambda row: row.maximum,
            "money",
            ("maximum",),
            currency=lambda row: row.currency,
        ),
        Column(
            "state",
            _("State"),
            lambda row: open_word(row),
            "tag",
            tone=lambda row: "" if row.is_open(timezone.localdate()) else "plain",
        ),
        Column(
            "checked",
            _("Checked on"),
            lambda row: checked_word(row),
            "tag",
            ("verified_on",),
            tone=lambda row: checked_tone(row),
            phone=False,
        ),
        visibility_column(),
    ),
    filters=(
        Filter(
            "kind",
            _("Kind"),
            lambda _request: FundKind.choices,
            lambda rows, value: rows.filter(kind=value),
        ),
        Filter(
            "state",
            _("State"),
            lambda _request: [("open", _("open today"))],
            lambda rows, _value: rows.filter(
                Q(opens_on=None) | Q(opens_on__lte=timezone.localdate()),
                Q(deadline=None) | Q(deadline__gte=timezone.localdate()),
            ),
        ),
        PLACE_FILTER,
        THEME_FILTER,
        DEADLINE_FILTER,
        CHECKED_FILTER,
        OWNER_FILTER,
    ),
    search=("title", "organisation__name", "conditions"),
    order=("deadline",),
    empty=_("No window or call is recorded yet."),
    empty_hint=_("Record where money can be asked for, until when, and how much."),
)


def open_word(row: Any) -> str:
    """Whether a window takes asks today."""
    return str(_("open") if row.is_open(timezone.localdate()) else _("closed"))


def checked_word(row: Any) -> str:
    """The day its page was last looked at, flagged once that is 180 days ago."""
    if row.verified_on is None:
        return str(_("never checked"))
    day = formats.day(row.verified_on)
    if row.verification(timezone.localdate()) == "fresh":
        return day
    return str(_("%(day)s, to be checked again") % {"day": day})


def checked_tone(row: Any) -> str:
    """How it looks."""
    return "plain" if row.verification(timezone.localdate()) == "fresh" else "late"


DOCUMENT_TITLE = Column("title", _("Paper"), lambda row: row.title, "multilingual")
DOCUMENTS = (
    Column("kind", _("Kind"), lambda row: row.get_kind_display()),
    Column("must", _("Mandatory"), lambda row: _("yes") if row.is_mandatory else _("no")),
    Column(
        "url",
        _("Template"),
        lambda row: pgettext("button", "Open") if row.url else "",
        href=lambda row: row.url,
    ),
)
REMOVE_DOCUMENT = Column(
    "remove",
    _("Remove"),
    lambda _row: _("Remove"),
    href=lambda row: reverse("funding:required_document_remove", args=[row.pk]),
)


def document_columns(*, changeable: bool) -> list[Column]:
    """The papers of a window, for those who may change them or only read."""
    if not changeable:
        return [DOCUMENT_TITLE, *DOCUMENTS]
    title = replace(
        DOCUMENT_TITLE, href=lambda row: reverse("funding:required_document_edit", args=[row.pk])
    )
    return [title, *DOCUMENTS, REMOVE_DOCUMENT]
