"""`rollout doctor` says before a phase starts what can never reach GO as configured."""

from pathlib import Path

import pytest

from tests.cli.project import RELEASE, Project

FEEDBACK = """
[[criteria]]
id = "satisfied"
phases = ["before"]
quotes = ["User satisfaction > 80%"]
states = "more than 80 % of the answers are good"
source = "attestation"
metric = "feedback.satisfied_percent"
limit = { op = ">", value = 80, unit = "%" }
least = 10
max_age = "1w"
next = "ask more users"
"""
SAMPLED = """
[[criteria]]
id = "NAME"
phases = ["before"]
quotes = ["it has room"]
states = "it has room"
source = "metric"
metric = "METRIC"
limit = { op = "<", value = 80, unit = "UNIT" }
max_age = "1d"
next = "look"
"""


@pytest.fixture
def small(project: Project, tmp_path: Path) -> Project:
    """A project whose plan is the phase `before` with its one signature."""
    text = project.plan.read_text(encoding="utf-8")
    phase = text.partition('[[phases]]\nid = "stage"')[0]
    signature = text.partition("[[criteria]]")[2].partition("[[criteria]]")[0]
    project.plan = tmp_path / "plan.toml"
    project.plan.write_text(f"{phase}[[criteria]]{signature}", encoding="utf-8")
    return project


def add(project: Project, text: str) -> None:
    """One more criterion in the plan."""
    project.plan.write_text(project.plan.read_text(encoding="utf-8") + text, encoding="utf-8")


def test_a_plan_that_can_be_decided_is_fine(small: Project) -> None:
    """
    Exit 0, with the size of the plan and what answers.
    """
    said = small.run("doctor")
    assert (said.code, said.err) == (0, "")
    assert "plan: 1 phases, 1 criteria, 0 can never reach GO" in said.out
    assert f"target staging (staging) at {small.service.url}: release {RELEASE}" in said.out


def test_a_target_that_does_not_say_its_release_is_not_fine(small: Project) -> None:
    """
    An unknown release holds for ever.
    """
    small.service.answers["/health"] = (200, {"status": "healthy"})
    said = small.run("doctor")
    assert said.code == 64
    assert said.out.rstrip().endswith(": release unknown")


def test_a_criterion_that_no_test_bears_is_named(project: Project) -> None:
    """
    Nobody would ever prove it.
    """
    said = project.run("doctor")
    assert said.code == 64
    assert "stage.answers" in said.out
    assert "no test bears it: it stays UNPROVEN" in said.out


@pytest.mark.parametrize(
    ("metric", "unit", "variable", "value"),
    [
        ("redis.memory_percent", "%", "XCR_REDIS_URL", "redis://127.0.0.1:9/0"),
        ("celery.queue_tasks", "tasks", "XCR_BROKER_URL", "redis://127.0.0.1:9/1"),
        ("database.connections_percent", "%", "XCR_ADMIN_PASSWORD", "s3cret"),
    ],
)
def test_a_setting_without_which_nothing_is_measured_is_named(
    small: Project, metric: str, unit: str, variable: str, value: str
) -> None:
    """
    The criterion and the variable; with the variable set, it is not mentioned again.
    """
    add(small, SAMPLED.replace("NAME", "room").replace("METRIC", metric).replace("UNIT", unit))
    assert f"{variable} is not set: it stays UNPROVEN" in small.run("doctor").out
    small.monkeypatch.setenv(variable, value)
    said = small.run("doctor")
    assert "is not set" not in said.out
    assert value not in said.out


def test_too_small_a_group_is_a_remark(small: Project) -> None:
    """
    Ten answers cannot show more than 80 % with confidence: that is said, and stops nobody.
    """
    add(small, FEEDBACK)
    said = small.run("doctor")
    assert said.code == 0
    assert "before.satisfied" in said.out
    assert "10 answers cannot support > 80 % at 95 %: that takes 14" in said.out


def test_a_wrong_plan_is_told_before_anybody_is_asked(small: Project) -> None:
    """
    Exit 64 with key and reason, and no request.
    """
    add(small, SAMPLED.replace("NAME", "room").replace("METRIC", "redis.memory").replace("UNIT", "%"))
    said = small.run("doctor")
    assert said.code == 64
    assert "plan.toml: criteria.room: no source provides metric 'redis.memory'" in said.err
    assert small.service.asked == []


def test_a_waiver_that_the_plan_does_not_permit_is_told(small: Project) -> None:
    """
    Before a phase starts, and not by the first producer that refuses the target.
    """
    file = small.root / "targets" / "staging.toml"
    text = file.read_text(encoding="utf-8").replace("[not_applicable]\n", "")
    file.write_text(f'{text}\n[not_applicable]\n"before.in-charge" = "nobody is"\n', encoding="utf-8")
    said = small.run("doctor")
    assert said.code == 64
    assert "before.in-charge  the plan does not permit it; take it out" in said.out
