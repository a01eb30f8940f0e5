"""Numbers with as many digits as it takes to see on which side of their limit they are."""

from rollout.plan import Limit

MOST_DIGITS = 17  # enough for every float to differ from its neighbours


def telling(number: float, limit: Limit | None, digits: int, style: str = "g") -> str:
    """The *number* with so many *digits*, and with more until it is on the same side of *limit* as it really is."""
    texts = (f"{number:.{count}{style}}" for count in range(digits, MOST_DIGITS + 1))
    return next(
        (text for text in texts if limit is None or limit.holds(float(text)) is limit.holds(number)), repr(number)
    )
