"""The district's screens: `create_app` makes the Flask application."""

from central.web.app import create_app

__all__ = ["create_app"]
