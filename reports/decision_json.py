"""decision.json: the decision for machines, with the texts derived from it."""

from pathlib import Path

from rollout.evidence import Ledger
from rollout.judge.decision import Decision
from rollout.judge.store import FILE_NAME, store_decision


def render(decision: Decision, ledger: Ledger, folder: Path) -> Path:
    """Write `decision.json` to *folder*."""
    return store_decision(decision, folder / FILE_NAME)
