"""What is said of a token that is plugged in, from what its modules show."""

from __future__ import annotations

import pytest

from commons.tokens.decide import Shown, plugged
from commons.tokens.values import Certificate, Model, Token, UsbDevice

MODEL = Model("ePass2003", ("096e:0807",), ("x.so",), "ePass driver")


def token(serial: str = "S1", certificates: int = 1, label: str = "L") -> Token:
    found = tuple(Certificate(bytes([number]), b"der%d" % number) for number in range(certificates))
    return Token("/m.so", label, serial, "maker", "model", found)


@pytest.mark.parametrize(
    ("shown", "state"),
    [
        ([], "driver_missing"),
        ([Shown("/m.so")], "not_seen"),
        ([Shown("/m.so", code="failed")], "failed"),
        ([Shown("/m.so", code="busy"), Shown("/n.so", code="failed")], "busy"),
        ([Shown("/m.so", (token(certificates=0),))], "empty"),
        ([Shown("/m.so", (token(),))], "here"),
        ([Shown("/n.so", code="busy"), Shown("/m.so", (token(),))], "here"),
    ],
)
def test_states(shown: list[Shown], state: str) -> None:
    found = plugged(UsbDevice("1-2-4", "096e", "0807"), [MODEL], shown, 5)
    assert (found.state, found.model, found.driver, found.since_ms) == (state, "ePass2003", "ePass driver", 5)
    assert bool(found.tokens) == (state == "here")


def test_two_modules_that_show_one_token_show_it_once() -> None:
    shown = [Shown("/m.so", (token(certificates=0),)), Shown("/n.so", (token(certificates=2),))]
    (found,) = plugged(UsbDevice("k", "096e", "0807"), [MODEL], shown, 0).tokens
    assert len(found.certificates) == 2


def test_a_serial_that_both_tell_keeps_two_of_one_model_apart() -> None:
    shown = [Shown("/m.so", (token("A"), token("B")))]
    for serial in "AB":
        (found,) = plugged(UsbDevice("k", "096e", "0807", serial), [MODEL], shown, 0).tokens
        assert found.serial == serial
    assert len(plugged(UsbDevice("k", "096e", "0807", "other"), [MODEL], shown, 0).tokens) == 2
