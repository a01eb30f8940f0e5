"""The expected effects of the faults of a suite's embedded target: the file that `Suite.expectations` names."""

import tomllib
from functools import cache
from pathlib import Path

from pydantic import Field, ValidationError

from rollout.suite import Suite
from rollout.values import Part

Names = tuple[str, ...]


class Expectations(Part):
    """
    Criterion ids are those of plan.toml without their phase; `*` in *depends* stands for every criterion.

    A criterion is red with the first of its tests; *checks* lists the faults under which each single test was seen to
    fail.
    """

    breaks: dict[str, Names] = Field({}, description="fault → the criteria it is a defect of")
    depends: dict[str, Names] = Field({}, description="fault → the criteria that cannot hold while it lasts")
    checks: dict[str, Names] = Field({}, description="test → the faults that turn that very test red")
    remembered: Names = Field((), description="criteria that stay red for a while after their fault is off")

    def named(self) -> list[tuple[str, str]]:
        """(table entry, criterion) for each criterion that the file names."""
        tables = (*self.breaks.items(), *self.depends.items(), ("remembered", self.remembered))
        return [(place, criterion) for place, criteria in tables for criterion in criteria]

    def reddened_by(self, fault: str) -> Names:
        """The tests that *fault* turns red, by their pytest ids without parameters."""
        return tuple(check for check, faults in self.checks.items() if fault in faults)


def expectations_of(suite: Suite) -> Expectations:
    """The expectations of a suite, empty if it names no file; ValueError if the file does not fit the model."""
    return read(suite.expectations) if suite.expectations else Expectations()


@cache
def read(file: Path) -> Expectations:
    """The expectations in a file, read once in a process."""
    try:
        return Expectations.model_validate(tomllib.loads(file.read_text(encoding="utf-8")))
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        lines = (f"{file.name}: {'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in faults)
        raise ValueError("\n".join(lines)) from error
