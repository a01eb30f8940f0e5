"""Judge a criterion that tests prove: every check marked with it must have passed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from msgspec.structs import replace

from rollout.evidence import JournalState, Run
from rollout.evidence.records import TestObstacle, TestOutcome
from rollout.judge.check_notes import causes_of, more_than, notes_of, short, told
from rollout.judge.expected_checks import expected_checks, is_narrowed
from rollout.judge.exposure import seen_as
from rollout.judge.finding import Case, Cause, CheckNote, Finding
from rollout.judge.starved import starved
from rollout.judge.vanished_checks import accepted, vanished, way_out
from rollout.judge.verdict import Verdict
from rollout.metrics import MetricKind
from rollout.values import as_number, in_full, some

REASON_CHARACTERS = 600
MOST_FIGURES = 4  # in the value
BAD = ("failed", "error")
QUIETER = "end what else runs on this machine, or run the tests from another one, and run them again"


@dataclass(frozen=True)
class Latest:
    """The newest outcome of one test, and the run of its journal."""

    record: TestOutcome
    run: Run

    @property
    def outcome(self) -> str:
        return self.record.outcome


def judge_tests(case: Case) -> Finding:
    """The verdict from the newest outcome of each check; a check without an outcome is missing evidence."""
    runs = case.by("pytest")
    expected = expected_checks(case.id, runs, accepted(case, runs))
    if not expected:
        reason = "no test bears it" if runs else "no test has run"
        return case.finding(Verdict.UNPROVEN, reason, "no evidence", n_unit="checks")
    latest = newest_outcomes(case, runs)
    expected, aside = applicable(expected, latest)
    failed = [node for node in expected if node in latest and latest[node].outcome in BAD]
    absent = [node for node in expected if node not in latest or latest[node].outcome not in (*BAD, "passed")]
    records = {node: entry.record for node, entry in latest.items()}
    failing, causes = notes_of(failed, records, expected), causes_of(absent, records)
    figures = measured(latest.values())
    verdict = Verdict.BROKEN if failed else Verdict.UNPROVEN if absent else Verdict.MET
    passed = len(expected) - len(failed) - len(absent)
    found = case.finding(
        verdict,
        reason_of(failing, causes),
        value(passed, len(expected), figures) + (f", {aside} not applicable here" if aside else ""),
        number=float(passed),
        n=len(expected) - len(absent),
        n_unit="checks",
        window=window(latest.values()),
        margin=margin(failed, absent),
        attempts=len(
            {entry.run.run_id for entry in latest.values()} | {run.run_id for run in runs if bears(case, run)}
        ),
        evidence=tuple(dict.fromkeys(entry.run.path.stem for entry in latest.values())),
        failing=failing,
        causes=causes,
        listed=in_full(figures, MOST_FIGURES),
    )
    if lost := vanished(case, runs, [*failed, *absent]):
        return found.model_copy(update={"next": way_out(case.phase.id, lost)})
    ways = list(dict.fromkeys(cause.way_out for cause in causes if cause.way_out))
    return found.model_copy(update={"next": "; ".join(ways)}) if ways and not failed else found


def applicable(expected: list[str], latest: dict[str, Latest]) -> tuple[list[str], int]:
    """The tests that apply to this target, and how many do not; where none applies, none is left out."""
    apply = [node for node in expected if node not in latest or latest[node].outcome != "not-applicable"]
    return (apply, len(expected) - len(apply)) if apply else (expected, 0)


def newest_outcomes(case: Case, runs: list[Run]) -> dict[str, Latest]:
    """
    Test → its newest outcome; of a run that was cut short only failures count.

    A test about one exposure step that ran at another one keeps its earlier outcome. A failure of any age stands until
    a whole run, which left out no check of the phase, passes; a pass that is too old proves nothing.
    """
    latest: dict[str, Latest] = {}
    for entry in outcomes_in_order(case, runs):
        run, record = entry.run, entry.record
        believed = run.state is JournalState.COMPLETE or record.outcome in BAD
        elsewhere = record.outcome == "other-step" and record.node in latest
        if believed and not elsewhere and not too_weak(run, record, latest, runs):
            latest[record.node] = entry
    return {node: entry if case.is_fresh(entry.record.t) else aged(entry) for node, entry in latest.items()}


def outcomes_in_order(case: Case, runs: list[Run]) -> list[Latest]:
    """Every outcome about the case, by its own time and not by the beginning of its run."""
    told = [(record, run) for run in runs for record in run.once(outcomes_by_criterion).get(case.id, ())]
    entries = sorted((Latest(compared(case, record), run) for record, run in told), key=lambda entry: entry.record.t)
    return sorted(worst_of_runs(entries), key=lambda entry: entry.record.t)


def worst_of_runs(entries: Iterable[Latest]) -> Iterable[Latest]:
    """The worst outcome of each test in each run, the last of equal ones: repeating a test clears no failure."""
    worst: dict[tuple[Path, str], Latest] = {}
    for entry in entries:
        key = (entry.run.path, entry.record.node)
        if key not in worst or badness(entry) >= badness(worst[key]):
            worst[key] = entry
    return worst.values()


def badness(entry: Latest) -> int:
    """The order of outcomes within a run: 2 for a failure, 1 for `skipped`, else 0."""
    return 2 if entry.outcome in BAD else int(entry.outcome == "skipped")


def too_weak(run: Run, record: TestOutcome, latest: dict[str, Latest], runs: list[Run]) -> bool:
    """Whether an outcome better than the failure before it does not clear that: no pass, or of a narrowed run."""
    before = latest.get(record.node)
    if before is None or before.outcome not in BAD or record.outcome in BAD:
        return False
    return record.outcome != "passed" or is_narrowed(run, runs)


def aged(entry: Latest) -> Latest:
    """An outcome beyond `max_age`: a failure stays, anything else counts as missing."""
    if entry.outcome in BAD:
        return entry
    return Latest(
        replace(entry.record, outcome="skipped", message=f"{entry.outcome} longer ago than it may be"), entry.run
    )


def compared(case: Case, record: TestOutcome) -> TestOutcome:
    """
    The outcome of a check as the criterion takes it.

    A passed check that counted users stays passed only if their share is the intended one. A failed check whose target
    was kept from a processor meanwhile is skipped, with that obstacle; so is one whose process crashed.
    """
    if record.outcome == "error" and record.obstacle is not None:
        return replace(record, outcome="skipped")
    if record.outcome in BAD and (why := starved(record.target_waited_percent)):
        obstacle = TestObstacle(kind="not-reached", cause=why, way_out=QUIETER)
        return replace(record, outcome="skipped", message=f"{record.message}; {why}", obstacle=obstacle)
    required = case.criterion.metric is not None and case.criterion.measured.kind is MetricKind.EXPOSURE
    if record.outcome != "passed" or not (required or record.measured):
        return record
    outcome, why = seen_as(record.measured, case.phase, required=required)
    return record if outcome == "passed" else replace(record, outcome=outcome, message=why)


def bears(case: Case, run: Run) -> bool:
    """Whether a run has an outcome about the criterion."""
    return case.id in run.once(outcomes_by_criterion)


def outcomes_by_criterion(run: Run) -> dict[str, list[TestOutcome]]:
    """Criterion → the outcomes about it in a run, in order."""
    found: dict[str, list[TestOutcome]] = {}
    for record in run.of(TestOutcome):
        for criterion in dict.fromkeys(record.criteria):
            found.setdefault(criterion, []).append(record)
    return found


def reason_of(failing: tuple[CheckNote, ...], causes: tuple[Cause, ...]) -> str:
    """Why: the most basic failure, or the cause that most checks wait for, and how many more there are."""
    if failing:
        first = failing[0]
        return f"{short(first.node)}: {clipped(first.message)}{more_than(len(failing), 'failing check')}"
    if causes:
        return told(causes[0]) + more_than(len(causes), "cause")
    return "every check passed"


def clipped(message: str) -> str:
    """The beginning of a message; `failing` has the whole of it."""
    return message if len(message) <= REASON_CHARACTERS else f"{message[:REASON_CHARACTERS]}…"


def measured(entries: Iterable[Latest]) -> list[str]:
    """Each figure that the checks measured, with its name."""
    figures = {name: number for entry in entries for name, number in entry.record.measured.items()}
    return [
        f"{name} {as_number(number)}" if isinstance(number, float) else f"{name} {number}"
        for name, number in figures.items()
    ]


def value(passed: int, expected: int, figures: Sequence[str]) -> str:
    """What was measured, then how many checks passed."""
    said = [some(figures, MOST_FIGURES)] if figures else []
    return ", ".join([*said, f"{passed} of {expected} checks passed"])


def window(entries: Iterable[Latest]) -> str:
    """The time the checks took."""
    return f"{sum(float(entry.record.duration_s) for entry in entries):.1f} s of checks"


def margin(failed: list[str], absent: list[str]) -> str:
    """What would flip the verdict."""
    if failed:
        return f"{len(failed)} failing {'check' if len(failed) == 1 else 'checks'} must pass"
    if absent:
        return f"{len(absent)} {'check' if len(absent) == 1 else 'checks'} must run and pass"
    return "1 failing check would break it"
