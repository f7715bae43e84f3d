"""The district's directory: offices, posts, people, charges and certificates, in one signed document.

A directory is encoded with MessagePack, every struct as an array: new fields are only ever added at the end, and an
older node skips those it does not know. **The signed bytes are kept and passed on verbatim, never encoded again.**
Dates are calendar days of the district; a charge holds on both its first and its last day.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Iterator
from datetime import date
from typing import Final

import msgspec

from protocol.errors import PeerError
from protocol.keys import CODE_PATTERN, NodeCertificate, NodeKeys, signed_bytes, verify
from protocol.trust import TrustStore

PURPOSE: Final = "directory"
"""What a directory's signature is made for; see `keys.signed_bytes`."""

SUBSTANTIVE, LINK = "substantive", "link"
"""Kinds of charge: the post's own holder; a link officer who stands in during absence."""

LANGUAGES: Final = frozenset({"hi", "en"})
"""Languages that screens exist in."""

_WORD = re.compile(r"[a-z0-9-]{1,20}")
_MALFORMED = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class BadDirectory(PeerError):
    """Not a directory of this district: values `reason`."""

    code = "directory.bad"


class OldDirectory(PeerError):
    """A genuine directory, but older than the one held: values `version`, `held`."""

    code = "directory.old"


class Office(msgspec.Struct, frozen=True, array_like=True):
    """One office and the node that serves it. `kind`: `block`, `headquarters`, `department`, or a later word."""

    code: str
    node: str
    name_hi: str
    name_en: str
    kind: str
    closed: bool = False


class Section(msgspec.Struct, frozen=True, array_like=True):
    """Part of an office; `code` is unique in the district (``moth.accounts``)."""

    code: str
    office: str
    name_hi: str
    name_en: str


class Post(msgspec.Struct, frozen=True, array_like=True):
    """What a file is marked to: `code` ``<office>.<word>``, `mark` its abbreviation on paper, `rank` 1 the highest."""

    code: str
    office: str
    mark: str
    name_hi: str
    name_en: str
    superior: str | None
    rank: int
    section: str | None = None


class Employee(msgspec.Struct, frozen=True, array_like=True):
    """A person: employee code, name as he writes it, language of his screens (`hi`, `en`). Never an Aadhaar number."""

    code: str
    name: str
    language: str = "hi"
    phone: str | None = None


class Charge(msgspec.Struct, frozen=True, array_like=True):
    """Which employee holds which post from when to when (None: until further notice); `id` is never used again."""

    id: int
    employee: str
    post: str
    from_date: date
    to_date: date | None = None
    kind: str = SUBSTANTIVE

    def holds_on(self, day: date) -> bool:
        """Whether the charge is held on `day`."""
        return self.from_date <= day and (self.to_date is None or day <= self.to_date)


class Directory(msgspec.Struct, frozen=True, array_like=True):
    """All that a node of the district has to know of the others, as of `issued` (unix seconds).

    `version` only grows. `issuers`, `certificates` and `crls` are DER; `revoked` lists revoked serials (lower-case hex)
    for a reader without an X.509 library: the lists in `crls` alone decide. `anchors`, DER, are those of persons'
    certificates (the Controller's roots): under them alone a signature of a person is trusted.
    """

    version: int
    issued: int
    district: str
    name_hi: str
    name_en: str
    offices: tuple[Office, ...] = ()
    sections: tuple[Section, ...] = ()
    posts: tuple[Post, ...] = ()
    employees: tuple[Employee, ...] = ()
    charges: tuple[Charge, ...] = ()
    issuers: tuple[bytes, ...] = ()
    certificates: tuple[bytes, ...] = ()
    revoked: tuple[str, ...] = ()
    crls: tuple[bytes, ...] = ()
    anchors: tuple[bytes, ...] = ()


class SignedDirectory(msgspec.Struct, frozen=True, array_like=True):
    """The envelope: the directory's bytes, the DER certificate of the issuer who signed, the 64-byte signature."""

    document: bytes
    issuer: bytes
    signature: bytes


def encode(directory: Directory) -> bytes:
    """The bytes to be signed."""
    return _ENCODER.encode(directory)


def decode(document: bytes) -> Directory:
    """Read a directory whose signature is not in question; raises `BadDirectory`."""
    try:
        return _DIRECTORY.decode(document)
    except _MALFORMED:
        raise BadDirectory(reason="malformed") from None


def sign(document: bytes, issuer: bytes, keys: NodeKeys) -> bytes:
    """Envelope for `document` (from `encode`), signed with the keys of the issuer whose DER certificate is `issuer`."""
    return _ENCODER.encode(SignedDirectory(document, issuer, keys.sign(PURPOSE, document)))


def verify_signed_directory(data: bytes, trust: TrustStore, held_version: int = 0) -> Directory:
    """The directory in the envelope `data`, if an issuer under the root of `trust` signed it.

    A node that holds nothing yet gives ``TrustStore.assemble(root)``. Keep `data`, not the result.
    Raises `BadDirectory` (malformed, other district), `BadCertificate` or `WrongIssuer` (the signer), `BadSignature`,
    `OldDirectory` (version below `held_version`).
    """
    try:
        envelope = _ENVELOPE.decode(data)
    except _MALFORMED:
        raise BadDirectory(reason="malformed") from None
    issuer = trust.check_issuer(envelope.issuer)
    verify(issuer.signing_key, PURPOSE, envelope.document, envelope.signature)
    directory = decode(envelope.document)
    if directory.district != trust.root.district:
        raise BadDirectory(reason="other-district")
    if directory.version < held_version:
        raise OldDirectory(version=directory.version, held=held_version)
    return directory


def trust_of(directory: Directory, held: TrustStore) -> TrustStore:
    """The trust store after taking a verified directory: same root, its certificates, no revocation forgotten."""
    return TrustStore.assemble(
        root=held.root.der,
        issuers=directory.issuers,
        nodes=directory.certificates,
        crls=directory.crls,
        held=held.crls.values(),
    )


def statement(data: bytes) -> tuple[bytes, bytes, bytes]:
    """For a check with openssl alone: the exact signed bytes, the signature, the signer's DER certificate."""
    envelope = _ENVELOPE.decode(data)
    return signed_bytes(PURPOSE, envelope.document), envelope.signature, envelope.issuer


class DirectoryIndex:
    """Look-ups in one directory, each a dict access; build it once a version. What is not there is None or empty."""

    def __init__(self, directory: Directory) -> None:
        self.directory = directory
        self._offices = {office.code: office for office in directory.offices}
        self._sections = {section.code: section for section in directory.sections}
        self._posts = {post.code: post for post in directory.posts}
        self._employees = {employee.code: employee for employee in directory.employees}
        self._charges = {charge.id: charge for charge in directory.charges}
        by_post: dict[str, list[Charge]] = defaultdict(list)
        by_employee: dict[str, list[Charge]] = defaultdict(list)
        for charge in sorted(directory.charges, key=lambda c: (c.kind != SUBSTANTIVE, c.from_date, c.id)):
            by_post[charge.post].append(charge)
            by_employee[charge.employee].append(charge)
        self._by_post = dict(by_post)
        self._by_employee = dict(by_employee)
        posts_by_office: dict[str, list[Post]] = defaultdict(list)
        for post in sorted(directory.posts, key=lambda p: (p.rank, p.code)):
            posts_by_office[post.office].append(post)
        self._posts_by_office = {office: tuple(posts) for office, posts in posts_by_office.items()}
        offices_by_node: dict[str, list[Office]] = defaultdict(list)
        for office in directory.offices:
            offices_by_node[office.node].append(office)
        self._offices_by_node = {node: tuple(offices) for node, offices in offices_by_node.items()}

    def office(self, code: str) -> Office | None:
        """The office, closed ones too."""
        return self._offices.get(code)

    def section(self, code: str) -> Section | None:
        """The section."""
        return self._sections.get(code)

    def post(self, code: str) -> Post | None:
        """The post."""
        return self._posts.get(code)

    def employee(self, code: str) -> Employee | None:
        """The person."""
        return self._employees.get(code)

    def charge(self, charge: int) -> Charge | None:
        """The charge, ended ones too."""
        return self._charges.get(charge)

    def node_of_post(self, post: str) -> str | None:
        """Code of the node that serves the post's office."""
        found = self._posts.get(post)
        office = self._offices.get(found.office) if found else None
        return office.node if office else None

    def offices_of_node(self, node: str) -> tuple[Office, ...]:
        """Offices that the node serves, in the directory's order."""
        return self._offices_by_node.get(node, ())

    def posts_of_office(self, office: str) -> tuple[Post, ...]:
        """Posts of the office, highest rank first."""
        return self._posts_by_office.get(office, ())

    def charges_of_employee(self, employee: str, day: date) -> tuple[Charge, ...]:
        """Charges that the person holds on `day`, substantive ones first."""
        return tuple(c for c in self._by_employee.get(employee, ()) if c.holds_on(day))

    def posts_of_employee(self, employee: str, day: date) -> tuple[Post, ...]:
        """Posts that the person may act for on `day`, substantive ones first, each once."""
        codes = dict.fromkeys(charge.post for charge in self.charges_of_employee(employee, day))
        return tuple(self._posts[code] for code in codes if code in self._posts)

    def holders(self, post: str, day: date) -> tuple[Charge, ...]:
        """Charges by which the post is held on `day`: its own holder first, then link officers. Empty: vacant."""
        return tuple(c for c in self._by_post.get(post, ()) if c.holds_on(day))

    def superiors(self, post: str) -> tuple[Post, ...]:
        """The post's superiors, nearest first."""
        return tuple(self._climb(post))

    def _climb(self, post: str) -> Iterator[Post]:
        seen = {post}
        here = self._posts.get(post)
        while here and here.superior and here.superior not in seen:
            seen.add(here.superior)
            here = self._posts.get(here.superior)
            if here:
                yield here


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong: `code` says what (``directory.duplicate``, ...), `values` to what it happened, as texts."""

    code: str
    values: dict[str, str]


def validate(directory: Directory) -> list[Problem]:
    """All that is wrong with the directory; empty if it may be signed. Certificates are only read, not verified."""
    index = DirectoryIndex(directory)
    return [
        *_duplicates(directory),
        *_codes(directory),
        *_references(directory, index),
        *_charges(directory),
        *_cycles(directory, index),
        *_certificates(directory),
    ]


def _problem(code: str, **values: object) -> Problem:
    return Problem(f"directory.{code}", {name: str(value) for name, value in values.items()})


def _duplicates(directory: Directory) -> Iterator[Problem]:
    keys: dict[str, Iterable[Hashable]] = {
        "office": [office.code for office in directory.offices],
        "section": [section.code for section in directory.sections],
        "post": [post.code for post in directory.posts],
        "employee": [employee.code for employee in directory.employees],
        "charge": [charge.id for charge in directory.charges],
    }
    for what, codes in keys.items():
        for code, count in Counter(codes).items():
            if count > 1:
                yield _problem("duplicate", what=what, key=code)


def _codes(directory: Directory) -> Iterator[Problem]:
    if not CODE_PATTERN.fullmatch(directory.district):
        yield _problem("bad-code", what="district", key=directory.district)
    if directory.version < 1:
        yield _problem("bad-version", version=directory.version)
    for office in directory.offices:
        if not CODE_PATTERN.fullmatch(office.code):
            yield _problem("bad-code", what="office", key=office.code)
        if not CODE_PATTERN.fullmatch(office.node):
            yield _problem("bad-code", what="node", key=office.node)
    inside = [("section", s.code, s.office) for s in directory.sections]
    inside += [("post", p.code, p.office) for p in directory.posts]
    for what, code, office_code in inside:
        prefix, dot, word = code.partition(".")
        if prefix != office_code or not dot or not _WORD.fullmatch(word):
            yield _problem("bad-code", what=what, key=code)
    for employee in directory.employees:
        if not employee.code or not employee.code.isascii() or not employee.code.isprintable():
            yield _problem("bad-code", what="employee", key=employee.code)
        if employee.language not in LANGUAGES:
            yield _problem("bad-language", employee=employee.code, language=employee.language)


def _references(directory: Directory, index: DirectoryIndex) -> Iterator[Problem]:
    for section in directory.sections:
        if index.office(section.office) is None:
            yield _problem("unknown", what="office", key=section.office, used_by=section.code)
    for post in directory.posts:
        if index.office(post.office) is None:
            yield _problem("unknown", what="office", key=post.office, used_by=post.code)
        if post.superior is not None and index.post(post.superior) is None:
            yield _problem("unknown", what="post", key=post.superior, used_by=post.code)
        section_found = index.section(post.section) if post.section is not None else None
        if post.section is not None and (section_found is None or section_found.office != post.office):
            yield _problem("unknown", what="section", key=post.section, used_by=post.code)
    for charge in directory.charges:
        if index.employee(charge.employee) is None:
            yield _problem("unknown", what="employee", key=charge.employee, used_by=charge.id)
        if index.post(charge.post) is None:
            yield _problem("unknown", what="post", key=charge.post, used_by=charge.id)


def _charges(directory: Directory) -> Iterator[Problem]:
    for charge in directory.charges:
        if charge.to_date is not None and charge.to_date < charge.from_date:
            yield _problem("ends-before-start", charge=charge.id)
        if charge.kind not in (SUBSTANTIVE, LINK):
            yield _problem("bad-kind", charge=charge.id, kind=charge.kind)


def _cycles(directory: Directory, index: DirectoryIndex) -> Iterator[Problem]:
    for post in directory.posts:
        chain = [post, *index.superiors(post.code)]
        if chain[-1].superior == post.code:
            yield _problem("superior-cycle", post=post.code)


def _certificates(directory: Directory) -> Iterator[Problem]:
    served: dict[str, set[str]] = {}
    for place, der in enumerate(directory.certificates):
        try:
            certificate = NodeCertificate.from_der(der)
        except PeerError:
            yield _problem("bad-certificate", place=place)
            continue
        if certificate.serial not in directory.revoked:
            served.setdefault(certificate.code, set()).update(certificate.offices)
    for office in directory.offices:
        if not office.closed and office.code not in served.get(office.node, ()):
            yield _problem("office-not-certified", office=office.code, node=office.node)


_ENCODER = msgspec.msgpack.Encoder()
_DIRECTORY = msgspec.msgpack.Decoder(Directory)
_ENVELOPE = msgspec.msgpack.Decoder(SignedDirectory)
