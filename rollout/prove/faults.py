"""The catalogue of faults, as the stand-in tells it, and what each is expected to break."""

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

from rollout.nearest import unknown
from rollout.plan import Plan, Source
from rollout.prove.proof import checkable
from rollout.target.embedded import standin

EVERYTHING = "*"
EXPECTATIONS = Path(__file__).with_name("expectations.toml")


@dataclass(frozen=True)
class Fault:
    """A named defect; *breaks* are the criteria it is a defect of, *depends* those that cannot hold without them."""

    name: str
    sentence: str
    kind: str
    breaks: tuple[str, ...]
    depends: tuple[str, ...] = ()

    def reaches(self, criterion: str) -> bool:
        """Whether *criterion* is known to depend on what is broken; `*` says that everything does."""
        return criterion in self.depends or EVERYTHING in self.depends


MONITOR_CUT_SHORT = Fault(
    "monitor-cut-short",
    "The monitor died half-way.",
    "monitor",
    ("monitored", "monitored-at-25", "monitored-at-50", "monitored-at-75", "monitored-at-100"),
)


def catalogue(plan: Plan) -> list[Fault]:
    """Every fault of the stand-in that breaks a criterion; ValueError for one nobody expects anything of, or too much."""
    told = {fault["name"]: fault for fault in json.loads(standin("fault", "--list", "--json").stdout)}
    expected = tomllib.loads(EXPECTATIONS.read_text(encoding="utf-8"))
    names = [criterion.id for criterion in checkable(plan)]
    for name in sorted(told.keys() ^ expected["breaks"].keys()):
        raise ValueError(f"fault {name!r} stands in only one of the stand-in's catalogue and {EXPECTATIONS.name}")
    faults = []
    for name, breaks in expected["breaks"].items():
        depends = expected["depends"].get(name, [])
        for criterion in (*breaks, *depends):
            if criterion not in (*names, EVERYTHING):
                raise ValueError(f"{EXPECTATIONS.name}: {name}: {unknown('criterion', criterion, names)}")
        if breaks:
            faults.append(Fault(name, told[name]["sentence"], told[name]["kind"], tuple(breaks), tuple(depends)))
    return [*faults, MONITOR_CUT_SHORT]


def sources(plan: Plan, fault: Fault) -> set[Source]:
    """Whose evidence can show the fault."""
    by_name = {criterion.id: criterion.source for criterion in checkable(plan)}
    return {by_name[name] for name in fault.breaks}
