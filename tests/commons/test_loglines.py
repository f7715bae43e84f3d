from __future__ import annotations

import json
import logging

from commons.loglines import JsonLines


def line(record: logging.LogRecord) -> dict[str, object]:
    read: dict[str, object] = json.loads(JsonLines().format(record))
    return read


def test_an_event_with_its_values_is_one_json_line() -> None:
    record = logging.makeLogRecord({"msg": "line_down", "name": "patravali.queue", "failures": 3})
    assert line(record) == line(record) | {"event": "line_down", "logger": "patravali.queue", "failures": 3}
    assert str(line(record)["at"]).endswith("+00:00")


def test_a_line_that_is_json_already_stays() -> None:
    assert JsonLines().format(logging.makeLogRecord({"msg": '{"event":"x"}'})) == '{"event":"x"}'


def test_of_an_error_only_its_type_and_places_are_told() -> None:
    try:
        int("what a person wrote")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "failed", "exc_info": (ValueError, error, error.__traceback__)})
    text = JsonLines().format(record)
    assert "what a person wrote" not in text
    assert line(record)["error"] == "ValueError"
    assert "test_loglines.py" in str(line(record)["places"])
