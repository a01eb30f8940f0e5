"""Text from evidence loses what could move a cursor, hide or mislead."""

import pytest

from reports.text import clean, clipped, counted, number


@pytest.mark.parametrize(
    ("hostile", "harmless"),
    [
        pytest.param("\x1b[31mred\x1b[0m", "red", id="colours"),
        pytest.param("\x1b[2J\x1b[Hgone", "gone", id="a cleared screen"),
        pytest.param("\x1b]8;;http://evil.example\x1b\\click\x1b]8;;\x1b\\", "click", id="a terminal link"),
        pytest.param("\x1b]0;title\x07text", "text", id="a window title"),
        pytest.param("\x9b31mred", "31mred", id="an eight-bit escape"),
        pytest.param("a\rb\nc\td", "a b c d", id="line ends"),
        pytest.param("a\x00b\x08c\x7fd", "abcd", id="controls"),
        pytest.param("user\u202egnp.exe", "usergnp.exe", id="reversed direction"),
        pytest.param("half \ud800 a letter", "half  a letter", id="half a surrogate pair"),
        pytest.param("ünïcode 🙂 中文", "ünïcode 🙂 中文", id="honest text stays"),
    ],
)
def test_what_could_mislead_is_taken_out(hostile: str, harmless: str) -> None:
    """
    Only visible characters of one line remain.
    """
    assert clean(hostile) == harmless


def test_clipping_shows() -> None:
    """
    What was cut ends with an ellipsis and keeps its length.
    """
    assert clipped("a" * 50, 10) == "aaaaaaaaa…"
    assert clipped("short", 10) == "short"


def test_nouns_agree_with_their_number() -> None:
    """
    One criterion, two criteria, 3,000 requests.
    """
    assert counted(1, "other criterion") == "1 other criterion"
    assert counted(2, "other criterion") == "2 other criteria"
    assert counted(3000, "request") == "3,000 requests"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (12.345, "12.3"),
        (123_456.7, "123,457"),
        (1.76e35, "1.76·10^35"),
        (-2e12, "-2·10^12"),
        (0.00012, "1.2·10^-4"),
        (float("inf"), "inf"),
    ],
)
def test_a_number_is_written_for_people(value: float, text: str) -> None:
    """
    Whatever a target counts, nobody has to count its digits, nor to know what `e+35` means.
    """
    assert number(value) == text
