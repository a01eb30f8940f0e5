"""How often a fault of some share happens."""

import pytest

from standin.app.middleware.fault_middleware import Shares


@pytest.mark.parametrize(("share", "expected"), [(0.02, 20), (0.06, 60), (0.1, 100), (1.0, 1000), (0.0, 0)])
def test_a_share_is_met_exactly(share: float, expected: int) -> None:
    """
    A budget of 5 percent is broken by 6 percent at once, not by luck.
    """
    shares = Shares()
    assert sum(shares.due("errors", share) for _ in range(1000)) == expected


def test_shares_are_kept_apart_by_name() -> None:
    """
    Two faults at once do not eat each other's turns.
    """
    shares = Shares()
    assert [(shares.due("a", 0.5), shares.due("b", 0.5)) for _ in range(2)] == [(False, False), (True, True)]
