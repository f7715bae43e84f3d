"""What refusals about entries that are not in their file say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.web.names import Names
from commons.web.words import gettext

Values = dict[str, object]

SENTENCES: Final[dict[str, Callable[[Values, Names, int], tuple[str, str]]]] = {
    "unconfirmed_again": lambda _v, _n, _: (
        gettext("It was not confirmed that you have read the entries."),
        gettext("Read them, then tick the box. Nothing was written."),
    ),
    "nothing_again": lambda _v, _n, _: (
        gettext("There is nothing here that can be written again as it stands."),
        gettext("Load the page again: it shows what holds now."),
    ),
    "already_again": lambda _v, _n, _: (
        gettext("This was written again meanwhile."),
        gettext("Look at the file: it stands there once."),
    ),
    "already_decided": lambda _v, _n, _: (
        gettext("The district has decided otherwise about this."),
        gettext("Its decision and the reason stand on this page. Nothing was written."),
    ),
    "originals_missing": lambda _v, _n, _: (
        gettext("The originals are still on their way from the district."),
        gettext("They come with the next exchange. Try again then."),
    ),
}
