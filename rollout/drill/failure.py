"""The drill of failures: each is caused while users work and a monitor samples, ended, and then checked for loss."""

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

CALM_S = 60.0  # seconds for users' work to be whole before the first failure
AGAIN_S = 10.0  # seconds for the monitor to find nothing bad after the failure before
HOLD_S = 3.0  # seconds a failure lasts at least, so that users meet it
NOTICE_S = 8.0  # seconds to wait for a notice, and for the end of a look that began after the failure
LOOK_S = 20.0  # seconds of that wait at most
CALM, READ = "users at work, calm", "read what was written"


def nothing_more() -> str:
    """No further check after a failure."""
    return ""


@dataclass(frozen=True)
class Failure:
    """
    One failure by *name*: how to *cause* and to *end* it. Users' work must be whole again *within_s* after its end.

    *within_s* is in seconds. *afterwards* checks what else the failure affects: it returns the result in words, and
    asserts.
    """

    name: str
    cause: Callable[[], None]
    end: Callable[[], None]
    within_s: float
    afterwards: Callable[[], str] = nothing_more


class UsersWork(Protocol):
    """Users at work: their rounds so far, and the state of the writes acknowledged to them."""

    @property
    def users(self) -> Sequence[str]: ...

    def rounds(self) -> Sequence[WorkRound]:
        """Every round that is over."""

    def acknowledged(self) -> int:
        """How many writes were acknowledged so far."""

    def gone(self) -> Collection[str]:
        """The acknowledged writes that are missing, or altered."""

    def unended(self) -> Collection[str]:
        """The accepted work that does not end."""


@dataclass
class FailureDrill:
    """One exercise of failures, during the *work* of users and the looks of a *monitor*."""

    work: UsersWork
    monitor: Monitor
    course: Course
    known_gone: set[str] = field(default_factory=set)

    def carry_out(self, failures: Sequence[Failure]) -> Passed:
        """
        What was survived; Failed where work does not recover or a write is gone, CannotTell where no calm came first.
        """
        with self.course.step(CALM):
            self.expect_calm()
        if gone := self.newly_gone():
            of = self.work.acknowledged()
            raise Failed(f"before anything failed: {len(gone)} of {of} acknowledged writes are gone")
        seen: list[Survived] = []
        for failure in failures:
            seen.append(self.exercised(failure))
            if seen[-1].recovered_s is None:
                break  # without working users the next failure shows nothing
        return judged(seen, [failure.name for failure in failures[len(seen) :]])

    def expect_calm(self) -> None:
        """Wait until users' work is whole and the monitor finds nothing bad; CannotTell where that does not come."""
        began = time.monotonic()

        def calm() -> None:
            self.monitor.expect_good()
            assert self.whole_since(began) is not None, self.last_complaint()

        try:
            eventually(calm, within=CALM_S)
        except AssertionError as error:
            raise CannotTell(f"nothing was broken yet, and {one_line(str(error))}") from None

    def exercised(self, failure: Failure) -> Survived:
        """Cause a failure, hold it until it is noticed, end it, and measure the recovery."""
        with self.course.step(CALM):
            self.settle()
        with self.course.step(failure.name):
            caused = time.monotonic()
            try:
                failure.cause()
                self.hold(caused)
            except BaseException:
                with suppress(CannotTell):  # the first error is the reason
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
        """Give the monitor time to find nothing bad; samples that stay bad do not count as noticed later."""
        try:
            eventually(self.monitor.expect_good, within=AGAIN_S)
        except AssertionError:
            return

    def hold(self, caused: float) -> None:
        """Let a failure last until the monitor noticed it, or finished a look without noticing it."""

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
        """Acknowledged writes that are gone since the call before."""
        found = set(self.work.gone()) - self.known_gone
        self.known_gone |= found
        return found

    def last_complaint(self) -> str:
        """The last error of a user, in words."""
        complaints = [each.complaint for each in self.work.rounds() if each.complaint]
        return f"users' work is not whole, last: {complaints[-1]}" if complaints else "users' work is not whole yet"


def looked_at(failure: Failure) -> tuple[str, str]:
    """The result of the check after a failure, and its error, in words; one of both is empty."""
    try:
        return failure.afterwards(), ""
    except AssertionError as error:
        return "", one_line(str(error))
