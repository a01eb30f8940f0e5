"""Numbers with as many digits as it takes to see on which side of their limit they are."""

from math import exp, log

from rollout.plan import Limit
from rollout.statistics.e_values import EValues
from rollout.values import as_number

MOST_DIGITS = 17  # enough for every float to differ from its neighbours
MOST_EVIDENCE, LEAST_EVIDENCE = 1_000_000, 0.001  # beyond both the size of an e-value tells a reader nothing more


def telling(number: float, limit: Limit | None, digits: int, style: str = "g") -> str:
    """The *number* beside a *limit*: see `apart`."""
    return apart(number, None if limit is None else limit.value, digits, style)


def apart(number: float, edge: float | None, digits: int, style: str = "g") -> str:
    """
    The *number* with so many *digits*, and with more until it is on the side of *edge* on which it really is.

    Only a number that equals the edge reads like it.
    """
    counts = range(digits, MOST_DIGITS + 1)
    texts = (as_number(number, count) if style == "g" else f"{number:.{count}{style}}" for count in counts)
    if edge is None:
        return next(texts)
    return next(
        (text for text in texts if side(float(text.replace(",", "")), edge) == side(number, edge)), repr(number)
    )


def side(number: float, edge: float) -> int:
    """Below (-1), at (0) or above (1) the edge."""
    return (number > edge) - (number < edge)


def evidence(e_value: float) -> str:
    """An e-value in figures: three digits that matter, from `under 0.001` to `over 1,000,000`."""
    if e_value > MOST_EVIDENCE:
        return f"over {MOST_EVIDENCE:,}"
    return f"under {LEAST_EVIDENCE}" if e_value < LEAST_EVIDENCE else as_number(e_value, 3)


def evidence_of(log_e_value: float) -> str:
    """The e-value of a natural logarithm in figures, also where the value itself is no float any more."""
    return evidence(exp(min(log_e_value, log(MOST_EVIDENCE) + 1)))


def both_sides(keeps: EValues, breaks: EValues, alpha: float) -> str:
    """The evidence for a budget and the evidence against it, with the size that decides."""
    kept, broken = evidence(keeps.e_pass), evidence(breaks.e_fail)
    return f"evidence for keeping it {kept}, against it {broken}, {1 / alpha:g} decides"
