from __future__ import annotations

import pytest

from appliance.desk import phrases
from appliance.desk.phrases import OFFICE, Phrase
from appliance.desk.refused import Refused
from appliance.desk.shipped_phrases import ENGLISH, HINDI
from appliance.desk.writing import plain
from appliance.store.unit import Unit
from tests.support.district import actor

DA, HEAD = actor("moth.da1"), actor("moth.head")


def found(unit: Unit, key: str) -> Phrase | None:
    return next((phrase for phrase in phrases.phrases(unit, DA) if phrase.key == key), None)


def test_forty_in_each_language_come_with_the_program_each_once_and_clean() -> None:
    for shipped in (HINDI, ENGLISH):
        assert len(shipped) >= 40
        assert len(set(shipped.values())) == len(shipped)
        assert all(words == plain(words) and len(words) <= phrases.WORDS_CHARS for words in shipped.values())
    assert all("ऀ" <= words[0] <= "ॿ" for words in HINDI.values())


def test_a_post_adds_its_own_which_stand_first_and_only_for_it(unit: Unit) -> None:
    phrases.keep(unit, DA, "", language="hi", words="  मनरेगा  के अन्तर्गत अनुमन्य है। ")
    first = phrases.phrases(unit, DA)[0]
    assert (first.words, first.owner, first.shipped) == ("मनरेगा के अन्तर्गत अनुमन्य है।", "moth.da1", False)
    assert phrases.words_of(unit, DA, first.key) == first.words
    assert first.words not in {phrase.words for phrase in phrases.phrases(unit, HEAD)}
    with pytest.raises(Refused, match="no_such_phrase"):
        phrases.keep(unit, HEAD, first.key, language="hi", words="x")
    phrases.keep(unit, DA, first.key, language="hi", words="बदला हुआ।")
    assert phrases.phrases(unit, DA)[0].words == "बदला हुआ।"
    phrases.set_back(unit, DA, first.key)
    assert found(unit, first.key) is None


def test_the_office_changes_a_shipped_one_for_all_and_a_post_over_it_for_itself(unit: Unit) -> None:
    phrases.keep(unit, HEAD, "hi-01", language="", words="महोदय के आदेशार्थ प्रस्तुत।", owner=OFFICE)
    assert phrases.words_of(unit, DA, "hi-01") == "महोदय के आदेशार्थ प्रस्तुत।"
    phrases.keep(unit, DA, "hi-01", language="", words="मेरा।")
    assert phrases.words_of(unit, DA, "hi-01") == "मेरा।"
    assert phrases.words_of(unit, HEAD, "hi-01") == "महोदय के आदेशार्थ प्रस्तुत।"
    phrases.keep(unit, DA, "hi-01", language="", words="")
    assert found(unit, "hi-01") is None
    assert any(phrase.key == "hi-01" and not phrase.words for phrase in phrases.phrases(unit, DA, hidden=True))
    phrases.set_back(unit, DA, "hi-01")
    phrases.set_back(unit, HEAD, "hi-01", owner=OFFICE)
    assert phrases.words_of(unit, DA, "hi-01") == HINDI["hi-01"]


def test_what_cannot_be_kept_is_refused_with_its_code(unit: Unit) -> None:
    for words, code in (("  ", "phrase_empty"), ("x" * 501, "phrase_too_long")):
        with pytest.raises(Refused) as refused:
            phrases.keep(unit, DA, "", language="hi", words=words)
        assert refused.value.code == code
    for key in ("own-99", "own-x", "zz", "own-०", "own-" + "9" * 40):
        with pytest.raises(Refused, match="no_such_phrase"):
            phrases.set_back(unit, DA, key)
    with pytest.raises(Refused, match="not_office_head"):
        phrases.keep(unit, DA, "", language="hi", words="x", owner=OFFICE)
    unit.db.run(
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i<?) "
        "INSERT INTO phrase (owner, language, words) SELECT 'moth.da1', 'hi', 'x' FROM n",
        phrases.OWN_PHRASES,
    )
    with pytest.raises(Refused, match="too_many_phrases"):
        phrases.keep(unit, DA, "", language="hi", words="x")
