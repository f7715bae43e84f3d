"""How long a person waits for what a search finds, with many documents behind it."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from statistics import median

from msgspec.structs import replace

from appliance.desk.search import search
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from protocol import events as ev
from protocol.folding import words_of
from tests.benchmarks import history
from tests.benchmarks.district import OFFICE, District
from tests.benchmarks.events import Line, Said, Translator, stretched
from tests.benchmarks.results import Result, raw, result
from tests.benchmarks.setting import Setting, opened

DOCUMENTS_SHARE = 5
"""One document for so many events of the long history: 200,000 for 1,000,000."""

SECRET_SHARE = 0.3
QUESTIONS = 12
"""Of each kind, in each repeat."""

COMMON, SAMPLE = 20, 2000


class _Graded(Translator):
    """A share of the files is secret."""

    _draw = random.Random("graded")

    def say(self, line: Line) -> Said:
        """As the line says it."""
        said = super().say(line)
        if isinstance(said.body, ev.Open) and self._draw.random() < SECRET_SHARE:
            return said._replace(body=replace(said.body, grading="secret"))
        return said


def search_ms(setting: Setting) -> list[Result]:
    """The p95 of the slowest kind of question; beside it median and p95 of each."""
    total = setting.grown // DOCUMENTS_SHARE

    def fill(district: District) -> None:
        with opened(district) as unit:
            history.write(unit, _enough(unit, setting, total), _Graded(OFFICE))

    found: list[Result] = []
    worst = 0.0
    with opened(setting.kept("searched", fill)) as unit:
        documents = unit.db.value("SELECT count(*) FROM doc")
        found.append(raw("search_ms.documents", documents, "documents"))
        for kind, questions, actor in _kinds(unit, setting.lines):
            taken = sorted(_milliseconds(unit, actor, question) for question in questions * setting.repeats)
            p95 = taken[min(len(taken) - 1, round(0.95 * len(taken)))]
            found.append(raw(f"search_ms.{kind}_median", median(taken), "ms"))
            found.append(raw(f"search_ms.{kind}_p95", p95, "ms"))
            worst = max(worst, p95)
    return [result("search_ms", worst), *found]


def _enough(unit: Unit, setting: Setting, total: int) -> Iterator[Line]:
    """Lines until there are so many documents."""
    for n, line in enumerate(stretched(setting.lines, 2 * total)):
        if n >= total and n % 1000 == 0 and unit.db.value("SELECT count(*) FROM doc") >= total:
            return
        yield line


def _milliseconds(unit: Unit, actor: Actor, question: str) -> float:
    started = time.perf_counter()
    search(unit, actor, question)
    return (time.perf_counter() - started) * 1000


def _kinds(unit: Unit, lines: Sequence[Line]) -> Iterator[tuple[str, list[str], Actor]]:
    """Questions of each kind, and who asks: someone with many secret files of his own, or with none."""
    draw = random.Random("questions")
    texts = [str(line.get("body", line.get("subject", ""))) for line in lines[:SAMPLE]]
    ranked = [word for word, _ in Counter(word for text in texts for word in words_of(text)).most_common()]
    words = [word for word in ranked if len(word) > 1 and not word.isdecimal()]
    common, rare = words[:COMMON], words[len(words) // 2 :]
    busy = unit.db.value("SELECT post FROM chain_post GROUP BY post ORDER BY count(*) DESC LIMIT 1")
    insider, stranger = Actor("e1", busy, 1), Actor("e1", f"{OFFICE}.nobody", 1)
    numbers = [number for (number,) in unit.db.rows("SELECT number FROM doc_cover WHERE number<>'' LIMIT ?", QUESTIONS)]

    def some(of: Sequence[str]) -> str:
        return draw.choice(of)

    yield "one_word", [f'"{some(common)}"' for _ in range(QUESTIONS)], insider
    yield "rare_word", [f'"{some(rare)}"' for _ in range(QUESTIONS)], insider
    yield "two_words", [f'"{some(common)}" "{some(rare)}"' for _ in range(QUESTIONS)], insider
    yield "beginning", [some(words[:200])[:2] for _ in range(QUESTIONS)], insider
    yield "common_beginning", [some(common) for _ in range(QUESTIONS)], insider
    yield "number", numbers, insider
    yield "nothing", [f"ळ{some(rare)}ळ" for _ in range(QUESTIONS)], insider
    yield "stranger", [some(common) for _ in range(QUESTIONS)], stranger
