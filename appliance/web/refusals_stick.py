"""What is said about the bags on a stick; of sticks themselves, commons/web/stick_words.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.web.names import Names
from commons.web.words import gettext

Values = dict[str, object]

SENTENCES: Final[dict[str, Callable[[Values, Names, int], tuple[str, str]]]] = {
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
