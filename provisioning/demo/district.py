"""Makes the demonstration's district: authority, keys, certificates, directory, accounts, first files.

Nothing is trusted because it is a demonstration: every node gets its certificate from a real authority, believes only
the root, and takes the directory by its signature.
"""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from contextlib import closing
from datetime import date

import msgspec

import appliance.config
import central.config
from appliance import practice
from central import people as hub_people
from protocol.directory import Charge, Directory, Employee, Office, Post, Section
from protocol.keys import APPLIANCE, HUB
from provisioning.authority import Authority
from provisioning.demo import content, paper
from provisioning.demo.plan import Place, Plan

EXCHANGE_SECONDS, LIVELY_SECONDS = 2.0, 1.0
"""More often than in earnest: whoever tries it out waits for what another desk has sent."""

Say = Callable[[str], None]


def is_made(plan: Plan) -> bool:
    """Whether the district in the folder was made to its end."""
    return plan.made_file.exists()


def make(plan: Plan, say: Say) -> None:
    """Make everything; what an interrupted making left behind is removed first."""
    for name in ("authority", *(place.node for place in plan.places)):
        shutil.rmtree(plan.data / name, ignore_errors=True)
    now = int(time.time())
    say("authority: root and issuing certificate")
    authority = Authority.create(plan.data / "authority", content.DISTRICT_CODE, now)
    for place in plan.places:
        say(f"{place.node}: keys and certificate")
        _enrol(plan, place, authority, now)
    say("directory: offices, posts, people, charges; signed")
    signed = authority.sign_directory(directory(now))
    say("accounts: one log-in for each person")
    hub = central.config.open_hub(plan.folder(plan.hub.node))
    with closing(hub.db):
        hub.publish(signed)
        for employee, password in content.HUB_LOG_INS:
            hub_people.set_password(hub, employee, password)
    for place in plan.offices:
        _furnish(plan, place, signed, say)
    plan.made_file.write_bytes(msgspec.json.encode({"made": now}))


def directory(now: int) -> Directory:
    """The district of `content` as the authority signs it."""
    from_date = date.fromisoformat(content.CHARGES_FROM)
    kinds = {"jhansi-hq": "headquarters"}
    return Directory(
        version=1,
        issued=now,
        district=content.DISTRICT_CODE,
        name_hi=content.DISTRICT[0],
        name_en=content.DISTRICT[1],
        offices=tuple(
            Office(office.code, office.code, office.name.hi, office.name.en, kinds.get(office.code, "block"))
            for office in content.OFFICES
        ),
        sections=tuple(
            Section(f"{office.code}.{section.code}", office.code, section.name.hi, section.name.en)
            for office in content.OFFICES
            for section in office.sections
        ),
        posts=tuple(_post(office.code, post) for office in content.OFFICES for post in office.posts),
        employees=tuple(Employee(person.code, person.name.hi, "hi") for person in content.EMPLOYEES),
        charges=tuple(Charge(charge.number, charge.employee, charge.post, from_date) for charge in content.CHARGES),
    )


def _post(office: str, post: content.Post) -> Post:
    mark = post.code.partition(".")[2].upper()
    superior = post.superior or None
    section = f"{office}.{post.section}"
    return Post(post.code, office, mark, post.name.hi, post.name.en, superior, 1 + _depth(post.code), section)


def _depth(code: str) -> int:
    superiors = {post.code: post.superior for office in content.OFFICES for post in office.posts}
    depth = 0
    while superiors.get(code):
        code = superiors[code]
        depth += 1
    return depth


def _enrol(plan: Plan, place: Place, authority: Authority, now: int) -> None:
    root, folder = authority.root.der, plan.folder(place.node)
    if place.role == HUB:
        keys = central.config.make(folder, central.config.Config(node=place.node), root)
        authority.issue(keys.request(place.node), HUB, [], now)
    else:
        config = appliance.config.Config(
            node=place.node, hub=plan.hub.node, exchange_seconds=EXCHANGE_SECONDS, lively_seconds=LIVELY_SECONDS
        )
        keys = appliance.config.make(folder, config, root)
        authority.issue(keys.request(place.node), APPLIANCE, [place.node], now)


def _furnish(plan: Plan, place: Place, signed: bytes, say: Say) -> None:
    files = content.SEED_FILES.get(place.node, ())
    if files:
        say(f"{place.node}: {len(files)} files with notes and papers")
    practice.furnish(
        plan.folder(place.node),
        signed,
        {person.code: person.password for person in content.EMPLOYEES if person.node == place.node},
        {charge.post: (charge.employee, charge.number) for charge in content.CHARGES},
        [_file(place.node, file) for file in files],
    )


def _file(office: str, file: content.SeedFile) -> practice.File:
    return practice.File(
        section=f"{office}.{file.section}",
        subject=file.subject,
        language=file.language,
        priority=file.priority,
        notes=tuple(practice.Note(note.post, note.paragraphs) for note in file.notes),
        papers=_papers(office, file) if file.language == "hi" else (),
    )


def _papers(office: str, file: content.SeedFile) -> tuple[practice.Paper, ...]:
    names = {post.code: post.name.hi for found in content.OFFICES for post in found.posts}
    first = file.notes[0]
    pdf = paper.letter(
        to=names[f"{office}.bdo"], subject=file.subject, paragraphs=first.paragraphs, by=names[first.post]
    )
    return (practice.Paper("प्राप्त पत्र.pdf", "application/pdf", pdf),)
