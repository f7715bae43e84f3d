"""A tus 1.0 server (https://tus.io/protocols/resumable-upload) as a Flask blueprint over `Incoming`."""

import base64
import contextlib
import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import msgspec
from flask import Blueprint, Request, Response, request, url_for

from commons.papers import (
    ChunkMismatch,
    DiskFull,
    Incoming,
    OffsetMismatch,
    PaperMismatch,
    PapersError,
    PaperTooLarge,
    Upload,
    UploadExists,
    UploadMissing,
)
from commons.tus.body import LineCut, body_of
from commons.tus.piece import MOST_BYTES
from commons.tus.values import Done, Existing, Principal, Refusal
from commons.tus.wire import (
    ALGORITHMS,
    ANSWER_HEADER,
    CHUNK_TYPE,
    EXTENSIONS,
    TUS_VERSION,
    BadHeader,
    encode_metadata,
    http_date,
    parse_checksum,
    parse_metadata,
    parse_number,
)

P = TypeVar("P", bound=Principal)
EXPIRES_SECONDS = 7 * 86_400.0
PASSED_OVER_BYTES = MOST_BYTES
_HAVE = re.compile(r"have-([0-9]{1,15})")
_REFUSED: dict[type[Exception], int] = {
    UploadMissing: 404,
    OffsetMismatch: 409,
    PaperTooLarge: 413,
    ChunkMismatch: 460,
    PaperMismatch: 460,
    DiskFull: 507,
}


class _Ticket(msgspec.Struct, frozen=True, array_like=True):
    """What is kept with an upload: whose it is and what its creation said."""

    principal_id: str
    metadata: dict[str, str]


class _Refused(Exception):
    def __init__(self, status: int, code: str) -> None:
        super().__init__(code)
        self.refusal = Refusal(status, code)


def create_blueprint(
    name: str,
    incoming: Incoming,
    authorise: Callable[[Request], P | None],
    accept: Callable[[P, dict[str, str], int], Refusal | Existing | None],
    complete: Callable[[P, str, dict[str, str]], Refusal | Done | None],
    max_size: int,
    *,
    expires_seconds: float = EXPIRES_SECONDS,
    idle_seconds: float = 60.0,
) -> Blueprint:
    """Make the blueprint; register it with the `url_prefix` at which uploads are created.

    `authorise` says who asks (None: 401). `accept(who, metadata, length)` rules on a creation, and again whenever the
    upload is found again. `complete(who, upload_id, metadata)` takes a whole upload out of `incoming`; it may be called
    again for the same upload (its answer was lost, the server was killed in it), so it must be idempotent; what it
    leaves in `incoming` is discarded after it. PaperMismatch, DiskFull raised in it become 460 and 507.
    A creation whose metadata holds `sha256` (64 hex digits) finds the principal's unfinished upload of that content;
    with `patch-of` beside it, the one of the patch of that length that makes it of that earlier content.
    An upload expires when it has not grown for `expires_seconds`; a connection silent for `idle_seconds` counts as cut.
    """
    tus = _Tus(incoming, authorise, accept, complete, max_size, expires_seconds, idle_seconds)
    blueprint = Blueprint(name, __name__)
    add = blueprint.add_url_rule
    methods = ["POST", "OPTIONS"]
    add("", "create", tus.answer, methods=methods, provide_automatic_options=False)
    methods = ["HEAD", "PATCH", "POST", "OPTIONS"]
    add("/<upload_id>", "upload", tus.answer, methods=methods, provide_automatic_options=False)
    return blueprint


@dataclass(frozen=True)
class _Tus(Generic[P]):
    """The requests of one blueprint."""

    incoming: Incoming
    authorise: Callable[[Request], P | None]
    accept: Callable[[P, dict[str, str], int], Refusal | Existing | None]
    complete: Callable[[P, str, dict[str, str]], Refusal | Done | None]
    max_size: int
    expires_seconds: float
    idle_seconds: float

    def answer(self, upload_id: str | None = None) -> Response:
        """Answer any request of the protocol."""
        method = request.headers.get("X-HTTP-Method-Override", request.method).upper()
        if method == "OPTIONS":
            return self._options()
        try:
            return self._answer(method, upload_id)
        except BadHeader as error:
            return _refuse(Refusal(400, error.code))
        except LineCut:
            return _refuse(Refusal(400, "cut"))
        except _Refused as refused:
            return _refuse(refused.refusal)
        except (PapersError, DiskFull) as error:
            return _refuse(Refusal(_REFUSED.get(type(error), 500), error.code))

    def _answer(self, method: str, upload_id: str | None) -> Response:
        who = self.authorise(request)
        if who is None:
            raise _Refused(401, "unauthorised")
        try:
            return self._answer_to(who, method, upload_id)
        finally:
            self._pass_over_the_rest()

    def _answer_to(self, who: P, method: str, upload_id: str | None) -> Response:
        if request.headers.get("Tus-Resumable") != TUS_VERSION:
            raise _Refused(412, "tus_version")
        if upload_id is None:
            return self._create(who)
        if have := _HAVE.fullmatch(upload_id):
            return self._existing(method, int(have[1]))
        if method == "HEAD":
            return self._head(who, upload_id)
        if method == "PATCH":
            return self._patch(who, upload_id)
        raise _Refused(405, "method")

    def _pass_over_the_rest(self) -> None:
        """Read what nobody wanted of the body, for gunicorn drops a connection that still holds some of one."""
        if (request.content_length or 0) <= PASSED_OVER_BYTES:
            with contextlib.suppress(LineCut):
                left = PASSED_OVER_BYTES
                for chunk in body_of(request.environ, None, self.idle_seconds):
                    left -= len(chunk)
                    if left < 0:
                        break

    def _options(self) -> Response:
        return _reply(
            204,
            ("Tus-Version", TUS_VERSION),
            ("Tus-Extension", EXTENSIONS),
            ("Tus-Max-Size", str(self.max_size)),
            ("Tus-Checksum-Algorithm", ",".join(ALGORITHMS)),
        )

    def _create(self, who: P) -> Response:
        length = parse_number(request.headers.get("Upload-Length"), "upload_length")
        if length > self.max_size:
            raise _Refused(413, "too_large")
        metadata = parse_metadata(request.headers.get("Upload-Metadata", ""))
        upload_id = upload_id_of(who, metadata, length)
        ruling = self.accept(who, metadata, length)
        if isinstance(ruling, Refusal):
            return _refuse(ruling)
        if isinstance(ruling, Existing):
            self.incoming.discard(upload_id)
            return self._created(f"have-{length}", length, ruling.answer)
        state = self._found_or_new(who, upload_id, metadata, length)
        if request.mimetype == CHUNK_TYPE and state.offset == 0 and length > 0:
            state = self._take(state, 0)
        answer = self._finish(who, state, metadata) if state.whole else ""
        expires = [] if state.whole else [self._expires(state)]
        return self._created(upload_id, state.offset, answer, *expires)

    def _found_or_new(self, who: P, upload_id: str, metadata: dict[str, str], length: int) -> Upload:
        try:
            state, _ = self._own(who, upload_id)
        except _Refused:
            self.incoming.discard(upload_id)
            ticket = _Ticket(who.id, metadata)
            with contextlib.suppress(UploadExists):
                self.incoming.create(upload_id, length, msgspec.msgpack.encode(ticket))
            state, _ = self._own(who, upload_id)
        return state

    def _created(self, upload_id: str, offset: int, answer: str, *headers: tuple[str, str]) -> Response:
        location = url_for(f"{request.blueprint}.upload", upload_id=upload_id)
        return _reply(201, ("Location", location), ("Upload-Offset", str(offset)), *headers, answer=answer)

    def _existing(self, method: str, length: int) -> Response:
        """Answer about a paper that was here before it was uploaded, so that any client comes to its end."""
        if method == "HEAD":
            sizes = [("Upload-Offset", str(length)), ("Upload-Length", str(length))]
            return _reply(200, ("Cache-Control", "no-store"), *sizes)
        return _refuse(Refusal(409, "offset_mismatch"))

    def _head(self, who: P, upload_id: str) -> Response:
        state, ticket = self._own(who, upload_id)
        answer = self._finish(who, state, ticket.metadata) if state.whole else ""
        headers = [
            ("Cache-Control", "no-store"),
            ("Upload-Offset", str(state.offset)),
            ("Upload-Length", str(state.total_bytes)),
        ]
        if ticket.metadata:
            headers.append(("Upload-Metadata", encode_metadata(ticket.metadata)))
        if not state.whole:
            headers.append(self._expires(state))
        return _reply(200, *headers, answer=answer)

    def _patch(self, who: P, upload_id: str) -> Response:
        if request.mimetype != CHUNK_TYPE:
            raise _Refused(415, "content_type")
        offset = parse_number(request.headers.get("Upload-Offset"), "upload_offset")
        state, ticket = self._own(who, upload_id)
        state = self._take(state, offset)
        if state.whole:
            answer = self._finish(who, state, ticket.metadata)
            return _reply(204, ("Upload-Offset", str(state.offset)), answer=answer)
        return _reply(204, ("Upload-Offset", str(state.offset)), self._expires(state))

    def _take(self, state: Upload, offset: int) -> Upload:
        if offset != state.offset:
            raise OffsetMismatch(state.upload_id, state.offset)
        digest = parse_checksum(request.headers.get("Upload-Checksum"))
        length = request.content_length
        if length is None and not request.environ.get("wsgi.input_terminated"):
            length = 0
        if length is not None and offset + length > state.total_bytes:
            raise _Refused(413, "too_large")
        chunks = body_of(request.environ, length, self.idle_seconds)
        self.incoming.append(state.upload_id, offset, chunks, digest)
        return self.incoming.state(state.upload_id)

    def _finish(self, who: P, state: Upload, metadata: dict[str, str]) -> str:
        ruling = self.complete(who, state.upload_id, metadata)
        self.incoming.discard(state.upload_id)
        if isinstance(ruling, Refusal):
            raise _Refused(ruling.status, ruling.code)
        return ruling.answer if ruling else ""

    def _own(self, who: P, upload_id: str) -> tuple[Upload, _Ticket]:
        """Give the principal's own upload: 404 if it is unknown or another's, 410 if it has expired."""
        try:
            state = self.incoming.state(upload_id)
        except UploadMissing:
            raise _Refused(404, "upload_missing") from None
        ticket = msgspec.msgpack.decode(state.meta, type=_Ticket)
        if ticket.principal_id != who.id:
            raise _Refused(404, "upload_missing")
        if self.incoming.clock() - state.touched_at >= self.expires_seconds:
            raise _Refused(410, "upload_expired")
        return state, ticket

    def _expires(self, state: Upload) -> tuple[str, str]:
        return "Upload-Expires", http_date(state.touched_at + self.expires_seconds)


def upload_id_of(who: Principal, metadata: dict[str, str], length: int) -> str:
    """Give 22 letters: the same ones again for the same principal and content, random if the content has no name."""
    sha256_hex = metadata.get("sha256")
    if sha256_hex is None:
        return secrets.token_urlsafe(16)
    patched = [metadata["patch-of"]] if "patch-of" in metadata else []
    text = "\0".join(["patravali upload 1", who.id, sha256_hex, str(length), *patched])
    return base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()[:16]).rstrip(b"=").decode()


def _reply(status: int, *headers: tuple[str, str], answer: str = "") -> Response:
    response = Response(status=status)
    del response.headers["Content-Type"]
    response.headers["Tus-Resumable"] = TUS_VERSION
    for name, value in headers:
        response.headers[name] = value
    if answer:
        response.headers[ANSWER_HEADER] = answer
    return response


def _refuse(refusal: Refusal) -> Response:
    response = Response(refusal.code, status=refusal.status, content_type="text/plain")
    response.headers["Tus-Resumable"] = TUS_VERSION
    if refusal.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    if refusal.status == 412:
        response.headers["Tus-Version"] = TUS_VERSION
    return response
