"""A key that nothing reads about a criterion is refused: a finding would show it, and nobody would do it."""

import re
from pathlib import Path
from typing import Any

import pytest

from rollout.judge.decide import JUDGES
from rollout.judge.decide import WITHOUT_METRIC as JUDGES_WITHOUT_METRIC
from rollout.metrics import MetricKind
from rollout.metrics.kinds import DEPENDENT, RULES, WITHOUT_METRIC
from rollout.plan import Criterion, Plan, Support
from rollout.plan.limit import Limit
from rollout.plan.parse import PlanError, load_plan, stored_plan
from rollout.plan.unread import keys_read, unread
from rollout.prove.examples import JudgeRule, rules

SMALL = Path(__file__).resolve().parents[1] / "foreign" / "greeter" / "plan.toml"
EXAMPLES = {rule.name: rule for rule in rules()}
JUDGED = [*(kind.value for kind in MetricKind), "tests", "drill"]  # each rule that has examples of its own
ALWAYS = {
    *("id", "phases", "quotes", "states", "source", "max_age", "next", "metric", "absence", "advisory"),
    *("environment", "next_unproven", "next_broken", "waivable"),
}
VALUES: dict[str, Any] = {
    "limit": Limit(op=">", value=1, unit="%"),
    "trigger": Limit(op=">", value=2, unit="%"),
    "support": Support.REQUIRED,
    "least": 2,
    "slice": 30.0,
    "longest_interval": 60.0,
    "step": "all",
    "zero_is_valid": True,
    "liveness": "celery.workers_count",
    "roles": ("owner",),
}


def refused(criterion: Criterion) -> set[str]:
    """The keys of a criterion that are refused."""
    return {line.split(":")[0].rpartition(".")[2] for line in unread(criterion)}


@pytest.mark.parametrize("key", DEPENDENT)
@pytest.mark.parametrize("name", JUDGED)
def test_a_key_is_refused_where_nobody_reads_it(name: str, key: str) -> None:
    """
    By the one table of kinds and sources, in a line that names the criterion, the key and the way out.
    """
    (criterion,) = EXAMPLES[name].plan.criteria
    more = {"support": Support.REQUIRED, "zero_is_valid": True} if key in ("slice", "liveness") else {}
    more = {other: value for other, value in more.items() if other in keys_read(criterion)}
    changed = criterion.model_copy(update={**more, key: VALUES[key]})
    assert refused(changed) == (set() if key in keys_read(criterion) else {key})
    assert all(re.match(rf"criteria\.example\.{key}: nothing reads it .*take it out", line) for line in unread(changed))


def test_each_kind_and_source_says_what_is_read() -> None:
    """
    Each that has a judge; and each key of a criterion is read always, or stands in the table.
    """
    assert RULES.keys() == JUDGES.keys()
    assert WITHOUT_METRIC.keys() == {source.value for source in JUDGES_WITHOUT_METRIC}
    assert {key for each in RULES.values() for key in each.keys} <= set(DEPENDENT)
    assert set(Criterion.model_fields) == ALWAYS | set(DEPENDENT)
    assert not ALWAYS & set(DEPENDENT)


@pytest.mark.parametrize(
    "rule",
    [rule for rule in EXAMPLES.values() if "least" in keys_read(rule.plan.criteria[0])],
    ids=lambda rule: rule.name,
)
def test_where_a_least_number_is_read_too_few_prove_nothing(rule: JudgeRule) -> None:
    """
    Be it of requests, samples, slots, writes, pairs or answers.
    """
    (criterion,) = rule.plan.criteria
    least = rule.finding(rule.good).n + 1
    plan = rule.plan.model_copy(update={"criteria": (criterion.model_copy(update={"least": least}),)})
    found = JudgeRule(rule.name, plan, rule.good, ()).finding(rule.good)
    assert found.verdict.name == "UNPROVEN"
    assert str(least) in found.reason


def small(old: str, new: str) -> str:
    """The small plan without its suite, with an edit."""
    text = SMALL.read_text(encoding="utf-8").replace('suite = "greeter"\n', "").replace("seats.taken", "redis.memory")
    assert old in text
    return text.replace(old, new, 1)


TESTS, WORD = 'source = "tests"\n', 'source = "attestation"\n'
LOAD = 'metric = "greeting.p95_ms"\n'
LIMITS = 'limit = { op = "<", value = 1, unit = "%" }\ntrigger = { op = ">", value = 2, unit = "%" }\n'
OF_TESTS = "nothing reads it of source 'tests' without metric"


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        pytest.param(TESTS, f'{TESTS}slice = "30s"\n', [f"criteria.greets.slice: {OF_TESTS}"], id="slice"),
        pytest.param(TESTS, f'{TESTS}support = "required"\n', [f"criteria.greets.support: {OF_TESTS}"], id="support"),
        pytest.param(TESTS, f'{TESTS}roles = ["owner"]\n', [f"criteria.greets.roles: {OF_TESTS}"], id="roles"),
        pytest.param(
            TESTS, f'{TESTS}liveness = "nonsense"\n', [f"criteria.greets.liveness: {OF_TESTS}"], id="liveness"
        ),
        pytest.param(TESTS, f'{TESTS}step = "all"\n', [f"criteria.greets.step: {OF_TESTS}"], id="step"),
        pytest.param(TESTS, f"{TESTS}least = 1\n", [f"criteria.greets.least: {OF_TESTS}"], id="least"),
        pytest.param(
            TESTS,
            f"{TESTS}{LIMITS}",
            [f"criteria.greets.limit: {OF_TESTS}", f"criteria.greets.trigger: {OF_TESTS}"],
            id="limit and trigger",
        ),
        pytest.param(
            TESTS,
            f'{WORD}limit = {{ op = ">=", value = 2, unit = "bananas" }}\n',
            ["criteria.greets.limit: nothing reads it of source 'attestation' without metric"],
            id="a limit in bananas",
        ),
        pytest.param(
            LOAD, f'{LOAD}step = "all"\n', ["criteria.fast.step: nothing reads it about 'greeting.p95_ms'"], id="load"
        ),
    ],
)
def test_the_reader_of_the_plan_names_each_such_key(tmp_path: Path, old: str, new: str, says: list[str]) -> None:
    """
    One line a key; evidence that was once taken under such a plan is still read.
    """
    plan = tmp_path / "plan.toml"
    plan.write_text(small(old, new), encoding="utf-8")
    with pytest.raises(PlanError) as error:
        load_plan(plan)
    lines = str(error.value).splitlines()
    assert [line.startswith(f"plan.toml: {start}: ") for line, start in zip(lines, says, strict=True)] == [True] * len(
        says
    )
    assert isinstance(stored_plan(plan), Plan)


@pytest.mark.parametrize(
    ("name", "key", "served"),
    [("availability", "slice", {"support": Support.REQUIRED}), ("gauge", "liveness", {"zero_is_valid": True})],
)
def test_a_key_that_serves_another_one_is_refused_alone(name: str, key: str, served: dict[str, object]) -> None:
    """
    Probes are cut into slices for certainty only, and an absent level is zero only where the plan says so.
    """
    (criterion,) = EXAMPLES[name].plan.criteria
    assert refused(criterion.model_copy(update={key: VALUES[key]})) == {key}
    assert refused(criterion.model_copy(update={key: VALUES[key], **served})) == set()
