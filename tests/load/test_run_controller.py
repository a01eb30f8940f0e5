"""A run goes from waiting to open, draining and ended; each state takes what belongs to it and nothing else."""

import os
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import gevent
import pytest

from rollout.evidence import JournalState, Origin, Run
from rollout.evidence.reader import read_run
from rollout.evidence.records import LoadSecond, LoadStopped, LoadWindow
from rollout.locust_plugin.controller import load_run
from rollout.locust_plugin.controller.run_controller import RunController, on_interrupt
from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.locust_plugin.controller.run_states import TIMEOUT_S, Draining, Ended, Idle, Open, Waiting
from rollout.locust_plugin.generator.counters import Counters
from rollout.plan import load_plan
from rollout.plan.load_shape import STEADY
from rollout.suite import Suite
from rollout.target.settings import Target
from rollout.target.wait import eventually

HERE = Path(__file__).parent
USERS = 10


class Workers:
    """One worker under the control of a test."""

    def __init__(self) -> None:
        self.number = self.ready = 0
        self.opened: int | None = None
        self.drained = 0
        self.failing: list[tuple[int, int]] = []

    def expected(self, at_least: int) -> int:
        return 1

    def report(self) -> dict[str, Any]:
        """The next report, with requests of some seconds that all failed."""
        counters = Counters((500.0,))
        for second, count in self.failing:
            for _ in range(count):
                counters.due(second, "probe")
                counters.done(second, "probe", 5.0, failed=True)
        self.failing = []
        self.number += 1
        facts = {"worker": "w", "number": self.number - 1, "ready": self.ready, "generator": [], "exceptions": []}
        return {**facts, **counters.take()}

    def reports(self) -> list[dict[str, Any]]:
        return [self.report()]

    def open_window(self, second: int) -> None:
        self.opened = second

    def drain(self, draining: Draining) -> None:
        self.drained += 1
        draining.run.add(self.report())


class Runner:
    """As much of locust's runner as a controller needs: what it was asked to do."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def quit(self) -> None:
        self.asked.append("quit")

    def stop(self) -> None:
        self.asked.append("stop")


def environment(runner: Runner) -> Any:
    """As much of locust's environment as a controller needs."""
    return SimpleNamespace(runner=runner, process_exit_code=None)


def setup(journals: Path, **changes: Any) -> RunSetup:
    """A run of six seconds with ten users, as the command line would make it."""
    plan = load_plan(HERE / "plan.toml")
    phase = plan.phase("phase1")
    assert phase.load is not None
    origin = Origin(producer="load", phase="phase1", target="t", environment="standin", release="r", plan="p")
    facts: dict[str, Any] = {
        "plan": plan,
        "phase": phase,
        "profile": phase.load,
        "target": Target(name="t", environment="staging", base_url="http://127.0.0.1:9"),
        "origin": origin,
        "journals": journals,
        "users": USERS,
        "ramp_s": 1.0,
        "hold_s": 6.0,
        "seed": "s",
        "gaps": "poisson",
        "headless": True,
        "expect_workers": 1,
        "plain": False,
        "shape": STEADY,
        "early_stop": True,
        "capacity": False,
        "actions_per_minute": 600.0,
    }
    return RunSetup(**{**facts, **changes})


class Driven:
    """A controller whose events and seconds come from a test."""

    def __init__(self, journals: Path, stack: ExitStack, **changes: Any) -> None:
        self.journals = journals
        self.workers, self.runner = Workers(), Runner()
        self.environment = environment(self.runner)
        self.controller = RunController(self.environment, setup(journals, **changes), self.workers)
        stack.callback(self.controller.on_stop)  # the greenlet that ticks ends with its run

    @property
    def state(self) -> Any:
        return self.controller.state

    def tick(self, second: int) -> None:
        """Let a second pass."""
        self.controller._tick(self.state, second)

    def open(self) -> int:
        """Start, have every user ready, and open the window; its first second."""
        self.controller.on_start()
        self.controller.on_spawned()
        self.workers.ready = USERS
        self.tick(1000)
        assert isinstance(self.state, Open)
        return self.state.first

    def journal(self) -> Run:
        """The newest journal."""
        return read_run(max(self.journals.glob("*.jsonl"), key=lambda path: path.stat().st_mtime_ns))


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What ends with a test."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def driven(tmp_path: Path, stack: ExitStack) -> Driven:
    """A headless run that nobody started yet."""
    return Driven(tmp_path, stack)


def test_the_window_opens_once_every_user_is_ready(driven: Driven) -> None:
    """
    Users that locust started are waited for; the next second after the last one is ready is the first that counts.
    """
    assert isinstance(driven.state, Idle)
    driven.controller.on_start()
    driven.workers.ready = USERS
    driven.tick(1000)
    assert isinstance(driven.state, Waiting)
    driven.controller.on_spawned()
    driven.tick(1001)
    assert driven.workers.opened == 1002
    driven.controller.on_stop()
    (window,) = driven.journal().of(LoadWindow)
    assert (window.first, window.last, window.ready) == (1002, 1007, USERS)


def test_a_user_that_never_gets_ready_is_not_waited_for_in_vain(driven: Driven) -> None:
    """
    After a time that grows with the number of users the window opens without it, and the journal says how many were ready.
    """
    driven.controller.on_start()
    driven.controller.on_spawned()
    driven.workers.ready = USERS - 1
    driven.tick(1000)
    assert isinstance(driven.state, Waiting)
    assert driven.state.spawned_at is not None
    driven.state.spawned_at -= TIMEOUT_S + USERS
    driven.tick(1001)
    assert isinstance(driven.state, Open)


def test_a_run_ends_after_the_last_second_of_its_window(driven: Driven) -> None:
    """
    The last second still belongs to the window; in the next one locust is asked to quit.
    """
    first = driven.open()
    driven.tick(first + 5)
    ended: list[int] = []
    driven.controller.end = lambda: ended.append(1)  # type: ignore[method-assign]  # instead of a greenlet
    driven.tick(first + 5)
    assert ended == []
    driven.tick(first + 6)
    assert ended == [1]


def test_an_interrupted_run_drains_once_and_closes_its_journal(driven: Driven) -> None:
    """
    From draining on the state is ended, the journal complete, and what comes in later is left out.
    """
    driven.open()
    driven.controller.on_stopping()
    assert isinstance(driven.state, Draining)
    driven.controller.on_stopping()
    assert driven.workers.drained == 1
    driven.controller.on_stop()
    assert isinstance(driven.state, Ended)
    driven.controller.on_report("w", {"rollout": driven.workers.report()})
    driven.controller.on_drained(SimpleNamespace(data=driven.workers.report()))
    driven.controller.on_stop()
    assert driven.journal().state is JournalState.COMPLETE


def test_a_run_that_locust_stops_by_itself_ends_locust(tmp_path: Path, stack: ExitStack) -> None:
    """
    A master that missed its workers would let them go on without a journal, for ever; the web interface may start another run.
    """
    for headless, asked in ((True, ["quit"]), (False, [])):
        driven = Driven(tmp_path / f"{headless}", stack, headless=headless)
        driven.open()
        driven.controller.on_stopping()
        driven.controller.on_stop()
        driven.controller.on_stop()
        gevent.sleep(0)
        assert driven.runner.asked == asked


def test_an_interrupt_waits_for_the_end_of_a_step(driven: Driven) -> None:
    """
    SIGINT in the middle of a second leaves that second whole; locust is asked to quit after it, once.
    """

    def asked() -> None:
        gevent.sleep(0.01)
        assert driven.runner.asked == ["quit"]

    usual = signal.getsignal(signal.SIGINT)
    on_interrupt(driven.controller.quit)
    try:
        first = driven.open()
        os.kill(os.getpid(), signal.SIGINT)
        driven.tick(first + 1)
        assert driven.runner.asked == []
        eventually(asked, within=5)
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, usual)


def test_certain_failure_stops_an_open_run_and_no_draining_one(tmp_path: Path, stack: ExitStack) -> None:
    """
    While the window is open the journal gets the reason; a run that drains has come to its end by itself.
    """
    for folder, drains in (("open", False), ("draining", True)):
        driven = Driven(tmp_path / folder, stack)
        first = driven.open()
        driven.workers.failing = [(first + at, 20) for at in range(40)]
        if drains:
            driven.controller.on_stopping()
        driven.tick(first + 40)
        driven.tick(first + 41 + 4)
        driven.controller.on_stop()
        assert bool(list(driven.journal().of(LoadStopped))) is not drains


def test_a_run_that_may_not_stop_early_goes_on(tmp_path: Path, stack: ExitStack) -> None:
    """
    With --early-stop never the same failures are written, and no reason to stop.
    """
    driven = Driven(tmp_path, stack, early_stop=False)
    first = driven.open()
    driven.workers.failing = [(first + at, 20) for at in range(40)]
    driven.tick(first + 40)
    driven.tick(first + 45)
    driven.controller.on_stop()
    assert list(driven.journal().of(LoadStopped)) == []
    assert list(driven.journal().of(LoadSecond)) != []


def test_a_second_run_has_its_own_journal(driven: Driven) -> None:
    """
    The web interface starts a run after the other; the first one's seconds do not pass on to the second.
    """
    driven.open()
    driven.controller.on_stop()
    driven.workers.number = driven.workers.ready = 0
    driven.controller.on_start()
    assert isinstance(driven.state, Waiting)
    assert len(list(driven.journals.glob("*.jsonl"))) == 2


def test_a_listener_that_fails_leaves_a_journal_without_end(driven: Driven) -> None:
    """
    locust swallows what a listener raises: here the run is broken, and proves nothing.
    """

    def fail() -> None:
        raise KeyError("a bug")

    driven.open()
    with pytest.raises(KeyError):
        driven.controller.fail_run_on_error(fail)()
    driven.controller.on_stop()
    assert driven.controller.broken
    assert driven.journal().state is JournalState.TORN


def test_a_run_that_came_to_its_end_says_the_exit_code_of_the_decision(
    driven: Driven, capsys: pytest.CaptureFixture[str]
) -> None:
    """
    A whole journal in which nobody sent anything proves nothing: exit 30 with the budgets named.
    """
    driven.open()
    driven.controller.on_stop()
    driven.controller.on_quitting(driven.environment)
    assert driven.environment.process_exit_code == 30
    assert "load of phase1: HOLD" in capsys.readouterr().out


@pytest.mark.parametrize(("parent", "other"), [(None, "r2"), ("a gate", "")], ids=["by hand", "for a gate"])
def test_a_run_by_hand_tells_another_release_that_answers_at_its_end(
    parent: str | None,
    other: str,
    tmp_path: Path,
    stack: ExitStack,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    A gate looks for it after each of its stages itself.
    """
    releases = iter(("r", "r2"))
    monkeypatch.setattr(load_run, "suite_of", lambda _: Suite("moving", release=lambda _: next(releases)))
    origin = setup(tmp_path).origin.model_copy(update={"parent": parent})
    driven = Driven(tmp_path, stack, origin=origin)
    driven.open()
    driven.controller.on_stop()
    assert driven.journal().other_release == other
    assert ("another release answers now, r2" in capsys.readouterr().out) is bool(other)
