"""Tells what happens in the reader's language, and stops at the first statement that is not true."""

from __future__ import annotations

import time


class NotTrue(Exception):
    """A statement of the story was false: its words, and what was found instead."""

    def __init__(self, words: str, found: object) -> None:
        self.words = words
        self.found = found
        super().__init__(words)


class Teller:
    """Every sentence is given in Hindi and English."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.checked = 0
        self._began = time.monotonic()

    def say(self, hi: str, en: str) -> None:
        """What somebody does."""
        print(f"\n{self._seconds():5.1f} s  {self._words(hi, en)}", flush=True)

    def check(self, hi: str, en: str, true: bool, found: object = "") -> None:
        """A statement about the screens or the databases. Raises NotTrue."""
        words = self._words(hi, en)
        if not true:
            print(f"         NO  {words}", flush=True)
            raise NotTrue(words, found)
        self.checked += 1
        print(f"         ok  {words}", flush=True)

    def seconds(self) -> float:
        """Since the story began."""
        return self._seconds()

    def _seconds(self) -> float:
        return time.monotonic() - self._began

    def _words(self, hi: str, en: str) -> str:
        return hi if self.language == "hi" else en
