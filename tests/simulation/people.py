"""People at their desks: they open, write, attach, send, take back, whatever the rules allow, and sometimes more."""

from __future__ import annotations

import io
from collections.abc import Callable
from random import Random

from appliance.desk import verbs
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.book import Book, FileRow, Who, read_file
from protocol import events as ev
from protocol.efile import Phase, Verb, allowed
from protocol.journal import body_digest
from tests.simulation.offices import CLOSED_CODE, GONE, RANKS
from tests.simulation.truth import Acknowledged, AttachedPaper
from tests.simulation.watch import Desk, check_desk, desk_of, is_weeded
from tests.simulation.world import Crash, Node, World
from tests.support.paper import pdf

ByActor = Callable[[Actor], object]

WEIGHTS: dict[str, float] = {
    Verb.NOTE: 4.0, Verb.ATTACH: 0.0, Verb.SEND: 5.0, Verb.RETURN: 2.0, Verb.RECEIVE: 6.0, Verb.WITHDRAW: 3.0,
    Verb.ASK_BACK: 4.0, Verb.PARK: 0.5, Verb.CLOSE: 0.5, Verb.REOPEN: 3.0,
}  # fmt: skip
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789कखगघचछजझ"


def act(world: World, node: Node) -> str:
    """One person at one node does one thing; what it was."""
    rng, unit = world.rng, node.unit
    files = [file for (file,) in unit.db.rows("SELECT file FROM efile ORDER BY file")]
    most = 2 if world.plan.small_world else 8
    if not files or (len(files) < most and rng.random() < 0.25):
        return _open(world, node)
    file = rng.choice(files)
    row = read_file(unit.db, file)
    assert row is not None
    post = _post(world, node, row)
    actor = world.offices.actor(post)
    verb = _verb(world, row, post)
    what = f"{verb} {file[:3]}..{file.rsplit('.', 1)[1]} by {post}"
    return _VERBS[verb](world, node, actor, file, what)


def _post(world: World, node: Node, row: FileRow) -> str:
    state = row.state
    likely = state.post if row.phase is Phase.HELD else state.sending.from_post if state.sending else ""
    if row.phase is Phase.HELD and state.standing == "tray" and state.sending and world.rng.random() < 0.2:
        likely = state.sending.from_post
    word = likely.partition(".")
    if word[0] == node.code and word[2] in RANKS and world.rng.random() < 0.95:
        return likely
    return f"{node.code}.{world.rng.choice(RANKS)}"


def _verb(world: World, row: FileRow, post: str) -> Verb:
    may = allowed(row.phase, row.state, frozenset([post]), answered_call=row.answered)
    if not may or world.rng.random() < 0.04:
        return world.rng.choice(list(_VERBS))
    weights: dict[str, float] = {**WEIGHTS, Verb.ATTACH: 30 * world.plan.papers / 4, **world.plan.verbs}
    if world.plan.ask_late and may == {Verb.ASK_BACK} and _still_where_it_was_sent(world, row):
        return Verb.PARK
    choice = [verb for verb in Verb if verb in may and verb in weights]
    return world.rng.choices(choice, [weights[verb] + 0.01 for verb in choice])[0]


def _still_where_it_was_sent(world: World, row: FileRow) -> bool:
    sending = row.state.sending
    holder = world.hub.unit.db.value("SELECT holder FROM efile WHERE file=?", row.file)
    return sending is None or holder in (sending.to_node, sending.from_post.split(".")[0])


def do(
    world: World, node: Node, what: str, action: Callable[[], object], *, many: bool = False, wakes: bool = True
) -> str:
    """The action as a request to the web process does it: answered, refused, or the process dies in it.

    `many`: it may write several events, or find that all is so already. `wakes`: the line is told of it.
    """
    before = desk_of(node)
    try:
        with world.mortal(node.fuse):
            action()
    except Refused as refused:
        check_desk(world, node, before, events=0)
        return f"{what}: {refused.code}"
    except Crash as crash:
        world.revive(crash)
        check_desk(world, node, before, events=None, many=many, wakes=wakes)
        _papers(world, node, before)
        return f"{what}: died"
    check_desk(world, node, before, events=None if many else 1, many=many, wakes=wakes)
    _acknowledge(world, node, before)
    _papers(world, node, before)
    return what


def _acknowledge(world: World, node: Node, before: Desk) -> None:
    for epoch, seq, kind, body in node.unit.db.rows(
        "SELECT epoch, seq, kind, body FROM event WHERE node=? AND epoch=? AND seq>? AND h IS NOT NULL",
        node.code, before.epoch, before.head,
    ):  # fmt: skip
        world.record.acknowledge(Acknowledged(node.code, bytes(epoch), seq, kind, body_digest(bytes(body))))


def _papers(world: World, node: Node, before: Desk) -> None:
    """The papers of which events speak now: their bytes are durable, or on their way."""
    for epoch, seq, body in node.unit.db.rows(
        "SELECT epoch, seq, body FROM event WHERE node=? AND epoch=? AND seq>? AND kind='attach' AND h IS NOT NULL",
        node.code, before.epoch, before.head,
    ):  # fmt: skip
        told = ev.decode_body("attach", bytes(body))
        assert isinstance(told, ev.Attach)
        world.record.papers.append(AttachedPaper(node.code, told.sha256, bytes(epoch), seq))


def _open(world: World, node: Node) -> str:
    actor = world.offices.actor(f"{node.code}.{world.rng.choice(RANKS)}")
    title = f"{words(world.rng, 2)} पत्र"
    section = f"{node.code}.dev"
    given: list[str] = []

    def write() -> None:
        given.append(verbs.open_file(node.unit, actor, subject=title, section=section, language="hi"))

    said = do(world, node, f"open by {actor.post}", write)
    if given and not node.suspect:
        row = read_file(node.unit.db, given[0])
        number = row.state.number if row is not None else ""
        if number in world.record.numbers:
            world.record.wrong(2, "number_twice", f"{node.key}: {number}")
        world.record.numbers.add(number)
    return said


def words(rng: Random, count: int) -> str:
    """So many words of no language."""
    return " ".join("".join(rng.choices(_LETTERS, k=rng.randrange(2, 9))) for _ in range(count))


def _note(world: World, node: Node, actor: Actor, file: str, what: str) -> str:
    big = world.rng.random() < world.plan.big_notes
    html = "".join(world.rng.choices(_LETTERS[:62], k=55_000)) if big else f"<p>{words(world.rng, 6)}</p>"
    key = (file, actor.post)
    version = node.yellow.get(key, ("", 0))[1]
    try:
        with world.mortal(node.fuse):
            saved = verbs.save_yellow(node.unit, actor, file, html, version)
    except Refused as refused:
        return f"{what}: {refused.code}"
    except Crash as crash:
        world.revive(crash)
        _yellow_after_death(node, key)
        return f"{what}: died"
    node.yellow[key] = (saved.html, saved.version)
    if world.rng.random() < 0.2:
        return f"{what}: yellow"
    try:
        return do(world, node, what, lambda: verbs.confirm_note(node.unit, actor, file))
    finally:
        _yellow_after_confirming(world, node, key)


def _yellow_row(node: Node, key: tuple[str, str]) -> tuple[str, int] | None:
    row = node.unit.db.row("SELECT html, version FROM yellow WHERE file=? AND post=?", *key)
    return None if row is None else (row[0], row[1])


def yellow_after(world: World, node: Node, before: Desk, key: tuple[str, str]) -> None:
    """After an act on a post's yellow note: it is as it was, one version on, or green in the journal."""
    known, found = node.yellow.get(key), _yellow_row(node, key)
    if found is None and known is not None and is_weeded(world, key[0]):
        del node.yellow[key]
    elif found is None and known is not None:
        del node.yellow[key]
        bodies = node.unit.db.rows(
            "SELECT body FROM event WHERE node=? AND epoch=? AND seq>? AND kind='note'",
            node.code, before.epoch, before.head,
        )  # fmt: skip
        if not any(known[0].encode() in bytes(body) for (body,) in bodies):
            world.record.wrong(2, "yellow_lost", f"{node.key} {key}")
    _yellow_after_death(node, key)


def _yellow_after_death(node: Node, key: tuple[str, str]) -> None:
    """What was being saved when the process died may be saved or not; the screen said nothing."""
    found = _yellow_row(node, key)
    if found is not None and found[1] == node.yellow.get(key, ("", 0))[1] + 1:
        node.yellow[key] = found


def _yellow_after_confirming(world: World, node: Node, key: tuple[str, str]) -> None:
    """A yellow note is gone exactly if its green one is in the journal."""
    if _yellow_row(node, key) is None:
        html = node.yellow.pop(key)[0]
        newest = node.unit.db.row(
            "SELECT kind, body FROM event WHERE node=? AND h IS NOT NULL AND epoch=(SELECT epoch FROM node) "
            "ORDER BY seq DESC LIMIT 1", node.code,
        )  # fmt: skip
        if newest is None or newest[0] != "note" or html.encode() not in bytes(newest[1]):
            world.record.wrong(2, "yellow_lost", f"{node.key} {key}")


def _attach(world: World, node: Node, actor: Actor, file: str, what: str) -> str:
    filling = world.rng.randbytes(world.rng.randrange(10, 3000))
    content = pdf(filling=_edited(world, file, filling) if world.plan.edited else filling)
    return do(
        world, node, what,
        lambda: verbs.attach(
            node.unit, actor, file, name="a.pdf", media_type="application/pdf", stream=io.BytesIO(content)
        ),
    )  # fmt: skip


def _edited(world: World, file: str, new: bytes) -> bytes:
    """Mostly an earlier paper of the file with a few bytes changed."""
    before = world.fillings.get(file, b"")
    if before and world.rng.random() < 0.8:
        at = world.rng.randrange(len(before))
        new = before[:at] + world.rng.randbytes(20) + before[at + 20 :]
    world.fillings[file] = new
    return new


def _destination(world: World, node: Node) -> str:
    codes = [code for code in world.offices.codes if code != node.code]
    if world.rng.random() < 0.25:
        codes = [node.code]
    known = world.record.second_directory and world.hub.unit.directory_version() == 2
    if known and codes != [node.code] and world.rng.random() < 0.3:
        closed = f"{CLOSED_CODE}.head" if node.code != world.offices.codes[0] else ""
        return world.rng.choice([post for post in (closed, f"{codes[0]}.{GONE}") if post])
    return f"{world.rng.choice(codes)}.{world.rng.choice(RANKS)}"


def _send(world: World, node: Node, actor: Actor, file: str, what: str) -> str:
    to_post = _destination(world, node)
    return do(
        world, node, f"{what} to {to_post}",
        lambda: verbs.send(node.unit, actor, file, to_post=to_post, how="up", remarks=words(world.rng, 1)),
        many=_has_company(node, file),
    )  # fmt: skip


def _has_company(node: Node, file: str) -> bool:
    """Whether other files travel with this one."""
    return node.unit.db.row("SELECT 1 FROM link WHERE file=? AND how='attach'", file) is not None


def _return(world: World, node: Node, actor: Actor, file: str, what: str) -> str:
    row = read_file(node.unit.db, file)
    back = row.state.from_post if row and row.state.from_post else _destination(world, node)
    return do(
        world, node, f"{what} to {back}",
        lambda: verbs.send(node.unit, actor, file, to_post=back, how="return", remarks="कृपया स्पष्ट करें"),
        many=_has_company(node, file),
    )  # fmt: skip


def _simple(
    action: Callable[[Node, Actor, str], object],
) -> Callable[[World, Node, Actor, str, str], str]:
    def run(world: World, node: Node, actor: Actor, file: str, what: str) -> str:
        return do(world, node, what, lambda: action(node, actor, file))

    return run


_VERBS: dict[Verb, Callable[[World, Node, Actor, str, str], str]] = {
    Verb.NOTE: _note,
    Verb.ATTACH: _attach,
    Verb.SEND: _send,
    Verb.RETURN: _return,
    Verb.RECEIVE: _simple(lambda node, actor, file: verbs.receive(node.unit, actor, file)),
    Verb.WITHDRAW: _simple(lambda node, actor, file: verbs.pull_back(node.unit, actor, file)),
    Verb.ASK_BACK: _simple(lambda node, actor, file: verbs.pull_back(node.unit, actor, file)),
    Verb.PARK: _simple(lambda node, actor, file: verbs.park(node.unit, actor, file, "प्रतीक्षा")),
    Verb.CLOSE: _simple(lambda node, actor, file: verbs.close(node.unit, actor, file, "")),
    Verb.REOPEN: _simple(lambda node, actor, file: verbs.reopen(node.unit, actor, file, "")),
}


def pull_up(world: World, node: Node) -> str:
    """A superior draws a file that is not at his node to his desk."""
    unit = node.unit
    files = unit.db.rows("SELECT file FROM efile WHERE phase IN ('away','released','asked') ORDER BY file")
    if not files or unit.db.value("SELECT mode FROM node") == "stopped":
        return "nothing"
    (file,) = world.rng.choice(files)
    actor = world.offices.actor(f"{node.code}.head")

    def write() -> None:
        with unit.db.writing():
            book = Book(unit.db, unit.clock.now_ms())
            book.write(file, ev.PullUp(actor.post, "देखना है"), Who(actor.post, actor.employee, actor.charge))
            book.flush()
            unit.enqueue_carry()

    return do(world, node, f"pull up {file[:3]}..{file.rsplit('.', 1)[1]} to {actor.post}", write)
