"""The worker's walls, tried from inside by programs that do what a taken-over decoder would."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from commons.documents.ask import look, page_pictures, pages_of
from commons.documents.held import hold
from commons.documents.run import AT_ONCE, run
from commons.documents.tasks import Draw, Look
from commons.documents.values import NotTaken
from tests.support.paper import pdf

WALLS = "import os, sys, socket\nfrom commons.documents.worker import confine\nconfine({memory}, 2, 1 << 20)\n"


def confined(program: str, answer: Path) -> subprocess.CompletedProcess[bytes]:
    with answer.open("wb") as out:
        return subprocess.run(
            [sys.executable, "-I", "-c", WALLS.format(memory=1 << 30) + program],
            stdout=out, stderr=subprocess.PIPE, timeout=30, check=False, env={},
        )  # fmt: skip


@pytest.mark.parametrize(
    ("program", "why"),
    [
        ("os.write(1, b'x')", ""),
        ("open('/etc/passwd')", "Too many open files"),
        ("open('x', 'w')", "Too many open files"),
        ("socket.socket()", "Too many open files"),
        ("os.pipe()", "Too many open files"),
        ("bytearray(2 << 30)", "MemoryError"),
        ("while os.write(1, bytes(1 << 16)): pass", "File too large"),
        ("while True: pass", ""),
    ],
)
def test_what_it_gave_up_it_does_not_get_back(program: str, why: str, tmp_path: Path) -> None:
    done = confined(program, tmp_path / "answer")
    assert (done.returncode == 0) == (program == "os.write(1, b'x')"), done.stderr
    assert why in done.stderr.decode()
    assert (tmp_path / "answer").stat().st_size <= 1 << 20


def many_strokes() -> bytes:
    """A page that takes minutes to draw."""
    stroke = b"0 0 m 200 280 1 200 3 4 c 7 9 100 50 60 270 c S\n"
    return pdf(more=()).replace(
        b"<</Length 21>>stream\n0.2 g 20 20 90 90 re f\nendstream",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stroke) * 400_000, stroke * 400_000),
    )


def test_one_that_takes_too_long_is_given_up() -> None:
    with hold(many_strokes()) as held, pytest.raises(NotTaken) as found:
        run([held], [Draw((1,), 1600)] * 20, seconds=1)
    assert found.value.code == "paper_slow"
    assert look(pdf()).pages == 1


def test_several_things_are_asked_of_one_worker() -> None:
    with hold(pdf(3)) as held:
        seen, drawn = run([held], [Look(), Draw((1, 3), 160)])
    assert seen.pages == 3  # type: ignore[union-attr] # the answer to Look is Seen
    assert len(drawn.pictures) == 2  # type: ignore[union-attr] # and to Draw it is Drawn


def test_a_page_that_is_not_there_is_refused() -> None:
    with pytest.raises(NotTaken) as found:
        page_pictures(pdf(2), [3], 160)
    assert (found.value.code, found.value.values) == ("paper_no_page", {"page": 3})


def test_more_than_two_wait_for_each_other_and_all_are_answered() -> None:
    pages: list[int] = []

    def ask(count: int) -> None:
        with hold(pdf(count)) as held:
            pages.append(pages_of(held))

    threads = [threading.Thread(target=ask, args=(count,)) for count in range(1, AT_ONCE + 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(pages) == list(range(1, AT_ONCE + 5))


def test_it_leaves_no_open_file_and_no_process_behind() -> None:
    look(pdf())
    before = len(list(Path("/proc/self/fd").iterdir()))
    children = children_of_this_process()
    for content in (pdf(), b"%PDF-1.4 broken", b"GIF89a"):
        for _ in range(3):
            try:
                look(content)
            except NotTaken:
                continue
    assert len(list(Path("/proc/self/fd").iterdir())) == before
    assert children_of_this_process() <= children


def children_of_this_process() -> set[str]:
    """Also those that have ended and were not waited for."""
    return {pid for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}
