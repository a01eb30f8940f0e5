"""A drill that failed turns its criteria red in a proof; one that could not tell shows nothing."""

from pathlib import Path
from typing import Any, cast

import pytest

from rollout.drill.carried_out import DrillEnd
from rollout.drill.exercise import exercise_named, shown_by
from rollout.evidence import Journal, Origin
from rollout.judge.finding import Finding
from rollout.judge.verdict import Verdict
from rollout.plan import Plan, load_plan
from rollout.prove import proof_worker as module
from rollout.prove.experiment import Experiment
from rollout.prove.proof import Cell
from rollout.prove.proof_worker import ProofWorker
from rollout.prove.trial import seen
from tests.prove.fake_workers import fault

RELEASE = "2.0.0"
PASSED, FAILED = DrillEnd("passed", "it works", "2 s"), DrillEnd("failed", "it does not work", "failed after 2 s")
ERRED = DrillEnd("could not tell", "pg_dump is not on PATH")
DRILLS = ("restore", "rollback")


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


def looked(plan: Plan, drill: str, ended: DrillEnd, folder: Path, patch: pytest.MonkeyPatch) -> dict[str, Finding]:
    """What a worker without a stand-in finds about the criterion of a drill that ended so."""
    exercise = exercise_named(drill)

    def carried_out(stage: list[list[str]], common: list[str], _: object) -> None:
        for command in stage:
            assert command[-2:] == ["drill", drill]
            for name in shown_by(plan, exercise):
                left(Path(common[common.index("--journals") + 1]), name, ended)

    patch.setattr(module, "run", carried_out)
    worker = ProofWorker(plan, {"dir": str(folder), "version": RELEASE}, cast(Any, None))
    found = worker.look([exercise.criterion], [], folder)
    return {name: found[name] for name in shown_by(plan, exercise)}


def left(folder: Path, name: str, ended: DrillEnd) -> None:
    """The journal that a drill left about one criterion."""
    facts = {"phase": name.partition(".")[0], "target": "standin", "environment": "standin", "release": RELEASE}
    with Journal(folder, Origin.model_validate({"producer": "drill", "plan": "p", **facts})) as journal:
        journal.append(ended.record(name))


def cell(plan: Plan, drill: str, found: dict[str, Finding]) -> Cell:
    """The cell of a drill's criterion under a fault that is expected to break it."""
    name = exercise_named(drill).criterion
    broken = fault("it-is-broken", name)
    experiment = Experiment(plan, {name}, [broken], lambda line: None, lambda proof: None)
    return next(each for each in seen(experiment, broken, found) if each.criterion == name)


@pytest.mark.parametrize("drill", DRILLS)
@pytest.mark.parametrize(
    ("ended", "verdict", "shown"),
    [(FAILED, Verdict.BROKEN, "BROKEN"), (ERRED, Verdict.UNPROVEN, "MET"), (PASSED, Verdict.MET, "MET")],
    ids=["failed", "could not tell", "passed"],
)
def test_only_a_drill_that_failed_is_seen_red(
    plan: Plan,
    drill: str,
    ended: DrillEnd,
    verdict: Verdict,
    shown: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    In predeploy and in each phase from 3 on; a fault under which the drill could not tell was not seen to break anything.
    """
    found = looked(plan, drill, ended, tmp_path, monkeypatch)
    assert {name.partition(".")[0] for name in found} == {"predeploy", "phase3", "phase4", "phase5"}
    assert {finding.verdict for finding in found.values()} == {verdict}
    assert cell(plan, drill, found).seen == shown
