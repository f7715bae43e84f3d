"""What other nodes are told as an HTTP status."""

from __future__ import annotations

from protocol.bundle import TooLarge
from protocol.errors import PeerError
from protocol.keys import BadCertificate, BadSignature
from protocol.trust import RevokedNode, UnknownNode, WrongIssuer


def status_of(error: PeerError) -> int:
    """The HTTP status that says whose fault it was."""
    if isinstance(error, RevokedNode):
        return 403
    if isinstance(error, UnknownNode | BadSignature | WrongIssuer | BadCertificate):
        return 401
    return 413 if isinstance(error, TooLarge) else 400
