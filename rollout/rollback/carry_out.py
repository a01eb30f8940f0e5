"""
Carry a procedure out: one step after the other, each checked before and after, and recorded before anything is sent.

A step is `begun` before its command goes out and `held` once its check holds; the first one that does not hold ends
the procedure. A later call goes on from the records: a step whose aim is reached already is not sent again, however
the call before it ended.
"""

import shlex
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Protocol

from rollout.drill.outcome import CannotTell, Failed
from rollout.evidence import Record
from rollout.evidence.records import RollbackStep
from rollout.rollback.deployment import Deployment, deployment_named
from rollout.rollback.resolved import ResolvedStep, safe_choice
from rollout.target.kubectl import Kubectl, KubectlRefused, Unconfirmed
from rollout.target.message import one_line
from rollout.target.wait import eventually
from rollout.values import numbered, some

MOST_CHARACTERS = 1000  # of what was seen, so that a page can show it
ALREADY = "was so already"
ATTEMPTS = 3  # of a command that may be sent again
Tell = Callable[[ResolvedStep, str, str], None]


class Unanswered(AssertionError):
    """A read of the deployment got no answer."""


class Stopped(Exception):
    """A *step* did not take effect (*seen*), or its effect is unknown; the message is the exact state."""

    def __init__(self, step: ResolvedStep, state: str, *, seen: bool) -> None:
        super().__init__(state)
        self.step = step
        self.seen = seen


class StepRecorder(Protocol):
    """What records the state of a step: a journal."""

    def append(self, record: Record) -> None:
        """Write one record."""


class Restore(Protocol):
    """What restores a backup into a new database and checks it."""

    @property
    def command(self) -> tuple[str, ...]:
        """The command that restores."""

    def carry_out(self, within_s: float) -> str:
        """Restore in *within_s* seconds at most; the result in words. Failed or CannotTell with the exact state."""


@dataclass(frozen=True)
class Rollback:
    """
    The steps of one call.

    *included* are the steps with a condition that people chose. *before* are the names of steps that calls before sent
    and that did not hold. *tell* gets each step with its state and what was seen. *restore* carries out the step with a database.
    """

    kubectl: Kubectl
    journal: StepRecorder
    included: frozenset[str]
    before: Collection[str]
    tell: Tell
    restore: Restore | None = None

    def carry_out(self, steps: list[ResolvedStep]) -> None:
        """Every step; Stopped at the first that does not hold."""
        for each in steps:
            if each.told:
                self.note(each, "left-out" if each.is_unasked else "told", each.told)
            elif each.is_optional and each.name not in self.included:
                self.note(each, "left-out", f"{each.step.condition}: --with {each.name} includes it")
            else:
                self.do(each)

    def do(self, each: ResolvedStep) -> None:
        """Carry out one step and check it; Stopped where its check does not hold."""
        began = time.monotonic()
        try:
            said = self.restored(each) if each.database else self.changed(each)
        except (KubectlRefused, Unconfirmed, CannotTell, Failed, AssertionError) as error:
            took = time.monotonic() - began
            self.note(each, "failed", str(error), took)
            seen = isinstance(error, AssertionError | Failed) and not isinstance(error.__cause__, Unanswered)
            raise Stopped(each, str(error), seen=seen) from None
        self.note(each, "held", said, time.monotonic() - began)

    def restored(self, each: ResolvedStep) -> str:
        """Restore a backup into the new database of a step, which holds its own checks; the result in words."""
        assert self.restore is not None
        self.refuse_twice(each)
        self.note(each, "begun", "")
        return self.restore.carry_out(each.step.within or 0)

    def changed(self, each: ResolvedStep) -> str:
        """Send the command of a step, unless its aim is reached already, and wait until its check holds."""
        said = ALREADY if self.is_there(each) else self.sent(each)
        self.wait_for(each)
        if each.aim.off and (said != ALREADY or each.name in self.before):
            self.expect_off(each)
        return said

    def is_there(self, each: ResolvedStep) -> bool:
        """
        Whether the deployment has the aim of the step already; AssertionError where its check before does not hold.
        """
        there = self.read(each)
        if each.step.pre_check == "revision-exists" and each.aim.template not in there.revisions.values():
            raise AssertionError(f"{each.deployment} keeps no revision with template {each.aim.template} any more")
        if why := there.raised(each.aim):
            safe = f"; {safe_choice(there, each.aim)}" if each.aim.template is not None else ""
            raise AssertionError(f"{why}{safe}")
        return not there.misses(each.aim)

    def read(self, each: ResolvedStep) -> Deployment:
        """The deployment of a step; read again without an answer, Unconfirmed after `ATTEMPTS` reads."""
        for _ in range(ATTEMPTS - 1):
            try:
                return deployment_named(self.kubectl, each.deployment)
            except Unconfirmed:
                continue
        return deployment_named(self.kubectl, each.deployment)

    def sent(self, each: ResolvedStep) -> str:
        """
        Send the command of a step; its result in words.

        Without an answer the deployment is read to see whether the command arrived; if it did not, an idempotent step
        is sent again.
        """
        self.refuse_twice(each)
        self.note(each, "begun", "")
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self.kubectl.run(*each.words)
            except Unconfirmed as error:
                if not self.read(each).misses(each.aim):
                    return f"took effect though no answer came: {error}"
                if attempt == ATTEMPTS or not each.step.idempotent:
                    raise
            else:
                return "took effect" if attempt == 1 else f"took effect, sent {attempt} times"
        raise AssertionError("unreachable")

    def refuse_twice(self, each: ResolvedStep) -> None:
        """Unconfirmed for a step that an earlier call began, where it may not be sent again."""
        if each.name in self.before and not each.step.idempotent:
            raise Unconfirmed("it was begun before and has not taken effect, and it may not be sent twice")

    def wait_for(self, each: ResolvedStep) -> None:
        """Wait until the check after a step holds; AssertionError with the last state when its time is over."""

        def took_effect() -> None:
            self.expect_held(each)

        eventually(took_effect, within=each.step.within or 0)

    def expect_held(self, each: ResolvedStep) -> None:
        """
        The check after a step; AssertionError with the exact state where it does not hold yet, or without an answer.
        """
        try:
            there = deployment_named(self.kubectl, each.deployment)
        except Unconfirmed as error:
            raise Unanswered(str(error)) from None
        state = there.misses(each.aim) or there.under_way()
        if each.step.post_check == "no-pods" and not state and (live := there.live_pods()):
            state = f"{numbered(len(live), 'pod is', 'pods are')} left: {some(live)}"
        assert not state, f"{each.deployment}: {state}"

    def expect_off(self, each: ResolvedStep) -> None:
        """
        The check of flags after an undo; AssertionError, with the command that turns them off, where it turned one on.

        Somebody may have turned it off between the check before and the command.
        """
        if on := self.read(each).turned_on(each.aim.off):
            values = [f"{name}={value}" for name, value in on.items()]
            command = shlex.join(self.kubectl.command("set", "env", f"deployment/{each.deployment}", *values))
            raise AssertionError(
                f"{each.deployment}: the undo turned {some(list(on))} on, which was off: send {command}"
            )

    def note(self, each: ResolvedStep, state: str, said: str, took: float = 0.0) -> None:
        """Record the state of a step, then tell it."""
        command = self.kubectl.command(*each.words) if each.words else self.command_of_restore(each)
        record = RollbackStep(
            step=each.name,
            state=state,  # type: ignore[arg-type]
            command=command,
            said=one_line(said, MOST_CHARACTERS),
            seconds=round(took, 3),
        )
        self.journal.append(record)
        self.tell(each, state, said)

    def command_of_restore(self, each: ResolvedStep) -> tuple[str, ...]:
        """The command of a step that restores; empty for a step that people do."""
        return self.restore.command if self.restore and each.database else ()
