"""A district that is nowhere: two offices, five people, an authority whose keys nobody keeps.

Every making has a root of its own, so no real node ever believes a word of it, and it believes no real node.
"""

from __future__ import annotations

import os
from datetime import date
from typing import Final, NamedTuple

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.practice.values import Role
from commons import certify
from protocol.directory import Charge, Directory, Employee, Office, Post, Section, encode, sign
from protocol.keys import APPLIANCE, KEY_BYTES, NodeCertificate, NodeKeys, NodeRequest

DISTRICT: Final = "abhyas"
OFFICE: Final = "abhyas"
HEADQUARTERS: Final = "abhyas-hq"
HUB: Final = "abhyas-hub"
PASSWORD: Final = "abhyas"  # noqa: S105  # public: the log-in is a choice of role
_FROM: Final = date(2024, 4, 1)


class _Person(NamedTuple):
    employee: str
    name: str
    word: str
    mark: str
    section: str
    post_hi: str
    post_en: str
    task_hi: str
    task_en: str


PEOPLE: Final = (
    _Person(
        "A1", "उदाहरण देवी", "da1", "DA1", "vikas", "पटल सहायक-1 (डाक)", "Dealing Assistant 1 (receipts)",
        "डाक दर्ज करें, पावती दें, पत्र को पत्रावली में रखें।", "Diarise letters, print acknowledgements, put letters in files.",
    ),
    _Person(
        "A2", "नमूना कुमार", "da2", "DA2", "sthapana", "पटल सहायक-2 (स्थापना)", "Dealing Assistant 2 (establishment)",
        "टिप्पणी लिखें, पुष्टि करें और ऊपर प्रस्तुत करें।", "Write a note, confirm it and submit it up.",
    ),
    _Person(
        "A3", "निदर्शन गुप्ता", "acct", "ACCT", "lekha", "लेखाकार", "Accountant",
        "समय-सीमा पार पत्रावली निपटाएँ, माँगी गई राय दें।", "Settle an overdue file, give the opinion you are asked for.",
    ),
    _Person(
        "A4", "काल्पनिक वर्मा", "ado-p", "ADO-P", "panchayat", "स.वि.अ. (पंचायत)", "ADO (Panchayat)",
        "राय लिखें, जाँच आख्या प्रस्तुत करें।", "Write an opinion, submit an inspection report.",
    ),
    _Person(
        "A5", "दृष्टान्त शर्मा", "bdo", "BDO", "vikas", "खण्ड विकास अधिकारी", "Block Development Officer",
        "पढ़ें, आदेश लिखें, निर्देश सहित वापस करें, राय माँगें, कार्यालय का प्रशासन देखें।",
        "Read, order, return with directions, ask opinions, administer the office.",
    ),
)  # fmt: skip

_SECTIONS = (
    ("vikas", "विकास", "Development"),
    ("lekha", "लेखा", "Accounts"),
    ("sthapana", "स्थापना", "Establishment"),
    ("panchayat", "पंचायत", "Panchayat"),
    ("suchana", "जन सूचना", "Right to Information"),
)


class Born(NamedTuple):
    """What a node of the district is born with: the root (DER) that it believes."""

    root: bytes
    issuer: NodeCertificate
    issuer_key: Ed25519PrivateKey
    lists: tuple[bytes, ...]


def roles() -> tuple[Role, ...]:
    """Whom one can be in the practice office."""
    return tuple(
        Role(who.employee, post_of(who.word), who.post_hi, who.post_en, who.task_hi, who.task_en) for who in PEOPLE
    )


def post_of(word: str) -> str:
    """The code of a post of the practice office."""
    return f"{OFFICE}.{word}"


def holders() -> dict[str, tuple[str, int]]:
    """Employee and charge by post."""
    return {post_of(who.word): (who.employee, place) for place, who in enumerate(PEOPLE, 1)}


def found(now: int) -> Born:
    """An authority of this moment (unix seconds); its root's key is forgotten on return."""
    root_key, issuer_key = _key(), _key()
    root = certify.certify_root(DISTRICT, root_key, _serial(), now)
    issuer = certify.certify_issuer(root, root_key, "issuer-1", issuer_key.public_key(), _serial(), now)
    lists = (
        certify.sign_list(root, root_key, (), 1, now, certify.ROOT_SECONDS),
        certify.sign_list(issuer, issuer_key, (), 1, now, certify.ISSUER_SECONDS),
    )
    return Born(root.der, issuer, issuer_key, lists)


def signed_directory(born: Born, keys: NodeKeys, now: int) -> bytes:
    """The district as its authority signs it, with the certificate of the practice office's node."""
    request = NodeRequest.from_der(keys.request(OFFICE))
    node = certify.certify_node(
        born.issuer, born.issuer_key, request, role=APPLIANCE, offices=(OFFICE,), serial=_serial(), now=now
    )
    whole = msgspec.structs.replace(
        _directory(now), issuers=(born.issuer.der,), certificates=(node.der,), crls=born.lists
    )
    return sign(encode(whole), born.issuer.der, NodeKeys(born.issuer_key.private_bytes_raw(), bytes(KEY_BYTES)))


def _directory(now: int) -> Directory:
    chief = f"{HEADQUARTERS}.cdo"
    bdo = post_of("bdo")
    return Directory(
        version=1,
        issued=now,
        district=DISTRICT,
        name_hi="अभ्यास जनपद",
        name_en="Practice district",
        offices=(
            Office(OFFICE, OFFICE, "अभ्यास कार्यालय", "Practice office", "block"),
            Office(HEADQUARTERS, HEADQUARTERS, "अभ्यास जनपद मुख्यालय", "Practice headquarters", "headquarters"),
        ),
        sections=tuple(Section(f"{OFFICE}.{code}", OFFICE, hi, en) for code, hi, en in _SECTIONS),
        posts=(
            *(
                Post(
                    post_of(who.word), OFFICE, who.mark, who.post_hi, who.post_en,
                    chief if who.word == "bdo" else bdo, 2 if who.word == "bdo" else 3, f"{OFFICE}.{who.section}",
                )
                for who in PEOPLE
            ),
            Post(chief, HEADQUARTERS, "CDO", "मुख्य विकास अधिकारी", "Chief Development Officer", None, 1),
        ),
        employees=(
            *(Employee(who.employee, who.name, "hi") for who in PEOPLE),
            Employee("A6", "कल्पित मिश्रा", "hi"),
        ),
        charges=(
            *(Charge(place, who.employee, post_of(who.word), _FROM) for place, who in enumerate(PEOPLE, 1)),
            Charge(len(PEOPLE) + 1, "A6", chief, _FROM),
        ),
    )  # fmt: skip


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(os.urandom(KEY_BYTES))


def _serial() -> int:
    return int.from_bytes(os.urandom(16)) >> 1
