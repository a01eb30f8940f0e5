"""The rule that says who is on the new backend."""

import pytest

from xcodereviewer.flag_buckets import bucket


@pytest.mark.parametrize(
    ("user_id", "place"),
    [
        pytest.param("", 0, id="nobody is in the first bucket"),
        pytest.param("a", 97, id="one letter"),
        pytest.param("hello", 22, id="99162322 as in the browser"),
        pytest.param("polygenelubricants", 48, id="the one whose hash is the smallest number"),
        pytest.param("🚀", 27, id="two code units"),
    ],
)
def test_a_user_has_the_browsers_bucket(user_id: str, place: int) -> None:
    """
    The bucket is the one that the frontend computes with 32-bit integers.
    """
    assert bucket(user_id) == place
