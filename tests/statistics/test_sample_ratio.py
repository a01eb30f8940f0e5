"""The surprise at a share of users."""

import pytest

from rollout.statistics.sample_ratio import probability

RARE = 0.001


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
    assert (probability(on, 2000, percent) < RARE) == surprising
