"""The catalogue of faults, as the stand-in tells it, and what each is expected to break."""

import json
from dataclasses import dataclass

from rollout.embedded import standin
from rollout.metrics import Kind
from rollout.nearest import unknown
from rollout.plan import Plan, Source
from rollout.prove.expectations import expectations_of
from rollout.prove.proof import checkable
from rollout.suite import suite_of

EVERYTHING = "*"


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


def monitor_cut_short(plan: Plan) -> Fault:
    """The monitor that dies half-way, which breaks every criterion about covered time."""
    covered = (
        criterion.id for criterion in plan.criteria if criterion.metric and criterion.measured.kind is Kind.COVERAGE
    )
    return Fault("monitor-cut-short", "The monitor died half-way.", "monitor", tuple(dict.fromkeys(covered)))


def catalogue(plan: Plan) -> list[Fault]:
    """Every fault of the stand-in that breaks a criterion; ValueError for one nobody expects anything of, or too much."""
    suite = suite_of(plan)
    if suite.expectations is None:
        raise ValueError(f"suite {suite.name!r} names no expectations: say which fault breaks which criterion")
    file = suite.expectations.name
    told = {fault["name"]: fault for fault in json.loads(standin(suite, "fault", "--list", "--json").stdout)}
    expected = expectations_of(suite)
    names = [criterion.id for criterion in checkable(plan)]
    for name in sorted(told.keys() ^ expected.breaks.keys()):
        raise ValueError(f"fault {name!r} stands in only one of the stand-in's catalogue and {file}")
    for place, criterion in expected.named():
        if criterion not in (*names, EVERYTHING):
            raise ValueError(f"{file}: {place}: {unknown('criterion', criterion, names)}")
    faults = [
        Fault(name, told[name]["sentence"], told[name]["kind"], breaks, expected.depends.get(name, ()))
        for name, breaks in expected.breaks.items()
        if breaks
    ]
    return [*faults, monitor_cut_short(plan)]


def sources(plan: Plan, fault: Fault) -> set[Source]:
    """Whose evidence can show the fault."""
    by_name = {criterion.id: criterion.source for criterion in checkable(plan)}
    return {by_name[name] for name in fault.breaks}
