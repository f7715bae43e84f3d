"""The office's screens: `create_app` makes the Flask application; one module for each group of screens."""

from appliance.web.app import create_app

__all__ = ["create_app"]
