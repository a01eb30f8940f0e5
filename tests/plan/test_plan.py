"""The plan that ships is whole; a plan with a fault is refused in one line that names it."""

import json
import re
import tomllib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from rollout.cli.schema import reference_text, schema_text
from rollout.plan import Plan, PlanError, load_plan
from rollout.plan.parse import stored_plan
from rollout.plan.proving import unfit_for_evidence

Document = dict[str, Any]
Edit = Callable[[Document], None]
ROOT = Path(__file__).resolve().parents[2]
PLAN_FILE = ROOT / "plan.toml"
SMALL = ROOT / "tests" / "foreign" / "greeter" / "plan.toml"


@pytest.fixture(scope="module")
def whole() -> Document:
    """plan.toml as plain data."""
    return tomllib.loads(PLAN_FILE.read_text(encoding="utf-8"))


@pytest.fixture
def document(whole: Document) -> Document:
    """A copy of plan.toml as plain data, to be damaged."""
    return deepcopy(whole)


def criterion(document: Document, name: str) -> dict[str, Any]:
    """The first criterion of that id."""
    found: dict[str, Any] = next(item for item in document["criteria"] if item["id"] == name)
    return found


def complaint(document: Document) -> str:
    """What the plan says about its faults."""
    try:
        return "\n".join(unfit_for_evidence(Plan.model_validate(document)))
    except ValueError as error:
        return str(error)


def test_the_plan_that_ships_is_whole() -> None:
    """
    plan.toml has every phase of the rollout, in order, each with the one before it.
    """
    plan = load_plan()
    assert [phase.id for phase in plan.phases] == ["predeploy", "phase1", "phase2", "phase3", "phase4", "phase5"]
    assert [phase.after for phase in plan.phases] == [None, "predeploy", "phase1", "phase2", "phase3", "phase4"]


def set_in(name: str, **values: Any) -> Edit:
    """Change keys of a criterion."""
    return lambda document: criterion(document, name).update(values)


def drop_from(name: str, key: str) -> Edit:
    """Remove a key of a criterion."""
    return lambda document: criterion(document, name).pop(key)


def twice(document: Document) -> None:
    """Define a criterion a second time."""
    document["criteria"].append(criterion(document, "redis-memory"))


FAULTS = [
    pytest.param(twice, "criterion 'phase1.redis-memory' is defined 2 times", id="duplicate id"),
    pytest.param(
        set_in("redis-memory", metric="redis.memori_percent"),
        "no source provides metric 'redis.memori_percent'; did you mean 'redis.memory_percent'?",
        id="unknown metric",
    ),
    pytest.param(set_in("redis-memory", limit={"op": "<", "value": 80}), "unit", id="missing unit"),
    pytest.param(
        set_in("redis-memory", limit={"op": "<", "value": 80, "unit": "ms"}), "measured in '%'", id="wrong unit"
    ),
    pytest.param(set_in("redis-memory", limit={"op": "<", "value": float("nan"), "unit": "%"}), "finite", id="NaN"),
    pytest.param(
        set_in("redis-memory", quotes=["Redis memory high"], limit={"op": "<", "value": 150, "unit": "%"}),
        "can never be violated",
        id="a limit that nothing violates",
    ),
    pytest.param(
        set_in("redis-memory", quotes=["Redis memory high"], limit={"op": ">", "value": 100, "unit": "%"}),
        "can never hold",
        id="a limit that nothing keeps",
    ),
    pytest.param(
        set_in("availability", quotes=["System stable"], limit={"op": "<", "value": 99.9, "unit": "%"}),
        "limit < 99.9 % on 'service.available_percent', where more is better: write it as '>' or '>='",
        id="a limit on the wrong side",
    ),
    pytest.param(
        set_in(
            "celery-queue",
            metric="celery.workers_count",
            limit={"op": "<", "value": 1, "unit": "workers"},
            trigger=None,
        ),
        "limit < 1 workers on 'celery.workers_count', where more is better: write it as '>' or '>='",
        id="a limit that asks for no worker",
    ),
    pytest.param(
        set_in(
            "redis-memory",
            metric="prometheus.free_disk_percent",
            quotes=["System stable"],
            limit={"op": ">", "value": 20, "unit": "%"},
            trigger={"op": ">", "value": 95, "unit": "%"},
        ),
        "trigger > 95 % on 'prometheus.free_disk_percent', where more is better: write it as '<' or '<='",
        id="a trigger on the side of the limit",
    ),
    pytest.param(
        set_in("not-slower", trigger={"op": ">", "value": 400, "unit": "%"}),
        "limit and trigger of a comparison are one number, got <= 50 % and > 400 %: give both the same",
        id="a comparison with two numbers",
    ),
    pytest.param(
        set_in("no-data-loss", limit={"op": ">", "value": 0, "unit": "writes"}),
        "limit > 0 writes on 'canary.lost_writes', where less is better: write it as '<' or '<=', or '== 0'",
        id="a limit that asks for losses",
    ),
    pytest.param(
        set_in("celery-queue", limit={"op": "==", "value": 100, "unit": "tasks"}),
        "write it as '<' or '<=', or '== 0'",
        id="a limit that is one value",
    ),
    pytest.param(
        set_in("error-rate", quotes=["Stable error rates"], trigger={"op": "<", "value": 5, "unit": "%"}),
        "trigger < 5 % on 'all.fail_percent', where less is better: write it as '>' or '>='",
        id="a trigger where all is well",
    ),
    pytest.param(
        set_in("availability", quotes=["System stable"], trigger={"op": "<", "value": 90, "unit": "%"}),
        "trigger < 90 % on 'service.available_percent': nothing reads it",
        id="a trigger that no judge reads",
    ),
    pytest.param(
        set_in("redis-memory", slice="10s"),
        "criteria.redis-memory.slice: nothing reads it about 'redis.memory_percent': only probes, users' traffic and comparisons are cut",
        id="a slice of a level",
    ),
    pytest.param(
        set_in("redis-memory", support="required"),
        "criteria.redis-memory.support: nothing reads it about 'redis.memory_percent': it is judged by exact values",
        id="support for a level",
    ),
    pytest.param(
        set_in("celery-queue", liveness="celery.worker_count"),
        "no source provides metric 'celery.worker_count'; did you mean 'celery.workers_count'?",
        id="a liveness that nobody samples",
    ),
    pytest.param(
        set_in("celery-queue", liveness="all.p95_ms"), "liveness 'all.p95_ms' is not sampled", id="a liveness of load"
    ),
    pytest.param(
        lambda document: document["alerts"][1].update(limit={"op": "<", "value": 5, "unit": "%"}),
        "trigger < 5 % on 'all.fail_percent'",
        id="an alert where all is well",
    ),
    pytest.param(drop_from("redis-memory", "source"), "source", id="no evidence source"),
    pytest.param(
        set_in("redis-memory", source="hope"),
        "'tests', 'load', 'metric', 'drill' or 'attestation'",
        id="unknown evidence source",
    ),
    pytest.param(drop_from("redis-memory", "metric"), "metric is missing", id="nothing to measure"),
    pytest.param(
        set_in("redis-memory", limit={"op": "<", "value": 90, "unit": "%"}),
        "the plan says < 80 %",
        id="a limit that is not the plan's",
    ),
    pytest.param(set_in("redis-memory", phases=["phase9"]), "no phase 'phase9'", id="unknown phase"),
    pytest.param(set_in("redis-memory", colour="red"), "Extra inputs are not permitted", id="unknown key"),
    pytest.param(set_in("redis-memory", max_age=3), "a duration needs a unit", id="an age without unit"),
    pytest.param(set_in("celery-queue", liveness=None), "zero_is_valid needs liveness", id="zero without liveness"),
    pytest.param(
        set_in("monitored", limit={"op": ">=", "value": 47, "unit": "h"}, quotes=["Monitor metrics closely"]),
        "47 h, but phase1 watches 48 h",
        id="a window that is not the step's",
    ),
    pytest.param(
        set_in("monitored-at-25", environment="staging"),
        "phase4 happens on production, and what is watched on staging tells nothing of it; take it out",
        id="a phase that is watched elsewhere",
    ),
    pytest.param(
        drop_from("monitored-at-25", "step"),
        "criteria.monitored-at-25.step is missing: phase4 watches quarter and half; write one criterion for each step",
        id="watched time at any of several exposures",
    ),
    pytest.param(
        set_in("users-error-rate", longest_interval="60s"),
        "longest_interval is 60 s, but the trigger needs a sample in each slice of 30 s: write at most 30 s",
        id="looks that leave slices of a trigger empty",
    ),
    pytest.param(
        set_in("exposure", quotes=["Increase rollout to 25%"]),
        "the plan says 25 %, but phase2 has no such step",
        id="an exposure that is not the step's",
    ),
]


@pytest.mark.parametrize(("edit", "says"), FAULTS)
def test_a_fault_is_named(document: Document, edit: Edit, says: str) -> None:
    """
    Each kind of fault is refused, and the message says what is wrong.
    """
    edit(document)
    assert says in complaint(document)


FAST = 'limit = { op = "<", value = 1000, unit = "ms" }'


def test_an_error_names_file_key_and_value(tmp_path: Path) -> None:
    """
    The line names the criterion by its id, not by its position in the list.
    """
    text = PLAN_FILE.read_text(encoding="utf-8").replace('value = 80, unit = "%"', 'value = "many", unit = "%"', 1)
    broken = tmp_path / "plan.toml"
    broken.write_text(text, encoding="utf-8")
    with pytest.raises(PlanError, match=r"^plan\.toml: criteria\.[a-z-]+\.limit\.value: .* \(got 'many'\)$"):
        load_plan(broken)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('source = "tests"', 'source = "test"', "criteria.greets.source: "),
        ('hold = "6s"', "hold = 6", "phases.open.load.hold: "),
        ('metric = "greeting.p95_ms"', 'metric = "greeting"', "criteria.fast: "),
        ('op = "<", value = 5', 'op = "=<", value = 5', "criteria.few-failures.limit.op: "),
        (FAST, 'limit = "< 1 s"', "criteria.fast.limit: want a table with op, value, unit (got '< 1 s')"),
        ('phases = ["open"]', 'phases = ["opn"]', "criteria.greets.phases: "),
        ('phases = ["open"]', "phases = [5]", "criteria.greets.phases.0: "),
    ],
)
def test_an_error_in_one_place_gives_one_message(tmp_path: Path, old: str, new: str, says: str) -> None:
    """
    What follows from it, such as a list without a valid item, is not told.
    """
    text = SMALL.read_text(encoding="utf-8").replace('suite = "greeter"\n', "").replace("seats.taken", "redis.memory")
    assert old in text
    broken = tmp_path / "plan.toml"
    broken.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_plan(broken)
    assert str(error.value).startswith(f"plan.toml: {says}")
    assert "\n" not in str(error.value)


SEATS = 'metric = "seats.taken_percent"\nlimit = { op = "<", value = 80, unit = "%" }'
PROBES = 'metric = "service.available_percent"\nlimit = { op = ">", value = 99, unit = "%" }\nsupport = "required"'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param(
            FAST, f'{FAST}\nsupport = "required"', "phases.open.load.slice: 1 s is too short: 'fast'", id="load"
        ),
        pytest.param(SEATS, PROBES, "criteria.room-left.slice: is missing: 'room-left'", id="probes"),
        pytest.param(SEATS, f'{PROBES}\nslice = "14s"', "criteria.room-left.slice: 14 s is too short", id="14 s"),
        pytest.param(SEATS, f'{PROBES}\nslice = "15s"', "", id="15 s"),
    ],
)
def test_certainty_is_refused_on_short_slices(tmp_path: Path, old: str, new: str, says: str) -> None:
    """
    Case 24: required support needs slices of 15 s at least; the line names the key and says why.
    """
    text = SMALL.read_text(encoding="utf-8").replace('suite = "greeter"\n', "").replace(old, new, 1)
    plan = tmp_path / "plan.toml"
    plan.write_text(text.replace("seats.taken", "redis.memory"), encoding="utf-8")
    if not says:
        assert load_plan(plan)
        return
    with pytest.raises(PlanError, match=re.escape(f"plan.toml: {says}")) as error:
        load_plan(plan)
    assert "requests within one stall are not independent" in str(error.value)
    assert "\n" not in str(error.value)
    assert stored_plan(plan)  # old evidence is still judged under it


def test_quotes_are_needed_only_where_there_is_a_document(tmp_path: Path) -> None:
    """
    A plan of somebody else may have no document; then a criterion is shown by what it states.
    """
    text = "".join(line for line in SMALL.read_text(encoding="utf-8").splitlines(keepends=True) if "quotes" not in line)
    plan = tmp_path / "plan.toml"
    plan.write_text(text.replace('suite = "greeter"\n', "").replace("seats.taken", "redis.memory"), encoding="utf-8")
    assert load_plan(plan).criterion("open.greets").quotes == ()
    named = tmp_path / "named.toml"
    named.write_text(f'document = "plan.md"\n{plan.read_text(encoding="utf-8")}', encoding="utf-8")
    with pytest.raises(
        PlanError, match=r"^named\.toml: criteria\.greets\.quotes is missing: name its sentence in plan\.md"
    ):
        load_plan(named)


def test_a_quote_must_stand_in_the_document(tmp_path: Path) -> None:
    """
    A sentence that nobody wrote cannot become a criterion.
    """
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "rollout-plan.md").write_text("nothing", encoding="utf-8")
    (tmp_path / "plan.toml").write_text(PLAN_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(PlanError, match=r"criteria\.staging-configured: .* does not stand in"):
        load_plan(tmp_path / "plan.toml")


def test_a_misspelt_key_is_told_once(tmp_path: Path) -> None:
    """
    That the key is missing which was meant follows from it.
    """
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN_FILE.read_text(encoding="utf-8").replace("objective =", "objektive =", 1), encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_plan(plan)
    assert str(error.value) == "plan.toml: phases.predeploy: no key 'objektive'; did you mean 'objective'?"


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ("within = 4", "procedures.emergency.steps.restore.within: a duration needs a unit, got 4"),
        ('witin = "4h"', "procedures.emergency.steps.restore: no key 'witin'; did you mean 'within'?"),
        ("", "procedures.emergency.steps.restore: 'pg_restore"),
    ],
)
def test_a_fault_in_a_step_of_a_procedure_is_one_line_at_its_key(tmp_path: Path, wrong: str, says: str) -> None:
    """
    That the step, which is a table, is no text either is not told, nor are the names of validators.
    """
    before, step, after = PLAN_FILE.read_text(encoding="utf-8").partition('id = "restore"\n')
    spoiled = re.sub(r"^within = .*$", wrong, after, count=1, flags=re.MULTILINE)
    plan = tmp_path / "plan.toml"
    plan.write_text(before + step + spoiled, encoding="utf-8")
    (tmp_path / "docs").symlink_to(PLAN_FILE.parent / "docs")
    with pytest.raises(PlanError) as error:
        load_plan(plan)
    (line,) = str(error.value).splitlines()
    assert line.startswith(f"plan.toml: {says}")


def test_a_document_that_is_not_there_is_a_fault_of_the_plan(tmp_path: Path) -> None:
    """
    The line names the key of the plan, what it says, and what it should.
    """
    plan = tmp_path / "plan.toml"
    plan.write_text(PLAN_FILE.read_text(encoding="utf-8"), encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_plan(plan)
    assert str(error.value) == (
        "plan.toml: document: 'docs/rollout-plan.md' cannot be read: No such file or directory;"
        " name a file relative to plan.toml"
    )


def test_the_schema_for_editors_is_current() -> None:
    """
    docs/plan.schema.json is what the models say: rollout schema > docs/plan.schema.json
    """
    assert (ROOT / "docs" / "plan.schema.json").read_text(encoding="utf-8") == schema_text()


def test_the_schema_accepts_the_plan(document: Document) -> None:
    """
    The generated schema and the models agree about plan.toml.
    """
    jsonschema.validate(document, json.loads(schema_text()))


def test_another_rollout_is_another_file() -> None:
    """
    A plan of one phase and one criterion, without any document, is enough.
    """
    plan = Plan.model_validate(
        {
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
                }
            ],
            "criteria": [
                {
                    "id": "mail-flows",
                    "phases": ["cutover"],
                    "quotes": ["Mail flows"],
                    "states": "mail arrives",
                    "source": "tests",
                    "max_age": "1h",
                    "next": "look at the queue",
                }
            ],
        }
    )
    assert plan.criterion_ids() == ["cutover.mail-flows"]


def test_the_reference_for_people_is_current() -> None:
    """
    docs/plan.md is what the models say: rollout schema --reference > docs/plan.md
    """
    assert (ROOT / "docs" / "plan.md").read_text(encoding="utf-8") == reference_text()


def test_the_reference_lists_the_values_of_a_choice() -> None:
    """
    The name of a class tells nobody what to write.
    """
    assert "| `source` | yes | `tests`, `load`, `metric`, `drill`, `attestation` |" in reference_text()
    assert "| `absence` | no | `unproven-until-deadline`, `unproven` |" in reference_text()


@pytest.mark.parametrize(("name", "one"), [("no-data-loss", "write"), ("team-feedback", "answer")])
def test_how_many_writes_and_answers_it_takes_stands_in_the_plan(document: Document, name: str, one: str) -> None:
    """
    Without a number one would do, and below ten they prove nothing.
    """
    drop_from(name, "least")(document)
    assert f"criteria.{name}.least: is missing: one {one} would do" in complaint(document)
    set_in(name, least=9)(document)
    assert f"criteria.{name}.least: is 9: so few {one}s prove nothing" in complaint(document)
