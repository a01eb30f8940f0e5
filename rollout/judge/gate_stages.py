"""Did every stage of the newest gate bring its evidence? One that failed or left no journal proves nothing."""

from rollout.evidence import Run, State
from rollout.evidence.records import StageFinished
from rollout.judge.finding import Finding
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict

JUDGED = (0, 1, 10, 20, 30, 40)  # exit codes of a process that came to its own end
MONITOR, LOAD, TESTS = "watch", "load", "pytest"


def failed_stages(chosen: Selection) -> list[Finding]:
    """A finding for each stage of the newest gate that failed and was not made up for."""
    gates = [run for run in chosen.runs if run.producer == "gate"]
    if not gates:
        return []
    failed = [stage for stage in gates[-1].of(StageFinished) if not worked(stage)]
    return [finding(chosen, gates[-1], stage) for stage in failed if not made_up(chosen, gates[-1], stage)]


def worked(stage: StageFinished) -> bool:
    """Whether a stage came to its end and left evidence; old gates do not say so themselves."""
    if stage.worked is not None:
        return stage.worked
    return bool(stage.journals) and stage.exit in JUDGED


def made_up(chosen: Selection, gate: Run, stage: StageFinished) -> bool:
    """Whether a later whole run of the same producer stands in, which is no child of that gate."""
    wanted = stage.stage if stage.stage in (MONITOR, LOAD) else TESTS
    return any(
        run.producer == wanted
        and run.state is State.COMPLETE
        and not run.started.narrowed
        and run.started.parent != gate.run_id
        and run.started.t > gate.started.t
        for run in chosen.runs
    )


def finding(chosen: Selection, gate: Run, stage: StageFinished) -> Finding:
    """The finding about one stage."""
    left = "" if stage.journals else " and left no journal"
    return Finding(
        id=f"{chosen.phase}.stage-{stage.stage.replace(' and ', '-')}",
        sentence="A stage that failed proves nothing",
        states=f"the stage {stage.stage} of the newest gate came to its end",
        source="ledger",
        verdict=Verdict.UNPROVEN,
        reason=f"{stage.stage} ended with exit code {stage.exit}{left}",
        value=f"exit {stage.exit}, {len(stage.journals)} journals",
        evidence=(gate.path.stem,),
        next=f"look at what {stage.stage} said, then run the gate again: rollout gate {chosen.phase}",
    )
