"""The office's own templates, rendered from objects in memory by the same gunicorn: the least that a page can cost.

The first pages of each kind are the product's; what their templates were given is kept, and every later page of that
kind is one of those rendered again, with no session looked up and no database read.
"""

from __future__ import annotations

import itertools
import sys
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flask import Flask, before_render_template, g, request

from appliance.config import open_unit
from appliance.web.app import create_app
from commons.serve import run_web

if TYPE_CHECKING:
    from jinja2 import Template

THREADS = 8
KEPT = 8
"""Pages of each kind."""

READ_LATER = ("counts", "line", "office_name")
"""What templates are given as functions that read the database."""


class Memory:
    """What was given to the first templates of each view."""

    def __init__(self) -> None:
        self._pages: dict[str, list[tuple[Template, dict[str, Any], dict[str, Any]]]] = defaultdict(list)
        self._turn = itertools.count()

    def keep(self, _app: Flask, template: Template, context: dict[str, Any], **_: object) -> None:
        """Called before a template of the product is rendered; parts of a page are rendered after the page itself."""
        if "memory" in g:
            return
        g.memory = True
        pages = self._pages[request.endpoint or ""]
        if request.method == "GET" and len(pages) < KEPT and g.get("who"):
            known = {name: context[name]() for name in READ_LATER if name in context}
            kept = {**context, **{name: (lambda value=value: value) for name, value in known.items()}}
            pages.append((template, kept, {name: g.get(name) for name in g}))

    def answer(self) -> str | None:
        """A page from memory; None until enough of its kind are kept."""
        pages = self._pages.get(request.endpoint or "", [])
        if request.method != "GET" or len(pages) < KEPT:
            return None
        template, context, about = pages[next(self._turn) % KEPT]
        for name, value in about.items():
            setattr(g, name, value)
        return template.render(context)


def application(folder: Path) -> Flask:
    """The office's application over an opened folder, with a memory."""
    app = create_app(open_unit(folder))
    memory = Memory()
    before_render_template.connect(memory.keep, app, weak=False)
    app.before_request_funcs.setdefault(None, []).insert(0, memory.answer)
    return app


if __name__ == "__main__":
    run_web(lambda: application(Path(sys.argv[2])), sys.argv[4], THREADS, "memory")
