"""The catalogues of the screens' languages: `python -m provisioning.catalogues check | compile | update`.

Message ids are English; Hindi is complete. Each package has its own `translations/hi/LC_MESSAGES/messages.po`; what
`commons` has translated, the others need not translate again. The `.mo` files are built, not committed.
"""

import argparse
import io
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message, TranslationError
from babel.messages.checkers import checkers
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGES = ("commons", "appliance", "central", "provisioning")
"""In the order in which they are translated: what stands in an earlier `commons` counts for the later ones."""
LANGUAGE = "hi"
KEYWORDS = parse_keywords(
    ["N_", "_l", "lazy_gettext", "lazy_ngettext:1,2", "lazy_pgettext:1c,2", "lazy_npgettext:1c,2,3"],
)

Key = tuple[str | None, str]
"""What a message is found by: its context, and its id (the singular one, with a plural)."""


@dataclass(frozen=True)
class Fault:
    """A message that a reader of Hindi would not get: `why` is missing, fuzzy, empty, or what a check of it says."""

    package: str
    why: str
    text: str
    places: tuple[str, ...] = ()

    def __str__(self) -> str:
        where = f"  ({', '.join(self.places)})" if self.places else ""
        return f"{self.package}: {self.why}: {self.text!r}{where}"


def singular(message: Message) -> str:
    """A message's id; the first of the two, with a plural."""
    return message.id if isinstance(message.id, str) else message.id[0]


def texts(message: Message) -> tuple[str, ...]:
    """A message's translations: one, or one a plural form."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def key(message: Message) -> Key:
    """What the message is found by."""
    return message.context, singular(message)


def messages(catalog: Catalog) -> Iterator[Message]:
    """The catalogue's messages without its header."""
    return (message for message in catalog if message.id)


def catalogue_path(root: Path, package: str) -> Path:
    """Where a package's Hindi is."""
    return root / package / "translations" / LANGUAGE / "LC_MESSAGES" / "messages.po"


def extracted(root: Path, package: str) -> Catalog:
    """The messages that a package's code and templates use, with the files that use them."""
    with (root / "babel.cfg").open(encoding="utf-8") as settings:
        methods, options = parse_mapping_cfg(settings)
    template = Catalog()
    found = extract_from_dir(
        str(root / package), methods, options, keywords={**DEFAULT_KEYWORDS, **KEYWORDS}, strip_comment_tags=True
    )
    for name, _line, message, comments, context in found:
        template.add(message, None, [(f"{package}/{name}", 0)], auto_comments=comments, context=context)
    return template


def read_catalogue(path: Path) -> Catalog:
    """A catalogue from its file; an empty one when there is none. Raises PoFileError for a broken file."""
    if not path.exists():
        return Catalog(
            locale=LANGUAGE,
            header_comment="# Hindi of the screens. `make catalogues` brings it up to the messages in use.",
            project="Patravali",
            version="1",
            msgid_bugs_address="-",
            last_translator="Patravali",
            language_team="Hindi",
            fuzzy=False,
        )
    return read_po(io.BytesIO(path.read_bytes()), locale=LANGUAGE, abort_invalid=True)


def faults(package: str, used: Catalog, hindi: Catalog, common: Iterable[Key] = ()) -> Iterator[Fault]:
    """What `hindi` (with what `common` translates already) lacks or has wrong of the messages in `used`."""
    translated = {key(message): message for message in messages(hindi)}
    elsewhere = frozenset(common)
    for message in messages(used):
        places = tuple(sorted({name for name, _line in message.locations}))
        entry = translated.get(key(message))
        if entry is None:
            if key(message) not in elsewhere:
                yield Fault(package, "missing", singular(message), places)
        elif message.pluralizable and not entry.pluralizable:
            yield Fault(package, "no plural", singular(message), places)
        else:
            # the marks of what the code puts in (%(name)s) are known from the code, whatever the file says of them
            entry.flags |= message.flags & {"python-format", "python-brace-format"}
            yield from (Fault(package, why, singular(message), places) for why in wrongs(hindi, entry))


def wrongs(hindi: Catalog, entry: Message) -> Iterator[str]:
    """What is wrong with one translation, in a few words each."""
    if entry.fuzzy:
        yield "fuzzy"
    if not texts(entry) or not all(text.strip() for text in texts(entry)):
        yield "empty"
        return
    for checker in checkers:
        try:
            checker(hindi, entry)
        except TranslationError as error:
            yield str(error)


def check(root: Path) -> list[Fault]:
    """Every fault of every package's Hindi."""
    found: list[Fault] = []
    common: set[Key] = set()
    for package in PACKAGES:
        hindi = read_catalogue(catalogue_path(root, package))
        found += faults(package, extracted(root, package), hindi, common)
        if package == "commons":
            common = {key(message) for message in messages(hindi)}
    return found


def compile_all(root: Path) -> list[Path]:
    """Build the `.mo` of each `.po` that is newer than it; returns what was built."""
    built = []
    for source in sorted(root.glob("*/translations/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        language = source.parents[1].name
        content = io.BytesIO()
        write_mo(content, read_po(io.BytesIO(source.read_bytes()), locale=language, abort_invalid=True))
        part = target.with_suffix(".mo.part")
        part.write_bytes(content.getvalue())
        part.replace(target)
        built.append(target)
    return built


def update(root: Path) -> list[Path]:
    """Bring each `.po` to the messages in use: new ones empty, those no more used kept as comments."""
    written = []
    common: set[Key] = set()
    for package in PACKAGES:
        path = catalogue_path(root, package)
        hindi = read_catalogue(path)
        template = Catalog(creation_date=hindi.creation_date)
        for message in messages(extracted(root, package)):
            if key(message) not in common:
                template[message.id] = message
        hindi.update(template, no_fuzzy_matching=True)
        if package == "commons":
            common = {key(message) for message in messages(hindi)}
        content = io.BytesIO()
        write_po(content, hindi, width=120, sort_output=True, include_lineno=False)
        if len(hindi) and not (path.exists() and path.read_bytes() == content.getvalue()):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.getvalue())
            written.append(path)
    return written


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; 1 when Hindi is not complete."""
    parser = argparse.ArgumentParser(prog="python -m provisioning.catalogues", description="Catalogues of the screens.")
    parser.add_argument("verb", choices=["check", "compile", "update"], nargs="?", default="check")
    parser.add_argument("--root", type=Path, default=Path(), help="folder that holds the packages (default: here)")
    options = parser.parse_args(arguments)
    if options.verb == "check":
        found = check(options.root)
        for fault in found:
            print(fault)
        print(f"Hindi: {len(found)} faults" if found else "Hindi: complete")
        return 1 if found else 0
    for path in (compile_all if options.verb == "compile" else update)(options.root):
        print(f"setup: catalogue {path.relative_to(options.root)}" if options.verb == "compile" else f"written: {path}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
