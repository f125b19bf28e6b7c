"""Logs tell what happened and no secret of anybody."""

from __future__ import annotations

import json

import structlog


def test_a_log_line_is_json_on_standard_error_without_local_variables(capsys):
    id_number = "079203001234"
    try:
        raise ValueError(len(id_number))
    except ValueError:
        structlog.get_logger().exception("handler_failed", handler="đường")
    told = capsys.readouterr()
    assert told.out == ""
    line = json.loads(told.err)
    assert (line["event"], line["handler"], line["level"]) == ("handler_failed", "đường", "error")
    assert line["timestamp"].endswith("Z")
    assert id_number not in told.err
