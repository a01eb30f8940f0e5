"""Every fault by name."""

from standin.faults.model import Fault

CATALOGUE: dict[str, Fault] = {}
