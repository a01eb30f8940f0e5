"""Judge whether the release is slower than the one before it, measured side by side in the same seconds."""

from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import attempts, unproven


def judge_degradation(case: Case) -> Finding:
    """Without a baseline beside it nothing is known: one from another time breaks every method."""
    found = attempts(case, "all")
    return unproven(case, found, "no baseline was measured beside it; give the target a baseline_url")
