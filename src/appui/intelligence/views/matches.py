"""Pages of who is who: pairs to judge, what was judged, what the rules joined."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from appui.intelligence.corpus import Corpus
from appui.intelligence.ingest.matching import Organisation, Reason
from appui.intelligence.ingest.matching.rules import NAMED
from appui.intelligence.judging import actions, forms, queries, rules
from appui.intelligence.judging.queries import Joined, Waiting
from appui.intelligence.judging.words import BASES, REASONS
from appui.intelligence.models import PairJudgement
from appui.intelligence.published import published
from appui.intelligence.words import SOURCES
from appui.kernel.errors import Invalid
from appui.kernel.verdict import require
from appui.registry.pages import PageRequest, fetch
from appui.ui.forms import confirm_page, form_page, without_version
from appui.ui.templatetags.ui import Tab

PAGE = 20
NAMES_SHOWN = 6
LEAST = ("0.9", "0.75")
TABS = ("waiting", "judged", "joined")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Slice(Generic[T]):
    """One page of a list, with the addresses of its neighbours."""

    rows: Sequence[T]
    count: int
    number: int
    pages: int
    previous_url: str
    next_url: str


@dataclass(frozen=True, slots=True)
class Side:
    """One organisation of a pair as shown."""

    key: str
    name: str
    others: list[str]
    more: int
    country: str
    sources: str
    lines: int
    usd: Decimal


@dataclass(frozen=True, slots=True)
class Card:
    """One pair as shown; ``form`` carries its own key, so that a second press does nothing."""

    score: Decimal
    usd: Decimal
    left: Side
    right: Side
    reasons: list[str]
    form: forms.PairForm


@dataclass(frozen=True, slots=True)
class Line:
    """One published name that stands under another, as shown."""

    key: str
    name: str
    basis: str
    usd: Decimal
    standing_key: str
    standing_name: str
    apart_url: str


def match_queue(request: PageRequest) -> HttpResponse:
    """Which published names are one organisation: pairs by money, for a person to judge."""
    corpus = published()
    tab = request.GET.get("tab", TABS[0])
    tab = tab if tab in TABS else TABS[0]
    words = " ".join(request.GET.get("q", "").replace("\x00", "").split())[:200]
    least = request.GET.get("least", "")
    least = least if least in LEAST else ""
    waiting = queries.waiting(corpus)
    judged = PairJudgement.objects.visible_to(request.reader).filter(undoes=None)
    shown: dict[str, Any] = {}
    if tab == "waiting":
        found = [item for item in waiting if _is_wanted(item, words, float(least or 0))]
        shown["cards"] = _slice(request, found)
        shown["shown"] = [_card(item) for item in shown["cards"].rows]
    elif tab == "judged":
        rows = judged.select_related("undone_by").filter(_named(words))
        shown["judged"] = _slice(request, list(rows))
    else:
        shown["joined"] = _slice(request, [_line(row) for row in queries.joined(corpus, words)])
    context = {
        "tab": tab,
        "tabs": _tabs(tab, len(waiting), judged.count()),
        "words": words,
        "least": least,
        "is_empty": corpus.is_empty,
        "is_behind": queries.is_behind(corpus),
        "may_judge": rules.may_judge(request.reader),
        "here": request.get_full_path(),
    }
    return render(request, "intelligence/matches.html", context | shown)


def _named(words: str) -> Q:
    return Q(left_name__icontains=words) | Q(right_name__icontains=words)


def _tabs(current: str, waiting: int, judged: int) -> list[Tab]:
    labels = {"waiting": _("To judge"), "judged": _("Judged"), "joined": _("Joined by rule")}
    counts = {"waiting": waiting, "judged": judged}
    here = reverse("intelligence:match_queue")
    return [
        Tab(label, f"{here}?tab={key}", key == current, counts.get(key))
        for key, label in labels.items()
    ]


def _is_wanted(item: Waiting, words: str, least: float) -> bool:
    if item.pair.score < least:
        return False
    text = " ".join((item.left.key, *item.left.names, item.right.key, *item.right.names)).casefold()
    return all(word in text for word in words.casefold().split())


def _slice(request: HttpRequest, rows: Sequence[T]) -> Slice[T]:
    pages = max((len(rows) + PAGE - 1) // PAGE, 1)
    text = request.GET.get("page", "1")
    asked = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    number = min(max(asked, 1), pages)
    start = (number - 1) * PAGE
    return Slice(
        rows[start : start + PAGE],
        len(rows),
        number,
        pages,
        _page_url(request, number - 1) if number > 1 else "",
        _page_url(request, number + 1) if number < pages else "",
    )


def _page_url(request: HttpRequest, number: int) -> str:
    kept = {key: value for key, value in request.GET.items() if key != "page"}
    return "?" + urlencode(kept | {"page": number})


def _line(row: Joined) -> Line:
    asked = {"left": row.standing_key, "right": row.own_key, "judgement": "different"}
    return Line(
        key=_shown_key(row.key),
        name=row.name,
        basis=str(BASES[row.basis]),
        usd=row.usd,
        standing_key=_shown_key(row.standing_key),
        standing_name=row.standing_name,
        apart_url=reverse("intelligence:match_judge") + "?" + urlencode(asked),
    )


def _shown_key(key: str) -> str:
    """A reference; nothing where the name is the key."""
    return "" if key.startswith(NAMED) else key


def _card(item: Waiting) -> Card:
    return Card(
        score=Decimal(str(item.pair.score)),
        usd=item.usd,
        left=_side(item.left),
        right=_side(item.right),
        reasons=[reason_words(reason) for reason in item.pair.reasons],
        form=forms.PairForm(
            initial={"left": item.left.key, "right": item.right.key}, auto_id=False
        ),
    )


def _side(found: Organisation) -> Side:
    others = [name for name in found.names if name != found.name]
    return Side(
        key=_shown_key(found.key),
        name=found.name,
        others=others[:NAMES_SHOWN],
        more=max(len(others) - NAMES_SHOWN, 0),
        country=found.country or "",
        sources=", ".join(str(SOURCES.get(source, source)) for source in found.sources),
        lines=found.lines,
        usd=Decimal(found.cents).scaleb(-2),
    )


def reason_words(reason: Reason) -> str:
    """A reason in the reader's words, with what it rests on."""
    return str(REASONS[reason.what]) % {"words": reason.words.replace("@", "").upper()[:200]}


def match_judge(request: PageRequest) -> HttpResponse:
    """Judge one pair: the form of a card, or a page of its own with room for a reason."""
    require(rules.may_judge(request.reader))
    corpus = published()
    back = _back(request)
    return form_page(
        request,
        forms.PairForm,
        act=lambda data: actions.judge_pair(
            _organisation(corpus, data["left"]),
            _organisation(corpus, data["right"]),
            same=data["judgement"] == "same",
            by=request.reader,
            reason=data["reason"],
        ),
        then=back,
        title=_("Are these the same organisation?"),
        lead=_said_of(corpus, request),
        submit=_("Save"),
        cancel=back,
        initial={name: request.GET.get(name, "") for name in ("left", "right", "judgement")},
        success=_("Judged. The figures follow when you bring them up to date."),
    )


def _said_of(corpus: Corpus, request: PageRequest) -> str:
    keys = [request.POST.get(name) or request.GET.get(name, "") for name in ("left", "right")]
    found = [queries.organisation(corpus, key) for key in keys]
    return " · ".join(item.name if item else key for item, key in zip(found, keys, strict=True))


def _organisation(corpus: Corpus, key: str) -> tuple[str, str]:
    """The key with a name to remember it by; raises ``Invalid`` for a key nothing bears."""
    found = queries.standing_or_spelt(corpus, key)
    if found is None:
        raise Invalid(
            _("No published organisation has the key “%(key)s” any more: open the list again.")
            % {"key": key[:200]}
        )
    return found


def _back(request: HttpRequest) -> str:
    """Where the reader was in the queue; never an address of elsewhere."""
    asked = request.POST.get("back") or request.GET.get("back", "")
    queue = reverse("intelligence:match_queue")
    return asked if asked.split("?")[0] == queue else queue


def match_undo(request: PageRequest, pk: int) -> HttpResponse:
    """Take a judgement back."""
    require(rules.may_judge(request.reader))
    judged = fetch(PairJudgement.objects.visible_to(request.reader), pk=pk)
    back = reverse("intelligence:match_queue") + "?tab=judged"
    return form_page(
        request,
        forms.UndoForm,
        act=lambda data: actions.undo_pair(judged, by=request.reader, **without_version(data)),
        then=back,
        title=_("Undo a judgement"),
        lead=str(judged),
        submit=_("Undo"),
        cancel=back,
        success=_("Undone. The figures follow when you bring them up to date."),
    )


def match_follow(request: PageRequest) -> HttpResponse:
    """Let the figures follow what was judged."""
    require(rules.may_judge(request.reader))
    back = reverse("intelligence:match_queue")
    return confirm_page(
        request,
        act=lambda _data: actions.bring_up_to_date(published(), by=request.reader),
        then=back,
        title=_("Bring the figures up to date"),
        question=_(
            "Totals, donors and rankings will follow everything that was judged. No published row "
            "changes, and every judgement can be undone."
        ),
        submit=_("Bring up to date"),
        cancel=back,
        success=_("The figures follow what was judged."),
    )
