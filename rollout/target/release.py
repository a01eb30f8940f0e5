"""How a release is told."""

from rollout.evidence.journal import UNKNOWN as UNKNOWN

MOST_CHARACTERS = 200
