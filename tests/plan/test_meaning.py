"""The hash of a criterion's meaning changes with every rule that evidence is judged by, and with nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from rollout.plan import Plan
from rollout.plan.meaning import meanings, phase_meaning
from rollout.plan.parse import plan_hash
from tests.judge.ledgers import PLAN as SMALL
from tests.judge.loads import PLAN as LOADED

Edit = Callable[[dict[str, Any]], None]


def edited(plan: Plan, edit: Edit) -> Plan:
    """The plan with a change; durations are written as people do."""
    document = plan.model_dump(mode="json", exclude_none=True)
    for phase in document["phases"]:
        phase["deadline"] = "1w"
        for step in phase["steps"]:
            step.update({"monitor": "1h"} if "monitor" in step else {})
        if "load" in phase:
            phase["load"] |= {"ramp": "1s", "hold": "60s", "slice": "1s", "beside": "120s"}
    for item in document["criteria"]:
        item["max_age"] = "1d"
    edit(document)
    return Plan.model_validate(document)


def changed(plan: Plan, edit: Edit) -> set[str]:
    """The criteria whose meaning an edit changes, without their phase."""
    before, after = meanings(edited(plan, lambda _: None), "stage"), meanings(edited(plan, edit), "stage")
    return {name.removeprefix("stage.") for name in before if before[name] != after.get(name)}


def criterion(name: str, **more: Any) -> Edit:
    """Change keys of a criterion."""
    return lambda document: next(item for item in document["criteria"] if item["id"] == name).update(more)


def phase(**more: Any) -> Edit:
    """Change keys of the phase."""
    return lambda document: document["phases"][0].update(more)


def load(**more: Any) -> Edit:
    """Change keys of its load."""
    return lambda document: document["phases"][0]["load"].update(more)


METRICS, LOADS = {"queue", "watched", "available"}, {item.id for item in LOADED.criteria}


@pytest.mark.parametrize(
    ("plan", "edit", "names"),
    [
        pytest.param(
            SMALL, criterion("queue", limit={"op": "<", "value": 101, "unit": "tasks"}), {"queue"}, id="limit"
        ),
        pytest.param(SMALL, criterion("drilled", max_age="2d"), {"drilled"}, id="age"),
        pytest.param(SMALL, criterion("signed", roles=["owner"]), {"signed"}, id="roles"),
        pytest.param(SMALL, criterion("queue", least=2), {"queue"}, id="least number"),
        pytest.param(SMALL, criterion("answers", waivable=True), {"answers"}, id="waiver"),
        pytest.param(SMALL, criterion("answers", environment="staging"), {"answers"}, id="environment"),
        pytest.param(SMALL, phase(environment="staging"), {item.id for item in SMALL.criteria}, id="where it happens"),
        pytest.param(
            SMALL,
            phase(
                steps=[
                    {"id": "all", "exposure": "everyone", "percent": 100, "monitor": "1h"},
                    {"id": "more", "exposure": "x", "percent": 1},
                ]
            ),
            METRICS,
            id="another step",
        ),
        pytest.param(LOADED, load(users=21), LOADS, id="users"),
        pytest.param(LOADED, load(hold="90s"), LOADS, id="hold"),
        pytest.param(LOADED, criterion("fast", support="required"), {"fast"}, id="support"),
        pytest.param(SMALL, phase(title="Another", week="2", rollback="home"), set(), id="words of the phase"),
        pytest.param(SMALL, criterion("queue", states="x", next="y", quotes=["z"]), set(), id="words of the criterion"),
    ],
)
def test_what_changes_a_meaning(plan: Plan, edit: Edit, names: set[str]) -> None:
    """
    Limits and how they are judged, where, and what is asked of the load or the monitor.
    """
    assert changed(plan, edit) == names
    same = phase_meaning(edited(plan, edit), "stage") == phase_meaning(edited(plan, lambda _: None), "stage")
    assert same == (not names)


def test_the_hash_of_a_plan_is_that_of_its_content() -> None:
    """
    Any edit of meaning changes it, the name of the suite does not.
    """
    plain = edited(SMALL, lambda _: None)
    assert plan_hash(plain) == plan_hash(SMALL)
    assert plan_hash(edited(SMALL, criterion("queue", least=2))) != plan_hash(SMALL)
    assert plan_hash(edited(SMALL, lambda document: document.update(suite="mine"))) == plan_hash(SMALL)
    assert len(plan_hash(SMALL)) == 16
    assert all(len(each) == 16 for each in meanings(SMALL, "stage").values())


def test_a_phase_without_a_deciding_criterion_is_refused() -> None:
    """
    It could never be proven: neither without criteria, nor with advice only.
    """

    def add_a_phase(document: dict[str, Any]) -> None:
        document["phases"].append(
            {**document["phases"][0], "id": "next", "steps": [{"id": "all", "exposure": "x", "percent": 1}]}
        )

    def advice_only(document: dict[str, Any]) -> None:
        document["criteria"] = [{**item, "advisory": True} for item in document["criteria"]]

    with pytest.raises(ValueError, match=r"phases\.next: no criterion decides it"):
        edited(SMALL, add_a_phase)
    with pytest.raises(ValueError, match=r"phases\.stage: no criterion decides it"):
        edited(SMALL, advice_only)
