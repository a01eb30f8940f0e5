"""Numbers in the plan's sentences, so that plan and gate cannot drift apart."""

import re
from dataclasses import dataclass

UNITS = {
    "%": ("%", 1.0),
    "ms": ("ms", 1.0),
    "s": ("ms", 1000.0),
    "hours": ("h", 1.0),
    "hour": ("h", 1.0),
    "h": ("h", 1.0),
    "week": ("h", 168.0),
    "weeks": ("h", 168.0),
    "users": ("users", 1.0),
    "pending tasks": ("tasks", 1.0),
    "tasks": ("tasks", 1.0),
    "days": ("d", 1.0),
}
QUANTITY = re.compile(
    r"(?P<op>[<>]=?)?\s*(?<![\w.])(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|pending tasks|tasks|users|hours?|weeks?|days|ms|s|h)(?!\w)"
)


@dataclass(frozen=True)
class Quantity:
    """A number with its unit, and the comparison in front of it if the sentence has one."""

    value: float
    unit: str
    op: str | None = None

    def __str__(self) -> str:
        return f"{self.op + ' ' if self.op else ''}{self.value:g} {self.unit}"


def quantities(sentence: str) -> list[Quantity]:
    """Every number with a unit in *sentence*, in base units (`ms`, `h`): `> 1s` is 1000 ms, `1 week` is 168 h."""
    found = []
    for match in QUANTITY.finditer(sentence):
        unit, factor = UNITS[match["unit"]]
        found.append(Quantity(float(match["number"]) * factor, unit, match["op"]))
    return found
