from __future__ import annotations

import pytest

from provisioning.story.teller import NotTrue, Teller


def test_a_true_statement_is_counted_and_a_false_one_stops(capsys: pytest.CaptureFixture[str]) -> None:
    teller = Teller("hi")
    teller.check("सच", "true", True)
    with pytest.raises(NotTrue) as stopped:
        teller.check("झूठ", "false", False, "what was found")
    assert (teller.checked, stopped.value.words, stopped.value.found) == (1, "झूठ", "what was found")
    assert "सच" in capsys.readouterr().out
