"""libm17n by ctypes: another program that types Hindi, to judge ours by. Debian's `libm17n-0` and `m17n-db`."""

from __future__ import annotations

import ctypes
from ctypes import c_char_p, c_int, c_void_p


class Typewriter:
    """An input method of m17n-db for Hindi, as `hi-remington.mim` is "remington"."""

    def __init__(self, name: str) -> None:
        core, self._shell = ctypes.CDLL("libm17n-core.so.0"), ctypes.CDLL("libm17n.so.0")
        for library, function, gives, takes in (
            (core, "msymbol", c_void_p, [c_char_p]),
            (core, "mtext", c_void_p, []),
            (core, "mtext_len", c_int, [c_void_p]),
            (core, "mtext_ref_char", c_int, [c_void_p, c_int]),
            (core, "m17n_object_unref", c_int, [c_void_p]),
            (self._shell, "minput_open_im", c_void_p, [c_void_p, c_void_p, c_void_p]),
            (self._shell, "minput_create_ic", c_void_p, [c_void_p, c_void_p]),
            (self._shell, "minput_filter", c_int, [c_void_p, c_void_p, c_void_p]),
            (self._shell, "minput_lookup", c_int, [c_void_p, c_void_p, c_void_p, c_void_p]),
            (self._shell, "minput_reset_ic", None, [c_void_p]),
        ):
            found = getattr(library, function)
            found.restype, found.argtypes = gives, takes
        self._core = core
        self._shell.m17n_init()
        self._method = self._shell.minput_open_im(core.msymbol(b"hi"), core.msymbol(name.encode()), None)
        if not self._method:
            raise LookupError(f"m17n-db has no hi-{name}")
        self._context = self._shell.minput_create_ic(self._method, None)

    def type(self, strokes: str) -> str:
        """What it makes of the keys of an English keyboard, ended by a space that is not in the answer."""
        out = self._core.mtext()
        for stroke in f"{strokes} ":
            self._stroke("space" if stroke == " " else stroke, stroke, out)
        length = self._core.mtext_len(out)
        text = "".join(chr(self._core.mtext_ref_char(out, at)) for at in range(length))
        self._core.m17n_object_unref(out)
        self._shell.minput_reset_ic(self._context)
        return text.removesuffix(" ")

    def _stroke(self, name: str, plain: str, out: int) -> None:
        key = self._core.msymbol(name.encode())
        if self._shell.minput_filter(self._context, key, None):
            return
        made = self._core.mtext()
        refused = self._shell.minput_lookup(self._context, key, None, made)
        for at in range(self._core.mtext_len(made)):
            self._append(out, self._core.mtext_ref_char(made, at))
        if refused:
            self._append(out, ord(plain))
        self._core.m17n_object_unref(made)

    def _append(self, out: int, character: int) -> None:
        self._core.mtext_cat_char.argtypes = [c_void_p, c_int]
        self._core.mtext_cat_char.restype = c_void_p
        self._core.mtext_cat_char(out, character)
