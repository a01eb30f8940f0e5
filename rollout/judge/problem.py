"""The problems of a ledger by kind, and what to do about each kind."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from rollout.evidence import JournalState, Run
from rollout.evidence.journal import producer_name
from rollout.judge.said import DRILLS, PEOPLE
from rollout.values import STANDIN


class ProblemKind(Enum):
    """The kinds of problems by what removes them; `<phase>` stands for the phase that is decided."""

    LOST = "bring the journal back from a copy, or run the gate again for a new release id"
    AT_WORK = "wait until whoever is at work has ended, then decide again"
    CLOCK = "run it again in the same place: what came last is told by clocks, and one was set back"
    NO_BEGINNING = (
        "remove the file if no register knows it: nothing tells when it was; else run it again in the same place"
    )
    CUT_SHORT = "run it again in the same place: a later whole run makes up for one that was cut short"
    DRILL_CUT_SHORT = "carry the same drill out again, which removes what is left of it"
    TWO_RELEASES = "run it again for the release that answers now, or in the same place once this one is deployed again"
    SEVERAL_TARGETS = "say which of them is meant: rollout decide <phase> --target NAME"
    NO_ENVIRONMENT = (
        "let plan.toml name the environment of the phase, or run the gate in one place for a new release id"
    )
    STAND_IN = "run the gate on the real target for a release id that the stand-in did not have"
    NO_RELEASE = "let the target say its release, set `release` in its file, or name it: --release ID"
    NOT_WAIVABLE = "take it out of `not_applicable` in the target's file, or let plan.toml call it `waivable`"


@dataclass(frozen=True)
class Problem:
    """
    A reason to hold the decision, in words; the *kind* of a journal that cannot be trusted is the default.

    *command* removes it, where the ledger tells one.
    """

    text: str
    kind: ProblemKind = ProblemKind.LOST
    command: str = ""

    @property
    def step(self) -> str:
        """What removes it."""
        return f"{self.kind.value}: {self.command}" if self.command else self.kind.value


def problem_of(run: Run) -> Problem:
    """The problem of a run that is not whole, in the words of its complaint."""
    kind = kind_of(run)
    return Problem(run.complaint, kind, drill_again(run) if kind is ProblemKind.DRILL_CUT_SHORT else "")


def drill_again(run: Run) -> str:
    """The command that carries the drill of a *run* out again; NAME for one in an older journal."""
    begun = run.started
    place = [] if begun.environment == STANDIN else ["--target", begun.target]
    return " ".join(["rollout drill", begun.drill or "NAME", *place])


def kind_of(run: Run) -> ProblemKind:
    """What kind of problem a run is that is not whole."""
    if run.state is JournalState.OPEN:
        return ProblemKind.AT_WORK
    if run.state is not JournalState.TORN:
        return ProblemKind.LOST
    if run.other_release:
        return ProblemKind.TWO_RELEASES
    if run.release is None:
        return ProblemKind.NO_BEGINNING
    return ProblemKind.DRILL_CUT_SHORT if run.producer == DRILLS else ProblemKind.CUT_SHORT


def way_out(problems: Iterable[Problem], phase: str) -> str:
    """What to do about *problems*: each different step once; where a journal is lost, only the step for that."""
    every = list(problems)
    lost = [each for each in every if each.kind is ProblemKind.LOST]
    return "; ".join(dict.fromkeys(each.step for each in lost or every)).replace("<phase>", phase)


def people_doubted(problems: Iterable[Problem]) -> bool:
    """
    Whether a journal of people, or a register that may have listed one, has a problem: a revocation may be missing.
    """
    return any(
        producer_name(Path(each.text.partition(": ")[0])) == PEOPLE
        or each.text.startswith("register-")
        or ".log lost lines" in each.text
        for each in problems
    )
