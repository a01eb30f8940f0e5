"""The bucket rule that frontend and backend share."""

import pytest

from standin.flags import FLAGS, bucket, evaluate, hash31, is_on


@pytest.mark.parametrize(
    ("text", "value"),
    [
        pytest.param("", 0, id="nothing"),
        pytest.param("hello", 99162322, id="a word"),
        pytest.param("polygenelubricants", -(2**31), id="the most negative number there is"),
        pytest.param("é", 233, id="one code unit"),
        pytest.param("😀", 0xD83D * 31 + 0xDE00, id="two code units, as in a browser"),
    ],
)
def test_the_hash_is_that_of_the_browser(text: str, value: int) -> None:
    """
    31 times the hash plus the next UTF-16 unit, in 32 signed bits.
    """
    assert hash31(text) == value


def test_the_most_negative_hash_has_a_bucket() -> None:
    """
    Its absolute value does not fit into 32 signed bits and is taken all the same.
    """
    assert bucket("polygenelubricants") == 48


def test_a_user_who_is_in_stays_in_as_the_percentage_grows() -> None:
    """
    Nobody goes back and forth between the backends during the rollout.
    """
    for user in map(str, range(200)):
        on = [is_on(user, percentage) for percentage in range(101)]
        assert on == sorted(on)


def test_nobody_is_in_at_0_and_everybody_at_100() -> None:
    """
    Both ends of the rollout are exact.
    """
    users = [f"user-{n}" for n in range(500)]
    assert not any(is_on(user, 0) for user in users)
    assert all(is_on(user, 100) for user in users)


def test_a_quarter_of_many_users_is_in_at_25() -> None:
    """
    The hash spreads ordinary ids evenly enough.
    """
    share = sum(is_on(f"user-{n}", 25) for n in range(10_000)) / 10_000
    assert 0.22 < share < 0.28


def test_internal_users_are_in_before_the_rollout_begins() -> None:
    """
    Their names are enough, whatever their bucket.
    """
    assert evaluate("boss", 0, ["boss"]) == dict.fromkeys(FLAGS, True)
