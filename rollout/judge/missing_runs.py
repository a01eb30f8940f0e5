"""
Say why no run could show a criterion: its stage was not permitted, or it is shown in an environment that nobody measured.

Only words and the next step change: the verdict is that of missing evidence.
"""

from rollout.evidence import Run
from rollout.evidence.records import StageLeftOut
from rollout.judge.finding import Case, Finding
from rollout.judge.gate_stages import gate_on
from rollout.judge.said import PEOPLE
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict
from rollout.plan import EvidenceSource

LOAD = "load"
BY_GATE = (EvidenceSource.TESTS, EvidenceSource.LOAD)
BY_GATE_OR_WATCH = (*BY_GATE, EvidenceSource.METRIC)


def explained(case: Case, found: Finding, chosen: Selection) -> Finding:
    """The finding with the reason and the next step of a run that could not be; itself where there is none."""
    if found.verdict is not Verdict.UNPROVEN or found.n:
        return found
    if left_out := load_not_permitted(case):
        return without_permission(case, found, *left_out)
    wanted = chosen.plan.environment_of(case.phase.id, case.criterion)
    if wanted is None or case.criterion.source not in BY_GATE_OR_WATCH or not elsewhere(case, chosen):
        return found
    return in_another_environment(case, found, wanted)


def load_not_permitted(case: Case) -> tuple[Run, StageLeftOut] | None:
    """The newest gate and its record that it left the load out, where no load has run at all; else None."""
    if case.criterion.source is not EvidenceSource.LOAD or case.by(LOAD):
        return None
    newest = case.by("gate")[-1:]
    left = ((gate, each) for gate in newest for each in gate.of(StageLeftOut) if each.stage == LOAD)
    return next(left, None)


def without_permission(case: Case, found: Finding, gate: Run, left: StageLeftOut) -> Finding:
    """What a load that is not permitted says."""
    target, lacking = gate.started.target, " and ".join(repr(each) for each in left.lacking)
    return found.model_copy(
        update={
            "reason": f"no load has run: target {target!r} does not allow {lacking}",
            "next": f"add {lacking} to `allow` in targets/{target}.toml, then run the gate again: {gate_on(gate)}",
        }
    )


def elsewhere(case: Case, chosen: Selection) -> bool:
    """Whether real targets were measured, and none of them in the environment of the criterion."""
    measured = any(run.producer != PEOPLE for run in chosen.journals)
    return measured and not chosen.rehearsal and chosen.newest(case.criterion) is None


def in_another_environment(case: Case, found: Finding, wanted: str) -> Finding:
    """What a criterion of an environment without any run says: where it is shown, and by which command."""
    gate = f"run the gate of a target in {wanted}: rollout gate {case.phase.id} --target NAME"
    watch = f"for a target in {wanted}, with --target NAME: {found.next}"
    step = gate if case.criterion.source in BY_GATE else watch
    return found.model_copy(update={"reason": f"{found.reason} on a target in {wanted}", "next": step})
