"""`rollout drill failures` on the stand-in: survived where it is healthy, failed in the right words where it is not."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.plan import Plan, load_plan
from rollout.target import TargetError
from rollout.target.settings import STATE_VARIABLE
from rollout.target.wait import eventually
from tests.standin.test_boot import State, booted, standin
from xcodereviewer.drills.failures import FAILURES, FILL_DISK, failures_drill, started
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

ROOT = Path(__file__).resolve().parents[2]
NAMES = [*(each.name for each in FAILURES), FILL_DISK]
BEGUN_S = 120


@pytest.fixture(scope="module")
def plan() -> Plan:
    """The plan that ships."""
    return load_plan()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[State]:
    """One stand-in for all of them."""
    with booted(tmp_path_factory.mktemp("failures"), "--bare") as state:
        yield state


@pytest.fixture
def handed_over(running: State, monkeypatch: pytest.MonkeyPatch) -> State:
    """The stand-in, as a command hands it to a drill."""
    monkeypatch.setenv(STATE_VARIABLE, f"{running['dir']}/state.json")
    return running


def test_a_stand_in_that_does_not_start_says_nothing_about_failures() -> None:
    """
    The drill could not tell.
    """

    @contextmanager
    def never() -> Iterator[State]:
        raise TargetError("the stand-in did not start: no room")
        yield {}

    with pytest.raises(CannotTell, match=r"^the stand-in did not start: no room$"), started(never()):
        raise AssertionError("unreachable")


def target_of(state: State) -> XcrTarget:
    """The target that a stand-in is."""
    target = SUITE.target_of(state)
    assert isinstance(target, XcrTarget)
    return target


def expect_whole(state: State) -> None:
    """Every service of a stand-in is alive, in the process in which it began."""
    before = {name: service["pid"] for name, service in state["services"].items()}
    now = json.loads(Path(state["dir"], "state.json").read_text(encoding="utf-8"))
    assert {name: service["pid"] for name, service in now["services"].items()} == before
    assert standin("status", "--dir", state["dir"]).returncode == 0


@pytest.mark.stack
@pytest.mark.slow
def test_a_healthy_stand_in_survives_every_failure(handed_over: State, plan: Plan) -> None:
    """
    Each has its recovery, its loss and what was noticed; the stand-in that others work with is never touched.
    """
    course = Course()
    passed = failures_drill(target_of(handed_over), plan, course)
    assert [line.partition(":")[0] for line in passed.listed] == NAMES
    assert passed.value == f"{len(NAMES)} failures survived"
    assert passed.counts["lost_writes"] == 0
    assert passed.counts["acknowledged_writes"] > 100
    noticed = {line.partition(":")[0]: line for line in passed.listed}
    assert "service.available after" in noticed["kill the backend"]
    assert "celery.workers_count after" in noticed["kill the worker"]
    assert "redis.memory_percent after" in noticed["kill Redis"]
    assert "service.available after" in noticed["kill PostgreSQL"]
    exhausted = noticed["exhaust the connections"]  # the failure ends with whichever is seen first
    assert "database.connections_percent after" in exhausted or "service.available after" in exhausted
    assert "redis.memory_percent after" in noticed["fill Redis"]
    assert "with exit code 70, said why" in noticed[FILL_DISK]
    expect_whole(handed_over)


@pytest.mark.stack
@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (("write-altered", "share=1"), r"^before anything failed: \d+ of \d+ acknowledged writes are gone"),
        (("worker-deaf-after-outage",), r"^kill Redis: users' work was not whole again within 45 s"),
    ],
    ids=["writes are altered", "a worker never comes back"],
)
def test_a_stand_in_that_does_not_survive_fails_the_drill(
    handed_over: State, plan: Plan, fault: tuple[str, ...], said: str
) -> None:
    """
    With the failure, and what does not hold.
    """
    standin("fault", *fault, "--dir", handed_over["dir"])
    try:
        with pytest.raises(Failed, match=said):
            failures_drill(target_of(handed_over), plan, Course())
    finally:
        standin("fault", fault[0], "--off", "--dir", handed_over["dir"])


def hearing() -> None:
    """Let a process hear Ctrl-C; one started by a job in the background inherits deafness."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.stack
@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill -9", "Ctrl-C"])
def test_a_drill_that_is_ended_leaves_the_stand_in_whole(handed_over: State, tmp_path: Path, number: int) -> None:
    """
    In the middle of a failure; its own stand-in ends with it.
    """
    with subprocess.Popen(
        [sys.executable, "-m", "rollout", "drill", "failures", "--journals", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hearing,
    ) as drill:
        assert drill.stdout is not None
        calm = (line for line in drill.stdout if line.startswith("users at work, calm took"))
        assert next(calm)
        assert next(calm)  # from here on the first failure is caused
        own = psutil.Process(drill.pid).children(recursive=True)
        (os.killpg if number == signal.SIGINT else os.kill)(drill.pid, number)  # Ctrl-C goes to all of a terminal
        code = drill.wait(BEGUN_S)
    assert own
    assert code == (-signal.SIGKILL if number == signal.SIGKILL else 30)

    def all_gone() -> None:
        assert [each for each in own if each.is_running()] == []

    eventually(all_gone, within=BEGUN_S)
    expect_whole(handed_over)
