"""The common set-up of both programs' Flask applications; see `equip`."""

from __future__ import annotations

import errno
import secrets
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
from flask import Blueprint, Flask, Response, g, make_response, redirect, render_template, request
from flask_babel import Babel
from jinja2 import StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response as WerkzeugResponse

from commons.web import csrf, kept, language, log, problems, showing, statics, words
from commons.web.headers import put_cookie, put_headers

HERE = Path(__file__).parent
FORM_MEMORY_BYTES = 4_000_000  # all text fields of one form together
PASSED_OVER_BYTES = 300_000_000  # of a body that is too large; more is cut off
PASSED_OVER_SECONDS = 20.0
CATALOGUE = "messages"
NOT_READY = frozenset({"no_directory"})  # codes of errors that pass by themselves
DISK_FULL = frozenset({"disk_full", "disk_reserve"})


class Frame(msgspec.Struct, frozen=True):
    """What a program tells the frame about itself."""

    session_cookie: str
    now_ms: Callable[[], int]
    persons_language: Callable[[], str | None]  # of who is logged in on this request
    home: str  # address of the page to go on from
    translations: Path  # the program's own folder; the common ones are added
    ribbon: str = ""  # template that stands above every page, such as that of practice
    machine_blueprints: frozenset[str] = frozenset()  # spoken to by other nodes: no forms, no language


def equip(app: Flask, frame: Frame) -> None:
    """Give an application its security headers, form tokens, language, error pages, static files and log lines."""
    app.config["MAX_FORM_MEMORY_SIZE"] = FORM_MEMORY_BYTES
    app.config["BABEL_DEFAULT_LOCALE"] = "hi"
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Kolkata"
    folders = [HERE.parent / "translations", frame.translations]
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(str(folder) for folder in folders)
    app.config["BABEL_DOMAIN"] = ";".join([CATALOGUE] * len(folders))
    app.extensions["frame"] = frame
    Babel(app, locale_selector=lambda: g.get("language", "hi"))
    words.install(app.jinja_env)

    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals["show"] = showing
    app.jinja_env.filters["language_of"] = language.language_of

    version = statics.version_of(statics.FOLDER)
    app.register_blueprint(_blueprint(version))
    app.before_request(lambda: _begin(frame))
    app.before_request(lambda: _check_form(frame))
    app.after_request(_finish)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _unexpected)

    @app.context_processor
    def common() -> dict[str, object]:
        return {
            "asset": lambda name: statics.address(name, version),
            "csrf_token": csrf.token_for(csrf.secret_of(request, frame.session_cookie)),
            "language": g.get("language", "hi"),
            "other_language": language.other(g.get("language", "hi")),
            "now_ms": frame.now_ms(),
            "home": frame.home,
            "ribbon": frame.ribbon,
        }


def is_machine() -> bool:
    """Whether this request comes from another node, not from a person's browser."""
    return bool(g.get("machine"))


def wants_json() -> bool:
    """Whether a script of ours asks, which puts the answer into the page by itself."""
    return request.accept_mimetypes.best == "application/json"


def problem_json(problem: problems.Problem, status: int, **more: object) -> Response:
    """A refusal for a script of ours: code, what happened, what to do now."""
    answer = make_response({"code": problem.code, "what": problem.what, "now": problem.now, **more}, status)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def see_other(path: str) -> WerkzeugResponse:
    """After a form: show the page anew, so that loading it again repeats nothing."""
    return redirect(path, 303)


def kept_page(problem: problems.Problem, form: kept.Kept, status: int) -> Response:
    """Show what was typed, with one button that sends it again under a valid token."""
    return make_response(render_template("frame/kept.html", problem=problem, kept=form), status)


def _blueprint(version: str) -> Blueprint:
    blueprint = Blueprint("frame", __name__, template_folder="templates")

    @blueprint.get("/static/<of>/<path:name>")
    def static_file(of: str, name: str) -> Response:
        return statics.serve(of, name, version)

    return blueprint


def _begin(frame: Frame) -> None:
    g.request_id = secrets.token_hex(6)
    g.machine = not frame.machine_blueprints.isdisjoint(request.blueprints)
    if not g.machine:
        g.language = language.choose(request, frame.persons_language())


def _check_form(frame: Frame) -> WerkzeugResponse | None:
    if g.machine or request.method not in csrf.CHANGING or request.endpoint is None:
        return None
    if csrf.is_from_elsewhere(request):
        log.note("form_from_elsewhere")
        return _problem_page(problems.of_foreign(), 403)
    if csrf.is_right(request, frame.session_cookie):
        return None
    log.note("form_refused")
    problem = problems.of_csrf()
    if wants_json():
        return problem_json(problem, 403)
    return kept_page(problem, kept.keep(request), 403)


def _finish(response: Response) -> Response:
    if is_machine() and response.mimetype != "text/html":
        return response  # 550 bytes of headers for browsers would double what an exchange with nothing new costs
    put_headers(response)
    response.headers["X-Request-Id"] = g.get("request_id", "")
    wish = language.asked_for(request)
    if wish:
        put_cookie(response, request, language.COOKIE, wish, max_age_seconds=language.YEAR_SECONDS)
    if "first_secret" in g and response.mimetype == "text/html":
        put_cookie(response, request, csrf.BEFORE_LOGIN_COOKIE, g.first_secret, max_age_seconds=None)
    return response


def _problem_page(problem: problems.Problem, status: int) -> Response:
    if wants_json():
        return problem_json(problem, status)
    page = render_template("frame/problem.html", problem=problem, number=g.get("request_id", ""), status=status)
    return make_response(page, status)


def _http_error(error: HTTPException) -> WerkzeugResponse:
    status = error.code or 500
    if error.response is not None or status < 400:
        return WerkzeugResponse.force_type(error.get_response())
    if is_machine():
        return Response(f"{error.name}\n", status, mimetype="text/plain")
    if status >= 500:
        log.note("answered", status=status)
    if status == 413:
        _pass_over_body()
    return _problem_page(problems.of_status(status), status)


def _pass_over_body() -> None:
    """Let what the browser still sends go by, so that it comes to read the answer instead of a broken connection."""
    stream, end = request.environ["wsgi.input"], time.monotonic() + PASSED_OVER_SECONDS
    left = min(request.content_length or 0, PASSED_OVER_BYTES)
    try:
        while left > 0 and time.monotonic() < end and (chunk := stream.read(min(left, 1 << 16))):
            left -= len(chunk)
    except OSError as error:
        log.note("body_cut", error=type(error).__name__)


def _unexpected(error: Exception) -> WerkzeugResponse:
    log.note_failure(error)
    full = _is_disk_full(error)
    status = 507 if full else 503 if getattr(error, "code", "") in NOT_READY else 500
    if is_machine():
        return Response("failed\n", status, mimetype="text/plain")
    if full and request.method in csrf.CHANGING and not wants_json() and not request.files:
        return kept_page(problems.of_status(status), kept.keep(request), status)
    return _problem_page(problems.of_status(status), status)


def _is_disk_full(error: BaseException) -> bool:
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, OSError) and seen.errno == errno.ENOSPC:
            return True
        if getattr(seen, "code", "") in DISK_FULL or "database or disk is full" in str(seen):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
