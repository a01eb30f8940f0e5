"""A comparison with a number and its unit."""

from typing import Literal

from rollout.plan.quantity import Quantity
from rollout.values import Part, as_number


class Limit(Part):
    """A comparison with a number and its unit; `<` is strict: equality is not met."""

    op: Literal["<", "<=", ">", ">=", "=="]
    value: float
    unit: str

    def holds(self, value: float) -> bool:
        """Whether *value*, in the limit's unit, keeps the limit."""
        comparisons = {
            "<": value < self.value,
            "<=": value <= self.value,
            ">": value > self.value,
            ">=": value >= self.value,
            "==": value == self.value,
        }
        return comparisons[self.op]

    @property
    def at_least(self) -> bool:
        """Whether greater values are better."""
        return self.op in (">", ">=")

    @property
    def is_duration(self) -> bool:
        """Whether the limit is a longest time in seconds."""
        return self.op in ("<", "<=") and self.unit == "s" and self.value > 0

    def __str__(self) -> str:
        return f"{self.op} {as_number(self.value)} {self.unit}"

    def says(self, quantity: Quantity) -> bool:
        """Whether a number of a sentence states this limit; a sentence without a comparison states the number only."""
        same = quantity.value == self.value and quantity.unit == self.unit
        return same and (quantity.op is None or quantity.op == self.op)
