"""The load runs about one case, by what they may do: prove a budget, break it, or only fire a trigger."""

from dataclasses import dataclass, replace

from rollout.evidence import Run
from rollout.evidence.row import slow_column
from rollout.judge.finding import Case, Finding
from rollout.judge.load_asked import less_than_planned, more_than_planned
from rollout.judge.load_evidence import ALL, Attempt, attempt, nothing
from rollout.judge.load_validity import faults, gaps
from rollout.judge.verdict import Verdict
from rollout.metrics.builtin import requests_of
from rollout.plan import Phase


@dataclass(frozen=True)
class Judged:
    """
    One attempt with its problems; *attempt* counts the name in question, the problems concern the whole run.

    *faults* are errors of the generator, *gaps* what is missing for a proof, both in words.
    """

    attempt: Attempt
    faults: tuple[str, ...]
    gaps: tuple[str, ...]
    stale: bool = False

    @property
    def valid(self) -> bool:
        """Whether the run has neither faults nor gaps; it may be stale."""
        return not self.faults and not self.gaps

    @property
    def proves(self) -> bool:
        return self.valid and not self.stale

    @property
    def accuses(self) -> bool:
        return not self.faults

    @property
    def problem(self) -> str:
        """
        The first problem in words, empty if there is none: faults before gaps, except in a run that was cut short.
        """
        ordered = (*self.faults, *self.gaps) if self.attempt.complete else (*self.gaps, *self.faults)
        return next(iter(ordered), "it is older than the plan lets a proof be" if self.stale else "")


@dataclass(frozen=True)
class Attempts:
    """All attempts of a release, oldest first."""

    all: tuple[Judged, ...]

    @property
    def proving(self) -> list[Judged]:
        return [judged for judged in self.all if judged.proves]

    @property
    def valid(self) -> list[Judged]:
        return [judged for judged in self.all if judged.valid]

    @property
    def accusing(self) -> list[Judged]:
        return [judged for judged in self.all if judged.accuses]

    @property
    def cut_short(self) -> list[Judged]:
        """The attempts that can break a budget and prove none."""
        return [judged for judged in self.accusing if not judged.valid]

    @property
    def counting(self) -> list[Judged]:
        """The attempts whose counts are shown: those that prove; else those that can break a budget; else all."""
        return self.proving or self.accusing or list(self.all)

    @property
    def newest_problem(self) -> str:
        """Why the newest attempt proves nothing, empty if it does."""
        return self.all[-1].problem if self.all else "no load has run"

    def evidence(self) -> tuple[str, ...]:
        """The journals, newest first."""
        return tuple(judged.attempt.run.path.stem for judged in reversed(self.all))

    def stretch(self) -> str:
        """The measured time in words."""
        seconds = sum(judged.attempt.window.planned.size for judged in self.proving)
        number = len(self.proving)
        return f"{seconds} s in {number} runs" if number > 1 else f"{seconds} s" if number else ""


def attempts(case: Case, name: str, slow_ms: float | None = None) -> Attempts:
    """
    The load runs of the case's phase, counting requests called *name*; one that is too old can break but not prove.

    A run that did not count the requests slower than *slow_ms* says nothing of them.
    """
    runs = [run for run in case.by("load") if run.started.phase == case.phase.id]
    found = ((counting(judged_run(run, name, case.phase), slow_ms), not case.is_fresh(run.oldest)) for run in runs)
    return Attempts(tuple(replace(judged, stale=stale) for judged, stale in found))


def least_requests(case: Case) -> int:
    """
    How many requests a number about them needs: the larger one of the criterion's and the load profile's.

    For a part of the requests, such as those of one scenario, only the criterion's own number counts, where it has one.
    """
    criterion, profile = case.criterion, case.phase.load
    if "least" in criterion.model_fields_set and requests_of(criterion.metric or "") != ALL:
        return criterion.least
    return max(criterion.least, profile.least_requests if profile else 1)


def counting(judged: Judged, slow_ms: float | None) -> Judged:
    """*judged*, or an attempt without counts if its run did not count the requests slower than *slow_ms*."""
    whole = judged.attempt.whole
    if slow_ms is None or not whole.planned.size or slow_column(slow_ms) in whole.columns:
        return judged
    why = f"this run counted {', '.join(whole.columns)}, but not {slow_column(slow_ms)}"
    return Judged(nothing(judged.attempt.run), (why, *judged.faults), judged.gaps)


def judged_run(run: Run, name: str, phase: Phase) -> Judged:
    """
    One run with its problems.

    Contradictory counters are a fault: it proves nothing and breaks no budget, and fires triggers by its other seconds.
    """
    whole = run.once(attempt)
    named = whole if name == ALL else attempt(run, name)
    odd = f"the counters contradict themselves: {named.whole.odd}" if named.whole.odd else ""
    more, less = (
        (more_than_planned(whole, phase.load), less_than_planned(whole, phase, phase.load)) if phase.load else ("", "")
    )
    wrong, missing = run.once(problems)
    return Judged(named, (*filter(None, [odd]), *wrong, *filter(None, [more])), (*missing, *filter(None, [less])))


def problems(run: Run) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What the generator of a run did wrong, and what the run misses."""
    return tuple(faults(run.once(attempt))), tuple(gaps(run.once(attempt)))


def unproven(case: Case, found: Attempts, reason: str, value: str = "not measured", **more: object) -> Finding:
    """An UNPROVEN finding; its evidence is all attempts."""
    return case.finding(Verdict.UNPROVEN, reason, value, attempts=len(found.all), evidence=found.evidence(), **more)
