"""What people do beside moving files: letters, covers, opinions, drafts, the record, paper, gradings, the directory.

One table: each act says what it needs (an event-free look at the node's own views) and which verb of the desk it calls.
Its chances come from a stream of their own, so that a run without them stays the run that it was. For the same sake an
act that came later weighs nothing by itself: only a plan that names it (`Plan.acts`) has it, as the world "weeding" has
`weed`.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from appliance.desk import (
    administration,
    covers,
    drafts,
    grading,
    issuing,
    opening,
    opinions,
    outside,
    pull_up,
    readings,
    receipts,
    record,
    rights,
    verbs,
)
from appliance.desk.draft_values import DraftText, LetterFacts
from appliance.desk.papers import PaperIn, read_paper
from appliance.desk.receipt_rules import LetterIn
from appliance.desk.values import Actor
from tests.simulation import people
from tests.simulation.offices import RANKS
from tests.simulation.watch import desk_of
from tests.simulation.world import Node, World
from tests.support.paper import pdf

MOST_LETTERS, MOST_OPINIONS, MOST_FILES = 4, 4, 10
_HELD = "SELECT file, post FROM efile WHERE phase='held' AND "
_DESK = _HELD + "sort='file' AND standing='desk'"


class Chance(NamedTuple):
    """One thing that somebody could do now: `where` is what the act needs to know beside the file."""

    file: str
    post: str
    where: tuple[object, ...] = ()


class Act(NamedTuple):
    """`needs`: a query for file, post and what else `do` takes. `wakes`: whether the line is told of it."""

    weight: float
    needs: str
    do: Callable[[World, Node, Actor, Chance], object]
    wakes: bool = True


def act(world: World, node: Node) -> str:
    """One person at one node does one of these, if any can be done; what it was."""
    names = sorted(ACTS)
    weights = [world.plan.acts.get(name, ACTS[name].weight) for name in names]
    for name in world.more.choices(names, weights, k=6):
        rows = node.unit.db.rows(f"{ACTS[name].needs} ORDER BY 1, 2")
        chances = [Chance(row[0], row[1], row[2:]) for row in rows if _is_here(node, row[1])]
        if chances:
            return _do(world, node, name, world.more.choice(chances))
    return "nothing to do"


def _do(world: World, node: Node, name: str, chance: Chance) -> str:
    anybody = not chance.post or world.more.random() < 0.04
    actor = world.offices.actor(f"{node.code}.{world.more.choice(RANKS)}" if anybody else chance.post)
    what = f"{name} {chance.file[:3]}..{chance.file.rpartition('.')[2]} by {actor.post}"
    found = ACTS[name]
    before = desk_of(node)
    said = people.do(world, node, what, lambda: found.do(world, node, actor, chance), many=True, wakes=found.wakes)
    people.yellow_after(world, node, before, (chance.file, actor.post))
    world.record.acts[name] += said == what
    return said


def _is_here(node: Node, post: str) -> bool:
    office, _, word = post.partition(".")
    return not post or (office == node.code and word in RANKS)


def _words(world: World, count: int = 2) -> str:
    return people.words(world.more, count)


def _posts(world: World, node: Node, *, away: bool = False) -> str:
    codes = [code for code in world.offices.codes if not (away and code == node.code)]
    return f"{world.more.choice(codes)}.{world.more.choice(RANKS)}"


def _scan(world: World, node: Node) -> PaperIn:
    content = pdf(filling=world.more.randbytes(world.more.randrange(10, 900)))
    return read_paper(node.unit, "b.pdf", "application/pdf", io.BytesIO(content))


def _day(node: Node, days: int) -> str:
    now = datetime.fromtimestamp(node.unit.clock.now_ms() / 1000, UTC)
    return (now + timedelta(days=days)).date().isoformat()


# -------------------------------------------------------------------- letters that came
def _diarise(world: World, node: Node, actor: Actor, chance: Chance) -> object:
    letter = LetterIn(title=_words(world), sender=_words(world, 1), mode="post")
    return receipts.diarise(node.unit, actor, letter, arrived=chance.file)


def _take_over(world: World, node: Node, actor: Actor, _: Chance) -> object:
    cover = opening.Cover(_words(world), f"{node.code}.dev", own_number=f"पुराना {world.more.randrange(1 << 30)}")
    return opening.take_over(node.unit, actor, cover, [_scan(world, node)])


def _put(_: World, node: Node, actor: Actor, chance: Chance) -> None:
    receipts.put_in_file(node.unit, actor, chance.file, str(chance.where[0]))


# -------------------------------------------------------------------- covers
def _beside(world: World, node: Node, actor: Actor, chance: Chance) -> object:
    return opening.open_beside(node.unit, actor, chance.file, volume=world.more.random() < 0.5)


def _link(world: World, node: Node, actor: Actor, chance: Chance) -> None:
    how = world.more.choice(("link", "attach", "attach"))
    covers.link(node.unit, actor, chance.file, str(chance.where[0]), how)


def _amend(world: World, node: Node, actor: Actor, chance: Chance) -> None:
    version = covers.cover_page(node.unit, actor, chance.file).version
    wish = covers.Amended(_words(world), retention=world.more.choice(("", "A", "C")), earlier=(_words(world, 1),))
    covers.amend(node.unit, actor, chance.file, wish, version=version)


# -------------------------------------------------------------------- opinions
def _ask(world: World, node: Node, actor: Actor, chance: Chance) -> object:
    posts = [_posts(world, node, away=world.more.random() < 0.7) for _ in range(world.more.choice((1, 1, 2)))]
    papers = [sha.hex() for (sha,) in node.unit.db.rows("SELECT sha256 FROM paper WHERE file=?", chance.file)]
    chosen = sorted(papers)[: world.more.randrange(2)]
    return opinions.ask(node.unit, actor, chance.file, posts=posts, question=_words(world), papers=chosen)


def _write(world: World, node: Node, actor: Actor, chance: Chance) -> object:
    version = node.yellow.get((chance.file, actor.post), ("", 0))[1]
    return verbs.save_yellow(node.unit, actor, chance.file, f"<p>{_words(world)}</p>", version)


# -------------------------------------------------------------------- drafts
def _draft(world: World, node: Node, actor: Actor, chance: Chance) -> object:
    text = DraftText(form="order", title=_words(world), body=f"<p>{_words(world)}</p>")
    known = [draft for (draft,) in node.unit.db.rows("SELECT draft FROM draft WHERE file=? ORDER BY 1", chance.file)]
    if known and world.more.random() < 0.4:
        row = drafts.revise(node.unit, actor, chance.file, world.more.choice(known))
    else:
        row = drafts.start(node.unit, actor, chance.file, text)
    return drafts.save_version(node.unit, actor, chance.file, row)


def _decide(world: World, node: Node, actor: Actor, chance: Chance) -> None:
    draft, version = chance.where
    yes = world.more.random() < 0.8
    drafts.decide(node.unit, actor, chance.file, int(str(draft)), int(str(version)), yes=yes, remarks="हाँ")


def _issue(world: World, node: Node, actor: Actor, chance: Chance) -> object:
    draft, version = (int(str(value)) for value in chance.where)
    mode = world.more.choice(("post", "office", "office"))
    wish = issuing.Wish(draft, version, mode, to_post=_posts(world, node, away=True) if mode == "office" else "")
    return issuing.issue(node.unit, actor, chance.file, wish, _letter)


def _letter(facts: LetterFacts) -> bytes:
    return pdf(filling=facts.number.encode())


def _dispatch(_: World, node: Node, actor: Actor, chance: Chance) -> None:
    issuing.dispatch(
        node.unit, actor, chance.file, int(str(chance.where[0])), mode="post", day=_day(node, 0), remarks="क्रमांक"
    )


# -------------------------------------------------------------------- record, paper, gradings, directory
def _put_in_record(world: World, node: Node, actor: Actor, chance: Chance) -> None:
    retention = world.more.choice(("B", "C"))
    review = _day(node, world.plan.review_days)
    record.put_in_record(node.unit, actor, chance.file, retention=retention, review=review)


def _weed(world: World, node: Node, actor: Actor, chance: Chance) -> None:
    number = _words(world, 1)
    record.weed(node.unit, actor, chance.file, order=_scan(world, node), order_number=number, remarks="सूची")


def _come_back(world: World, node: Node, actor: Actor, chance: Chance) -> None:
    papers = [_scan(world, node) for _ in range(world.more.randrange(2))]
    outside.come_back(node.unit, actor, chance.file, papers, remarks="लौटी")


def _read(_: World, node: Node, actor: Actor, chance: Chance) -> object:
    rights.require_read(node.unit, actor, chance.file)
    return readings.note_reading(node.unit, actor, chance.file)


def _propose(world: World, node: Node, actor: Actor, _: Chance) -> object:
    number = world.more.randrange(1 << 30)
    if world.more.random() < 0.5:
        return administration.add_section(
            node.unit, actor, node.code, word=f"s{number:x}"[:8], name_hi="अनुभाग", name_en="Section"
        )
    return administration.add_employee(node.unit, actor, code=f"9{number}", name="नमूना", language="hi", phone="")


_RECEIPT = _HELD + "sort='receipt' AND standing='desk'"
_OPINION = _HELD + "sort='opinion' AND "
_ASKED = _OPINION + "standing='desk' AND post<>(SELECT s.post FROM stay s WHERE s.file=efile.file ORDER BY s.n LIMIT 1)"
_DRAFTS = (
    "SELECT d.file, e.post, d.draft, d.version FROM draft d JOIN efile e USING (file) WHERE e.phase='held' AND "
    "e.standing='desk' AND "
)
ACTS: dict[str, Act] = {
    "diarise": Act(
        2.0, f"SELECT '', '' WHERE (SELECT count(*) FROM efile WHERE sort='receipt') < {MOST_LETTERS}", _diarise
    ),
    "diarise letter": Act(6.0, _HELD + "sort='letter' AND standing='desk'", _diarise),
    "copy": Act(0.5, _RECEIPT, lambda _, node, actor, one: receipts.copy_receipt(node.unit, actor, one.file)),
    "put": Act(
        4.0, "SELECT r.file, r.post, f.file FROM efile r JOIN efile f USING (post) WHERE r.sort='receipt' AND "
        "f.sort='file' AND r.phase='held' AND f.phase='held' AND r.standing='desk' AND f.standing='desk'", _put,
    ),
    "take over": Act(
        0.4, f"SELECT '', '' WHERE (SELECT count(*) FROM efile WHERE sort='file') < {MOST_FILES}", _take_over
    ),
    "beside": Act(1.0, f"{_DESK} AND (SELECT count(*) FROM efile WHERE sort='file') < {MOST_FILES}", _beside),
    "link": Act(
        2.0, "SELECT a.file, a.post, b.file FROM efile a JOIN efile b ON a.file<>b.file WHERE a.phase='held' AND "
        "a.sort='file' AND a.standing='desk' AND b.sort='file'", _link,
    ),
    "unlink": Act(
        1.0, "SELECT e.file, e.post, l.other FROM link l JOIN efile e USING (file) WHERE e.phase='held' AND "
        "e.standing='desk'",
        lambda _, node, actor, one: covers.unlink(node.unit, actor, one.file, str(one.where[0])),
    ),
    "amend": Act(1.5, _DESK, _amend),
    "ask": Act(
        4.0, f"{_DESK} AND (SELECT count(*) FROM efile WHERE sort='opinion' AND standing<>'closed') < {MOST_OPINIONS}",
        _ask,
    ),
    "write": Act(6.0, _ASKED, _write),
    "answer": Act(8.0, _ASKED, lambda _, node, actor, one: opinions.answer(node.unit, actor, one.file)),
    "admit": Act(
        6.0, "SELECT o.file, o.post FROM efile o JOIN consult c ON c.opinion=o.file JOIN efile f ON f.file=c.file "
        "WHERE o.phase='held' AND f.phase='held' AND f.post=o.post AND o.standing<>'closed' "
        "AND EXISTS (SELECT 1 FROM event v WHERE v.subject=o.file AND v.kind='note' AND v.pos IS NOT NULL)",
        lambda _, node, actor, one: opinions.admit(node.unit, actor, one.file),
    ),
    "recall": Act(
        1.0, "SELECT o.file, c.post FROM efile o JOIN consult c ON c.opinion=o.file WHERE o.phase<>'away' AND "
        "o.standing IN ('tray', 'on_the_way')",
        lambda _, node, actor, one: opinions.recall(node.unit, actor, one.file),
    ),
    "drop": Act(
        0.5, _OPINION + "standing='desk'",
        lambda _, node, actor, one: opinions.drop(node.unit, actor, one.file, "नहीं"),
    ),
    "draft": Act(3.0, _DESK, _draft),
    "decide": Act(6.0, _DRAFTS + "d.state='draft' AND e.post LIKE '%.head'", _decide),
    "issue": Act(8.0, _DRAFTS + "d.state='approved'", _issue),
    "dispatch": Act(3.0, _DRAFTS + "d.number<>''", _dispatch),
    "record": Act(6.0, _HELD + "sort='file' AND standing='closed'", _put_in_record),
    "review": Act(
        4.0, _HELD + "standing='recorded'",
        lambda _, node, actor, one: record.keep_on(node.unit, actor, one.file, review=_day(node, 300)),
    ),
    "weed": Act(
        0.0, "SELECT e.file, e.post FROM efile e JOIN cover c USING (file) WHERE e.phase='held' AND "
        "e.standing='recorded' AND c.retention<>'A'", _weed,
    ),
    "out": Act(
        1.0, _DESK, lambda _, node, actor, one: outside.send_out(node.unit, actor, one.file, to="न्यायालय")
    ),
    "back": Act(6.0, _HELD + "standing='out'", _come_back),
    "draw": Act(
        1.5, "SELECT file, substr(post, 1, instr(post, '.')) || 'head' FROM efile WHERE phase IN ('held', 'queued') "
        "AND standing<>'closed'",
        lambda _, node, actor, one: pull_up.pull_up(node.unit, actor, one.file, "देखना है"),
    ),
    "grade": Act(
        1.5, _DESK,
        lambda world, node, actor, one: grading.regrade(
            node.unit, actor, one.file, world.more.choice(("normal", "normal", "confidential", "secret"))
        ),
    ),
    "read": Act(3.0, "SELECT file, '' FROM efile WHERE grading<>'normal'", _read, wakes=False),
    "propose": Act(0.5, "SELECT '', code || '.head' FROM node", _propose),
}  # fmt: skip
