"""What can be said of the tokens that are plugged in, from what their modules show. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from commons.tokens.values import Model, Plugged, State, Token, UsbDevice


class Shown(NamedTuple):
    """What one module said: its tokens, or why not (a code of `talk.CODES`)."""

    module: str
    tokens: tuple[Token, ...] = ()
    code: str = ""


def plugged(device: UsbDevice, models: Sequence[Model], shown: Sequence[Shown], since_ms: int) -> Plugged:
    """One device: the tokens that are its own, or the state that says best what is wrong."""
    model = models[0]
    tokens = _of_device(device, shown)
    return Plugged(
        device.key, model.name, _state(tokens, shown), since_ms, model.driver or model.name,
        tuple(one for one in tokens if one.certificates),
    )  # fmt: skip


def _of_device(device: UsbDevice, shown: Sequence[Shown]) -> list[Token]:
    """Those of its serial where the token tells the same as USB does; else all that its modules show, each once."""
    found: dict[tuple[str, str], Token] = {}
    for one in shown:
        for token in one.tokens:
            before = found.get((token.serial, token.label))
            if before is None or len(token.certificates) > len(before.certificates):
                found[token.serial, token.label] = token
    own = [token for token in found.values() if device.serial and token.serial == device.serial]
    return own or list(found.values())


def _state(tokens: Sequence[Token], shown: Sequence[Shown]) -> State:
    if any(token.certificates for token in tokens):
        return "here"
    if not shown:
        return "driver_missing"
    if tokens:
        return "empty"
    codes = {one.code for one in shown}
    if "busy" in codes:
        return "busy"
    return "failed" if codes - {""} else "not_seen"
