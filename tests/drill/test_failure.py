"""The drill of failures with known truth: what is lost is counted, what nobody noticed is said, what never recovers fails."""

import time
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import pytest

from rollout.drill import failure as module
from rollout.drill.course import Course
from rollout.drill.failure import Failure, FailureDrill
from rollout.drill.noticing import Monitor, MonitorLook
from rollout.drill.outcome import CannotTell, Failed, Passed
from rollout.drill.survived import Survived, judged
from rollout.drill.work_rounds import WorkRound


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is waited for long."""
    for name in ("CALM_S", "AGAIN_S", "HOLD_S", "NOTICE_S", "LOOK_S"):
        monkeypatch.setattr(module, name, 0.0)


@dataclass
class TruthOfWork:
    """Work of which everything is known: who works well now, what was written, what is gone."""

    well: bool = True
    complaints: list[str] = field(default_factory=list)
    written: int = 10
    lost: set[str] = field(default_factory=set)
    stuck: set[str] = field(default_factory=set)
    users: Sequence[str] = ("ann",)

    def rounds(self) -> list[WorkRound]:
        """One good round in each moment of now, or none at all."""
        now = time.monotonic()
        good = [WorkRound("ann", at, at) for at in (now + 0.1 * n for n in range(-30, 30))] if self.well else []
        return [*good, *(WorkRound("ann", now, now, complaint) for complaint in self.complaints)]

    def acknowledged(self) -> int:
        return self.written

    def gone(self) -> Collection[str]:
        return self.lost

    def unended(self) -> Collection[str]:
        return self.stuck


class TruthOfMonitor(Monitor):
    """A monitor that has seen just what it is told."""

    def __init__(self) -> None:
        super().__init__(lambda stopped: {}, lambda samples: {})
        self.see()

    def see(self, *bad: str) -> None:
        """One more look."""
        now = time.monotonic()
        self.looks.append(MonitorLook(now, now, dict.fromkeys(bad, "bad")))


@dataclass
class Bench:
    """A drill on known truth."""

    work: TruthOfWork = field(default_factory=TruthOfWork)
    monitor: TruthOfMonitor = field(default_factory=TruthOfMonitor)
    course: Course = field(default_factory=Course)

    def carry_out(self, *failures: Failure) -> Passed:
        return FailureDrill(self.work, self.monitor, self.course).carry_out(failures)


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    """Work is whole where the truth says so, however young it is."""
    found = Bench()
    monkeypatch.setattr(FailureDrill, "whole_since", lambda self, since: 0.5 if found.work.well else None)
    return found


def nothing() -> None:
    """Nothing is done."""


def failure(
    name: str, cause: Callable[[], None] = nothing, end: Callable[[], None] = nothing, within_s: float = 0.0
) -> Failure:
    """A failure that users may take that long to recover from; without a time anything in time is."""
    return Failure(name, cause, end, within_s or 1.0)


def test_failures_that_are_survived_pass_with_a_line_for_each(bench: Bench) -> None:
    """
    With the slowest recovery, the writes that were counted, and what nobody noticed.
    """
    seen = failure("kill the worker", lambda: bench.monitor.see("celery.workers_count"), bench.monitor.see)
    passed = bench.carry_out(seen, failure("fill the disk"))
    assert passed.value == "2 failures survived"
    assert "none of 10 acknowledged writes is gone" in passed.reason
    assert passed.reason.endswith("the monitor noticed nothing of: fill the disk")
    first, second = passed.listed
    assert first.startswith("kill the worker: whole again after 0.500 s; users saw nothing of it; 0 of 10")
    assert "noticed by celery.workers_count after 0.000 s" in first
    assert "the monitor noticed nothing" in second
    assert passed.counts["kill_the_worker_recovery_ms"] == 500
    assert (passed.counts["acknowledged_writes"], passed.counts["lost_writes"]) == (10, 0)
    assert "fill_the_disk_noticed_ms" not in passed.counts
    assert list(bench.course.times) == [
        *("users at work, calm", "kill the worker", "kill the worker: recover", "read what was written"),
        *("fill the disk", "fill the disk: recover"),
    ]


def test_each_write_that_is_gone_is_counted_once_and_for_its_failure(bench: Bench) -> None:
    """
    What the first one lost is no loss of the second one.
    """
    lose_two = failure("kill PostgreSQL", end=lambda: bench.work.lost.update({"a", "b"}))
    lose_one = failure("kill Redis", end=lambda: bench.work.lost.add("c"))
    with pytest.raises(Failed) as failed:
        bench.carry_out(lose_two, lose_one, failure("kill the worker"))
    assert str(failed.value) == (
        "kill PostgreSQL: 2 of 10 acknowledged writes are gone; kill Redis: 1 of 10 acknowledged writes are gone"
    )
    assert failed.value.counts["lost_writes"] == 3
    assert [failed.value.counts[f"kill_{name}_lost_writes"] for name in ("postgresql", "redis", "the_worker")] == [
        *(2, 1, 0)
    ]
    assert len(failed.value.listed) == 3


def test_writes_that_are_gone_before_anything_failed_accuse_no_failure(bench: Bench) -> None:
    """
    They are a loss all the same.
    """
    bench.work.lost = {"a"}
    with pytest.raises(Failed, match=r"^before anything failed: 1 of 10 acknowledged writes are gone$"):
        bench.carry_out(failure("kill Redis"))


def test_users_who_never_work_again_fail_the_drill_and_end_it(bench: Bench) -> None:
    """
    The failures after it are named as not exercised: users who do not work show nothing.
    """

    def stop() -> None:
        bench.work.well = False

    with pytest.raises(Failed, match=r"^kill Redis: users' work was not whole again within 0\.1 s$") as failed:
        bench.carry_out(failure("kill Redis", end=stop, within_s=0.1), failure("kill the worker"))
    assert failed.value.listed[-1] == "kill the worker: not exercised"
    assert failed.value.listed[0].startswith("kill Redis: whole again never")


def test_accepted_work_that_never_ends_fails_the_drill(bench: Bench) -> None:
    """
    Though nothing of it is gone.
    """
    stuck = failure("kill Redis", end=lambda: bench.work.stuck.update({"review 1", "review 2"}))
    with pytest.raises(Failed, match=r"^kill Redis: 2 accepted tasks never ended$"):
        bench.carry_out(stuck)


def test_what_else_a_failure_is_about_counts(bench: Bench) -> None:
    """
    In its own words.
    """

    def hidden() -> str:
        raise AssertionError("its monitor ended with 0, as if nothing were wrong")

    with pytest.raises(Failed, match=r"^fill the disk: its monitor ended with 0, as if nothing were wrong$"):
        bench.carry_out(Failure("fill the disk", nothing, nothing, 1.0, hidden))
    passed = bench.carry_out(Failure("fill the disk", nothing, nothing, 1.0, lambda: "its monitor said why"))
    assert passed.listed[0].endswith("; its monitor said why")


def test_a_system_that_is_not_calm_to_begin_with_says_nothing_about_failures(bench: Bench) -> None:
    """
    Whether users do not work or the monitor finds something bad; nothing is broken then.
    """

    def never() -> None:
        raise RuntimeError("it must not be broken")

    bench.work.well, bench.work.complaints = False, ["got 503"]
    with pytest.raises(CannotTell, match=r"nothing was broken yet, and .*users' work is not whole, last: got 503"):
        bench.carry_out(failure("kill Redis", never))
    bench.work.well = True
    bench.monitor.see("service.available")
    with pytest.raises(CannotTell, match=r"nothing was broken yet, and .*the monitor finds bad: service.available"):
        bench.carry_out(failure("kill Redis", never))


@pytest.mark.parametrize("error", [KeyboardInterrupt, CannotTell])
def test_a_failure_is_ended_where_the_drill_is(bench: Bench, error: type[BaseException]) -> None:
    """
    Ctrl-C, or a cause that does not do what it should: that is told, not what came after.
    """
    ended: list[str] = []

    def broken() -> None:
        raise error("stop")

    def end() -> None:
        ended.append("Redis")
        raise CannotTell("the stand-in is gone")

    with pytest.raises(error, match=r"^stop$"):
        bench.carry_out(failure("kill Redis", broken, end))
    assert ended == ["Redis"]


def test_the_slowest_recovery_is_told() -> None:
    """
    Of those that there were.
    """
    passed = judged([Survived("kill Redis", 30, 2.0), Survived("kill the worker", 30, 8.26)], [])
    assert "whole again 8.260 s after the end of each of 2 failures at most (kill the worker)" in passed.reason
