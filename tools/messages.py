"""The message catalogues, without GNU gettext: templates are turned into Python by Django.

    extract              bring the .po files up to date with the sources, keeping translations
    compile              write each .mo that is older than its .po
    check                fail on what is missing, fuzzy or broken, and on catalogues not extracted
    missing LANGUAGE     print the untranslated messages as JSON
    fill LANGUAGE FILE   put in translations from JSON: {message: text or [plural forms]}

In JSON a message with a context is written "context\\u0004message".
"""

from __future__ import annotations

import ast
import io
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src" / "appui"
LOCALES = SOURCES / "locale"
CONTEXT_MARK = "\x04"
SIMPLE = ("_", "gettext", "gettext_lazy", "gettext_noop")
KINDS = {f"{kind}gettext{late}": kind for kind in ("n", "p", "np") for late in ("", "_lazy")}
KINDS |= dict.fromkeys(SIMPLE, "")
# Number of forms and the rule that picks one; in Arabic: zero, one, two, few, many, other.
ARABIC = (
    "n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 && n%100<=99 ? 4 : 5"
)
PLURALS = {"fr": (2, "(n > 1)"), "es": (2, "(n != 1)"), "ar": (6, f"({ARABIC})")}
PLACEHOLDER = re.compile(r"%\(\w+\)[a-zA-Z]|\{\w*\}|</?\w[^<>]*>")
TEXT = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(
    rf"\b((?:n?p?gettext|_)\(\s*{TEXT}(?:\s*,\s*(?:{TEXT}|\w+))*\s*,?\s*\))", re.S
)

Entry = str | tuple[str, ...]


def main(arguments: list[str]) -> int:
    match arguments:
        case ["extract"]:
            extract()
        case ["compile"]:
            compile_stale()
        case ["check"]:
            return check()
        case ["missing", language] if language in PLURALS:
            print(json.dumps(missing(read(language)), ensure_ascii=False, indent=1))
        case ["fill", language, file] if language in PLURALS:
            return fill(language, Path(file))
        case _:
            print(__doc__)
            return 2
    return 0


# Catalogues


def path_of(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def empty(language: str) -> Catalog:
    catalogue = Catalog(locale=language, domain="django", fuzzy=False)
    count, rule = PLURALS[language]
    catalogue.mime_headers = [("Plural-Forms", f"nplurals={count}; plural={rule};")]
    return catalogue


def read(language: str) -> Catalog:
    path = path_of(language)
    if not path.exists():
        return empty(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, domain="django")


def write(language: str, catalogue: Catalog) -> None:
    """The same messages give the same bytes: no dates, no line numbers."""
    count, rule = PLURALS[language]
    out = io.BytesIO()
    out.write(
        b'msgid ""\nmsgstr ""\n'
        + f'"Language: {language}\\n"\n'.encode()
        + b'"MIME-Version: 1.0\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        + b'"Content-Transfer-Encoding: 8bit\\n"\n'
        + f'"Plural-Forms: nplurals={count}; plural={rule};\\n"\n\n'.encode()
    )
    write_po(
        out,
        catalogue,
        width=100,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    path = path_of(language)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace(path, out.getvalue().rstrip(b"\n") + b"\n")


def replace(path: Path, content: bytes) -> None:
    """Whole or not at all: another process may be reading."""
    fresh = path.with_suffix(f".{os.getpid()}.tmp")
    fresh.write_bytes(content)
    fresh.replace(path)


def key_of(message: Message) -> str:
    single = message.id if isinstance(message.id, str) else message.id[0]
    return f"{message.context}{CONTEXT_MARK}{single}" if message.context else single


def messages(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def is_complete(message: Message, forms: int) -> bool:
    if isinstance(message.id, tuple):
        given = message.string if isinstance(message.string, tuple | list) else ()
        return len(given) == forms and all(given)
    return isinstance(message.string, str) and bool(message.string)


# Extraction


def extract() -> None:
    for language in PLURALS:
        old, new = read(language), sources_catalogue(language)
        for message in messages(new):
            known = old.get(message.id, context=message.context)
            if known and isinstance(known.id, tuple) == isinstance(message.id, tuple):
                message.string = known.string
        write(language, new)
        done = sum(is_complete(message, PLURALS[language][0]) for message in messages(new))
        print(f"{language}: {len(new)} messages, {done} translated")


def sources_catalogue(language: str) -> Catalog:
    """Every marked message of the sources, untranslated, in order of file."""
    catalogue = empty(language)
    for file in sorted(SOURCES.rglob("*")):
        relative = file.relative_to(SOURCES)
        if {"tests", "migrations", "locale", "static"} & set(relative.parts):
            continue
        if file.suffix == ".py":
            found = python_entries(file)
        elif "templates" in relative.parts and file.suffix in {".html", ".txt"}:
            found = template_entries(file)
        else:
            continue
        for entry, context in found:
            catalogue.add(entry, locations=[(str(relative), 0)], context=context)
    return catalogue


def python_entries(file: Path) -> Iterator[tuple[Entry, str | None]]:
    """Calls anywhere in the code, also within an f-string; those of plain text alone."""
    calls = [node for node in ast.walk(ast.parse(file.read_text())) if isinstance(node, ast.Call)]
    for node in sorted(calls, key=lambda node: node.lineno):
        if isinstance(node.func, ast.Name) and node.func.id in KINDS:
            yield from entry_of(node, KINDS[node.func.id])


def template_entries(file: Path) -> Iterator[tuple[Entry, str | None]]:
    """Calls in what Django makes of the template for xgettext; not Python as a whole."""
    text = templatize(file.read_text(), origin=str(file))
    for call in TEMPLATE_CALL.findall(text):
        node = ast.parse(call, mode="eval").body
        assert isinstance(node, ast.Call)
        assert isinstance(node.func, ast.Name)
        yield from entry_of(node, KINDS[node.func.id])


def entry_of(call: ast.Call, kind: str) -> Iterator[tuple[Entry, str | None]]:
    """The message of a call, with its context; nothing where its text is not written there."""
    wanted = len(kind) + 1
    texts = [part.value for part in call.args[:wanted] if isinstance(part, ast.Constant)]
    if len(texts) < wanted:
        return
    words = [str(text) for text in texts]
    context = words.pop(0) if "p" in kind else None
    yield (words[0], words[1]) if "n" in kind else words[0], context


# Translation


def compile_stale() -> None:
    for language in PLURALS:
        source = path_of(language)
        compiled = source.with_suffix(".mo")
        if not source.exists():
            continue
        if compiled.exists() and compiled.stat().st_mtime >= source.stat().st_mtime:
            continue
        out = io.BytesIO()
        write_mo(out, read(language))
        replace(compiled, out.getvalue())


def missing(catalogue: Catalog) -> dict[str, str | list[str]]:
    """What is left to translate: for a plural, as many empty forms as the language has."""
    forms = catalogue.num_plurals
    return {
        key_of(message): [message.id[1]] + [""] * (forms - 1)
        if isinstance(message.id, tuple)
        else ""
        for message in messages(catalogue)
        if not is_complete(message, forms) or message.fuzzy
    }


def fill(language: str, file: Path) -> int:
    """Put in the translations that fit, name those that do not."""
    catalogue = read(language)
    known = {key_of(message): message for message in messages(catalogue)}
    refused = []
    for key, given in json.loads(file.read_text()).items():
        if not given or (message := known.get(key)) is None:
            refused.append(f"{key!r}: {'no translation' if key in known else 'no such message'}")
            continue
        before = message.string
        message.string = tuple(given) if isinstance(given, list) else given
        if faults := faults_of(message, catalogue.num_plurals):
            message.string = before
            refused.append(f"{key!r}: {faults[0]}")
        else:
            message.flags.discard("fuzzy")
    write(language, catalogue)
    for problem in refused:
        print(f"{language}: {problem}")
    left = len(missing(catalogue))
    print(f"{language}: {len(known) - left} of {len(known)} translated")
    return 1 if refused else 0


# Checking


def check() -> int:
    problems = [problem for language in PLURALS for problem in problems_of(language)]
    for problem in problems:
        print(problem)
    if not problems:
        print(f"{', '.join(PLURALS)}: complete")
    return 1 if problems else 0


def problems_of(language: str) -> Iterator[str]:
    catalogue, wanted = read(language), sources_catalogue(language)
    have = {(key_of(message), isinstance(message.id, tuple)) for message in messages(catalogue)}
    want = {(key_of(message), isinstance(message.id, tuple)) for message in messages(wanted)}
    if have != want:
        sample = sorted(key for key, _ in have ^ want)[0]
        yield (
            f"{language}: {len(have ^ want)} messages differ from the sources, for example "
            f"{sample!r}; run tools/messages.py extract."
        )
    if (catalogue.num_plurals, catalogue.plural_expr) != PLURALS[language]:
        yield f"{language}: the header's Plural-Forms are not those of tools/messages.py."
    for message in messages(catalogue):
        faults = ["fuzzy"] if message.fuzzy else faults_of(message, PLURALS[language][0])
        for fault in faults:
            yield f"{language}: {key_of(message)!r}: {fault}"


def faults_of(message: Message, forms: int) -> list[str]:
    """What is wrong with a translation: missing, too few forms, other placeholders or tags."""
    if isinstance(message.id, str):
        if not isinstance(message.string, str):
            return ["a list of forms for a message that has one"]
        if not message.string:
            return ["not translated"]
        return compare(placeholders(message.id), placeholders(message.string))
    given = list(message.string) if isinstance(message.string, tuple | list) else []
    if len(given) != forms or not all(given):
        return [f"{sum(map(bool, given))} plural forms given, {forms} needed"]
    allowed = placeholders(message.id[0]) | placeholders(message.id[1])
    strange = sorted(set().union(*map(placeholders, given)) - allowed)
    if strange:
        return [f"unknown placeholder {', '.join(strange)}"]
    return compare(placeholders(message.id[1]), placeholders(given[-1]))


def placeholders(text: str) -> set[str]:
    return set(PLACEHOLDER.findall(text))


def compare(wanted: set[str], given: set[str]) -> list[str]:
    lost = [f"lacks {mark}" for mark in sorted(wanted - given)]
    return lost + [f"unknown placeholder {mark}" for mark in sorted(given - wanted)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
