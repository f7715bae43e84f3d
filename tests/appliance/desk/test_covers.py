"""Covers, numbers, parts and volumes, links, the record, paper: what the desk allows and what it writes."""

from __future__ import annotations

import io

import pytest

from appliance.desk import covers, heads, opening, outside, reading, record, verbs
from appliance.desk.file_log import log_of
from appliance.desk.file_page import file_page
from appliance.desk.opening import Cover
from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.rebuild import rebuild
from appliance.store.unit import Unit
from protocol import events as ev
from tests.support.district import TestClock, actor
from tests.support.paper import pdf

HEAD, CLERK, OTHER = actor("moth.head"), actor("moth.da1"), actor("moth.da2")
DAY_MS = 86_400_000


def opened(unit: Unit, who: Actor = CLERK, title: str = "विषय", token: str = "", **more: object) -> str:
    return opening.open_file(unit, who, Cover(title, "moth.dev", **more), token=token)  # type: ignore[arg-type]  # fields by name


def number_of(unit: Unit, file: str) -> str:
    return str(unit.db.value("SELECT file_number FROM efile WHERE file=?", file))


def refused(code: str, call: object, /, *args: object, **values: object) -> Refused:
    with pytest.raises(Refused) as caught:
        call(*args, **values)  # type: ignore[operator]  # any function of the desk
    assert caught.value.code == code
    return caught.value


def scan(unit: Unit, name: str = "स्कैन.pdf", pages: int = 2) -> PaperIn:
    return read_paper(unit, name, "", io.BytesIO(pdf(pages)))


def test_a_number_is_built_from_the_heads(unit: Unit) -> None:
    first, second = opened(unit, head="RD-01-2"), opened(unit, OTHER, head="RD-01-2")
    assert number_of(unit, first).startswith("MOTH/RD-01-2/2026/")
    assert number_of(unit, first).endswith("/00001")
    assert number_of(unit, second).endswith("/00002")
    assert number_of(unit, opened(unit, head="RD")).endswith("MOTH/RD/2026/00001")
    page = covers.cover_page(unit, CLERK, first)
    assert page.heads == ("RD ग्राम्य विकास", "RD-01 मनरेगा", "RD-01-2 कार्य एवं सामग्री")
    refused("no_such_head", opened, unit, head="RD-99")
    refused("no_such_head", opened, unit, head="-")


def test_the_office_keeps_its_own_list_of_heads(unit: Unit) -> None:
    refused("not_administrator", heads.add_head, unit, CLERK, above="", code="X", name_hi="क", name_en="")
    assert heads.add_head(unit, HEAD, above="RD-02", code="pm", name_hi="पी.एम. आवास", name_en="") == "RD-02-PM"
    assert number_of(unit, opened(unit, head="RD-02-PM")).startswith("MOTH/RD-02-PM/")
    add = {"name_hi": "क", "name_en": ""}
    refused("head_taken", heads.add_head, unit, HEAD, above="RD-02", code="PM", **add)
    refused("head_too_deep", heads.add_head, unit, HEAD, above="RD-02-PM", code="1", **add)
    refused("bad_head_code", heads.add_head, unit, HEAD, above="", code="A/B", **add)
    refused("no_such_head", heads.add_head, unit, HEAD, above="ZZ", code="1", **add)
    heads.close_head(unit, HEAD, "RD", closed=True)
    assert not [head for head in heads.heads(unit, "moth") if head.basic == "RD"]
    refused("no_such_head", opened, unit, head="RD-02-PM")
    heads.close_head(unit, HEAD, "RD", closed=False)
    assert opened(unit, head="RD-02-PM")


@pytest.mark.parametrize("typed", ["12/अ/2019", "a/b\\c/../d", "<b>7</b>"])
def test_an_own_number_is_kept_as_typed_and_once(unit: Unit, typed: str) -> None:
    assert number_of(unit, opened(unit, own_number=f"  {typed} ")) == typed
    assert refused("number_taken", opened, unit, OTHER, own_number=typed.upper()).values == {"number": typed.upper()}


@pytest.mark.parametrize("typed", ["x" * 81, "क" * 10_000, "1/" + "9" * 13])
def test_an_own_number_has_bounds(unit: Unit, typed: str) -> None:
    refused("own_number_long", opened, unit, own_number=typed)


def test_an_own_number_cannot_run_ahead_of_the_offices_counting(unit: Unit) -> None:
    refused("own_number_series", opened, unit, own_number="moth/विकास/2026/99999")
    refused("own_number_series", opened, unit, own_number="MOTH/S/2027/1")
    assert opened(unit, own_number="MOTH/विकास/2019/12")
    assert number_of(unit, opened(unit)).endswith("/2026/00001")


def test_a_form_that_is_sent_twice_opens_one_file(unit: Unit) -> None:
    first = opened(unit, token="t1")
    assert opened(unit, token="t1") == first
    assert opened(unit, OTHER, token="t1") != first
    assert opened(unit) != opened(unit)
    made = opening.open_beside(unit, CLERK, first, volume=False, token="p")
    assert opening.open_beside(unit, CLERK, first, volume=False, token="p") == made


def test_part_and_volume_take_the_files_number(unit: Unit) -> None:
    main = opened(unit, category="योजना", retention="B")
    number = number_of(unit, main)
    part = opening.open_beside(unit, OTHER, main, volume=False, title="अंश")
    refused("not_holder", opening.open_beside, unit, OTHER, main, volume=True)
    second = opening.open_beside(unit, CLERK, main, volume=True)
    third = opening.open_beside(unit, CLERK, main, volume=True)
    made = [number_of(unit, one) for one in (part, second, third)]
    assert made == [f"{number}/P/1", f"{number}/V/2", f"{number}/V/3"]
    page = covers.cover_page(unit, CLERK, main)
    assert [one.how for one in page.links] == ["volume", "volume"]
    assert [(one.file, one.how) for one in page.linked_from] == [(part, "part")]
    found = covers.cover_page(unit, CLERK, second)
    assert (found.category, found.retention) == ("योजना", "B")
    assert found.main is not None
    assert (found.main.file, found.main.how) == (main, "volume")


def test_a_cover_is_changed_by_who_holds_the_file_and_the_old_one_stays(unit: Unit) -> None:
    file = opened(unit, earlier=("12/2019", " 12/2019 ", ""), grading="confidential")
    page = covers.cover_page(unit, CLERK, file)
    assert [one.number for one in page.earlier] == ["12/2019"]
    wish = covers.Amended("नया विषय", "मनरेगा", "C", ("12/2019",), ("77",))
    covers.amend(unit, CLERK, file, wish, version=0)
    refused("cover_changed", covers.amend, unit, CLERK, file, wish, version=0)
    refused("cover_same", covers.amend, unit, CLERK, file, wish, version=1)
    after = covers.cover_page(unit, CLERK, file)
    assert (after.category, after.retention, [one.number for one in after.later]) == ("मनरेगा", "C", ["77"])
    assert after.changes[0].fields == ("title", "category", "retention", "later")
    shown = file_page(unit, CLERK, file)
    assert (shown.subject, shown.grading) == ("नया विषय", "confidential")
    verbs.send(unit, CLERK, file, to_post="moth.head", how="up")
    refused("wrong_state", covers.amend, unit, CLERK, file, wish, version=1)
    refused("graded", covers.amend, unit, OTHER, file, wish, version=1)


def test_a_reference_leads_only_to_what_may_be_read(unit: Unit) -> None:
    secret = opened(unit, grading="secret", own_number="गुप्त/1", title="रहस्य")
    other = opened(unit, OTHER, earlier=("गुप्त/1",), title="x")
    assert covers.cover_page(unit, OTHER, other).earlier[0].file == ""
    assert covers.cover_page(unit, CLERK, other).earlier[0].file == secret
    refused("no_such_file", covers.link, unit, OTHER, other, secret, "link")
    assert covers.choices(unit, OTHER, other, "रहस्य") == []


def test_link_attach_end(unit: Unit) -> None:
    file, other = opened(unit), opened(unit, title="दूसरी")
    assert [row.file for row in covers.choices(unit, CLERK, file, "दूसरी")] == [other]
    refused("same_file", covers.link, unit, CLERK, file, file, "link")
    refused("bad_link", covers.link, unit, CLERK, file, other, "part")
    refused("no_such_link", covers.unlink, unit, CLERK, file, other)
    covers.link(unit, CLERK, file, other, "link")
    count = len(log_of(unit, file))
    covers.link(unit, CLERK, file, other, "link")
    assert len(log_of(unit, file)) == count
    assert [one.how for one in covers.cover_page(unit, CLERK, other).linked_from] == ["link"]
    covers.link(unit, CLERK, file, other, "attach")
    assert [one.how for one in covers.cover_page(unit, CLERK, file).links] == ["attach"]
    covers.unlink(unit, CLERK, file, other)
    assert covers.cover_page(unit, CLERK, file).links == ()


def test_an_attached_file_travels_along_unless_it_is_elsewhere(unit: Unit) -> None:
    file, along, elsewhere, open_note = (opened(unit, title=title) for title in "abcd")
    for other in (along, elsewhere, open_note):
        covers.link(unit, CLERK, file, other, "attach")
    verbs.send(unit, CLERK, elsewhere, to_post="moth.da2", how="down")
    verbs.save_yellow(unit, CLERK, open_note, "<p>अधूरी</p>", 0)
    verbs.send(unit, CLERK, file, to_post="moth.head", how="up", remarks="देखें")
    inbox = {row.file: row.remarks for row in reading.inbox(unit, "moth.head")}
    assert inbox == {file: "देखें", along: "देखें"}
    assert [row.file for row in reading.inbox(unit, "moth.da1")] == [open_note]


def test_a_paper_file_comes_in_with_its_number_day_and_scans(unit: Unit) -> None:
    cover = Cover("पुरानी पत्रावली", "moth.dev", own_number="क-12/विकास/2014", retention="B")
    refused("no_scan", opening.take_over, unit, CLERK, cover, [])
    papers = [scan(unit), scan(unit, "दूसरा.pdf", 3)]
    refused("opened_in_future", opening.take_over, unit, CLERK, cover, papers, opened="2099-01-01")
    refused("no_old_number", opening.take_over, unit, CLERK, Cover("s", "moth.dev"), papers)
    file = opening.take_over(unit, CLERK, cover, papers, opened="2014-04-01", portal=True, token="t")
    assert opening.take_over(unit, CLERK, cover, papers, token="t") == file
    page = covers.cover_page(unit, CLERK, file)
    assert (page.old_number, page.old_opened, page.from_portal) == ("क-12/विकास/2014", "2014-04-01", True)
    shown = file_page(unit, CLERK, file)
    assert [(paper.first_page, paper.pages, paper.here) for paper in shown.papers] == [(1, 2, True), (3, 3, True)]
    refused("number_taken", opening.take_over, unit, OTHER, cover, papers)


def test_record_review_and_reopen(unit: Unit, clock: TestClock) -> None:
    file = opened(unit)
    put = {"retention": "C", "review": "2027-06-01"}
    refused("wrong_state", record.put_in_record, unit, CLERK, file, **put)
    verbs.close(unit, CLERK, file, "")
    refused("bad_retention", record.put_in_record, unit, CLERK, file, retention="", review="")
    refused("review_missing", record.put_in_record, unit, CLERK, file, retention="C", review="")
    refused("review_past", record.put_in_record, unit, CLERK, file, retention="C", review="2020-01-01")
    refused("review_far", record.put_in_record, unit, CLERK, file, retention="C", review="2060-01-01")
    record.put_in_record(unit, CLERK, file, **put)
    (row,) = record.recorded(unit, OTHER)
    assert (row.retention, row.review, row.due) == ("C", "2027-06-01", False)
    assert record.recorded(unit, CLERK, due=True) == []
    clock.ms += 250 * DAY_MS
    assert [one.row.file for one in record.recorded(unit, CLERK, due=True)] == [file]
    record.keep_on(unit, CLERK, file, review="2028-06-01")
    assert record.recorded(unit, CLERK, due=True) == []
    assert covers.cover_page(unit, CLERK, file).review == "2028-06-01"
    verbs.reopen(unit, CLERK, file, "फिर")
    assert record.recorded(unit, CLERK) == []
    assert reading.inbox(unit, CLERK.post)[0].file == file


def test_a_secret_file_is_in_no_list_of_others(unit: Unit) -> None:
    file = opened(unit, grading="secret")
    outside.send_out(unit, CLERK, file, to="बाहर")
    assert len(outside.files_out(unit, CLERK)) == 1
    assert outside.files_out(unit, OTHER) == []
    refused("no_such_file", outside.outing, unit, OTHER, file)
    veiled = opened(unit, grading="confidential")
    outside.send_out(unit, CLERK, veiled, to="बाहर")
    (row,) = outside.files_out(unit, OTHER)
    assert (row.row.subject, row.outing, row.row.out_to) == ("", None, "")


def test_out_on_paper_and_back_by_scan(unit: Unit) -> None:
    file = opened(unit)
    refused("no_addressee", outside.send_out, unit, CLERK, file, to=" \u200b ")
    refused("addressee_long", outside.send_out, unit, CLERK, file, to="क" * 10_000)
    refused("due_in_past", outside.send_out, unit, CLERK, file, to="निर्माण खण्ड", due="2020-01-01")
    verbs.save_yellow(unit, CLERK, file, "<p>अधूरी</p>", 0)
    refused("yellow_unconfirmed", outside.send_out, unit, CLERK, file, to="निर्माण खण्ड")
    verbs.confirm_note(unit, CLERK, file)
    slip = outside.send_out(unit, CLERK, file, to="निर्माण खण्ड", remarks="तकनीकी मत", due="2027-01-01")
    assert slip == "MOTH/S/2026/000001"
    refused("wrong_state", outside.send_out, unit, CLERK, file, to="निर्माण खण्ड")
    out = outside.outing(unit, OTHER, file)
    assert out is not None
    assert (out.to, out.slip, out.due) == ("निर्माण खण्ड", slip, "2027-01-01")
    assert reading.inbox(unit, CLERK.post) == []
    assert [row.out_to for row in reading.all_files(unit, OTHER)] == ["निर्माण खण्ड"]
    assert outside.count_out(unit, CLERK.post) == 1
    refused("nothing_back", outside.come_back, unit, CLERK, file, [])
    refused("not_holder", outside.come_back, unit, OTHER, file, [], remarks="x")
    outside.come_back(unit, CLERK, file, [scan(unit)], remarks="")
    assert outside.outing(unit, CLERK, file) is None
    assert reading.inbox(unit, CLERK.post)[0].file == file
    roles = [body.role for _, _, body in log_of(unit, file) if isinstance(body, ev.Attach)]
    assert roles == ["returned"]
    stays = reading.movements(unit, file)
    assert [(stay.kind, stay.how, stay.out_to) for stay in stays] == [
        ("desk", "open", ""), ("paper", "out_paper", "निर्माण खण्ड"), ("desk", "back_paper", ""),
    ]  # fmt: skip
    assert (stays[1].post, stays[1].slip, stays[1].remarks) == (CLERK.post, slip, "तकनीकी मत")
    assert stays[0].to_ms == stays[1].from_ms
    assert (stays[1].to_ms, stays[2].to_ms) == (stays[2].from_ms, None)
    assert outside.send_out(unit, CLERK, file, to="फिर") == "MOTH/S/2026/000002"


def test_all_of_it_is_in_the_journal(unit: Unit, clock: TestClock) -> None:
    main = opened(unit, head="PR-01")
    opening.open_beside(unit, CLERK, main, volume=True)
    opening.take_over(unit, CLERK, Cover("s", "moth.dev", own_number="9/9"), [scan(unit)], opened="2014-04-01")
    outside.send_out(unit, CLERK, main, to="x")
    views = ("efile", "cover", "link", "counter", "paper")

    def rows() -> list[list[tuple[object, ...]]]:
        return [sorted(map(repr, unit.db.rows(f"SELECT * FROM {view}"))) for view in views]  # type: ignore[arg-type]  # as text

    before = rows()
    rebuild(unit.db, clock.ms)
    assert rows() == before
