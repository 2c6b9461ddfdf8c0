"""What every page needs around its content."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_bidi
from django.utils.translation import gettext_lazy as _

from appui.kernel.access import ANONYMOUS, Reader
from appui.kernel.navigation import NavItem, items_for

SECTIONS: dict[str, Promise] = {
    "raise": _("Raise funds"),
    "choose": _("Prepare and choose"),
    "money": _("Manage funds"),
    "follow": _("Follow up"),
    "know": _("Know the field"),
    "administer": _("Administer"),
}


@dataclass(frozen=True, slots=True)
class RailLink:
    """One entry of the rail; ``current`` marks the page or the part of the site we are in."""

    label: str | Promise
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class RailSection:
    """A titled group of entries, never empty; ``opened`` unless its reader has folded it and is not
    in it."""

    key: str
    label: Promise
    links: list[RailLink]
    opened: bool


@dataclass(frozen=True, slots=True)
class Language:
    """One choice of the language switch."""

    code: str
    name: str
    current: bool


def reader_of(request: HttpRequest) -> Reader:
    """Who is at the door; a visitor when no middleware has said."""
    reader: Reader = getattr(request, "reader", ANONYMOUS)
    return reader


def address(name: str) -> str:
    """The address called ``name``, empty when this installation has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def rail_of(request: HttpRequest) -> list[RailSection]:
    """The sections of the rail for this reader, with the current entry marked."""
    entries = [(item, address(item.url_name)) for item in items_for(reader_of(request))]
    entries = [(item, url) for item, url in entries if url]
    current = _current(request.path, [url for _item, url in entries])
    folded = request.COOKIES.get("folded", "").split(".")
    sections = [_section(key, entries, current, key in folded) for key in SECTIONS]
    return [section for section in sections if section.links]


def _section(
    key: str, entries: list[tuple[NavItem, str]], current: str, folded: bool
) -> RailSection:
    links = [
        RailLink(item.label, url, url == current) for item, url in entries if item.section == key
    ]
    opened = not folded or any(link.current for link in links)
    return RailSection(key, SECTIONS[key], links, opened)


def _current(path: str, urls: list[str]) -> str:
    """The longest address that the page's own begins with; the front page only matches itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


def section_of(request: HttpRequest, path: str) -> RailLink | None:
    """The entry of the rail under which the page at ``path`` stands."""
    entries = {address(item.url_name): item for item in items_for(reader_of(request))}
    found = _current(path, [url for url in entries if url])
    return RailLink(entries[found].label, found, found == request.path) if found else None


def languages() -> list[Language]:
    """The languages of the interface in their own names."""
    active = (get_language() or settings.LANGUAGE_CODE).split("-")[0]
    return [Language(code, str(name), code == active) for code, name in settings.LANGUAGES]


def shell(request: HttpRequest) -> dict[str, object]:
    """Template context of every page: rail, languages, direction, reader."""
    return {
        "reader": reader_of(request),
        "rail": rail_of(request),
        "ui_languages": languages(),
        "direction": "rtl" if get_language_bidi() else "ltr",
        "source_url": settings.SOURCE_URL,
    }
