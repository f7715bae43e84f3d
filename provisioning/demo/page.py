"""The demonstration's own page: who can log in where, and a switch for each line. Works without JavaScript."""

from __future__ import annotations

import threading
from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from werkzeug.exceptions import HTTPException
from werkzeug.middleware.shared_data import SharedDataMiddleware
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

import commons.web
from commons.web.headers import POLICY
from provisioning.demo import content, lines
from provisioning.demo.plan import HOST, Plan
from provisioning.demo.roles import log_ins, name_of

STATIC = Path(commons.web.__file__).parent / "static"
LANGUAGES = ("hi", "en")
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class PageServer:
    """Serves the page from a thread until `stop`."""

    def __init__(self, plan: Plan) -> None:
        application = SharedDataMiddleware(Page(plan), {"/static": str(STATIC)}, cache=False)
        self._server = make_server(HOST, plan.page_port, application, threaded=True, request_handler=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, name="page", daemon=True)

    def start(self) -> None:
        """Begin to answer."""
        self._thread.start()

    def stop(self) -> None:
        """Answer no more."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class Page:
    """The WSGI application."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        folder = Path(__file__).parent / "templates"
        environment = Environment(
            loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._template = environment.get_template("page.html")

    def __call__(self, environ, start_response):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN204  # WSGI
        """Answer one request."""
        try:
            response = self._answer(Request(environ))
        except HTTPException as error:
            response = error.get_response(environ)
        response.headers.update(HEADERS)
        return response(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if not self._is_for_us(request):
            return Response("this page is for this machine's own browser\n", 403)
        language = self._language(request)
        if request.path == "/" and request.method in {"GET", "HEAD"}:
            return Response(self._show(language), mimetype="text/html")
        if request.path == "/line" and request.method == "POST":
            return self._switch(request, language)
        return Response("not found\n", 404)

    def _switch(self, request: Request, language: str) -> Response:
        office, wish = request.form.get("office", ""), request.form.get("to", "")
        if office not in {place.node for place in self._plan.offices} or wish not in {lines.UP, lines.DOWN}:
            return Response("no such line\n", 400)
        lines.switch(self._plan.data, office, up=wish == lines.UP)
        return Response(status=303, headers={"Location": f"/?lang={language}#{office}"})

    def _is_for_us(self, request: Request) -> bool:
        """Only from this page itself: no other site, and no other name for this address."""
        own = f"{HOST}:{self._plan.page_port}"
        if request.host not in {own, f"localhost:{self._plan.page_port}"}:
            return False
        origin = request.headers.get("Origin")
        site = request.headers.get("Sec-Fetch-Site", "none")
        if request.method == "POST":
            return site in {"same-origin", "none"} and (origin is None or urlsplit(origin).netloc == request.host)
        return True

    def _language(self, request: Request) -> str:
        wish = request.args.get("lang") or request.form.get("lang") or ""
        return wish if wish in LANGUAGES else "hi"

    def _show(self, language: str) -> str:
        plan = self._plan
        return self._template.render(
            language=language,
            other="en" if language == "hi" else "hi",
            district=content.DISTRICT[0 if language == "hi" else 1],
            data=str(plan.data),
            practice=plan.practice.url,
            places=[
                {
                    "node": place.node,
                    "name": getattr(name_of(place.node), language),
                    "url": place.url,
                    "is_office": bool(place.line_port),
                    "up": lines.is_up(plan.data, place.node),
                    "people": log_ins(place.node),
                }
                for place in plan.places
            ],
        )


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # its parent's name
        """Nothing: the terminal belongs to the demonstration's own lines."""
