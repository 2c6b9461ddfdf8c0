"""What is certain: which mentions are one organisation by rules and by what people decided.

Nothing is rewritten: each mention keeps the key and the name it was published with and gets a
pointer to the organisation that stands for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from appui.intelligence.ingest.matching.known import known_by_key, known_by_name, known_by_reference
from appui.intelligence.ingest.matching.names import Written, written
from appui.intelligence.ingest.organisations import country_of_registration

NAMED: Final = "NAME:"
REGISTER: Final = "appui:"
NOBODY: Final = frozenset(("NAME:not stated",))
Basis = Literal[
    "reference", "name", "known-reference", "known-name", "same-name", "register", "decision"
]
_STRANGERS: Final = 4  # names unlike the main one, from which a reference identifies nobody
_ALIKE: Final = 1 / 3


@dataclass(frozen=True, slots=True)
class Mention:
    """One spelling under one published key; ``cents`` are US dollars, never negative."""

    key: str
    name: str
    lines: int = 1
    cents: int = 0
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Registered:
    """An organisation of the institution's own register; ``key`` starts with ``appui:``.

    The first of its ``names`` is the one under which it stands in published flows.
    """

    key: str
    names: tuple[str, ...]
    references: tuple[str, ...] = ()
    country: str | None = None


@dataclass(frozen=True, slots=True)
class Decided:
    """What a person said of two keys: that they are the same organisation, or that they are not."""

    left: str
    right: str
    same: bool


@dataclass(frozen=True, slots=True)
class Organisation:
    """One organisation as it stands, with all it was ever called; ``parent`` is a known key."""

    no: int
    key: str
    name: str
    country: str | None
    parent: str | None
    register_key: str | None
    names: tuple[str, ...]
    keys: tuple[str, ...]
    lines: int
    cents: int
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """By (key, name): ``of`` the number of its organisation, ``basis`` why; ``own_keys`` the key
    by which a person can join it to another or keep it apart.
    """

    organisations: tuple[Organisation, ...]
    of: Mapping[tuple[str, str], int]
    basis: Mapping[tuple[str, str], Basis]
    own_keys: Mapping[tuple[str, str], str]


@dataclass(slots=True)
class _Groups:
    """Nodes joined in groups, none of which holds two known donors or a pair told apart."""

    leads: dict[str, str] = field(default_factory=dict)
    anchors: dict[str, str] = field(default_factory=dict)
    apart: defaultdict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    how: dict[str, Basis] = field(default_factory=dict)

    def lead(self, node: str) -> str:
        leads = self.leads
        while (above := leads.setdefault(node, node)) != node:
            leads[node] = leads[above]
            node = above
        return node

    def keep_apart(self, one: str, other: str) -> None:
        self.apart[self.lead(one)].add(other)
        self.apart[self.lead(other)].add(one)

    def anchor(self, node: str, key: str) -> None:
        self.anchors.setdefault(self.lead(node), key)

    def join(self, node: str, other: str, basis: Basis) -> bool:
        """Whether the two are now in one group; ``node`` remembers the first reason it had."""
        one, two = sorted((self.lead(node), self.lead(other)))
        if one == two:
            return True
        anchors = {self.anchors[lead] for lead in (one, two) if lead in self.anchors}
        told_apart = any(self.lead(far) == two for far in self.apart.get(one, ()))
        if (len(anchors) > 1 and basis != "decision") or told_apart:
            return False
        self.leads[two] = one
        if anchors:
            self.anchors[one] = min(anchors)
        if two in self.apart:
            self.apart[one] |= self.apart.pop(two)
        self.how.setdefault(node, basis)
        return True


def settle(
    mentions: Iterable[Mention],
    registered: Iterable[Registered] = (),
    decided: Iterable[Decided] = (),
) -> Settled:
    """Join what is certain; the same whatever the order of ``mentions``.

    What people told apart stays apart; then what they joined; then the rules: known references
    and names, the institution's own register, the very same distinctive name.
    """
    met = sorted(mentions, key=lambda m: (m.key, m.name))
    register = sorted(registered, key=lambda r: r.key)
    refused = _refused_references(met)
    groups = _Groups()
    nodes = {(m.key, m.name): _node(m, refused) for m in met}
    said = list(decided)
    for pair in said:
        if not pair.same:
            groups.keep_apart(pair.left, pair.right)
    for node in sorted({*nodes.values(), *(r.key for r in register)}):
        if known_by_reference(node) == node:
            groups.anchor(node, node)
    for pair in said:
        if pair.same:
            groups.join(pair.right, pair.left, "decision")
    _join_known(groups, met, nodes)
    _join_registered(groups, register, met, nodes)
    _join_same_names(groups, met, nodes)
    return _settled(groups, met, nodes, register)


def _refused_references(met: list[Mention]) -> frozenset[str]:
    """References that several unlike organisations were published under: they identify nobody."""
    names: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in met:
        if not mention.key.startswith(NAMED) and known_by_reference(mention.key) is None:
            names[mention.key].append(mention)
    return frozenset(key for key, found in names.items() if _is_ambiguous(found))


def _is_ambiguous(found: list[Mention]) -> bool:
    if len(found) <= _STRANGERS:
        return False
    main = written(max(found, key=lambda m: (m.lines, m.name)).name)
    unlike = {written(m.name).words for m in found if not _are_alike(main, written(m.name))}
    return len(unlike) >= _STRANGERS


def _are_alike(one: Written, other: Written) -> bool:
    if one.acronyms & other.acronyms:
        return True
    return len(one.words & other.words) >= _ALIKE * len(one.words | other.words)


def _node(mention: Mention, refused: frozenset[str]) -> str:
    """The key that identifies: the reference where it does, else the name.

    A bare number is a number of somebody's own list; it says who only when it is a known code.
    """
    key = mention.key
    if key.startswith(NAMED):
        return key
    named = NAMED + mention.name.casefold()
    reference = key.lstrip("'\"").strip()
    known = known_by_reference(reference)
    if known is None:
        return named if reference.isdigit() or key in refused else reference
    by_name = known_by_name(written(mention.name))
    return named if by_name is not None and _says_more(by_name, known) else known


def _says_more(by_name: str, by_reference: str) -> bool:
    """Whether the name is more precise: of the same family, and not the family's head."""
    name, reference = known_by_key(by_name), known_by_key(by_reference)
    if name is None or reference is None or name.key == reference.key or name.parent is None:
        return False
    return name.parent in (reference.key, reference.parent)


def _join_known(groups: _Groups, met: list[Mention], nodes: Mapping[tuple[str, str], str]) -> None:
    for mention in met:
        node = nodes[mention.key, mention.name]
        if not node.startswith(NAMED):
            if node != mention.key:
                groups.how.setdefault(mention.key, "known-reference")
            continue
        known = known_by_name(written(mention.name))
        if known is not None:
            groups.anchor(known, known)
            groups.join(node, known, "known-name")


def _join_registered(
    groups: _Groups,
    register: list[Registered],
    met: list[Mention],
    nodes: Mapping[tuple[str, str], str],
) -> None:
    """An organisation of the register is what bears its reference or exactly one of its names."""
    by_words: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
    for mention in met:
        by_words[written(mention.name).order].add(nodes[mention.key, mention.name])
    held = set(nodes.values())
    for item in register:
        names = [written(name) for name in item.names]
        references = [ref.strip().upper() for ref in item.references]
        found = [known_by_reference(ref) or ref for ref in references]
        found += [key for name in names if (key := known_by_name(name))]
        found += sorted(node for name in names if name.order for node in by_words[name.order])
        for node in found:
            if node in held or groups.lead(node) in groups.anchors:
                groups.join(node, item.key, "register")


def _join_same_names(
    groups: _Groups, met: list[Mention], nodes: Mapping[tuple[str, str], str]
) -> None:
    """Names alike but for case, accents and small words; with at most one reference among them."""
    bearers: defaultdict[tuple[str, ...], dict[str, Written]] = defaultdict(dict)
    for mention in met:
        name = written(mention.name)
        if name.order and name.is_distinctive:
            bearers[name.order][nodes[mention.key, mention.name]] = name
    for order in sorted(bearers):
        for alike in _by_acronym(bearers[order]):
            named = [node for node in alike if node.startswith(NAMED)]
            leads = sorted({groups.lead(node) for node in alike if not node.startswith(NAMED)})
            for node in named[1:]:
                groups.join(node, named[0], "same-name")
            if named and len(leads) == 1:
                groups.join(named[0], leads[0], "same-name")


def _by_acronym(bearers: Mapping[str, Written]) -> list[list[str]]:
    """The nodes of one name, apart where they give different acronyms."""
    given = sorted({tuple(sorted(name.acronyms)) for name in bearers.values()} - {()})
    if len(given) < 2:
        return [sorted(bearers)]
    return [
        sorted(node for node, name in bearers.items() if tuple(sorted(name.acronyms)) == acronyms)
        for acronyms in given
    ]


def _settled(
    groups: _Groups,
    met: list[Mention],
    nodes: Mapping[tuple[str, str], str],
    register: list[Registered],
) -> Settled:
    members: defaultdict[str, list[Mention]] = defaultdict(list)
    for mention in met:
        members[groups.lead(nodes[mention.key, mention.name])].append(mention)
    own = {groups.lead(item.key): item for item in reversed(register)}
    made = sorted(
        (_standing_key(groups, lead, found, nodes), lead, found) for lead, found in members.items()
    )
    organisations = tuple(
        _organisation(no, key, found, nodes, own.get(lead))
        for no, (key, lead, found) in enumerate(made, 1)
    )
    of = {
        (m.key, m.name): organisation.no
        for organisation, (_, _, found) in zip(organisations, made, strict=True)
        for m in found
    }
    basis = {pair: _basis(groups, pair, node) for pair, node in nodes.items()}
    return Settled(organisations, of, basis, nodes)


def _basis(groups: _Groups, pair: tuple[str, str], node: str) -> Basis:
    joined = groups.how.get(node)
    if joined is not None:
        return joined
    if node.startswith(NAMED):
        return "name"
    return "reference" if node == pair[0] else "known-reference"


def _standing_key(
    groups: _Groups, lead: str, found: list[Mention], nodes: Mapping[tuple[str, str], str]
) -> str:
    """The known donor's key; else the reference, else the name, with the most lines."""
    if lead in groups.anchors:
        return groups.anchors[lead]
    lines: defaultdict[str, int] = defaultdict(int)
    for mention in found:
        lines[nodes[mention.key, mention.name]] += mention.lines
    return min(lines, key=lambda node: (node.startswith(NAMED), -lines[node], node))


def _organisation(
    no: int,
    key: str,
    found: list[Mention],
    nodes: Mapping[tuple[str, str], str],
    own: Registered | None,
) -> Organisation:
    known = known_by_key(key)
    spellings: defaultdict[str, int] = defaultdict(int)
    for mention in found:
        spellings[mention.name] += mention.lines
    ordered = sorted(spellings, key=lambda name: (name.isupper(), -spellings[name], name))
    return Organisation(
        no=no,
        key=key,
        name=own.names[0] if own else known.name if known else ordered[0],
        country=known.country if known else _country(key, found),
        parent=known.parent if known else None,
        register_key=own.key if own else None,
        names=tuple(ordered),
        keys=tuple(sorted({nodes[m.key, m.name] for m in found} | {m.key for m in found})),
        lines=sum(m.lines for m in found),
        cents=sum(m.cents for m in found),
        sources=tuple(sorted({source for m in found for source in m.sources})),
    )


def _country(key: str, found: list[Mention]) -> str | None:
    """Of the reference, else the one country that the names say."""
    registered = country_of_registration(key)
    if registered:
        return registered
    named = {code for m in found for code in written(m.name).countries}
    return next(iter(named)) if len(named) == 1 else None
