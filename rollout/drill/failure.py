"""The drill of failures: each is caused while users work and a monitor looks, ended, recovered from, and looked at for loss."""

import time
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Protocol

from rollout.drill.course import Course
from rollout.drill.noticing import Monitor, noticed
from rollout.drill.outcome import CannotTell, Failed, Passed
from rollout.drill.survived import Survived, judged
from rollout.drill.work_rounds import WorkRound, failed_between, whole_since
from rollout.target.message import one_line
from rollout.target.wait import eventually

CALM_S = 60.0  # until users' work is whole before anything fails
AGAIN_S = 10.0  # until the monitor finds nothing bad after the failure before
HOLD_S = 3.0  # the least time of a failure: users meet it
NOTICE_S = 8.0  # that is waited for somebody to notice, and longer until a look is over that began after it
LOOK_S = 20.0  # the most that is waited for that
CALM, READ = "users at work, calm", "read what was written"


def nothing_more() -> str:
    """There is nothing else to look at."""
    return ""


@dataclass(frozen=True)
class Failure:
    """
    One failure by *name*: how it is caused, how it is ended, and within how many seconds from then on users' work is whole again.

    *afterwards* looks at what else the failure is about, says in words what came of it, and asserts.
    """

    name: str
    cause: Callable[[], None]
    end: Callable[[], None]
    within_s: float
    afterwards: Callable[[], str] = nothing_more


class UsersWork(Protocol):
    """Users at work: what they did so far, and what became of what was acknowledged to them."""

    @property
    def users(self) -> Sequence[str]: ...

    def rounds(self) -> Sequence[WorkRound]:
        """Every round that is over."""

    def acknowledged(self) -> int:
        """How many writes were acknowledged so far."""

    def gone(self) -> Collection[str]:
        """The acknowledged writes that are not there any more, or that are another thing by now."""

    def unended(self) -> Collection[str]:
        """The accepted work that does not come to its end."""


@dataclass
class FailureDrill:
    """One exercise of failures, while *work* is done and a *monitor* looks."""

    work: UsersWork
    monitor: Monitor
    course: Course
    known_gone: set[str] = field(default_factory=set)

    def carry_out(self, failures: Sequence[Failure]) -> Passed:
        """What was survived; Failed where work stopped for good or a write is gone, CannotTell where nothing was calm to begin with."""
        with self.course.step(CALM):
            self.expect_calm()
        if gone := self.newly_gone():
            of = self.work.acknowledged()
            raise Failed(f"before anything failed: {len(gone)} of {of} acknowledged writes are gone")
        seen: list[Survived] = []
        for failure in failures:
            seen.append(self.exercised(failure))
            if seen[-1].recovered_s is None:
                break  # users who do not work show nothing about the next one
        return judged(seen, [failure.name for failure in failures[len(seen) :]])

    def expect_calm(self) -> None:
        """Users' work is whole, and the monitor finds nothing bad, before anything is broken."""
        began = time.monotonic()

        def calm() -> None:
            self.monitor.expect_good()
            assert self.whole_since(began) is not None, self.last_complaint()

        try:
            eventually(calm, within=CALM_S)
        except AssertionError as error:
            raise CannotTell(f"nothing was broken yet, and {one_line(str(error))}") from None

    def exercised(self, failure: Failure) -> Survived:
        """Cause a failure, hold it until it is noticed, end it, and see what came of it."""
        with self.course.step(CALM):
            self.settle()
        with self.course.step(failure.name):
            caused = time.monotonic()
            try:
                failure.cause()
                self.hold(caused)
            except BaseException:
                with suppress(CannotTell):  # why the drill ends is what counts
                    failure.end()
                raise
        with self.course.step(f"{failure.name}: recover", failure.within_s):
            ended = time.monotonic()
            failure.end()
            recovered = self.recovered(ended, failure.within_s)
        over = time.monotonic()
        with self.course.step(READ):
            of, gone = self.work.acknowledged(), self.newly_gone() if recovered is not None else ()
            unended = self.work.unended() if recovered is not None else ()
            said, complaint = looked_at(failure)
        return Survived(
            failure.name,
            failure.within_s,
            recovered,
            of,
            len(gone),
            len(unended),
            failed_between(self.work.rounds(), caused, over),
            noticed(self.monitor.looks, caused, ended),
            said,
            complaint,
        )

    def settle(self) -> None:
        """Give the monitor time to find nothing bad; what it goes on to find bad is told as known before."""
        try:
            eventually(self.monitor.expect_good, within=AGAIN_S)
        except AssertionError:
            return

    def hold(self, caused: float) -> None:
        """Let a failure last until somebody noticed it, or did not though they looked."""

        def long_enough() -> None:
            now = time.monotonic()
            assert now - caused >= HOLD_S, "users have to meet it"
            looked = any(look.began >= caused for look in self.monitor.looks)
            assert noticed(self.monitor.looks, caused, now) or (looked and now - caused >= NOTICE_S), "nobody noticed"

        try:
            eventually(long_enough, within=max(0.0, caused + LOOK_S - time.monotonic()))
        except AssertionError:
            return

    def recovered(self, since: float, within_s: float) -> float | None:
        """Seconds from *since* until users' work was whole again; None where it was not in time."""

        def work_whole() -> float:
            found = self.whole_since(since)
            assert found is not None, self.last_complaint()
            return found

        try:
            return eventually(work_whole, within=within_s)
        except AssertionError:
            return None

    def whole_since(self, since: float) -> float | None:
        """Seconds from *since* to the first slot in which users' work was whole."""
        return whole_since(self.work.rounds(), self.work.users, since, time.monotonic())

    def newly_gone(self) -> Collection[str]:
        """Acknowledged writes that are gone since this was asked before."""
        found = set(self.work.gone()) - self.known_gone
        self.known_gone |= found
        return found

    def last_complaint(self) -> str:
        """What went wrong last for a user."""
        complaints = [each.complaint for each in self.work.rounds() if each.complaint]
        return f"users' work is not whole, last: {complaints[-1]}" if complaints else "users' work is not whole yet"


def looked_at(failure: Failure) -> tuple[str, str]:
    """What else came of a failure, and what is wrong with that, in words; one of both is empty."""
    try:
        return failure.afterwards(), ""
    except AssertionError as error:
        return "", one_line(str(error))
