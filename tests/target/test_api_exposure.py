"""The rule that says who is on the new backend, and the surprise at a share."""

import pytest

from xcodereviewer.exposure import Share, bucket

RARE = 0.001


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


@pytest.mark.parametrize(
    ("on", "percent", "surprising"),
    [
        pytest.param(200, 10, False, id="exactly the share"),
        pytest.param(230, 10, False, id="chance"),
        pytest.param(260, 10, True, id="too many"),
        pytest.param(500, 10, True, id="another step"),
        pytest.param(0, 50, True, id="everyone out"),
        pytest.param(2000, 50, True, id="everyone in"),
        pytest.param(2000, 100, False, id="all of all"),
        pytest.param(1999, 100, True, id="all but one"),
        pytest.param(1, 0, True, id="one too early"),
    ],
)
def test_a_share_is_surprising_where_chance_does_not_explain_it(on: int, percent: float, surprising: bool) -> None:
    """
    Of 2000 users, a share is a mismatch where chance gives so large a deviation less than once in a thousand.
    """
    assert (Share(on, 2000).surprise(percent) < RARE) == surprising
