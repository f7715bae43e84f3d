"""Documents for tests: small PDFs that a reader opens, made from nothing; and one that wants a password."""

from __future__ import annotations

import hashlib

from cryptography.hazmat.decrepit.ciphers.algorithms import ARC4
from cryptography.hazmat.primitives.ciphers import Cipher

from commons.documents.held import Held
from commons.documents.inside import work
from commons.documents.names import plain_name
from commons.documents.tasks import Look, Seen
from commons.documents.values import Looked

PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")
ID = b"0123456789abcdef"


def pdf(pages: int = 1, filling: bytes = b"", trailer: bytes = b"", more: tuple[bytes, ...] = ()) -> bytes:
    """So many pages with a rectangle each; `filling` lies in a stream that no page shows."""
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(pages))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
        b"<</Length 21>>stream\n0.2 g 20 20 90 90 re f\nendstream",
        b"<</Length %d>>stream\n%s\nendstream" % (len(filling), filling),
        *[b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 280]/Contents 3 0 R/Resources<<>>>>"] * pages,
        *more,
    ]
    out = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(objects) + 1, table)
    out += b"trailer<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, trailer, start)
    return bytes(out)


def locked_pdf(password: bytes = b"secret") -> bytes:
    """One page under a password: the standard handler, revision 2, RC4 of 40 bits (PDF reference 1.4, 3.5.2)."""
    padded = (password + PADDING)[:32]
    owner = _rc4(hashlib.md5(padded, usedforsecurity=False).digest()[:5], padded)
    rights = (-4).to_bytes(4, "little", signed=True)
    key = hashlib.md5(padded + owner + rights + ID, usedforsecurity=False).digest()[:5]
    user = _rc4(key, PADDING)
    lock = b"<</Filter/Standard/V 1/R 2/P -4/O<%s>/U<%s>>>" % (owner.hex().encode(), user.hex().encode())
    return pdf(trailer=b"/Encrypt 6 0 R/ID[<%s><%s>]" % (ID.hex().encode(), ID.hex().encode()), more=(lock,))


def _rc4(key: bytes, content: bytes) -> bytes:
    return Cipher(ARC4(key), None).encryptor().update(content)


def look_here(held: Held, name: str) -> Looked:
    """What the worker does, in this process: for thousands of our own papers in one thread."""
    seen = work.do([b"".join(held.chunks())], [held.kind], Look())
    assert isinstance(seen, Seen)
    return Looked(held.kind, seen.pages, held.size, plain_name(name, held.kind))
