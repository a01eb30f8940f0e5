"""Whether every stage of a gate left its evidence; one that failed or left no journal proves nothing."""

from rollout.evidence import Run
from rollout.evidence.records import StageFinished
from rollout.judge.finding import Finding
from rollout.judge.selection import Selection
from rollout.judge.verdict import Verdict
from rollout.judge.whole_attempts import attempted_again
from rollout.values import STANDIN, numbered

JUDGED = (0, 1, 10, 20, 30, 40)  # exit codes of a process that came to its own end
MONITOR, LOAD, TESTS = "watch", "load", "pytest"


def failed_stages(chosen: Selection) -> list[Finding]:
    """A finding for each stage whose newest execution in a place failed, unless later attempts make up for it."""
    newest: dict[tuple[tuple[str, str], str], tuple[Run, StageFinished]] = {}
    gates = [run for run in chosen.runs if run.producer == "gate"]
    ended = [(gate, stage) for gate in gates for stage in gate.of(StageFinished)]
    for gate, stage in sorted(ended, key=lambda each: each[1].t):  # a gate that began first may end last
        newest[gate.place, stage.stage] = gate, stage
    several = len({place for place, _ in newest}) > 1
    failed = [(gate, stage) for gate, stage in newest.values() if not worked(stage)]
    return [finding(chosen, gate, stage, several) for gate, stage in failed if not made_up(chosen, gate, stage)]


def worked(stage: StageFinished) -> bool:
    """Whether a stage came to its end and left evidence; in old journals that follows from exit code and journals."""
    if stage.worked is not None:
        return stage.worked
    return bool(stage.journals) and stage.exit in JUDGED


def made_up(chosen: Selection, gate: Run, stage: StageFinished) -> bool:
    """Whether later whole attempts in the same place, started outside that gate, make up for a failed stage."""
    others = [run for run in chosen.runs if run.started.parent != gate.run_id]
    if stage.stage in (MONITOR, LOAD):
        return attempted_again(others, stage.stage, gate.place, stage.t, chosen.asked)
    return attempted_again(others, TESTS, gate.place, stage.t, chosen.asked, folders=stage.stage.split(" and "))


def finding(chosen: Selection, gate: Run, stage: StageFinished, several: bool) -> Finding:
    """The finding about one stage; it names the target where gates ran on *several*."""
    left = "" if stage.journals else " and left no journal"
    ended = f"another release, {stage.other}, answered when it ended" if stage.other else ""
    where = f" on {gate.started.target}" if several else ""
    return Finding(
        id=f"{chosen.phase}.stage-{stage.stage.replace(' and ', '-')}{where.replace(' ', '-')}",
        sentence="A stage that failed proves nothing",
        states=f"the stage {stage.stage} of the newest gate came to its end{where}",
        source="ledger",
        verdict=Verdict.UNPROVEN,
        reason=f"{stage.stage}: {ended}{where}"
        if ended
        else f"{stage.stage} ended with exit code {stage.exit}{where}{left}",
        value=f"exit {stage.exit}, {numbered(len(stage.journals), 'journal', 'journals')}",
        evidence=(gate.path.stem,),
        next=f"look at what {stage.stage} said, then run the gate again: {gate_on(gate)}",
    )


def gate_on(run: Run) -> str:
    """The command of a gate of the same phase on the target of *run*; the stand-in is the target that none names."""
    on = "" if run.started.environment == STANDIN else f" --target {run.started.target}"
    return f"rollout gate {run.started.phase}{on}"
