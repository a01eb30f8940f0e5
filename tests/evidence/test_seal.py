"""A line with its seal, byte by byte: journals of every version have to stay readable."""

import hashlib

import pytest

from rollout.evidence.seal import canonical, sealed, unsealed

BODY = '{"a":1,"b":"für 1 %"}'
HASH = hashlib.sha256(BODY.encode()).hexdigest()
LINE = f'{BODY[:-1]},"hash":"{HASH}"}}\n'


def test_a_line_is_sealed_in_one_way_only() -> None:
    """
    Keys in order, no blanks, letters as they are, the hash of all that at the end.
    """
    assert canonical({"b": "für 1 %", "a": 1}) == BODY
    assert sealed({"b": "für 1 %", "a": 1}) == (LINE, HASH)
    assert unsealed(LINE.encode()) == (BODY.encode(), HASH)


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_is_no_number_in_json_has_no_line(number: float) -> None:
    """
    It is told as text.
    """
    with pytest.raises(ValueError, match="not JSON compliant"):
        canonical({"value": number})


@pytest.mark.parametrize(
    "line",
    [
        LINE.replace("1 %", "2 %"),
        LINE[:-1],
        LINE[:-2] + " \n",
        LINE.replace('"hash"', '"hasH"'),
        LINE.replace(HASH, HASH[::-1]),
        "{}\n",
        "\n",
        "",
    ],
)
def test_a_line_that_is_not_as_it_was_has_no_seal(line: str) -> None:
    """
    The text, the end, the name of the seal, and the hash itself.
    """
    assert unsealed(line.encode())[1] == ""
