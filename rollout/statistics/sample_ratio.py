"""How probable an observed share of users is, if chance alone assigned them."""

import math


def probability(on: int, of: int, percent: float) -> float:
    """How probable so large a deviation of *on* out of *of* from *percent* is: chi-square, one degree of freedom."""
    expected = of * percent / 100
    if expected in (0, of):
        return 1.0 if on == expected else 0.0
    chi_square = (on - expected) ** 2 / (expected * (1 - percent / 100))
    return math.erfc(math.sqrt(chi_square / 2))
