"""The catalogue of faults, as the stand-in lists it, and what each is expected to break."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from rollout.checks import scan
from rollout.embedded import standin
from rollout.metrics import MetricKind
from rollout.nearest import unknown
from rollout.plan import EvidenceSource, Plan
from rollout.prove.binding import bears
from rollout.prove.expectations import Expectations, expectations_of
from rollout.prove.proof import checkable
from rollout.suite import suite_of

EVERYTHING = "*"


@dataclass(frozen=True)
class KnownFault:
    """
    A named defect; *breaks* are the criteria it is a defect of, *depends* those that cannot hold without them.

    *reddens* are single tests that must fail under it, whatever other tests do.
    """

    name: str
    sentence: str
    kind: str
    breaks: tuple[str, ...]
    depends: tuple[str, ...] = ()
    reddens: tuple[str, ...] = ()

    def reaches(self, criterion: str) -> bool:
        """Whether *criterion* is known to depend on what is broken; `*` stands for every criterion."""
        return criterion in self.depends or EVERYTHING in self.depends

    def touches(self, criteria: Collection[str]) -> bool:
        """Whether one of *criteria* cannot hold while the fault lasts."""
        return any(name in self.breaks or self.reaches(name) for name in criteria)


def monitor_cut_short(plan: Plan) -> KnownFault:
    """The monitor that dies half-way, which breaks every criterion about covered time."""
    covered = (
        criterion.id
        for criterion in plan.criteria
        if criterion.metric and criterion.measured.kind is MetricKind.COVERAGE
    )
    return KnownFault("monitor-cut-short", "The monitor died half-way.", "monitor", tuple(dict.fromkeys(covered)))


def catalogue(plan: Plan) -> list[KnownFault]:
    """Every fault of the stand-in that breaks a criterion; ValueError where catalogue and expectations do not fit."""
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
    every = [*known_faults(expected, told), monitor_cut_short(plan)]
    refuse_wrong_checks(plan, expected, {fault.name: fault for fault in every}, file)
    return [fault for fault in every if fault.breaks or fault.reddens]


def known_faults(expected: Expectations, told: Mapping[str, Mapping[str, str]]) -> list[KnownFault]:
    """Every fault as listed by the stand-in (*told*), with what is *expected* of it."""
    return [
        KnownFault(
            name,
            told[name]["sentence"],
            told[name]["kind"],
            breaks,
            expected.depends.get(name, ()),
            expected.reddened_by(name),
        )
        for name, breaks in expected.breaks.items()
    ]


def refuse_wrong_checks(plan: Plan, expected: Expectations, faults: Mapping[str, KnownFault], file: str) -> None:
    """ValueError for an unknown test or fault, and for a fault that the test's criteria do not break or depend on."""
    borne = {check.node: {full.partition(".")[2] for full in bears(plan, check)} for check in scan(plan)}
    for check, names in expected.checks.items():
        if check not in borne:
            raise ValueError(f"{file}: checks: {unknown('test', check, borne)}")
        for name in names:
            if name not in faults:
                raise ValueError(f"{file}: checks: {check}: {unknown('fault', name, faults)}")
            if not faults[name].touches(borne[check]):
                criteria = " and ".join(sorted(borne[check]))
                raise ValueError(
                    f"{file}: checks: {check}: {name!r} should say that {criteria} breaks or depends on it"
                )


def sources(plan: Plan, fault: KnownFault) -> set[EvidenceSource]:
    """The sources of evidence that can show the fault."""
    by_name = {criterion.id: criterion.source for criterion in checkable(plan)}
    return {by_name[name] for name in fault.breaks}
