from __future__ import annotations

import io
from collections.abc import Iterable
from pathlib import Path

import pytest

from appliance.desk import papers, reading, verbs
from appliance.desk.values import Refused
from appliance.store.unit import Unit
from tests.support.district import actor

CLERK = actor("moth.da1")


def pdf(pages: int, filling: int = 0) -> bytes:
    page = b"2 0 obj<</Type /Page/Parent 1 0 R>>endobj " + b"." * filling
    return b"%PDF-1.4\n1 0 obj<</Type /Pages/Kids[]>>endobj " + page * pages + b"\n%%EOF\n"


@pytest.fixture
def file(unit: Unit) -> str:
    return verbs.open_file(unit, CLERK, subject="s", section="moth.dev", language="hi")


def attach(unit: Unit, file: str, content: bytes, name: str = "a.pdf", media_type: str = "application/pdf") -> str:
    return verbs.attach(unit, CLERK, file, name=name, media_type=media_type, stream=io.BytesIO(content))


def stored(unit: Unit) -> list[Path]:
    return [path for path in (unit.folder / "papers").rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "paper_empty"),
        (b"MZ\x90\x00", "paper_not_pdf"),
        (b"<html>%PDF-</html>", "paper_not_pdf"),
        (b"%PD", "paper_not_pdf"),
        (b"PK\x03\x04", "paper_not_pdf"),
        (b"\x89PNG\r\n", "paper_not_pdf"),
        (b" %PDF-1.4", "paper_not_pdf"),
    ],
)
def test_what_is_no_paper_is_refused_whatever_it_calls_itself(unit: Unit, file: str, content: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        attach(unit, file, content)
    assert refused.value.code == code
    assert stored(unit) == []
    assert unit.db.value("SELECT count(*) FROM event WHERE kind='attach'") == 0


@pytest.mark.parametrize(
    ("content", "kind"),
    [(pdf(1), "application/pdf"), (b"\xff\xd8\xff\xe0 jpeg", "image/jpeg"), (b"\x89PNG\r\n\x1a\n png", "image/png")],
)
def test_its_kind_is_read_off_its_bytes(unit: Unit, file: str, content: bytes, kind: str) -> None:
    attach(unit, file, content, "x.exe", "application/x-dosexec")
    (paper,) = reading.file_page(unit, CLERK, file).papers
    assert (paper.media_type, paper.name, paper.size, paper.here) == (kind, "x.exe", len(content), True)
    assert b"".join(unit.papers.open(bytes.fromhex(paper.sha256))) == content


class Endless(io.BytesIO):
    """A paper that never ends."""

    given = 0

    def read(self, size: int | None = -1) -> bytes:
        assert size is not None
        self.given += size
        return b"%PDF-" + b"x" * (size - 5)


def test_one_that_is_too_large_is_refused_without_reading_it_all(unit: Unit, file: str) -> None:
    endless = Endless()
    with pytest.raises(Refused) as refused:
        verbs.attach(unit, CLERK, file, name="a", media_type="", stream=endless)
    assert (refused.value.code, refused.value.values) == ("paper_too_large", {"limit_bytes": papers.PAPER_BYTES})
    assert endless.given <= papers.PAPER_BYTES + (1 << 20)
    assert stored(unit) == []


def test_one_of_just_the_limit_is_taken(unit: Unit, file: str) -> None:
    content = b"%PDF-" + bytes(papers.PAPER_BYTES - 5)
    attach(unit, file, content)
    assert reading.file_page(unit, CLERK, file).papers[0].size == papers.PAPER_BYTES


def pages_found(unit: Unit, content: bytes) -> int:
    return papers.read_paper(unit, "n", "", io.BytesIO(content)).pages


@pytest.mark.parametrize("pages", [1, 2, 3, 17])
@pytest.mark.parametrize("filling", [0, 40_000])
def test_pages_are_counted_and_the_correspondence_is_numbered_on(
    unit: Unit, file: str, pages: int, filling: int
) -> None:
    attach(unit, file, pdf(pages, filling))
    attach(unit, file, pdf(2, 1))
    assert [(paper.first_page, paper.pages) for paper in reading.file_page(unit, CLERK, file).papers] == [
        (1, pages),
        (pages + 1, 2),
    ]


def cuts() -> Iterable[int]:
    return range((1 << 16) - 80, (1 << 16) + 4)


@pytest.mark.parametrize("place", cuts())
def test_a_page_is_counted_once_wherever_a_piece_ends(unit: Unit, place: int) -> None:
    head = b"%PDF-1.4\n"
    content = head + b"." * (place - len(head)) + b"<</Type /Page /X 1>>" + b"." * 200
    assert pages_found(unit, content + b"<</Type /Page>>") == 2


def test_the_same_paper_twice_on_two_files_lies_here_once(unit: Unit, file: str) -> None:
    other = verbs.open_file(unit, CLERK, subject="o", section="moth.dev", language="hi")
    assert attach(unit, file, pdf(1)) == attach(unit, other, pdf(1))
    assert len(stored(unit)) == 1


def test_a_name_is_shown_as_one_plain_line(unit: Unit, file: str) -> None:
    attach(unit, file, pdf(1), "../../etc/\x00pass\nwd\u202e" + "x" * 300)
    name = reading.file_page(unit, CLERK, file).papers[0].name
    assert "\n" not in name
    assert "\u202e" not in name
    assert len(name) <= 120


def test_nobody_attaches_to_a_file_that_is_not_on_his_desk(unit: Unit, file: str) -> None:
    with pytest.raises(Refused) as refused:
        verbs.attach(unit, actor("moth.da2"), file, name="a", media_type="", stream=io.BytesIO(pdf(1)))
    assert refused.value.code == "not_holder"
    assert stored(unit) == []
