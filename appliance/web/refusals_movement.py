"""What the refusals of pulling up and of working on many rows say."""

from __future__ import annotations

from collections.abc import Callable

from appliance.web.names import Names
from commons.web.words import gettext

Values = dict[str, object]
Sentence = Callable[[Values, Names, int], tuple[str, str]]

FIELDS: dict[str, str] = {}

SENTENCES: dict[str, Sentence] = {
    "not_superior": lambda v, n, _: (
        gettext("Only a post above %(post)s can pull this up.", post=n.post(str(v.get("post", "")))),
        gettext("Ask for it in a note, or ask your superior."),
    ),
    "already_here": lambda _v, _n, _now: (
        gettext("It is already on your desk."),
        gettext("Open it from your inbox."),
    ),
    "pull_up_pending": lambda _v, _n, _now: (
        gettext("It has already been asked for; the answer is not here yet."),
        gettext("It comes with the next exchange. Nothing more is to be done."),
    ),
    "too_many_rows": lambda v, _n, _now: (
        gettext("Too many rows are chosen at once."),
        gettext("Choose at most %(limit)s of them.", limit=str(v.get("limit", ""))),
    ),
}
