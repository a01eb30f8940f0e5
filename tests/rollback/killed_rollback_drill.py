"""`python -m tests.rollback.killed_rollback_drill POINT`: a rollback drill in a cluster that ends itself with SIGKILL at a point of its course."""

import json
import sys
from pathlib import Path
from typing import Any

from rollout.cli.drill import journal_of
from rollout.drill.course import Course
from rollout.drill.found_before import FoundBefore
from rollout.plan import Plan, load_plan
from rollout.plan.procedure import Procedure, ProcedureStep
from rollout.target.settings import Action
from tests.drill.killed_drill import KilledAt
from tests.rollback.kubernetes_api import CONTEXT, NAMESPACE
from xcodereviewer.drills.rollback import rollback_drill
from xcodereviewer.drills.standin_switches import INTERNAL
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

CRITERION = "predeploy.rollback-drilled"
SHARE = "BACKEND_ROLLOUT_PERCENTAGE"


def staging(state: dict[str, Any]) -> XcrTarget:
    """A stand-in as a staging target in a cluster that allows drills."""
    facts = {"name": "staging", "environment": "staging", "allow": frozenset({Action.DRILL, Action.WRITE})}
    facts |= {"kubernetes_context": CONTEXT, "kubernetes_namespace": NAMESPACE, "internal_users": (INTERNAL,)}
    facts |= {"kubernetes_percentage_variable": SHARE}
    found = SUITE.target_of(state).model_copy(update=facts)
    assert isinstance(found, XcrTarget)
    return found


def plan_within(seconds: float) -> Plan:
    """The plan that ships, with another time for each step."""

    def other(step: ProcedureStep | str) -> ProcedureStep | str:
        if isinstance(step, str) or step.action is None:
            return step
        return step.model_copy(update={"within": seconds})

    def hurried(item: Procedure) -> Procedure:
        return item.model_copy(update={"steps": tuple(map(other, item.steps))})

    plan = load_plan()
    return plan.model_copy(update={"procedures": tuple(map(hurried, plan.procedures))})


def main() -> None:
    """Carry out the drill on the stand-in whose state is on stdin; the journal goes to a folder."""
    facts = json.load(sys.stdin)
    target, plan = staging(facts["state"]), plan_within(60)
    with journal_of(plan, CRITERION, target, "r-1", Path(facts["journals"])) as journal:
        rollback_drill(target, plan, Course(KilledAt(sys.argv[1]), FoundBefore([journal])))


if __name__ == "__main__":
    main()
