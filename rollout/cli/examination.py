"""What the doctor finds on a target: its probes, and what the criteria of the plan lack there."""

from collections.abc import Iterable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial

from rollout.checks import checks_by_criterion
from rollout.extensions import unusable
from rollout.metrics import MetricKind
from rollout.origin import refuse_unknown_names, refused_waivers
from rollout.plan import EvidenceSource, Plan
from rollout.project import current_project
from rollout.prove.proof import load_proof, unproven
from rollout.readiness import Lack, lacks, ways_out
from rollout.sources.source_probes import SOURCE_PROBES
from rollout.statistics.binomial import least_all_good
from rollout.suite import Suite, suite_of
from rollout.target import Target
from rollout.target.deadline import begun
from rollout.target.obstacle import place
from rollout.target.probe import IN_THE_WAY, Look, Probe, Tell, looks
from rollout.target.release import UNKNOWN

ANSWER = "answer"  # the probe without which a target says no release
AFTER_S = 1.0  # s, after the last probe, for the release
AGAIN = "run rollout doctor again when what is slow answers"


@dataclass(frozen=True)
class Examination:
    """The findings of the doctor: criteria that can be met nowhere (*never*) or not on this target (*lacking*), *unproven*
    checks, which were not seen to fail, *unusable* packages, which would break a gate, and *remarks*, which stop nothing."""

    target: Target
    release: str
    found: tuple[Look, ...]
    never: dict[str, str]
    unproven: dict[str, str]
    lacking: tuple[Lack, ...]
    remarks: dict[str, str]
    unusable: tuple[str, ...] = ()

    @property
    def unseen(self) -> list[str]:
        """The parts that were not looked at because the time was over; they may be in order."""
        return [look.name for look in self.found if look.state == "not looked at"]

    @property
    def hopeless(self) -> dict[str, str]:
        """Full criterion id → the reason why it cannot be met on this target as configured."""
        return {lack.criterion: f"{lack.why}: {lack.way_out}" for lack in reversed(self.lacking)} | self.never

    @property
    def next_step(self) -> str:
        """The first step to take: of the failures, else of the missing settings, the one that unlocks most criteria."""
        steps = list(ways_out(self.lacking))
        if self.unproven:
            steps.append("rollout prove")
        if self.unseen:
            steps.append(AGAIN)
        return next(iter(steps), "")


def examination(rules: Plan, suite: Suite, system: Target, tell: Tell) -> Examination:
    """Probe every part that the target names, and compare the result with the needs of the criteria."""
    refuse_unknown_names(rules, system)
    told = begun(
        partial(suite.observed_release, system)
    )  # in parallel with the probes, since it can wait as long as they do
    looked = tuple(looks(probes_of(suite), system, tell))
    release = told_in_time(told)
    found = (*looked, release_seen(release, system, looked))
    return Examination(
        target=system,
        release=release,
        found=found,
        never=untested(rules) | refused_waivers(rules, system),
        unproven=unproven(rules, load_proof()) if suite.expectations else {},
        lacking=tuple(lacks(rules, system, found)),
        remarks=small_groups(rules),
        unusable=tuple(unusable()),
    )


def told_in_time(told: Future[str]) -> str:
    """The release that was told while the probes ran, or within a second after; UNKNOWN if none was."""
    try:
        return told.result(timeout=AFTER_S)
    except TimeoutError:
        return UNKNOWN


def probes_of(suite: Suite) -> tuple[Probe, ...]:
    """Every probe of a target of *suite*; a probe that others come after is before them."""
    from rollout.drill.left_schemas import LEFT_BY_DRILLS
    from rollout.drill.scratch_server import SCRATCH_SERVER
    from rollout.target.probes import PROBES  # slow to import, because of their clients

    return (*PROBES, LEFT_BY_DRILLS, SCRATCH_SERVER, *SOURCE_PROBES, *suite.probes())


def release_seen(release: str, system: Target, looked: Iterable[Look]) -> Look:
    """The row about the release; with an unknown one every decision is HOLD. A target without an answer is not asked to say it."""
    if release != UNKNOWN:
        told = "by the file of the target" if system.release else "by the system"
        return Look("release", ("release",), "ok", f"{release}, {told}")
    if any(look.name == ANSWER and look.state in (*IN_THE_WAY, "not looked at") for look in looked):
        return Look("release", ("release",), "not reached", f"waits for: {ANSWER}")
    way_out = f"let the target say its release, or set {place(system, 'release')}"
    return Look("release", ("release",), "failed", "nobody says it, so that no evidence belongs together", way_out)


def untested(rules: Plan) -> dict[str, str]:
    """Full criterion id → the reason, for criteria of source tests without a test, and of source load without a locustfile."""
    checks, sources = checks_by_criterion(rules), {name: rules.criterion(name).source for name in rules.criterion_ids()}
    found = {
        full_id: "no test bears it: it stays UNPROVEN"
        for full_id, source in sources.items()
        if source is EvidenceSource.TESTS and full_id not in checks
    }
    locustfile = suite_of(rules).locustfile
    if not (current_project().root / locustfile).is_file():
        way_out = f"no load shows it: the project has no {locustfile}; write it, or name another one in the SUITE"
        found |= {full_id: way_out for full_id, source in sources.items() if source is EvidenceSource.LOAD}
    return found


def small_groups(rules: Plan) -> dict[str, str]:
    """Full criterion id → a remark, for criteria whose sample size in the plan is too small for their limit."""
    found = {}
    for full_id in rules.criterion_ids():
        criterion = rules.criterion(full_id)
        if criterion.metric and criterion.measured.kind is MetricKind.SATISFACTION and criterion.limit:
            needed = least_all_good(criterion.limit.value / 100)
            if criterion.least < needed:
                found[full_id] = (
                    f"{criterion.least} answers cannot support {criterion.limit} at 95 %: that takes {needed}"
                )
    return found
