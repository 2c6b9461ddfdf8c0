"""What stands, what waits, and whether the corpus follows it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from appui.intelligence.corpus import Corpus, open_corpus
from appui.intelligence.ingest.decisions import (
    Decisions,
    Looked,
    Verdict,
    load_decisions,
)
from appui.intelligence.ingest.matching import Decided, Organisation, Pair, Registered, candidates
from appui.intelligence.ingest.register import read_organisation
from appui.intelligence.models import AmountJudgement, PairJudgement
from appui.intelligence.sql import question
from appui.registry.models import Organisation as RegisterOrganisation
from appui.registry.models.organisation import IdentifierScheme

REGISTER_PREFIX = "appui:"
ALPHA_2 = 2
REFERENCES = {
    IdentifierScheme.IATI: "",
    IdentifierScheme.REGISTRATION: "",
    IdentifierScheme.CRS_DONOR: "XM-DAC-",
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One pair to judge, with the organisations as they stand."""

    pair: Pair
    left: Organisation
    right: Organisation

    @property
    def usd(self) -> Decimal:
        """What would change its donor's name."""
        return Decimal(self.pair.cents).scaleb(-2)


@dataclass(frozen=True, slots=True)
class Held:
    """One amount of the quarantine; ``usual`` is its reporter's 99th percentile, in dollars."""

    mark: str
    verdict: Literal["waiting", "released", "kept-out"]
    reason: str
    usd: Decimal
    usual: Decimal | None
    amount: Decimal
    currency: str | None
    flow_type: str
    day: object
    reporter: str
    donor: str
    identifier: str
    title: str | None
    source: str
    file: str
    line: int

    @property
    def times(self) -> int | None:
        """How many times the usual the amount is."""
        return int(abs(self.usd) / self.usual) if self.usual else None


@dataclass(frozen=True, slots=True)
class Joined:
    """One name and key, and the organisation that stands for it; ``basis`` says why."""

    key: str
    name: str
    own_key: str
    basis: str
    lines: int
    usd: Decimal
    standing_key: str
    standing_name: str


def decisions() -> Decisions:
    """All that stands, as the corpus takes it; six queries."""
    pairs = PairJudgement.objects.standing().order_by("at", "pk")
    amounts = AmountJudgement.objects.standing().order_by("at", "pk")
    return Decisions(
        pairs=tuple(Decided(item.left_key, item.right_key, item.same) for item in pairs),
        register=registered(),
        amounts=tuple(Looked(item.mark, cast("Verdict", item.verdict)) for item in amounts),
    )


def registered() -> tuple[Registered, ...]:
    """The organisations of the register with every name and reference of theirs, merged ones'
    under the one that stands; acronyms are left out, because many share one."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    references: defaultdict[int, list[str]] = defaultdict(list)
    countries: dict[int, str | None] = {}
    rows = RegisterOrganisation.objects.select_related("country").prefetch_related(
        "aliases", "identifiers"
    )
    for row in rows.order_by("pk"):
        key = row.standing_id
        own = [row.name.get("en", ""), *row.name.values()]
        named = [*own, *(alias.name for alias in row.aliases.all())]
        names[key] = [*named, *names[key]] if row.pk == key else [*names[key], *named]
        references[key] += [
            REFERENCES[IdentifierScheme(item.scheme)] + item.code
            for item in row.identifiers.all()
            if item.scheme in REFERENCES
        ]
        if row.pk == key:
            countries[key] = row.country.code if row.country else None
    return tuple(
        Registered(
            f"{REGISTER_PREFIX}{key}",
            tuple(dict.fromkeys(name.strip() for name in names[key] if name.strip())),
            tuple(dict.fromkeys(references[key])),
            _alpha_2(countries.get(key)),
        )
        for key in sorted(names)
    )


def _alpha_2(code: str | None) -> str | None:
    return code if code and len(code) == ALPHA_2 else None


def is_behind(corpus: Corpus) -> bool:
    """Whether something was judged, or the register changed, since the tables were derived."""
    return not corpus.is_empty and corpus.manifest.decided != decisions().digest


def waiting(corpus: Corpus) -> list[Waiting]:
    """The pairs nobody judged, the most money first."""
    if corpus.is_empty:
        return []
    pairs, found = _proposed(corpus.folder, corpus.manifest.derived)
    judged = {
        frozenset((item.left_key, item.right_key)) for item in PairJudgement.objects.standing()
    }
    return [
        Waiting(pair, found[pair.left], found[pair.right])
        for pair in pairs
        if frozenset((found[pair.left].key, found[pair.right].key)) not in judged
    ]


def organisations(corpus: Corpus) -> list[Organisation]:
    """The organisations of the corpus, by number."""
    return [read_organisation(row) for row in corpus.ask(question("organisations"))]


@lru_cache(maxsize=2)
def _proposed(folder: Path, derived: str) -> tuple[Sequence[Pair], dict[int, Organisation]]:
    """The pairs of one version of the corpus: the same until it is derived anew."""
    found = organisations(open_corpus(folder))
    return candidates(found, load_decisions(folder).pairs), {item.no: item for item in found}


def organisation(corpus: Corpus, key: str) -> Organisation | None:
    """The organisation that stands under exactly this key."""
    rows = corpus.ask(question("organisations") + " where key = ?", [key])
    return read_organisation(rows[0]) if rows else None


def standing_or_spelt(corpus: Corpus, key: str) -> tuple[str, str] | None:
    """The key with a name to remember it by; None for a key that nothing published bears."""
    found = organisation(corpus, key)
    if found is not None:
        return key, found.name
    spelt = next((item for item in joined(corpus) if item.own_key == key), None)
    return (key, spelt.name) if spelt else None


def joined(corpus: Corpus, words: str = "") -> list[Joined]:
    """Every name that stands under another key or name, the most money first."""
    if corpus.is_empty:
        return []
    rows = corpus.ask(question("joined"), [f"%{words}%"])
    return [Joined(*row) for row in rows]  # type: ignore[arg-type]


def held(corpus: Corpus) -> list[Held]:
    """The amounts of the quarantine as the tables have them, the largest first."""
    if corpus.is_empty:
        return []
    return [Held(*row) for row in corpus.ask(question("held"))]  # type: ignore[arg-type]


def held_amount(corpus: Corpus, mark: str) -> Held | None:
    """The amount with that mark; None when the corpus holds it no longer."""
    return next((item for item in held(corpus) if item.mark == mark), None)
