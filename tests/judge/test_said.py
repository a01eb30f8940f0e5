"""Every word and number of a finding, for small ledgers of many kinds: nothing of it changes by accident."""

import json

import pytest

from tests.judge.said import FILE, SAID

KEPT = json.loads(FILE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("ledger", SAID)
def test_a_ledger_is_told_in_the_same_words(ledger: str) -> None:
    """
    Where a change is wanted, `python -m tests.judge.said` writes findings.json anew.
    """
    assert json.loads(json.dumps(SAID[ledger]())) == KEPT.get(ledger)


def test_no_ledger_is_left_over() -> None:
    """
    The file has what is said now, and nothing else.
    """
    assert SAID.keys() == KEPT.keys()
