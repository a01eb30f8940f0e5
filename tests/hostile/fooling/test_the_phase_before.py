"""Case 15: the phase before is judged now, in its own environment, from the whole ledger of the build."""

from pathlib import Path
from typing import Any

from rollout.evidence import read_ledger
from rollout.evidence.records import Attestation, Drill, Override
from rollout.judge.decide import decide
from rollout.judge.decision import Prerequisite
from rollout.plan import Plan
from tests.judge.ledgers import NOW, RELEASE, criterion, start

DAY = 86400.0


def phase(name: str, environment: str, after: str | None) -> dict[str, Any]:
    """A phase with one signature."""
    facts = {"id": name, "title": name, "week": "1", "objective": "it works", "deadline": "4w", "rollback": "go back"}
    steps = [{"id": "all", "exposure": "everyone", "percent": 100}]
    return {**facts, "environment": environment, "after": after, "steps": steps}


PLAN = Plan.model_validate(
    {
        "schema_version": 1,
        "title": "Two phases",
        "overview": "Staging, then production",
        "phases": [phase("trial", "staging", None), phase("live", "production", "trial")],
        "criteria": [criterion("works", "drill", phases=["trial", "live"])],
    }
)


def drilled(folder: Path, phase: str, environment: str, at: float = NOW - 60, passed: bool = True) -> None:
    """A drill in a phase."""
    with start(folder, "drill", at=at, phase=phase, environment=environment, target=environment) as journal:
        journal.append(Drill(t=at, criterion=f"{phase}.works", passed=passed, reason="why", value="2 s"))


def before(folder: Path, now: float = NOW) -> Prerequisite:
    """What the second phase says about the first."""
    (found,) = decide(PLAN, "live", read_ledger([folder]), now, release=RELEASE).prerequisites
    return found


def test_a_phase_on_staging_opens_one_on_production(tmp_path: Path) -> None:
    """
    No look-up by target: each phase is judged where it happens.
    """
    drilled(tmp_path, "trial", "staging")
    assert before(tmp_path).met


def test_a_phase_rehearsed_in_the_wrong_environment_opens_nothing(tmp_path: Path) -> None:
    """
    What phase `trial` showed on production is not what it had to show.
    """
    drilled(tmp_path, "trial", "production")
    assert before(tmp_path).detail == f"trial: no evidence about release {RELEASE}"


def test_a_newer_failing_journal_of_the_phase_before_closes_the_next(tmp_path: Path) -> None:
    """
    A GO of yesterday does not outlive the failure of today.
    """
    drilled(tmp_path, "trial", "staging", at=NOW - 600)
    drilled(tmp_path, "live", "production", at=NOW - 300)
    assert before(tmp_path).met
    drilled(tmp_path, "trial", "staging", at=NOW - 60, passed=False)
    assert before(tmp_path) == Prerequisite(phase="trial", met=False, detail="trial: NO-GO")


def test_an_override_opens_the_next_phase_only_while_it_stands(tmp_path: Path) -> None:
    """
    The day after it ran out the next phase is closed again.
    """
    drilled(tmp_path, "trial", "staging", passed=False)
    with start(tmp_path, "attest", phase="trial", environment="staging") as journal:
        journal.append(Override(phase="trial", by="Kim", why="known", until=NOW + DAY))
    assert before(tmp_path).met
    assert not before(tmp_path, NOW + DAY + 1).met


def test_an_override_of_another_phase_opens_nothing(tmp_path: Path) -> None:
    """
    It names its phase.
    """
    drilled(tmp_path, "trial", "staging", passed=False)
    with start(tmp_path, "attest", phase="trial", environment="staging") as journal:
        journal.append(Override(phase="live", by="Kim", why="known", until=NOW + DAY))
    assert not before(tmp_path).met


def test_the_phase_before_must_be_fresh_when_the_next_one_begins(tmp_path: Path) -> None:
    """
    Old evidence opens nothing; what was fresh at the beginning of the next phase stays.
    """
    drilled(tmp_path, "trial", "staging", at=NOW - 3 * DAY)
    assert before(tmp_path).detail == "trial: HOLD"
    drilled(tmp_path, "live", "production", at=NOW - 60)
    assert before(tmp_path).detail == "trial: HOLD"
    drilled(tmp_path, "live", "production", at=NOW - 2.5 * DAY)
    assert before(tmp_path).met


def test_a_signature_begins_no_phase(tmp_path: Path) -> None:
    """
    Case 15: what somebody signs about the next phase keeps no proof of the one before young; what was measured in it does.
    """
    drilled(tmp_path, "trial", "staging", at=NOW - 3 * DAY)
    with start(tmp_path, "attest", at=NOW - 2.5 * DAY, phase="live", environment="production") as journal:
        journal.append(Attestation(criterion="live.works", by="Kim", role="r", statement="s", accepted=True))
    assert before(tmp_path).detail == "trial: HOLD"


def test_a_drill_repeated_elsewhere_makes_no_proof_of_the_phase_before_old(tmp_path: Path) -> None:
    """
    Case 15: a drill on staging is for every phase that asks for one, and moves the time of none on production.
    """
    phases = [phase("trial", "production", None), phase("live", "production", "trial")]
    criteria = [
        criterion("answers", "attestation", phases=["trial"]),
        criterion("works", "drill", phases=["trial", "live"], environment="staging", max_age="7d"),
        criterion("runs", "tests", phases=["live"]),
    ]
    facts = {"schema_version": 1, "title": "Two phases", "overview": "Both on production"}
    plan = Plan.model_validate({**facts, "phases": phases, "criteria": criteria})
    drilled(tmp_path, "trial", "staging", at=NOW - 3 * DAY)
    with start(tmp_path, "attest", at=NOW - 3 * DAY, phase="trial", environment="production") as journal:
        journal.append(Attestation(criterion="trial.answers", by="Kim", role="r", statement="s", accepted=True))
    with start(tmp_path, "pytest", at=NOW - 2.5 * DAY, phase="live", environment="production"):
        pass
    for name in ("trial", "live"):
        drilled(tmp_path, name, "staging")
    (found,) = decide(plan, "live", read_ledger([tmp_path]), NOW, release=RELEASE).prerequisites
    assert found.met, found.detail


def test_the_signature_of_a_stranger_phase_opens_nothing(tmp_path: Path) -> None:
    """
    An attestation about the phase before that stands in a journal of the next one is not of that phase.
    """
    with start(tmp_path, "attest", phase="live", environment="production") as journal:
        journal.append(Attestation(criterion="trial.works", by="Kim", role="r", statement="s", accepted=True))
    assert not before(tmp_path).met
