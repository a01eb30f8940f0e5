"""One decision of each outcome with its journals, for tests and pictures of their pages."""

from collections.abc import Callable
from pathlib import Path

from rollout.evidence import Ledger
from rollout.evidence.records import Sample
from rollout.judge.decision import Decision
from rollout.plan import Plan, load_plan
from tests.reports import evidence

SEEN = 61  # samples two seconds apart, over two minutes with both ends
WRONG_STATUS = 'GET /ready: got 200, want 503; body: {"status": "ready"}; curl -X GET http://staging.example/ready'


def go(folder: Path, plan: Plan) -> None:
    """Write evidence without faults."""
    evidence.checks(folder, plan)
    evidence.load(folder, plan, evidence.Run())
    watched(folder, plan)


def hold(folder: Path, plan: Plan) -> None:
    """Write an incomplete load, and samples of one minute instead of two."""
    evidence.checks(folder, plan)
    evidence.load(folder, plan, evidence.Run(seconds=20, finish=False))
    evidence.watch(folder, plan, slots=30)


def no_go(folder: Path, plan: Plan) -> None:
    """Write a failed check, and a time of slow answers."""
    evidence.checks(folder, plan, "readiness-notices-dependencies", WRONG_STATUS)
    evidence.load(folder, plan, evidence.Run(slow=dict.fromkeys(range(28, 44), 0.35)))
    watched(folder, plan)


def rollback(folder: Path, plan: Plan) -> None:
    """Write a load with half a minute in which every fifth request fails."""
    evidence.checks(folder, plan)
    evidence.load(folder, plan, evidence.Run(failing=dict.fromkeys(range(5, 50), 0.2)))
    watched(folder, plan, {41: {"service.available": Sample(value=0.0, text="503")}})


def watched(folder: Path, plan: Plan, values: dict[int, dict[str, Sample]] | None = None) -> None:
    """Write samples of the whole window."""
    evidence.watch(folder, plan, values, slots=SEEN)


OUTCOMES: dict[str, Callable[[Path, Plan], None]] = {"GO": go, "HOLD": hold, "NO-GO": no_go, "ROLLBACK": rollback}


def made(outcome: str, folder: Path) -> tuple[Decision, Ledger]:
    """The decision with *outcome* from journals written to *folder*; ValueError if they give another one."""
    plan = load_plan()
    evidence.gate(folder, plan)
    OUTCOMES[outcome](folder, plan)
    evidence.attest(folder, plan)
    decision, ledger = evidence.judged(folder, plan)
    if str(decision.outcome) != outcome:  # an assertion in a fixture would be an obstacle, and skip what needs it
        raise ValueError(f"the evidence for {outcome} gives {decision.line}")
    return decision, ledger
