"""What refusals of rights and administration say to the person."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from appliance.web.names import Names
from commons.web import showing
from commons.web.words import gettext

Values = dict[str, object]
Sentence = Callable[[Values, Names, int], tuple[str, str]]

FIELDS: Final = {
    "bad_grading": "grading",
    "bad_word": "word",
    "bad_mark": "mark",
    "bad_rank": "rank",
    "post_cycle": "superior",
    "bad_employee_code": "code",
    "bad_phone": "phone",
    "phone_taken": "phone",
    "no_such_employee": "employee",
    "ends_before_start": "until",
    "leave_needs_end": "until",
    "own_link": "employee",
    "post_vacant": "to_post",
    "wrong_password": "old",
    "password_short": "new",
    "password_long": "new",
    "password_same": "new",
    "password_plain": "new",
    "password_differs": "again",
}


def _said(values: Values, name: str) -> str:
    return str(values.get(name, ""))


def _person(values: Values, names: Names) -> str:
    code = _said(values, "employee")
    return f"{names.person(code)} ({code})"


def _until(values: Values) -> str:
    day = _said(values, "until")
    return showing.iso_day(day) if day else gettext("further notice")


SENTENCES: Final[dict[str, Sentence]] = {
    "bad_grading": lambda _v, _n, _: (
        gettext("There is no such grading."),
        gettext("Choose Normal, Confidential or Secret."),
    ),
    "same_grading": lambda _v, _n, _: (
        gettext("The file has this grading already."),
        gettext("Choose another one, or leave it as it is."),
    ),
    "not_administrator": lambda _v, _n, _: (
        gettext("Only the head of the office and its administrator can do this."),
        gettext("Ask them. If you hold such a post too, choose it at the top of the page."),
    ),
    "head_only": lambda v, n, _: (
        gettext("Only the head of the office can give or end this: %(post)s.", post=n.post(_said(v, "post"))),
        gettext("Ask the head of the office. While the post is vacant, the administrator can give its charge."),
    ),
    "other_office": lambda _v, _n, _: (
        gettext("That belongs to another office."),
        gettext("Each office adds its own posts, sections and charges."),
    ),
    "aadhaar": lambda _v, _n, _: (
        gettext("This looks like an Aadhaar number, so nothing was kept."),
        gettext("Patravali never stores Aadhaar numbers. Use the employee code of the service book or the pay bill."),
    ),
    "bad_word": lambda _v, _n, _: (
        gettext("The code word has other letters than small English ones, digits and hyphen, or is too long."),
        gettext("Write for example nazir or da3: at most 20 letters, no spaces."),
    ),
    "no_name": lambda _v, _n, _: (
        gettext("A name is missing."),
        gettext("Write the name in each field that asks for it."),
    ),
    "name_too_long": lambda v, _n, _: (
        gettext("A name is too long."),
        gettext("Shorten it to %(limit)s letters.", limit=_said(v, "limit")),
    ),
    "bad_mark": lambda v, _n, _: (
        gettext("The marking abbreviation is empty or too long."),
        gettext("Write at most %(limit)s letters, for example BDO.", limit=_said(v, "limit")),
    ),
    "key_taken": lambda v, _n, _: (
        gettext("The code “%(key)s” is already in use: %(name)s.", key=_said(v, "key"), name=_said(v, "name")),
        gettext("If it is the same one, there is nothing to add. Else choose another code."),
    ),
    "no_such_section": lambda _v, _n, _: (
        gettext("There is no such section in this office."),
        gettext("Choose a section from the list."),
    ),
    "bad_rank": lambda v, _n, _: (
        gettext(
            "The rank must be a number from %(least)s to %(most)s.", least=_said(v, "least"), most=_said(v, "most")
        ),
        gettext("1 is the highest of the district. A new post ranks below the head of the office."),
    ),
    "post_cycle": lambda v, n, _: (
        gettext("%(post)s itself puts up to this post, so papers would go round.", post=n.post(_said(v, "post"))),
        gettext("Choose a higher post."),
    ),
    "channel_cycle": lambda v, n, _: (
        gettext("With this setting papers would go round and come back to %(post)s.", post=n.post(_said(v, "post"))),
        gettext("Choose a post that is higher in the channel."),
    ),
    "bad_employee_code": lambda _v, _n, _: (
        gettext("The employee code has other signs than English letters, digits, / _ and hyphen, or is too long."),
        gettext("Write it as in the service book, at most 20 signs, without spaces."),
    ),
    "bad_language": lambda _v, _n, _: (
        gettext("There are no screens in this language."),
        gettext("Choose Hindi or English."),
    ),
    "bad_kind": lambda _v, _n, _: (
        gettext("There is no such kind of charge."),
        gettext("Load the page again."),
    ),
    "bad_phone": lambda _v, _n, _: (
        gettext("This is not an Indian mobile number."),
        gettext("Write its ten digits, or leave the field empty."),
    ),
    "phone_taken": lambda v, n, _: (
        gettext("This mobile number belongs to %(who)s.", who=_person(v, n)),
        gettext("Each person needs a number of his own, since he can log in with it. It may stay empty."),
    ),
    "no_such_employee": lambda v, _n, _: (
        gettext("No person has the code “%(code)s”.", code=_said(v, "employee")),
        gettext("Choose from the list, or add the person first."),
    ),
    "not_of_office": lambda v, n, _: (
        gettext("%(who)s has no charge in this office today.", who=_person(v, n)),
        gettext("Give charge of a post first, then make the slip."),
    ),
    "ends_before_start": lambda _v, _n, _: (
        gettext("The last day lies before the first."),
        gettext("Look at both dates."),
    ),
    "leave_needs_end": lambda _v, _n, _: (
        gettext("A leave needs its last day."),
        gettext("Write the day; it can be ended earlier, and a new one added if it is longer."),
    ),
    "own_link": lambda v, n, _: (
        gettext("%(who)s holds this post and cannot stand in for himself.", who=_person(v, n)),
        gettext("Choose another person."),
    ),
    "charge_held": lambda v, n, _: (
        gettext("%(who)s has this charge until %(day)s.", who=_person(v, n), day=_until(v)),
        gettext("End that charge first, or choose days outside it."),
    ),
    "charge_known": lambda v, n, _: (
        gettext("%(who)s has a charge of this post already, until %(day)s.", who=_person(v, n), day=_until(v)),
        gettext("There is nothing to add, unless that charge ends."),
    ),
    "no_such_charge": lambda _v, _n, _: (
        gettext("There is no such charge."),
        gettext("Load the page again: it may have ended meanwhile."),
    ),
    "charge_over": lambda v, _n, _: (
        gettext("This charge ends on %(day)s already.", day=_until(v)),
        gettext("Only an earlier day can be set; for a later one give charge anew."),
    ),
    "own_charge": lambda _v, _n, _: (
        gettext("This is the charge that you work under now, and it would be over at once."),
        gettext("Write today or a later day. You are logged out when it is over."),
    ),
    "too_long_ago": lambda _v, _n, _: (
        gettext("A charge cannot be ended further back than yesterday: what was done under it stands."),
        gettext("Write yesterday, today or a later day."),
    ),
    "bad_day": lambda _v, _n, now: (
        gettext("A day is missing or is not a date."),
        gettext("Write day, month and year, for example %(day)s.", day=showing.day_in(now, 0)),
    ),
    "post_vacant": lambda v, n, _: (
        gettext("Nobody has charge of this post now: %(post)s.", post=n.post(_said(v, "post"))),
        gettext("What you send would lie unread. Choose another post, or tick the box below and send again."),
    ),
    "wrong_password": lambda _v, _n, _: (
        gettext("The present password is not right."),
        gettext("Look at Caps Lock and the keyboard language, then type it again."),
    ),
    "password_short": lambda v, _n, _: (
        gettext("The new password is too short."),
        gettext("Use at least %(limit)s letters.", limit=_said(v, "limit")),
    ),
    "password_long": lambda v, _n, _: (
        gettext("The new password is too long."),
        gettext("Use at most %(limit)s letters.", limit=_said(v, "limit")),
    ),
    "password_same": lambda _v, _n, _: (
        gettext("The new password is the same as the old one."),
        gettext("Choose another one."),
    ),
    "password_plain": lambda _v, _n, _: (
        gettext("This password is guessed at once."),
        gettext("Take three or four words that belong together only for you."),
    ),
    "password_differs": lambda _v, _n, _: (
        gettext("The two new passwords are not the same."),
        gettext("Type the new password twice."),
    ),
}
