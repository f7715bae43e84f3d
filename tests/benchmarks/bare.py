"""The least that a form can cost: Flask answers a POST with 303, under gunicorn as the product runs it."""

from __future__ import annotations

import sys

from flask import Flask, redirect
from werkzeug.wrappers import Response

from commons.serve import run_web

THREADS = 8


def application() -> Flask:
    """One address, which sends on."""
    app = Flask(__name__)

    @app.post("/form")
    def form() -> Response:
        return redirect("/page", 303)

    return app


if __name__ == "__main__":
    run_web(application, sys.argv[1], THREADS, "bare")
