"""One base for every error; whose fault it was is in the class, what happened is in code and values."""

from __future__ import annotations


class PatravaliError(Exception):
    """Something that a person or another node has to be told.

    `code` names what happened, `values` what it happened to. Sentences are made on the screen, in the
    reader's language.
    """

    code: str = "error"

    def __init__(self, code: str | None = None, **values: object) -> None:
        if code is not None:
            self.code = code
        self.values: dict[str, object] = values
        super().__init__(self.code, values)


class LocalError(PatravaliError):
    """Our own fault, or a wish of a person here that the rules do not allow."""


class PeerError(PatravaliError):
    """The other end's fault: what it sent is not what the protocol allows."""
