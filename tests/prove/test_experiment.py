"""What an experiment takes over from the one before it."""

from rollout.judge.verdict import Verdict
from rollout.plan import load_plan
from rollout.prove.experiment import Experiment
from rollout.prove.faults import KnownFault
from rollout.prove.proof import Cell, FaultRow, Proof
from tests.prove.fake_workers import finding

KEPT = "smoke/test_health.py::test_the_backend_reports_healthy"
GONE = "smoke/test_health.py::test_that_was_moved_since"


def test_a_check_that_is_gone_is_not_asked_again() -> None:
    """
    A test that moved to another file would end the whole run before any other test has looked.
    """
    cells = tuple(
        Cell(criterion="services-healthy", role="breaks", seen="BROKEN", reason="it broke", check=node)
        for node in (GONE, KEPT)
    )
    before = Proof(healthy={}, rows=(FaultRow(fault="sick", sentence="It is sick.", cells=cells, seconds=1),), bound={})
    sick = KnownFault("sick", "It is sick.", "flag", ("services-healthy",))
    experiment = Experiment(load_plan(), {"services-healthy"}, [sick], print, lambda _: None, before)
    assert experiment.noticed_by(sick) == [KEPT]


def test_a_criterion_that_is_gone_is_proven_no_more() -> None:
    """
    What the plan no longer asks for would stand in the matrix for ever.
    """
    seen = {"services-healthy": "MET", "asked-for-once": "UNPROVEN"}
    before = Proof(healthy=seen, rows=(), bound=dict.fromkeys(seen, "1"))
    experiment = Experiment(load_plan(), set(), [], print, lambda _: None, before)
    assert set(experiment.proof().healthy) == set(experiment.proof().bound) == {"services-healthy"}


def test_a_healthy_criterion_that_is_not_met_says_why_in_the_phase_that_has_evidence() -> None:
    """
    No load ran for the other phases: that is no reason.
    """
    said: list[str] = []
    experiment = Experiment(load_plan(), {"error-rate"}, [], said.append, lambda _: None, None)
    nothing = finding("phase1.error-rate", Verdict.UNPROVEN).model_copy(
        update={"reason": "no load has run", "evidence": ()}
    )
    starved = nothing.model_copy(update={"id": "phase3.error-rate", "reason": "no processor", "evidence": ("r1",)})
    experiment.note(["error-rate"], {each.id: each for each in (nothing, starved)})
    assert any(line.endswith("healthy: error-rate: UNPROVEN: no processor") for line in said)
    met = starved.model_copy(update={"verdict": Verdict.MET})
    experiment.note(["error-rate"], {each.id: each for each in (nothing, met)})
    assert experiment.healthy["error-rate"] == "MET"
