"""Post that goes by hand (sticks, neighbours), broken one at a time."""

from __future__ import annotations

from tests.simulation.breaking import Change, Fault, fault

_STICK, _POST, _BAG, _FOLDER = "appliance.link.stick", "central.hub.post", "protocol.bag", "commons.stick.folder"
_TAKE, _EXCHANGE = "appliance.link.take", "central.hub.exchange"

BY_HAND: dict[str, Fault] = {
    "released_first": fault(
        "what waits is released before the stick, or the neighbour, has answered and has room",
        Change(_STICK, "    stick.prepare()\n    if stick.free_bytes() < _most_bytes(unit):\n        raise StickFull\n"
               "    movements = speak.release_queued(unit)\n",
               "    movements = speak.release_queued(unit)\n    stick.prepare()\n"
               "    if stick.free_bytes() < _most_bytes(unit):\n        raise StickFull\n"),
        seed=2, codes="released_for_nothing", world="neighbours",
    ),
    "old_bag_first": fault(
        "the old bag is removed before the new one is read back",
        Change(_FOLDER, "            size = self._put(path, chunks, progress)\n            for old in self._listed():\n",
               "            for old in self._listed():\n"),
        Change(_FOLDER, "                    old.path.unlink(missing_ok=True)\n        return Waiting(",
               "                    old.path.unlink(missing_ok=True)\n            size = self._put(path, chunks, progress)\n"
               "        return Waiting("),
        seed=1, codes="bag_gone", world="sticks",
    ),
    "removed_unanswered": fault(
        "the district removes a bag before its answer lies on the stick",
        Change(_POST, "    handled = Handled(one.office, waiting is not None, one.papers)\n",
               "    handled = Handled(one.office, waiting is not None, one.papers)\n"
               "    if waiting is not None:\n        stick.remove(waiting)\n"),
        Change(_POST, "    if waiting is not None:\n        stick.remove(waiting)\n    return replace(", "    return replace("),
        seed=4, codes="bag_unanswered", world="sticks",
    ),
    "lie_believed": fault(
        "what is read back from a stick is not held against what was written",
        Change(_FOLDER, "    if _read_back(path, progress) != digest:\n", "    if not _read_back(path, progress):\n"),
        seed=2, codes="lying_stick_believed", world="sticks",
    ),
    "any_order": fault(
        "records of a bag may stand in any order",
        Change(_BAG, 'unseal(about + struct.pack(">I", number), _sealed(read))', "unseal(about, _sealed(read))"),
        Change(_BAG, 'seal(about + struct.pack(">I", number), plain)', "seal(about, plain)"),
        seed=21, codes="torn_bag_taken", world="sticks",
    ),
    "end_unasked": fault(
        "a bag that was cut between two records is taken as whole",
        Change(_BAG, '        plain = unseal(about + struct.pack(">I", number), _sealed(read))\n',
               "        try:\n            sealed = _sealed(read)\n        except BadBag:\n            return\n"
               '        plain = unseal(about + struct.pack(">I", number), sealed)\n'),
        seed=1, codes="torn_bag_taken", world="sticks",
    ),
    "name_believed": fault(
        "the district answers the office that a bag's name says, whoever signed what is in it",
        Change(_POST, '        if answer.node != office:\n            raise BadBag(what="sender")\n', ""),
        seed=1, codes="torn_bag_taken", world="sticks",
    ),
    "refused_removed": fault(
        "an office removes a bag that is no good",
        Change(_STICK, "            refused.append(error.code)\n            continue\n",
               "            refused.append(error.code)\n            stick.remove(waiting)\n            continue\n"),
        seed=1, codes="torn_bag_taken", world="sticks",
    ),
    "handed_out_unoffered": fault(
        "what the district hands out on a stick does not count as offered",
        Change(_EXCHANGE, '        reply = _down(hub, ledger, node, None, "", after=after, budget_bytes=budget_bytes)\n',
               '        reply = _down(hub, ledger, node, None, "", after=after, budget_bytes=budget_bytes)\n'
               '        ledger.db.run("UPDATE node SET offered=min(offered, cursor) WHERE code=?", code)\n'
               '        ledger.db.run("UPDATE stream SET hash=NULL WHERE node=? AND n>(SELECT cursor FROM node WHERE code=?)", code, code)\n'),
        seed=1, codes="two_custodians hub_says_otherwise not_one_custodian different_file not_at_rest", world="sticks",
    ),
    "packed_is_there": fault(
        "papers count as arrived once they lie on a stick",
        Change(_STICK, "    return TakenOut(", '    unit.db.run("UPDATE blob SET at_hub=1 WHERE here=1")\n    return TakenOut('),
        Change(_TAKE, "        for sha256 in down.payload.wanted:\n", "        for sha256 in ():\n"),
        seed=1, codes="paper_lost paper", world="sticks",
    ),
    "begun_is_here": fault(
        "a paper counts as arrived at the district once a bag says its name",
        Change(_POST, "            if take_part(end, item, wanted):\n                paper_arrived(hub, item.sha256)\n",
               "            waits = wanted(item.sha256) is not None\n            if take_part(end, item, wanted) or waits:\n"
               "                paper_arrived(hub, item.sha256)\n"),
        seed=1, codes="paper_lost paper", world="versions and sticks",
    ),
    "old_life_by_stick": fault(
        "an office takes a bag of the district's former life",
        Change(_TAKE, "        if down.life < node.life:\n            return Happening", "        if False:\n            return Happening"),
        seed=14, codes="not_one_custodian different_file two_custodians", world="sticks and disks",
    ),
    "forced_untold_by_hand": fault(
        "a former custodian who comes by stick or neighbour alone is not told of the order",
        Change("central.hub.ledger", "if former != node and may_believe:", "if former == node and may_believe:"),
        seed=2, codes="unnoticed not_one_custodian", world="sticks and orders",
    ),
    "less_kept": fault(
        "an answer that acknowledges less takes the place of the one by which the district can be shown what it lost",
        Change(_TAKE, "            if said == node.acked_seq or node.life != life:", "            if said <= node.acked_seq:"),
        seed=22, codes="stick_not_enough not_at_rest not_one_custodian", world="sticks alone and hub",
    ),
    "other_stream_taken": fault(
        "an answer acknowledges and proves though it stands on other deliveries than those that came",
        Change(_TAKE, "        if n == node.cursor and stand != node.cursor_hash:\n            raise BadBundle(what=\"stream\")\n", ""),
        seed=11, codes="stream_differs not_one_custodian not_at_rest stick_not_enough different_file", world="sticks alone and hub",
    ),
    "proof_dropped": fault(
        "an ordinary answer in the same bag drops the proof that the district has asked for",
        Change(_STICK, 'elif happening.what != "ignored" and not taken.owes:', 'elif happening.what != "ignored":'),
        seed=20, codes="stick_not_enough", world="sticks alone and disks",
    ),
    "whole_dropped": fault(
        "a later notice in the same bag drops the report of the whole stream that the district has asked for",
        Change(_STICK, "speak.report(unit, _as_asked(unit, message))", "speak.report(unit, message)"),
        seed=11, codes="stick_not_enough", world="sticks alone and hub",
    ),
    "owed_forgotten": fault(
        "what the district has asked for does not go with the next bag",
        Change(_STICK, "    return [*owed, ms.encode_message", "    return [*owed[:0], ms.encode_message"),
        seed=1, codes="stick_not_enough", world="sticks alone and disks",
    ),
}  # fmt: skip

_PATCHES, _PAPER_LINE = "commons.papers.patches", "appliance.link.paper_line"
VERSIONS: dict[str, Fault] = {
    "patch_unverified": fault(
        "what a patch makes of an earlier paper is kept whatever it hashes to",
        Change(_PATCHES, "return store.put(new, expected_sha256=sha256)", "return store.put(new)"),
        seed=3, codes="paper paper_lost", world="versions",
    ),
    "patch_or_nothing": fault(
        "a paper whose patch the district does not take is not sent whole",
        Change(_PAPER_LINE, "                if error.status == UNAUTHORISED:\n", "                if error.status:\n"),
        seed=36, codes="paper_lost paper papers_wait not_at_rest", world="versions and disks",
    ),
}  # fmt: skip

_NEIGHBOUR, _CARRIED = "appliance.link.neighbour", "protocol.carried"
CARRIED: dict[str, Fault] = {
    "released_to_nobody": fault(
        "what waits is released before the district has answered through the neighbour",
        Change(_NEIGHBOUR, "    if _has_queued(unit):\n        _turn(unit, carrier, done, events=False)\n", ""),
        seed=3, codes="released_for_nothing", world="carried",
    ),
    "any_answer": fault(
        "a neighbour's answer is not held against the bag that it answers",
        Change(_CARRIED, "    verify(hub, ANSWER, asked + sha256(bag).digest(), data[len(ANSWER_MAGIC) : begin])\n", ""),
        seed=2, codes="stale_answer_taken", world="carried",
    ),
    "handed_is_there": fault(
        "papers count as arrived once a neighbour has taken them",
        Change(_NEIGHBOUR, "    answer = io.BytesIO(carrier.exchange(bag))\n",
               "    papers.are_at_hub(unit, [sha256 for sha256, _ in chosen])\n    answer = io.BytesIO(carrier.exchange(bag))\n"),
        Change(_TAKE, "        for sha256 in down.payload.wanted:\n", "        for sha256 in ():\n"),
        seed=4, codes="paper_lost paper", world="carried",
    ),
    "carried_unoffered": fault(
        "what the district gives a neighbour does not count as offered",
        Change(_EXCHANGE, '        reply = _down(hub, ledger, node, None, "", after=after, budget_bytes=budget_bytes)\n',
               '        reply = _down(hub, ledger, node, None, "", after=after, budget_bytes=budget_bytes)\n'
               '        ledger.db.run("UPDATE node SET offered=min(offered, cursor) WHERE code=?", code)\n'
               '        ledger.db.run("UPDATE stream SET hash=NULL WHERE node=? AND n>(SELECT cursor FROM node WHERE code=?)", code, code)\n'),
        seed=2, codes="two_custodians hub_says_otherwise not_one_custodian different_file not_at_rest", world="carried",
    ),
}  # fmt: skip
