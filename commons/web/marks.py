"""Marks of views, by which a guard knows who is let in, and a session whether somebody is at work."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

View = TypeVar("View", bound=Callable[..., object])

_OPEN, _QUIET = "open_to_all", "asked_by_page"


def open_to_all(view: View) -> View:
    """Mark a view that needs no log-in."""
    setattr(view, _OPEN, True)
    return view


def asked_by_page(view: View) -> View:
    """Mark a view that the page asks for by itself: without a session it answers 401, not the log-in page."""
    setattr(view, _QUIET, True)
    return view


def is_open(view: object) -> bool:
    """Whether a view needs no log-in."""
    return getattr(view, _OPEN, False) is True


def is_quiet(view: object) -> bool:
    """Whether the page asks for a view by itself: that renews no session."""
    return getattr(view, _QUIET, False) is True
