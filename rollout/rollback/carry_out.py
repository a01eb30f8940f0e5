"""
Carry a procedure out: one step after the other, each checked before and after, and recorded before anything is sent.

A step is `begun` before its command goes out and `held` once its check holds; the first one that does not hold ends it. A later
call goes on from the records: what already is as it should be is not sent again, however the call before it ended.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from rollout.evidence import Record
from rollout.evidence.records import RollbackStep
from rollout.rollback.deployment import Deployment, deployment_named
from rollout.rollback.resolved import ResolvedStep
from rollout.target.kubectl import Kubectl, KubectlRefused, Unconfirmed
from rollout.target.message import one_line
from rollout.target.wait import eventually
from rollout.values import numbered, some

MOST_CHARACTERS = 1000  # of what was seen, within what a page can show
ATTEMPTS = 3  # of a command that may be sent again
Tell = Callable[[ResolvedStep, str, str], None]


class Unanswered(AssertionError):
    """A look at the deployment got no answer."""


class Stopped(Exception):
    """A *step* did not take effect, or nobody can tell: the message is the exact state, *seen* says which."""

    def __init__(self, step: ResolvedStep, state: str, *, seen: bool) -> None:
        super().__init__(state)
        self.step = step
        self.seen = seen


class StepRecorder(Protocol):
    """Whoever writes down how far a step is: a journal."""

    def append(self, record: Record) -> None:
        """Take one record."""


@dataclass(frozen=True)
class Rollback:
    """
    The steps of one call.

    *included* are those with a condition that people want, *before* the last state of each step as the call before told it. *tell* hears the
    state of each step and what was seen.
    """

    kubectl: Kubectl
    journal: StepRecorder
    included: frozenset[str]
    before: Mapping[str, str]
    tell: Tell

    def carry_out(self, steps: list[ResolvedStep]) -> None:
        """Every step; Stopped at the first that does not hold."""
        for each in steps:
            if each.told:
                self.note(each, "told", each.told)
            elif each.is_optional and each.name not in self.included:
                self.note(each, "left-out", f"{each.step.condition}: --with {each.name} includes it")
            else:
                self.do(each)

    def do(self, each: ResolvedStep) -> None:
        """Send the command of one step, unless its aim is reached already, and wait until its check holds."""
        began = time.monotonic()
        try:
            said = "was so already" if self.is_there(each) else self.sent(each)
            self.wait_for(each)
        except (KubectlRefused, Unconfirmed, AssertionError) as error:
            took = time.monotonic() - began
            self.note(each, "failed", str(error), took)
            seen = isinstance(error, AssertionError) and not isinstance(error.__cause__, Unanswered)
            raise Stopped(each, str(error), seen=seen) from None
        self.note(each, "held", said, time.monotonic() - began)

    def is_there(self, each: ResolvedStep) -> bool:
        """Whether the deployment asks for what the step wants; AssertionError where its check before does not hold."""
        there = self.read(each)
        if each.step.pre_check == "revision-exists" and each.aim.template not in there.revisions.values():
            raise AssertionError(f"{each.deployment} keeps no revision with template {each.aim.template} any more")
        return not there.misses(each.aim)

    def read(self, each: ResolvedStep) -> Deployment:
        """The deployment of a step; read again where no answer came, Unconfirmed after a few times."""
        for _ in range(ATTEMPTS - 1):
            try:
                return deployment_named(self.kubectl, each.deployment)
            except Unconfirmed:
                continue
        return deployment_named(self.kubectl, each.deployment)

    def sent(self, each: ResolvedStep) -> str:
        """
        Send the command of a step, and say what became of it.

        Where no answer came the deployment tells whether it arrived; if it did not, a step that is idempotent is sent again.
        """
        if self.before.get(each.name) == "begun" and not each.step.idempotent:
            raise Unconfirmed("it was begun before and has not taken effect, and it may not be sent twice")
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

    def wait_for(self, each: ResolvedStep) -> None:
        """Look until the check after a step holds; AssertionError with what was seen last when its time is over."""

        def took_effect() -> None:
            self.expect_held(each)

        eventually(took_effect, within=each.step.within or 0)

    def expect_held(self, each: ResolvedStep) -> None:
        """The check after a step; AssertionError with the exact state where it does not hold yet, or nobody answers."""
        try:
            there = deployment_named(self.kubectl, each.deployment)
        except Unconfirmed as error:
            raise Unanswered(str(error)) from None
        state = there.misses(each.aim) or there.under_way()
        if each.step.post_check == "no-pods" and not state and (live := there.live_pods()):
            state = f"{numbered(len(live), 'pod is', 'pods are')} left: {some(live)}"
        assert not state, f"{each.deployment}: {state}"

    def note(self, each: ResolvedStep, state: str, said: str, took: float = 0.0) -> None:
        """Write down how far a step is, before anybody is told."""
        command = self.kubectl.command(*each.words) if each.words else ()
        record = RollbackStep(
            step=each.name,
            state=state,  # type: ignore[arg-type]
            command=command,
            said=one_line(said, MOST_CHARACTERS),
            seconds=round(took, 3),
        )
        self.journal.append(record)
        self.tell(each, state, said)
