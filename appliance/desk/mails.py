"""What a person decides about an e-mail of which nobody knows whether it left, or which was refused."""

from __future__ import annotations

from appliance.desk.acting import decide_for, working_book
from appliance.desk.issuing import mail_addresses
from appliance.desk.refused import Refused
from appliance.desk.values import Actor
from appliance.store.unit import Unit
from protocol.efile import Verb


def send_again(unit: Unit, actor: Actor, file: str, mail: int, addresses: str) -> None:
    """A refused or doubtful e-mail waits again, for these addresses.

    Raises mail_settled, bad_email, mail_not_set_up.
    """
    if unit.settings.mail is None:
        raise Refused("mail_not_set_up")
    _settle(unit, actor, file, mail, "waiting", mail_addresses(addresses))


def call_sent(unit: Unit, actor: Actor, file: str, mail: int) -> None:
    """The doubtful e-mail has arrived: the person asked there. Its dispatch is written soon."""
    _settle(unit, actor, file, mail, "sent", None)


def _settle(unit: Unit, actor: Actor, file: str, mail: int, state: str, addresses: str | None) -> None:
    from_states = ("unknown", "failed") if state == "waiting" else ("unknown",)
    with unit.db.writing():
        book = working_book(unit)
        decide_for(book, file, Verb.DISPATCH, actor)
        row = unit.db.row("SELECT state, address FROM mail WHERE id=? AND file=?", mail, file)
        if row is None or row[0] not in from_states:
            raise Refused("mail_settled")
        unit.db.run(
            "UPDATE mail SET state=?, address=?, said='', post=?, employee=?, charge=?, epoch=? WHERE id=?",
            state, addresses or row[1], actor.post, actor.employee, actor.charge, book.node.epoch, mail,
        )  # fmt: skip
        book.flush()
