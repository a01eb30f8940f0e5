"""How little and how much a plan may say: each bound from both sides, and what names what."""

from collections.abc import Callable
from typing import Any

import pytest

from rollout.plan import Plan
from rollout.plan.load_shape import passed, reached, spike, stages

Document = dict[str, Any]


def document() -> Document:
    """A plan with one of everything."""
    return {
        "schema_version": 1,
        "title": "Move the mail server",
        "overview": "One step",
        "phases": [
            {
                "id": "cutover",
                "title": "Cut over",
                "week": "now",
                "objective": "mail flows",
                "deadline": "1d",
                "rollback": "the old server",
                "steps": [{"id": "all", "exposure": "everyone", "percent": 100}],
                "tasks": [{"quote": "move", "shown_by": ["mail-flows"]}],
                "load": {
                    "users": 1,
                    "actions_per_minute": 60,
                    "ramp": "1s",
                    "hold": "60s",
                    "slow_ms": [500],
                    "slice": "1s",
                    "least_requests": 1,
                    "scenarios": {"reader": {"weight": 1, "items": 1}},
                },
            }
        ],
        "criteria": [
            {
                "id": "mail-flows",
                "phases": ["cutover"],
                "states": "mail arrives",
                "source": "metric",
                "metric": "celery.queue_tasks",
                "limit": {"op": "<", "value": 100, "unit": "tasks"},
                "longest_interval": "60s",
                "max_age": "1h",
                "next": "look at the queue",
            }
        ],
        "procedures": [{"id": "back", "title": "Back", "steps": ["switch it off"]}],
        "todos": [{"quote": "tidy up", "closed_by": "cutover.mail-flows"}, {"quote": "rest", "closed_by": "cutover"}],
    }


def put(*place: str | int, value: object) -> Document:
    """The plan with another *value* at a place."""
    found = made = document()
    for step in place[:-1]:
        found = found[step]  # type: ignore[index]
    found[place[-1]] = value  # type: ignore[index]
    return made


def step(**more: object) -> object:
    """The steps of the phase: one, with these facts."""
    return [{"id": "all", "exposure": "everyone", **more}]


PHASE, CRITERION = ("phases", 0), ("criteria", 0)
LOAD = (*PHASE, "load")
BOUNDS: list[tuple[tuple[str | int, ...], list[object], list[object]]] = [
    ((*PHASE, "steps"), [step(percent=0), step(percent=100), step(users=0)], [[], step(), step(percent=-1)]),
    ((*PHASE, "steps"), [step(users=1)], [step(percent=100.1), step(users=-1), step(percent=1, users=1)]),
    ((*PHASE, "tasks", 0, "shown_by"), [["mail-flows"]], [[], ["mail-flow"]]),
    ((*LOAD, "users"), [1], [0]),
    ((*LOAD, "actions_per_minute"), [1], [0]),
    ((*LOAD, "slow_ms"), [[500], [500, 1000]], [[]]),
    ((*LOAD, "least_requests"), [1, 60], [0, 61]),
    ((*LOAD, "spike"), [1.1], [1]),
    ((*LOAD, "scenarios"), [{"reader": 0.1}], [{}, {"reader": 0}]),
    ((*LOAD, "scenarios", "reader", "items"), [1, 1000], [0, 1001]),
    ((*LOAD, "scenarios", "reader", "actions_per_minute"), [1], [0]),
    ((*CRITERION, "phases"), [["cutover"]], [[], ["cut"]]),
    ((*CRITERION, "least"), [1, 2], [0]),
    ((*CRITERION, "longest_interval"), ["900s", "1s"], ["901s", "0s"]),
    ((*CRITERION, "liveness"), ["celery.workers_count"], ["all.p95_ms"]),
    (("procedures", 0, "steps"), [["one"]], [[]]),
    (("todos", 0, "closed_by"), ["cutover", "cutover.mail-flows"], ["mail-flows", "cut"]),
    (("phases",), [document()["phases"]], [[]]),
    (("criteria",), [document()["criteria"]], [[], [*document()["criteria"], *document()["criteria"]]]),
    (("title",), ["x"], [""]),
    (("schema_version",), [1], [0, 2]),
]


@pytest.mark.parametrize(
    ("place", "inside", "outside"), BOUNDS, ids=[".".join(map(str, place)) for place, _, _ in BOUNDS]
)
def test_a_key_of_a_plan_lies_within_its_bounds(
    place: tuple[str | int, ...], inside: list[object], outside: list[object]
) -> None:
    """
    Both ends are permitted, and nothing beyond them.
    """
    for value in inside:
        assert Plan.model_validate(put(*place, value=value))
    for value in outside:
        with pytest.raises(ValueError, match=r"validation error"):
            Plan.model_validate(put(*place, value=value))


@pytest.mark.parametrize(
    ("limit", "permitted"),
    [
        ({"op": "<", "value": 900, "unit": "s"}, True),
        ({"op": "<=", "value": 0.5, "unit": "s"}, True),
        ({"op": "<", "value": 900, "unit": "ms"}, False),
        ({"op": ">", "value": 900, "unit": "s"}, False),
        ({"op": "==", "value": 900, "unit": "s"}, False),
        ({"op": "<", "value": 0, "unit": "s"}, False),
    ],
)
def test_a_drill_is_limited_by_the_seconds_of_a_recovery(limit: dict[str, object], permitted: bool) -> None:
    """
    At most so many: nothing else is told about one.
    """
    (base,) = document()["criteria"]
    kept = {key: value for key, value in base.items() if key not in ("metric", "longest_interval")}
    made = put("criteria", 0, value={**kept, "source": "drill", "limit": limit})
    if permitted:
        assert Plan.model_validate(made)
        return
    with pytest.raises(ValueError, match=r'limited by how long a recovery takes: write op "<" or "<=", and unit "s"'):
        Plan.model_validate(made)


def refused(edit: Callable[[Document], object]) -> str:
    """What is said of the plan after an *edit*."""
    changed = document()
    edit(changed)
    with pytest.raises(ValueError, match=r"validation error") as error:
        Plan.model_validate(changed)
    return str(error.value)


def test_what_closes_a_todo_is_in_the_plan() -> None:
    """
    Each of them, and the nearest right word.
    """
    said = refused(lambda plan: plan["todos"][1].update(closed_by="cutovr"))
    assert "todos: 'rest': no criterion or phase 'cutovr'; did you mean 'cutover'?" in said


def test_a_phase_needs_a_criterion_that_decides() -> None:
    """
    One that is only advisory never does.
    """
    said = refused(lambda plan: plan["criteria"][0].update(advisory=True))
    assert "phases.cutover: no criterion decides it" in said


def test_a_phase_comes_after_an_earlier_one() -> None:
    """
    Not after itself.
    """
    assert "no earlier phase 'cutover'" in refused(lambda plan: plan["phases"][0].update(after="cutover"))


def test_a_step_of_a_procedure_belongs_to_phases_of_the_plan() -> None:
    """
    The line has the number of the step, from 1 on.
    """
    steps = ["switch it off", {"run": "wait", "phases": ["cutovr"]}]
    said = refused(lambda plan: plan["procedures"][0].update(steps=steps))
    assert "procedures.back.steps.2.phases: no phase 'cutovr'" in said


def test_what_is_watched_is_judged_for_its_whole_time() -> None:
    """
    The line has the hours to write.
    """
    said = refused(lambda plan: plan["phases"][0]["steps"][0].update(monitor="2h"))
    assert "steps.all.monitor: no criterion asks for it; add one about window.covered_hours with limit >= 2 h" in said


def on_load(plan: Document, load: object = document()["phases"][0]["load"], **more: object) -> None:
    """The criterion on a load, and the *load* of its phase."""
    limit = {"op": "<", "value": 500, "unit": "ms"}
    plan["criteria"][0] |= {"source": "load", "metric": "all.p95_ms", "limit": limit, "longest_interval": None, **more}
    plan["phases"][0]["load"] = load


def test_a_budget_on_a_load_needs_a_load_that_counts_it() -> None:
    """
    One that counts slower requests at the limit.
    """
    assert "phases.cutover.load is missing" in refused(lambda plan: on_load(plan, None))
    limit = {"op": "<", "value": 501, "unit": "ms"}
    assert "phases.cutover.load.slow_ms: 501 is missing" in refused(lambda plan: on_load(plan, limit=limit))


def test_a_number_in_a_quote_is_that_of_the_limit() -> None:
    """
    Or the plan is refused with both.
    """
    said = refused(lambda plan: plan["criteria"][0].update(quotes=["fewer than 90 tasks"]))
    assert "the plan says 90 tasks in 'fewer than 90 tasks', the criterion says < 100 tasks" in said


def test_twice_is_told_as_often_as_it_is() -> None:
    """
    Phases, criteria, procedures and the others.
    """
    said = refused(lambda plan: plan["procedures"].extend(2 * plan["procedures"]))
    assert "procedure 'back' is defined 3 times" in said


def test_a_spike_is_the_middle_tenth() -> None:
    """
    Full rate before and after it.
    """
    told = [number for step in spike(200.0, 3.0) for number in step]
    assert told == pytest.approx([0, 1, 90, 3, 110, 1])


def test_stages_are_equally_long_and_the_largest_is_the_full_rate() -> None:
    """
    10, 25 and 50 % of the users.
    """
    assert stages(90.0, [10, 25, 50]) == ((0.0, 0.2), (30.0, 0.5), (60.0, 1.0))


@pytest.mark.parametrize(
    ("seconds", "worth"), [(0.0, 0.0), (30.0, 6.0), (45.0, 13.5), (60.0, 21.0), (90.0, 51.0), (120.0, 81.0)]
)
def test_what_a_time_is_worth_at_full_rate(seconds: float, worth: float) -> None:
    """
    And when so much is reached, which is the opposite; after the last step its rate goes on.
    """
    steps = stages(90.0, [10, 25, 50])
    assert passed(steps, seconds) == pytest.approx(worth)
    assert reached(steps, worth) == pytest.approx(seconds)
