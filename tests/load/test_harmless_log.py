"""What a load prints and writes of its target's text is harmless and little."""

import logging
import sys

import pytest

from rollout.locust_plugin.harmless_log import HarmlessFormatter, HarmlessStream

SAID = "KeyError: \x1b[2J\x1b]0;mine\x07 \u202e Bearer abcdef0123456789"
SHOWN = "KeyError:  "


def test_a_line_of_the_log_moves_no_cursor() -> None:
    """
    A record with the traceback of an exception that quotes the target keeps its lines, without sequences and tokens.
    """
    try:
        raise KeyError(SAID)
    except KeyError:
        record = logging.LogRecord("locust", logging.ERROR, "", 1, SAID, (), sys.exc_info())
    text = HarmlessFormatter(logging.Formatter("%(message)s")).format(record)
    assert text.startswith(SHOWN)
    assert text.count("\n") > 2
    assert [part for part in ("\x1b", "\x07", "\u202e", "abcdef") if part in text] == []


def test_a_traceback_of_a_greenlet_moves_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    """
    gevent prints them past the log.
    """
    stream = HarmlessStream()
    stream.write(f"{SAID}\n")
    stream.flush()
    said = capsys.readouterr().err
    assert said.startswith(SHOWN)
    assert said.endswith("\n")
    assert "\x1b" not in said
