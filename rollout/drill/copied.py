"""A copy of the live database after the comparison, and what would be lost if it replaced the original."""

from dataclasses import dataclass

from pydantic import SecretStr

from rollout.drill.canary_loss import Loss, loss_of
from rollout.drill.canary_rows import FIRST, CanaryRows
from rollout.drill.content import Content
from rollout.drill.outcome import Failed
from rollout.values import numbered


@dataclass(frozen=True)
class Copied:
    """
    The content of the *live* database when it was copied, *at* which revision, and the *loss* by a replacement.

    *unmeasured* is why no loss was measured.
    """

    live: Content
    at: str | None
    loss: Loss | None
    unmeasured: str = ""

    @property
    def counts(self) -> dict[str, int]:
        """Name → number of what was compared, and of what was lost."""
        return self.live.counts | (self.loss.counts if self.loss else {})

    @property
    def told_of_loss(self) -> str:
        """The loss in words."""
        return str(self.loss) if self.loss else f"loss in rows was not measured: {self.unmeasured}"


def stopped(canary: CanaryRows | None) -> None:
    """Stop the writes of a canary, once the copy could take over."""
    if canary is not None:
        canary.stop()


def unmeasured(may_write: bool, canary: CanaryRows | None) -> str:
    """Why no loss can be measured; empty where it can."""
    if not may_write:
        return "that needs the permission write"
    if canary is None:
        return "neither role may create a schema in the live database, or it publishes all of its tables"
    return canary.broken


def loss_in(canary: CanaryRows | None, copy: SecretStr) -> Loss | None:
    """
    What a *copy* lost; None without a canary, or where its writes broke off.

    Failed where the copy mixes several moments, or lacks what was acknowledged before the dump began.
    """
    if canary is None or canary.broken:
        return None
    loss = loss_of(canary.done, canary.found(copy))
    if loss.survived < FIRST:
        raise Failed(f"the copy lacks what was acknowledged before the dump began: {loss}")
    if loss.torn:
        raise Failed(
            f"the copy is of no one moment: {loss}; {numbered(loss.holes, 'operation is', 'operations are')} missing before it"
        )
    return loss
