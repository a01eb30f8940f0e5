"""`rollout doctor` says before a phase starts what can never reach GO as configured."""

import json
import re
import threading
from pathlib import Path

import pytest

from rollout.target.probe import Probe
from rollout.target.probes import PROBES
from tests.cli.project import RELEASE, Project
from tests.watch.service import LOGIN

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
least = 10
longest_interval = "60s"
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
    assert "plan: 1 phase, 1 criterion, 0 cannot be met as configured" in said.out
    assert f"target staging (staging) at {small.service.url}: release {RELEASE}" in said.out


def test_a_target_that_does_not_say_its_release_is_not_fine(small: Project) -> None:
    """
    An unknown release holds for ever.
    """
    small.service.answers["/health"] = (200, {"status": "healthy"})
    said = small.run("doctor")
    assert said.code == 64
    assert re.search(r"release +failed +nobody says it", said.out)
    assert "before: 1 criterion is shown on this target; cannot reach GO: before.in-charge" in said.out
    assert "next: let the target say its release, or set `release` in targets/staging.toml" in said.out
    assert said.out.rstrip().endswith(": release unknown")


def test_a_target_without_an_answer_is_not_asked_to_say_its_release(small: Project) -> None:
    """
    The first step is to let it answer: its release waits for that.
    """
    add(small, SAMPLED.replace("NAME", "room").replace("METRIC", "database.connections_percent").replace("UNIT", "%"))
    file = small.root / "targets" / "staging.toml"
    file.write_text(file.read_text(encoding="utf-8").replace(small.service.url, "http://127.0.0.1:9"), encoding="utf-8")
    said = small.run("doctor")
    assert said.code == 64
    assert re.search(r"release +not reached +waits for: answer", said.out)
    assert "next: mend it: GET http://127.0.0.1:9/ready: got ConnectError" in said.out


def test_what_was_not_looked_at_is_said_and_is_not_fine(small: Project) -> None:
    """
    The time for all looks was over: exit 64, with the names, and no phase is told that nothing stops it.
    """
    never = threading.Event()
    hanging = Probe("hanging", (), lambda _: str(never.wait()))
    small.monkeypatch.setattr("rollout.target.probes.PROBES", (*PROBES, hanging))
    small.monkeypatch.setattr("rollout.target.probe.TOTAL_S", 5.0)
    said, facts = small.run("doctor"), json.loads(small.run("doctor", "--json").out)
    never.set()
    assert said.code == 64
    assert re.search(r"hanging +not looked at +no end of it within 5 s for all", said.out)
    assert re.search(r"x not looked at within \d+ s: .*hanging", said.out)
    assert "nothing seen stops its GO, but not all was looked at" in said.out
    assert "next: run rollout doctor again when what is slow answers" in said.out
    assert "hanging" in facts["not_looked_at"]


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
    The criterion and the variable; with the variable set, it is not asked for again.
    """
    add(small, SAMPLED.replace("NAME", "room").replace("METRIC", metric).replace("UNIT", unit))
    waits = f"x set {variable} in the environment: 1 criterion waits for it: before.room"
    assert waits in small.run("doctor").out
    small.monkeypatch.setenv(variable, value)
    said = small.run("doctor")
    assert f"x set {variable}" not in said.out
    assert value not in said.out


def test_a_wrong_password_is_named(small: Project) -> None:
    """
    The doctor signs in with both accounts: a refusal stops the phase whose criteria need it, and the next step names the variable.
    """
    add(small, SAMPLED.replace("NAME", "room").replace("METRIC", "database.connections_percent").replace("UNIT", "%"))
    small.monkeypatch.setenv("XCR_ADMIN_PASSWORD", "wr0ng-word")
    small.service.answers[LOGIN] = (401, {"detail": "wrong"})
    said = small.run("doctor")
    assert said.code == 64
    assert re.search(r"administrator +failed +POST .*/auth/login: got 401, want 200", said.out)
    assert "before: 2 criteria are shown on this target; cannot reach GO: before.room" in said.out
    assert "wr0ng-word" not in said.out


def test_the_next_step_quotes_no_answer(small: Project) -> None:
    """
    The row shows what was answered and the request that shows it again; the one next step says what is to be mended.
    """
    up = SAMPLED.replace("NAME", "up").replace("METRIC", "service.available_percent").replace("UNIT", "%")
    add(small, up.replace('"<"', '">"'))
    small.service.answers["/ready"] = (503, {"status": "degraded"})
    facts = json.loads(small.run("doctor", "--json").out)
    (ready,) = (look for look in facts["looks"] if look["name"] == "ready")
    assert "curl -X GET" in ready["said"]
    assert facts["next_step"] == f"mend it: GET {small.service.url}/ready: got 503, want 200"


@pytest.mark.parametrize(
    ("variable", "value", "row"),
    [
        ("XCR_POSTGRES_DSN", "postgresql://u:s3cret-word@127.0.0.1:9/x", r"PostgreSQL +failed"),
        ("XCR_DRILL_DSN", "postgresql://u:s3cret-word@127.0.0.1:9/x", r"scratch server +failed"),
        ("XCR_REDIS_URL", "redis://:s3cret-word@127.0.0.1:9/0", r"Redis +failed"),
        ("XCR_BROKER_URL", "redis://:s3cret-word@127.0.0.1:9/1", r"workers +failed"),
    ],
)
def test_a_store_that_cannot_be_opened_is_named(small: Project, variable: str, value: str, row: str) -> None:
    """
    Each DSN is opened, and its password stays out of what is said.
    """
    small.monkeypatch.setenv(variable, value)
    said = small.run("doctor")
    assert re.search(row, said.out)
    assert "s3cret-word" not in said.out


def test_all_names_of_a_list_are_told_on_demand(small: Project) -> None:
    """
    Without `--verbose` a list has four names and how many more there are; a phase that cannot reach GO too.
    """
    names = [f"before.room-{number}" for number in range(6)]
    for name in names:
        room = SAMPLED.replace("NAME", name.partition(".")[2]).replace("METRIC", "redis.memory_percent")
        add(small, room.replace("UNIT", "%"))
    short, whole = (" ".join(small.run("doctor", *more).out.split()) for more in ((), ("--verbose",)))
    for said, told in ((short, f"{', '.join(names[:4])} and 2 more"), (whole, ", ".join(names))):
        assert f"x set XCR_REDIS_URL in the environment: 6 criteria wait for it: {told}" in said
        assert f"cannot reach GO: {told}" in said


def test_clocks_that_differ_are_told(small: Project) -> None:
    """
    The time that the target tells is compared with the time here.
    """
    assert re.search(r"clock +ok +-?\d+ s apart", small.run("doctor").out)


def test_machines_read_the_same_facts(small: Project) -> None:
    """
    `--json` is one document: looks, phases, what is lacking, and the one next step.
    """
    add(small, SAMPLED.replace("NAME", "room").replace("METRIC", "redis.memory_percent").replace("UNIT", "%"))
    said = small.run("doctor", "--json")
    facts = json.loads(said.out)
    assert said.code == 64
    assert facts["phases"] == {"before": {"criteria": 2, "can_reach_go": False, "stopped_by": ["before.room"]}}
    assert facts["next_step"] == "set XCR_REDIS_URL in the environment"
    assert {look["name"] for look in facts["looks"]} > {"PostgreSQL", "Redis", "workers", "administrator", "clock"}


def test_a_package_that_a_gate_would_stumble_over_is_not_fine(
    small: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    A renderer that cannot be loaded ends a gate before its decision is written: exit 64 here, with the line and with `--json`.
    """
    metadata = tmp_path / "site" / "broken-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[rollout.renderers]\nbad = no_such_broken:X\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(metadata.parent))
    said = small.run("doctor")
    assert said.code == 64
    assert "x rollout.renderers: bad of package broken (no_such_broken:X) cannot be loaded: ModuleNotFound" in said.out
    assert len(json.loads(small.run("doctor", "--json").out)["unusable"]) == 1


def test_a_phase_that_another_target_shows_is_not_called_fit(small: Project) -> None:
    """
    Of a phase without a criterion here, `--json` says neither that it can reach GO nor that it cannot.
    """
    text = small.plan.read_text(encoding="utf-8")
    small.plan.write_text(text.replace('week = "0"', 'week = "0"\nenvironment = "production"', 1), encoding="utf-8")
    phases = json.loads(small.run("doctor", "--json").out)["phases"]
    assert phases == {"before": {"criteria": 0, "can_reach_go": None, "stopped_by": []}}


def test_another_environment_stops_every_phase(small: Project) -> None:
    """
    The file says staging and the system says production: nothing here is evidence about either.
    """
    add(small, SAMPLED.replace("NAME", "room").replace("METRIC", "database.connections_percent").replace("UNIT", "%"))
    small.service.answers["/health"] = (200, {"version": RELEASE, "environment": "production"})
    said = small.run("doctor")
    assert said.code == 64
    assert re.search(r"environment +failed +/health says 'production', the target's file says 'staging'", said.out)
    assert "next: set base_url and environment in targets/staging.toml to those of one system" in said.out


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
    assert "x before.in-charge: the plan does not permit it; take it out" in said.out
