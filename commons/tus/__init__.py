"""Papers and large bundles on the line: resumable uploads (tus 1.0), downloads by Range, both ends of each."""

from commons.tus.client import Outgoing, Pieces, Uploaded, tus_upload
from commons.tus.download import Wanted, range_download
from commons.tus.line import Line, NotThePeer, PeerMisbehaved, TransferCut, TransferError, TransferRefused
from commons.tus.patched import patch_download
from commons.tus.piece import Piece
from commons.tus.ranges import send_paper
from commons.tus.server import create_blueprint
from commons.tus.values import Done, Existing, Principal, Refusal

__all__ = [
    "Done",
    "Existing",
    "Line",
    "NotThePeer",
    "Outgoing",
    "PeerMisbehaved",
    "Piece",
    "Pieces",
    "Principal",
    "Refusal",
    "TransferCut",
    "TransferError",
    "TransferRefused",
    "Uploaded",
    "Wanted",
    "create_blueprint",
    "patch_download",
    "range_download",
    "send_paper",
    "tus_upload",
]
