"""The application that the tests run under gunicorn: papers up by tus, down by Range, two principals."""

import os
from pathlib import Path

import msgspec
from flask import Flask, Request, Response, request

from commons.papers import Incoming, PaperMissing, PaperStore
from commons.tus import Done, Existing, Refusal, create_blueprint, send_paper

MAX_BYTES = int(os.environ.get("PAPERS_MAX_BYTES", "2000000"))


class Office(msgspec.Struct, frozen=True):
    id: str


def authorise(request: Request) -> Office | None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return Office(token) if scheme == "Bearer" and token in {"moth", "chirgaon"} else None


def create_app() -> Flask:
    app = Flask(__name__)
    folder = Path(os.environ["PAPERS_FOLDER"])
    store = PaperStore(folder / "papers", bytes(32))
    incoming = Incoming(folder / "incoming", bytes(32))

    def accept(_who: Office, metadata: dict[str, str], _length: int) -> Refusal | Existing | None:
        if metadata.get("kind") == "unwanted":
            return Refusal(403, "unwanted")
        sha256 = metadata.get("sha256")
        return Existing("here before") if sha256 and store.has(bytes.fromhex(sha256)) else None

    def complete(who: Office, upload_id: str, metadata: dict[str, str]) -> Refusal | Done | None:
        if metadata.get("kind") == "refused":
            return Refusal(422, "not_understood")
        if "sha256" in metadata:
            paper = incoming.finish_into(store, upload_id, bytes.fromhex(metadata["sha256"]))
        else:
            paper = store.put(incoming.read(upload_id))
        return Done(f"{paper.sha256.hex()} {who.id}")

    blueprint = create_blueprint(
        "papers", incoming, authorise, accept, complete, MAX_BYTES, expires_seconds=3600.0, idle_seconds=1.0
    )
    app.register_blueprint(blueprint, url_prefix="/papers/upload")

    @app.get("/papers/<sha256>")
    def paper(sha256: str) -> Response:
        name = bytes.fromhex(sha256)
        try:
            return send_paper(request, store.size(name), sha256, lambda offset: store.open(name, offset))
        except PaperMissing:
            return Response("unknown", 404, mimetype="text/plain")

    return app
