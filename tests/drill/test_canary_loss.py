"""What a copy lost, counted from numbers."""

from rollout.drill.canary_loss import CanaryOperation, Found, loss_of


def test_nothing_that_was_done_is_lost_where_nothing_was_done() -> None:
    """
    And a copy without any operation lost all of them, since the first.
    """
    nothing = Found(frozenset(), frozenset(), frozenset())
    assert loss_of([], nothing).counts["lost_rows"] == 0
    done = [CanaryOperation(1, 1, False, 10.0), CanaryOperation(2, 2, False, 12.5)]
    loss = loss_of(done, nothing)
    assert (loss.survived, loss.lost, loss.seconds) == (0, 2, 2.5)
