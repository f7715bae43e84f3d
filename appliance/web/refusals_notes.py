"""What refusals about opinions and standard phrases say."""

from __future__ import annotations

from collections.abc import Callable

from appliance.web.names import Names
from commons.web import showing
from commons.web.words import gettext

Values = dict[str, object]


def _limit(values: Values) -> str:
    limit = values.get("limit")
    return showing.number(limit) if isinstance(limit, int) else ""


def _post(values: Values, names: Names) -> str:
    return names.post(str(values.get("post", "")))


def _file_away(values: Values, names: Names, _now: int) -> tuple[str, str]:
    now = gettext("Send the answer after the file, or get the file first: whoever holds both takes it up.")
    if not values.get("post"):
        return gettext("The file is not on your desk."), now
    return gettext("The file is not on your desk: it is with %(post)s.", post=_post(values, names)), now


SENTENCES: dict[str, Callable[[Values, Names, int], tuple[str, str]]] = {
    "empty_question": lambda _v, _n, _now: (
        gettext("The question is missing."),
        gettext("Write what you want to know: it is all that the other post sees besides the papers."),
    ),
    "question_too_long": lambda v, _n, _now: (
        gettext("The question is too long."),
        gettext("Shorten it to %(limit)s letters, and send a paper along for the rest.", limit=_limit(v)),
    ),
    "no_post_asked": lambda _v, _n, _now: (
        gettext("No post is chosen."),
        gettext("Tick one or several posts whose opinion is asked."),
    ),
    "too_many_posts": lambda v, _n, _now: (
        gettext("Too many posts are chosen."),
        gettext("Ask at most %(limit)s at once.", limit=_limit(v)),
    ),
    "already_asked": lambda v, n, _now: (
        gettext("%(post)s was already asked about this file and has not answered yet.", post=_post(v, n)),
        gettext("Untick this post, or take the earlier question back first. Nobody has been asked now."),
    ),
    "no_such_paper": lambda _v, _n, _now: (
        gettext("A chosen paper is not in this file."),
        gettext("Look at the list of papers again and choose anew."),
    ),
    "empty_answer": lambda _v, _n, _now: (
        gettext("The opinion is empty."),
        gettext("Write it in the yellow note, then return it."),
    ),
    "opinion_unanswered": lambda _v, _n, _now: (
        gettext("There is no answer yet that could be taken up."),
        gettext("Wait for it, or end the question."),
    ),
    "opinion_file_away": _file_away,
    "not_asker": lambda _v, _n, _now: (
        gettext("Only the post that asked can end a question that is not answered."),
        gettext("Write your opinion and return it; a short one is enough."),
    ),
    "phrase_empty": lambda _v, _n, _now: (
        gettext("The phrase is empty."),
        gettext("Write its words, or remove it."),
    ),
    "phrase_too_long": lambda v, _n, _now: (
        gettext("The phrase is too long."),
        gettext("Shorten it to %(limit)s letters.", limit=_limit(v)),
    ),
    "too_many_phrases": lambda v, _n, _now: (
        gettext("There are %(limit)s phrases of your own already.", limit=_limit(v)),
        gettext("Remove some that are not used."),
    ),
    "no_such_phrase": lambda _v, _n, _now: (
        gettext("This phrase is not there any more."),
        gettext("Load the page again and choose another."),
    ),
    "not_office_head": lambda _v, _n, _now: (
        gettext("The phrases of the whole office are kept by the head of the office."),
        gettext("Keep it for your own post, or ask the head of the office."),
    ),
}
FIELDS = {
    "empty_question": "question",
    "question_too_long": "question",
    "no_post_asked": "posts",
    "too_many_posts": "posts",
    "already_asked": "posts",
    "empty_answer": "note",
}
