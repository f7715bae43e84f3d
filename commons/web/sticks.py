"""The pages of the post by stick, the same at an office and at the district but for what each side says and does."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from flask import Blueprint, current_app, make_response, render_template, request

from commons.stick import StickGone
from commons.stick.work import StickWork
from commons.web.frame import see_other
from commons.web.problems import Problem
from commons.web.stick_words import stick_problem

if TYPE_CHECKING:
    from flask import Flask
    from flask.typing import ResponseReturnValue

MOST_NAME_CHARS = 200


class Side(NamedTuple):
    """What one side does in its way.

    `begin` with the stick of that name, and what the form says besides; raises StickGone. `problem_of` a code of a bag
    or of the work. `more`: the values of its template, given the state of the work. `quiet` marks a view that the open
    page asks for by itself.
    """

    template: str
    begin: Callable[[str], object]
    problem_of: Callable[[str], Problem]
    more: Callable[[Any], dict[str, object]]
    quiet: Callable[[Callable[..., object]], Callable[..., Any]]


def keep_work(app: Flask, work: StickWork[Any]) -> None:
    """For the application to keep: the sticks that its pages show."""
    app.extensions["stick_work"] = work


def stick_work() -> StickWork[Any]:
    """The sticks of this application."""
    found: StickWork[Any] = current_app.extensions["stick_work"]
    return found


def plugged() -> list[str]:
    """The names of sticks that are plugged in, for the frame of every page: one small file is read."""
    return stick_work().plugged()


def stick_pages(side: Side) -> Blueprint:
    """The pages below `/stick`."""
    blueprint = Blueprint("stick", __name__, url_prefix="/stick")

    def show() -> ResponseReturnValue:
        """The sticks, or the one that is being worked on."""
        return _page(side)

    def now() -> ResponseReturnValue:
        """The same, as the open page asks for it again and again: that is nobody at work."""
        return _page(side)

    def begin() -> ResponseReturnValue:
        """Begin with one stick; a second press while it works changes nothing."""
        return _done(side, side.begin)

    def take_out() -> ResponseReturnValue:
        """Take a stick out with which nothing was or is to be done."""
        return _done(side, stick_work().take_out)

    blueprint.get("")(show)
    blueprint.get("/now")(side.quiet(now))
    blueprint.post("")(begin)
    blueprint.post("/out")(take_out)
    return blueprint


def _done(side: Side, do: Callable[[str], object]) -> ResponseReturnValue:
    try:
        do(request.form.get("stick", "")[:MOST_NAME_CHARS])
    except StickGone as error:
        return make_response(_page(side, stick_problem(error.code)), 409)
    return see_other("/stick")


def _page(side: Side, problem: Problem | None = None) -> str:
    work = stick_work()
    state = work.state()
    busy = state is not None and state.busy
    stalls = state is not None and state.stalls

    def of_code(code: str) -> Problem:
        return stick_problem(code) if code.startswith("stick.") else side.problem_of(code)

    return render_template(
        side.template,
        state=state,
        busy=busy,
        free=not busy or stalls,
        sticks=work.present() if not busy or stalls else [],
        problem=problem,
        stalls=stick_problem("stick.stalls") if stalls else None,
        failed=of_code(state.code) if state is not None and state.step == "failed" else None,
        fault_of=lambda one: stick_problem(one.fault, one.file_system),
        **side.more(state),
    )
