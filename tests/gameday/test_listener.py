"""A person says in one word that it is time to roll back."""

import pytest

from rollout.gameday.listener import listen


@pytest.mark.parametrize("word", ["r\n", "rollback\n", " Roll Back \n", "ROLLBACK\n"])
def test_one_word_decides(word: str) -> None:
    """
    As it comes from a keyboard or a pipe; once, whatever is said afterwards.
    """
    said: list[str] = []
    listen(["what is this?\n", word, word], lambda: said.append("decided")).join(5)
    assert said == ["decided"]


def test_other_words_decide_nothing() -> None:
    """
    Nor does silence, or the end of a pipe.
    """
    said: list[str] = []
    listen(["\n", "roll\n", "no\n"], lambda: said.append("decided")).join(5)
    listen([], lambda: said.append("decided")).join(5)
    assert said == []
