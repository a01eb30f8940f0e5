"""Who is on the new backend: the documented rule, and how surprising an observed share is."""

import math
from dataclasses import dataclass

FLAG = "USE_BACKEND_API"


def bucket(user_id: str) -> int:
    """The user's place from 0 to 99, as the browser computes it: 31 * hash + code unit in signed 32 bits."""
    value = 0
    units = user_id.encode("utf-16-le")
    for low, high in zip(units[::2], units[1::2], strict=True):
        value = (31 * value + (high << 8 | low)) % 2**32
    return abs(value - 2**32 if value >= 2**31 else value) % 100


@dataclass(frozen=True)
class Share:
    """*on* of *n* users were on the new backend."""

    on: int
    n: int

    @property
    def percent(self) -> float:
        return 100 * self.on / self.n

    def surprise(self, percent: float) -> float:
        """How probable so large a deviation from *percent* is, by chi-square with one degree of freedom."""
        expected = self.n * percent / 100
        if expected in (0, self.n):
            return 1.0 if self.on == expected else 0.0
        chi_square = (self.on - expected) ** 2 / (expected * (1 - percent / 100))
        return math.erfc(math.sqrt(chi_square / 2))
