from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from appliance.config import Config, make
from protocol.directory import DirectoryIndex, validate, verify_signed_directory
from protocol.trust import TrustStore
from provisioning.authority import Authority
from provisioning.demo import content, paper
from provisioning.demo.district import directory
from provisioning.demo.plan import Plan

NOW = 1_790_000_000


def test_the_directory_is_sound_once_the_nodes_are_certified(tmp_path: Path) -> None:
    authority = Authority.create(tmp_path / "authority", content.DISTRICT_CODE, NOW)
    for place in Plan(tmp_path, 8800).offices:
        keys = make(tmp_path / place.node, Config(node=place.node, hub=content.HUB_NODE), authority.root.der)
        authority.issue(keys.request(place.node), "appliance", [place.node], NOW)
    signed = authority.sign_directory(directory(NOW))
    found = verify_signed_directory(signed, TrustStore.assemble(authority.root.der))
    assert validate(found) == []
    assert DirectoryIndex(found).node_of_post("moth.bdo") == "moth"


def test_every_post_is_held_and_everybody_can_log_in_where_he_works() -> None:
    index = DirectoryIndex(directory(NOW))
    day = date(2026, 11, 21)
    for post in index.directory.posts:
        holders = index.holders(post.code, day)
        assert len(holders) == 1
        person = next(person for person in content.EMPLOYEES if person.code == holders[0].employee)
        assert person.node == index.node_of_post(post.code)


def test_a_superior_has_the_higher_rank() -> None:
    index = DirectoryIndex(directory(NOW))
    for post in index.directory.posts:
        for superior in index.superiors(post.code):
            assert superior.rank < post.rank


def test_ports_are_in_one_row_without_a_collision(tmp_path: Path) -> None:
    plan = Plan(tmp_path, 8800)
    assert len(set(plan.ports)) == len(plan.ports) == 9
    assert [place.port for place in plan.places] == [8800, 8801, 8802, 8803]
    assert plan.page_port == 8810
    assert msgspec.structs.replace(plan, base_port=9000).hub.port == 9000


def test_a_letter_is_a_pdf_the_same_each_time_and_no_words_in_it_are_commands() -> None:
    words = "तालाब #panic() $x$ *y*"
    first = paper.letter(to="खण्ड विकास अधिकारी", subject=words, paragraphs=(words,), by="सहायक")
    assert first.startswith(b"%PDF-")
    assert first == paper.letter(to="खण्ड विकास अधिकारी", subject=words, paragraphs=(words,), by="सहायक")
