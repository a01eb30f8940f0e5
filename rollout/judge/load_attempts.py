"""The load runs about one case, sorted by what they can do: prove, accuse, or only trigger."""

from dataclasses import dataclass

from rollout.evidence import Run
from rollout.judge.finding import Case, Finding
from rollout.judge.load_evidence import ALL, Attempt, attempt, nothing
from rollout.judge.load_validity import faults, gaps

UNREADABLE = (KeyError, TypeError, ValueError, AttributeError, IndexError, ArithmeticError)


@dataclass(frozen=True)
class Judged:
    """One attempt with its doubts; *attempt* counts the name in question, the doubts concern the whole run."""

    attempt: Attempt
    faults: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def proves(self) -> bool:
        return not self.faults and not self.gaps

    @property
    def accuses(self) -> bool:
        return not self.faults

    @property
    def doubt(self) -> str:
        """Its first doubt in words: what the generator did wrong, unless the run was cut short before that shows."""
        ordered = (*self.faults, *self.gaps) if self.attempt.complete else (*self.gaps, *self.faults)
        return next(iter(ordered), "")


@dataclass(frozen=True)
class Attempts:
    """All attempts of a release, oldest first."""

    all: tuple[Judged, ...]

    @property
    def proving(self) -> list[Judged]:
        return [judged for judged in self.all if judged.proves]

    @property
    def accusing(self) -> list[Judged]:
        return [judged for judged in self.all if judged.accuses]

    @property
    def newest_doubt(self) -> str:
        """Why the newest attempt proves nothing, empty if it does."""
        return self.all[-1].doubt if self.all else "no load has run"

    def evidence(self) -> tuple[str, ...]:
        """The journals, newest first."""
        return tuple(judged.attempt.run.path.stem for judged in reversed(self.all))

    def stretch(self) -> str:
        """The measured time in words."""
        seconds = sum(judged.attempt.window.planned.size for judged in self.proving)
        number = len(self.proving)
        return f"{seconds} s in {number} runs" if number > 1 else f"{seconds} s" if number else ""


RECENT: dict[tuple[int, str], tuple[Run, Judged]] = {}
REMEMBERED = 8  # runs never change once they are read; each entry holds on to its run, so that no id comes twice


def attempts(case: Case, name: str) -> Attempts:
    """The fresh load runs of the case's phase, counting requests called *name*."""
    runs = [run for run in case.fresh("load") if run.started.get("phase") == case.phase.id]
    return Attempts(tuple(judged_run(run, name) for run in runs))


def judged_run(run: Run, name: str) -> Judged:
    """One run with its doubts, read once for all criteria about the same name."""
    key = (id(run), name)
    if key not in RECENT or RECENT[key][0] is not run:
        while len(RECENT) >= REMEMBERED:
            RECENT.pop(next(iter(RECENT)))
        RECENT[key] = (run, read(run, name))
    return RECENT[key][1]


def read(run: Run, name: str) -> Judged:
    """One run with its doubts; one that cannot be read is a doubt of its own and hides no other run."""
    try:
        whole = attempt(run)
        named = whole if name == ALL else attempt(run, name)
        return Judged(named, tuple(faults(whole)), tuple(gaps(whole)))
    except UNREADABLE as error:
        doubt = f"the evidence cannot be read: {type(error).__name__}: {error}"
        return Judged(nothing(run), (doubt,), ())


def unproven(case: Case, found: Attempts, reason: str, value: str = "not measured", **more: object) -> Finding:
    """Evidence that proves nothing, with the attempts it was looked for in."""
    return case.finding(case.missing(), reason, value, attempts=len(found.all), evidence=found.evidence(), **more)
