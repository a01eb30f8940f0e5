"""The hash of a criterion's meaning changes with every rule that evidence is judged by, and with nothing else."""

from collections.abc import Callable
from typing import Any

import pytest

from rollout.plan import Phase, Plan
from rollout.plan.meaning import PHASE_WORDS, PLAN_WORDS, meanings, phase_meaning, ruling
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
    return {name.removeprefix("stage.") for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def criterion(name: str, **more: Any) -> Edit:
    """Change keys of a criterion."""
    return lambda document: next(item for item in document["criteria"] if item["id"] == name).update(more)


def phase(**more: Any) -> Edit:
    """Change keys of the phase."""
    return lambda document: document["phases"][0].update(more)


def load(**more: Any) -> Edit:
    """Change keys of its load."""
    return lambda document: document["phases"][0]["load"].update(more)


def step(**more: Any) -> Edit:
    """Change keys of its step."""
    return lambda document: document["phases"][0]["steps"][0].update(more)


def two_hours(document: dict[str, Any]) -> None:
    """Watch for two hours in place of one."""
    step(monitor="2h")(document)
    criterion("watched", limit={"op": ">=", "value": 2, "unit": "h"})(document)


def top(**more: Any) -> Edit:
    """Change keys of the plan itself."""
    return lambda document: document.update(more)


def after_another(document: dict[str, Any]) -> None:
    """Put a phase before the stage, and let the stage need its GO."""
    document["phases"].insert(0, {**document["phases"][0], "id": "before"})
    document["phases"][1]["after"] = "before"
    document["criteria"].append({**document["criteria"][1], "id": "in-charge", "phases": ["before"]})
    for item in document["criteria"]:
        if item["id"] == "watched":
            item["phases"] = ["stage", "before"]


ALERT = {
    "id": "queue",
    "quote": "x",
    "metric": "celery.queue_tasks",
    "limit": {"op": ">", "value": 9, "unit": "tasks"},
    "rule": "Queue",
}
PROCEDURE = {"id": "back", "title": "Back", "steps": ["turn it off"]}
MESSAGE = {"id": "hello", "quote": "x", "when": "before"}
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
        pytest.param(
            SMALL,
            phase(environment="staging"),
            {item.id for item in SMALL.criteria} | {"stage environment"},
            id="where it happens",
        ),
        pytest.param(
            SMALL,
            phase(
                steps=[
                    {"id": "all", "exposure": "everyone", "percent": 100, "monitor": "1h"},
                    {"id": "more", "exposure": "x", "percent": 1},
                ]
            ),
            METRICS | {"stage steps"},
            id="another step",
        ),
        pytest.param(SMALL, step(percent=10), {"stage steps"}, id="the share of users"),
        pytest.param(SMALL, two_hours, METRICS | {"stage steps"}, id="the window"),
        pytest.param(SMALL, phase(deadline="2w"), {"stage deadline"}, id="the deadline"),
        pytest.param(SMALL, after_another, {"stage after"}, id="the phase that comes before"),
        pytest.param(SMALL, top(alerts=[ALERT]), {"stage alerts"}, id="an alert"),
        pytest.param(SMALL, top(procedures=[PROCEDURE]), {"stage procedures"}, id="a procedure"),
        pytest.param(SMALL, top(suite="another"), {"stage suite"}, id="the suite"),
        pytest.param(LOADED, load(users=21), LOADS | {"stage load"}, id="users"),
        pytest.param(LOADED, load(hold="90s"), LOADS | {"stage load"}, id="hold"),
        pytest.param(LOADED, load(ramp="2s"), LOADS | {"stage load"}, id="ramp"),
        pytest.param(LOADED, load(scenarios={"reviewer": 1, "lead": 1}), LOADS | {"stage load"}, id="mix"),
        pytest.param(LOADED, load(shape="spike"), LOADS | {"stage load"}, id="shape"),
        pytest.param(SMALL, step(exposure="all of them"), set(), id="words of a step"),
        pytest.param(SMALL, top(messages=[MESSAGE], title="x", overview="y"), set(), id="words of the plan"),
        pytest.param(LOADED, criterion("fast", support="required"), {"fast"}, id="support"),
        pytest.param(SMALL, phase(title="Another", week="2", rollback="home"), set(), id="words of the phase"),
        pytest.param(SMALL, criterion("queue", states="x", next="y", quotes=["z"]), set(), id="words of the criterion"),
    ],
)
def test_what_changes_a_meaning(plan: Plan, edit: Edit, names: set[str]) -> None:
    """
    Limits and how they are judged, where, what is asked of the load or the monitor, and everything else that rules the phase.
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


def test_every_key_of_phase_and_plan_counts_unless_it_is_listed_as_words() -> None:
    """
    A key that somebody adds to the plan changes a meaning until it is said to be words only.
    """
    keys = {name.removeprefix("stage ") for name in meanings(SMALL, "stage") if name.startswith("stage ")}
    assert keys == {*Phase.model_fields, *Plan.model_fields} - PHASE_WORDS - PLAN_WORDS
    assert keys == {"deadline", "after", "environment", "steps", "load", "suite", "alerts", "procedures"}


def test_a_procedure_rules_the_phases_that_it_names() -> None:
    """
    Another step of a rollback of another phase is no matter here; one that belongs to every phase is.
    """
    elsewhere = {"run": "turn it off", "phases": ["stage"]}
    base = edited(SMALL, top(procedures=[{**PROCEDURE, "steps": [elsewhere]}]))
    assert ruling(base, base.phase("stage"))["procedures"] == [["back", [{"run": "turn it off", "phases": ["stage"]}]]]
    other = base.phase("stage").model_copy(update={"id": "other"})
    assert ruling(base, other)["procedures"] == [["back", []]]
