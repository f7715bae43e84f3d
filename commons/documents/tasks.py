"""What is said between a program and the worker that opens documents for it: MessagePack, tasks in, answers out."""

from __future__ import annotations

from typing import Annotated

import msgspec

from commons.documents.values import MAX_PAGES, RawText


class Look(msgspec.Struct, frozen=True, tag="look"):
    """Open it, count its pages, draw one. Answer: Seen."""


class Draw(msgspec.Struct, frozen=True, tag="draw"):
    """Pictures of pages (from 1), `width` pixels wide at most; `gray` as PNG for reading, else WebP. Answer: Drawn."""

    pages: tuple[int, ...]
    width: int
    gray: bool = False


class Read(msgspec.Struct, frozen=True, tag="read"):
    """The text that a PDF's pages carry, from page `first` (from 1), `count` of them. Answer: Words."""

    first: int = 1
    count: int = 100_000


class JoinPictures(msgspec.Struct, frozen=True, tag="join_pictures"):
    """All documents given, each a picture, become the pages of one PDF. Answer: Joined."""


class JoinPdfs(msgspec.Struct, frozen=True, tag="join_pdfs"):
    """All documents given, each a PDF, become one. Answer: Joined."""


Task = Look | Draw | Read | JoinPictures | JoinPdfs


class Seen(msgspec.Struct, frozen=True, tag="seen"):
    """Of a document that is believed."""

    pages: Annotated[int, msgspec.Meta(ge=1, le=MAX_PAGES)]


class Drawn(msgspec.Struct, frozen=True, tag="drawn"):
    """Pictures, in the order asked for."""

    pictures: tuple[bytes, ...]


class Words(msgspec.Struct, frozen=True, tag="words"):
    """Text of pages, in their order; `pages` is how many the document has."""

    pages: int
    texts: tuple[RawText, ...]


class Joined(msgspec.Struct, frozen=True, tag="joined"):
    """A PDF made of several documents."""

    pdf: bytes


class Refusal(msgspec.Struct, frozen=True, tag="refusal"):
    """The code and numbers of a NotTaken; no answer follows it. `fault`: an error that nobody foresaw, and where."""

    code: str
    values: dict[str, int]
    fault: str = ""


Answer = Seen | Drawn | Words | Joined | Refusal


class Order(msgspec.Struct, frozen=True):
    """What the worker is started with: open files of the documents, their media types, what to do, its bounds."""

    fds: tuple[int, ...]
    kinds: tuple[str, ...]
    tasks: tuple[Task, ...]
    memory_bytes: int
    cpu_seconds: int
    answer_bytes: int
