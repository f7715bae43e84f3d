"""What is said about the limits of a shared line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.web.names import Names
from commons.web.words import gettext

Values = dict[str, object]

SENTENCES: Final[dict[str, Callable[[Values, Names, int], tuple[str, str]]]] = {
    "bad_hours": lambda _v, _n, _: (
        gettext("These hours are no span of a day."),
        gettext("Choose two different hours, for example 10 to 17."),
    ),
    "bad_rate": lambda v, _n, _: (
        gettext("“%(typed)s” is no limit for the line.", typed=v.get("typed", "")),
        gettext(
            "Write a whole number of kbit/s from %(least)s to %(most)s, or leave the field empty for no limit.",
            least=v.get("least", ""),
            most=v.get("most", ""),
        ),
    ),
    "hours_twice": lambda v, _n, _: (
        gettext("The hour from %(hour)s has two different limits.", hour=f"{v.get('hour', '')}:00"),
        gettext("Let each hour stand in one row only."),
    ),
}
