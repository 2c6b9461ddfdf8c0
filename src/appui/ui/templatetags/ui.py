"""The components of a page. Each tag's Python signature is its contract."""

import base64
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import template
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist
from django.db.models import ForeignKey, Model, QuerySet
from django.template.context import RequestContext
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from appui.kernel.access import Reader
from appui.kernel.models import AuditEntry
from appui.kernel.money import Converted, Money
from appui.kernel.verdict import Verdict
from appui.ui import cells, formats
from appui.ui.context import reader_of
from appui.ui.facts import Fact, SourceLike
from appui.ui.forms import PageForm

register = template.Library()
Text = str | Promise
Number = int | Decimal
VERBS = (gettext_noop("created"), gettext_noop("changed"), gettext_noop("deleted"))
BUTTON_TONES = frozenset({"", "primary", "danger"})


@register.simple_tag
def amount(value: Number | None, currency: str, compact: bool = False) -> SafeString:
    """``1 234 567,50 USD``; ``138,0 M USD`` when ``compact``."""
    if value is None:
        return cells.nothing()
    if compact:
        return cells.compact(Decimal(value), currency)
    return cells.money(Decimal(value), currency)


@register.simple_tag
def money(value: Money | Converted | None, compact: bool = False) -> SafeString:
    """A ``Money``; a ``Converted`` also says what it was and the rate, on hovering."""
    if value is None:
        return cells.nothing()
    if isinstance(value, Money):
        return amount(value.amount, value.currency, compact)
    return format_html(
        '<span title="{}">{}</span>',
        _("%(original)s at %(rate)s on %(day)s, %(source)s")
        % {
            "original": formats.money(value.original.amount, value.original.currency),
            "rate": formats.number(value.rate),
            "day": formats.day(value.rate_date),
            "source": value.rate_source,
        },
        amount(value.money.amount, value.money.currency, compact),
    )


@register.simple_tag
def number(value: Number | None, decimals: int | None = None) -> SafeString:
    """A figure with grouped thousands; all its decimals unless told."""
    return cells.nothing() if value is None else cells.bdi(formats.number(value, decimals))


@register.simple_tag
def percent(value: Number | None, decimals: int = 0) -> SafeString:
    """A ratio of 1 as a percentage: 0.57 is 57 %."""
    return cells.nothing() if value is None else cells.bdi(formats.percent(value, decimals))


@register.simple_tag
def day(value: date | datetime | None, form: str = "medium") -> SafeString:
    """A day; ``form`` is Babel's short, medium, long or full."""
    if value is None:
        return cells.nothing()
    return format_html(
        '<time datetime="{}"><bdi>{}</bdi></time>', value.isoformat(), formats.day(value, form)
    )


@register.simple_tag
def period(start: date | None, end: date | None) -> SafeString:
    """Two days; an open side is an ellipsis."""
    return cells.bdi(formats.period(start, end)) if start or end else cells.nothing()


@register.simple_tag
def local(value: Mapping[str, str] | None) -> SafeString:
    """Multilingual text in the reader's language, or marked with the language it is in."""
    return cells.local(value)


@register.simple_tag
def source_mark(source: SourceLike | None) -> SafeString:
    """A small raised link that opens where a figure comes from; nothing without a source."""
    if source is None:
        return SafeString("")
    return format_html(
        '<a class="src" href="{}" aria-label="{}" title="{}">{}</a>',
        source.get_absolute_url(),
        _("Source: %(label)s") % {"label": source.label},
        source.label,
        source.label,
    )


@register.simple_tag
def tag(text: Text, tone: str = "") -> SafeString:
    """A short status word; ``tone`` is "", "late", "wait" or "plain"."""
    return cells.tag(text, tone)


@register.inclusion_tag("ui/_act.html")
def act(label: Text, href: str, verdict: Verdict, tone: str = "") -> dict[str, object]:
    """A button where ``verdict`` allows it, else a dimmed one that says why not.

    ``tone`` is "", "primary" or "danger".
    """
    if tone not in BUTTON_TONES:
        raise ValueError(f"Unknown tone of a button: {tone!r}.")
    return {"label": label, "href": href, "verdict": verdict, "tone": tone}


@dataclass(frozen=True, slots=True)
class ShownFact:
    """A fact with its value already as HTML."""

    label: Text
    html: SafeString
    help: Text


@register.inclusion_tag("ui/_facts.html")
def facts(items: Iterable[Fact]) -> dict[str, object]:
    """A description list of ``Fact``."""
    return {"facts": [ShownFact(item.label, _fact_html(item), item.help) for item in items]}


def _fact_html(item: Fact) -> SafeString:
    value = cells.link(item.href, cells.cell(item.value, item.kind, tone=item.tone))
    return value + source_mark(item.source)


@register.simple_block_tag
def panel(content: str, title: Text, note: Text = "", slug: str = "") -> SafeString:
    """A white box with a title and a quiet note; ``slug`` makes it reachable by ``#slug``."""
    context = {"content": content, "title": title, "note": note, "slug": slug}
    return render_to_string("ui/_panel.html", context)


@dataclass(frozen=True, slots=True)
class Link:
    """One figure of the chain: its amount, where its rows are, and its source."""

    slug: str
    label: Text
    value: Decimal | None
    url: str
    note: str


@register.inclusion_tag("ui/_chain.html")
def chain(
    need: Decimal,
    secured: Decimal,
    asked: Decimal,
    weighted: Decimal,
    gap: Decimal,
    currency: str,
    *,
    need_url: str = "",
    secured_url: str = "",
    asked_url: str = "",
    gap_url: str = "",
    basis: Text = "",
    need_label: Text = "",
) -> dict[str, object]:
    """What is needed, secured, asked (and weighted by its chance) and missing, over one bar.

    The gap is given, not computed here: it does not deduct what is only asked. ``basis`` says
    what the figures count and what they leave out.
    """
    asked_note = _("of %(amount)s asked") % {"amount": formats.money(asked, currency, short=True)}
    gap_note = formats.percent(gap / need) if need > 0 else ""
    links = [
        Link("need", need_label or _("Need"), need, need_url, ""),
        Link("secured", _("Secured"), secured, secured_url, ""),
        Link("asked", _("Asked, weighted"), weighted, asked_url, asked_note),
        Link("gap", _("Missing"), gap, gap_url, gap_note),
    ]
    shares = _shares(need, secured, weighted)
    return {"links": links, "currency": currency, "basis": basis, **shares}


def _shares(need: Decimal, secured: Decimal, weighted: Decimal) -> dict[str, object]:
    """Percentages of the bar, within 0 and 100; ``known`` is false when there is no need."""
    if need <= 0:
        return {"known": False}
    sure = min(max(secured / need, Decimal(0)), Decimal(1))
    hoped = min(max(weighted / need, Decimal(0)), 1 - sure)
    return {
        "known": True,
        "secured_share": f"{sure * 100:.2f}",
        "asked_share": f"{hoped * 100:.2f}",
        "bar_label": _(
            "Secured %(secured)s, asked and weighted %(asked)s, missing after that %(rest)s."
        )
        % {
            "secured": formats.percent(sure),
            "asked": formats.percent(hoped),
            "rest": formats.percent(1 - sure - hoped),
        },
    }


@register.inclusion_tag("ui/_empty.html")
def empty(text: Text, hint: Text = "", href: str = "", label: Text = "") -> dict[str, object]:
    """Says that nothing is here and what to do next."""
    return {"text": text, "hint": hint, "href": href, "label": label}


@dataclass(frozen=True, slots=True)
class Tab:
    """One tab: a link, marked when it is the page shown; ``count`` stands beside it."""

    label: Text
    url: str
    current: bool = False
    count: int | None = None


@register.inclusion_tag("ui/_tabs.html")
def tabs(items: Iterable[Tab], label: Text = "") -> dict[str, object]:
    """Links between the parts of one record; items are ``Tab``."""
    return {"tabs": list(items), "label": label or _("Parts of this page")}


@register.inclusion_tag("ui/_form.html", takes_context=True)
def form(
    context: RequestContext,
    form: PageForm,
    submit: Text,
    cancel: str = "",
    action: str = "",
    tone: str = "primary",
    also: tuple[str, Text] | None = None,
) -> dict[str, object]:
    """A whole form: summary of mistakes, sections, fields, buttons; ``tone`` as in ``act``.

    ``also`` is a second button, sent under that name: it does something else than to save.
    """
    return {
        "also": also,
        "form": form,
        "submit": submit,
        "cancel": cancel,
        "action": action,
        "tone": tone,
        "csrf_token": context.get("csrf_token"),
    }


@register.inclusion_tag("ui/_field.html")
def field(bound: Any) -> dict[str, object]:
    """One field with its label, help and mistakes."""
    kind = getattr(bound.field.widget, "input_type", "")
    return {"field": bound, "is_check": kind == "checkbox" and not bound.use_fieldset}


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an audit entry, before and after, as text."""

    field: Text
    before: str
    after: str


@register.inclusion_tag("ui/_history.html", takes_context=True)
def history(context: RequestContext, entries: Iterable[AuditEntry]) -> dict[str, object]:
    """Who did what and when, newest first, with what changed.

    The trail keeps relations as keys; their names are looked up, one query a related model, among
    the rows the reader may see.
    """
    shown = list(entries)
    names = _names_of_relations(shown, reader_of(context["request"]))
    return {"entries": [(entry, _(entry.verb), _changes(entry, names)) for entry in shown]}


Names = dict[tuple[type[Model], str], str]


def _names_of_relations(entries: Iterable[AuditEntry], reader: Reader) -> Names:
    wanted: dict[type[Model], set[str]] = {}
    for entry in entries:
        for name, sides in entry.changes.items():
            related = _related_model(entry.model, name)
            if related is not None and isinstance(sides, list):
                keys = {str(side) for side in sides if str(side).isdigit()}
                wanted.setdefault(related, set()).update(keys)
    return {
        (model, str(row.pk)): str(row)
        for model, keys in wanted.items()
        for row in _seen_by(reader, model).filter(pk__in=keys)
    }


def _seen_by(reader: Reader, model: type[Model]) -> QuerySet[Any]:
    rows: Any = model._default_manager.all()
    seen: QuerySet[Any] = rows.visible_to(reader) if hasattr(rows, "visible_to") else rows
    return seen


def _related_model(model: str, name: str) -> type[Model] | None:
    field = _model_field(model, name)
    return field.related_model if isinstance(field, ForeignKey) else None


def _model_field(model: str, name: str) -> Any:
    try:
        return apps.get_model(model)._meta.get_field(name)
    except (LookupError, ValueError, FieldDoesNotExist):
        return None


def _changes(entry: AuditEntry, names: Names) -> list[Change]:
    found = []
    for name, sides in entry.changes.items():
        before, after = sides if isinstance(sides, list) and len(sides) == 2 else (None, sides)
        related = _related_model(entry.model, name)
        label = getattr(_model_field(entry.model, name), "verbose_name", None) or _(name)
        found.append(Change(label, _side(before, related, names), _side(after, related, names)))
    return found


def _side(value: object, related: type[Model] | None, names: Names) -> str:
    """One side of a change; what is gone, or not for this reader, is a dash."""
    if value is None:
        return ""
    if isinstance(value, dict):
        return " · ".join(f"{language}: {text}" for language, text in value.items())
    if related is not None and str(value).isdigit():
        return names.get((related, str(value)), "—")
    return str(value)


@register.inclusion_tag("ui/_pager.html")
def pager(page: Any, pages: Sequence[Any] = (), query: str = "") -> dict[str, object]:
    """Links to the pages of ``page`` (a Django ``Page``); ``query`` is kept in each address.

    ``pages`` are ready-made links, as a listing has them.
    """
    return {"page": page, "pages": pages or _page_links(page, query)}


def _page_links(page: Any, query: str) -> list[dict[str, object]]:
    if page.paginator.num_pages == 1:
        return []
    before = f"?{query}&page=" if query else "?page="
    return [
        {
            "label": str(label),
            "url": f"{before}{label}" if isinstance(label, int) else "",
            "current": label == page.number,
        }
        for label in page.paginator.get_elided_page_range(page.number, on_each_side=2, on_ends=1)
    ]


@register.simple_tag
def svg(markup: str, alt: Text, caption: Text = "") -> SafeString:
    """A chart or map as an image: a strict policy refuses styles inside an inline SVG."""
    size = re.search(r'<svg[^>]*?\swidth="([\d.]+)"[^>]*?\sheight="([\d.]+)"', markup)
    encoded = base64.b64encode(markup.encode()).decode()
    return render_to_string(
        "ui/_svg.html",
        {
            "uri": f"data:image/svg+xml;base64,{encoded}",
            "alt": alt,
            "caption": caption,
            "width": round(float(size[1])) if size else None,
            "height": round(float(size[2])) if size else None,
        },
    )


@dataclass(frozen=True, slots=True)
class Claim:
    """What one source says: its value as shown, the day of the fact, and the source."""

    said_by: Text
    value: Text | SafeString
    fact_date: date | None
    source: SourceLike | None
    consequence: Text = ""


@register.inclusion_tag("ui/_conflict.html")
def conflict(
    subject: Text, claims: Iterable[Claim], consequence: Text = "", note: Text = ""
) -> dict[str, object]:
    """Sources that disagree, side by side; ``consequence`` heads what each value leads to."""
    return {
        "subject": subject,
        "claims": list(claims),
        "consequence": consequence,
        "note": note,
    }
