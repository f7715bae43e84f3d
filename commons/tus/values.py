"""What the blueprint's owner and the blueprint tell each other."""

from typing import Protocol

from msgspec import Struct


class Principal(Protocol):
    """Who uploads; `id` is unique among all who may and never changes."""

    @property
    def id(self) -> str:
        """Give the text that tells this principal from every other."""
        ...


class Refusal(Struct, frozen=True):
    """The upload is not taken: an HTTP status (4xx, 5xx) and a code for the client, a word without spaces."""

    status: int
    code: str


class Existing(Struct, frozen=True):
    """What is to be uploaded is here already; `answer` as in Done."""

    answer: str = ""


class Done(Struct, frozen=True):
    """The upload was taken; `answer`, if any, is printable ASCII that goes back in the header Upload-Answer."""

    answer: str = ""
