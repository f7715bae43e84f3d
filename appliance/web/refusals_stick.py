"""What is said about sticks and the bags on them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.web.names import Names
from commons.web.words import gettext

Values = dict[str, object]

SENTENCES: Final[dict[str, Callable[[Values, Names, int], tuple[str, str]]]] = {
    "stick.full": lambda _v, _n, _: (
        gettext("There is no room on the stick. What was on it is untouched."),
        gettext("Take another stick, or make room on it on a PC."),
    ),
    "stick.read_only": lambda _v, _n, _: (
        gettext("Nothing can be written on the stick."),
        gettext("Move the switch on its side, or take another stick."),
    ),
    "stick.gone": lambda _v, _n, _: (
        gettext("The stick was pulled out, or does not answer. Nothing is lost."),
        gettext("Plug it in again and press the button once more."),
    ),
    "stick.lies": lambda _v, _n, _: (
        gettext("The stick does not keep what is written on it. Nothing is lost."),
        gettext("Do not use this stick any more; take another one."),
    ),
    "stick.unfit": lambda _v, _n, _: (
        gettext("This stick cannot be used. Nothing on it was changed."),
        gettext("Take another stick."),
    ),
    "bag.bad": lambda _v, _n, _: (
        gettext("A bag on the stick is torn. It stays on the stick; nothing of it was lost at the district."),
        gettext("Take the stick to the district again: there the bag is written anew."),
    ),
    "bag.other_district": lambda _v, _n, _: (
        gettext("A bag on the stick belongs to another district. It was not opened."),
        gettext("Give the stick back to whom it belongs."),
    ),
    "keys.cannot-open": lambda _v, _n, _: (
        gettext("A bag on the stick is sealed to somebody else, or was changed on the way. It stays on the stick."),
        gettext("Tell the technician of the district."),
    ),
}
