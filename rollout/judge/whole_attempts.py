"""
Which later attempts make up for a run that was cut short, or for a stage that failed, in the same place.

An attempt counts if it came to its end, its tests were not narrowed, and it is worth as much: a load valid under the
plan, a drill or a rollback of the same procedure, a gate with the stages of the one cut short, the same person's
statement on the same subject. Runs of tests add up until every check known there ran, and those of the monitor until
they would be a proof.
"""

from collections.abc import Callable, Iterable, Sequence

from rollout.evidence import JournalState, Run
from rollout.evidence.records import (
    Attestation,
    Clear,
    Drill,
    DrillErred,
    Override,
    PlanChange,
    Record,
    Revoke,
    RollbackBegun,
    StageFinished,
    TestOutcome,
)
from rollout.judge.expected_checks import TESTS, criteria_told, expected_checks, function_of
from rollout.judge.load_attempts import judged_run
from rollout.judge.load_evidence import ALL
from rollout.judge.said import DRILLS, PEOPLE
from rollout.judge.slots import WATCH
from rollout.judge.vanished_checks import removed
from rollout.judge.watched_again import DecisionScope, watched_again
from rollout.plan import Phase

Place = tuple[str, str]  # environment and target


def attempted_again(
    runs: Sequence[Run],
    producer: str,
    place: Place | None,
    since: float,
    asked: DecisionScope,
    folders: Sequence[str] = (),
    instead: Run | None = None,
) -> bool:
    """
    Whether those of *runs* that began after *since* make up for one of *producer* at *place* (None: wherever that was).

    *runs* are all of the release and of the phase that is *asked* about. *folders* are those of the tests that must have run, all of them if there
    are none. *instead* is the run that was cut short, None for a stage.
    """
    there = [run for run in runs if run.trusted and (producer == PEOPLE or place in (None, run.place))]
    later = [run for run in there if is_whole(run, producer) and run.started.t > since]
    if producer == TESTS:
        return bool(later) and ran_all(later, known_checks(runs, there, asked.phase.id), folders)
    if producer == WATCH:
        return watched_again(later, instead, asked)
    if producer == DRILLS:
        return exercised_again(later, there, instead)
    return any(producer not in WORTH or WORTH[producer](run, instead, asked.phase) for run in later)


def is_whole(run: Run, producer: str) -> bool:
    """Whether a run of *producer* came to its end with all that it began, and its tests were not narrowed."""
    ended = run.state is JournalState.COMPLETE and not run.unfinished
    return ended and run.producer == producer and not run.started.narrowed


def known_checks(runs: Sequence[Run], there: Sequence[Run], phase: str) -> set[str]:
    """The checks that any run of tests *there* recorded, without those that a person in *runs* accepted as gone."""
    tests = [run for run in there if run.producer == TESTS]
    criteria = {name for run in tests for name in criteria_told(run)}
    return {node for name in criteria for node in expected_checks(name, tests, removed(runs, tests, phase, name))}


def ran_all(attempts: Sequence[Run], known: Iterable[str], folders: Sequence[str]) -> bool:
    """
    Whether some runs of tests together brought every *known* check of *folders* to an outcome; False if there is none.
    """
    wanted = {node for node in known if not folders or node.startswith(tuple(f"{folder}/" for folder in folders))}
    done = {record.node for run in attempts for record in run.of(TestOutcome)}
    functions = set(map(function_of, done))
    return bool(wanted) and all(node in done or (node == function_of(node) and node in functions) for node in wanted)


def exercised_again(later: Iterable[Run], there: Iterable[Run], instead: Run | None) -> bool:
    """
    Whether *later* drills together came to a verdict on every criterion of the drill that was cut short.

    Where its criteria are unknown, those of all drills *there* are required.
    """
    mine = about(instead) if instead else set()
    wanted = mine or {name for run in there if run.producer == DRILLS for name in about(run)}
    done = {record.criterion for run in later for record in run.of(Drill)}
    return bool(done) and wanted <= done


def about(drill: Run) -> set[str]:
    """The criteria (full ids) that a drill was begun for or has a record about."""
    return {*drill.started.checks, *(each.criterion for each in drill.records if isinstance(each, Drill | DrillErred))}


def ran_its_stages(run: Run, instead: Run | None, _: Phase) -> bool:
    """Whether a gate finished at least one stage, and every stage that the one cut short finished."""
    there = stages(run)
    return bool(there) and (instead is None or stages(instead) <= there)


def stages(gate: Run) -> set[str]:
    """The stages that a gate finished."""
    return {record.stage for record in gate.of(StageFinished)}


def carried_out_again(run: Run, instead: Run | None, _: Phase) -> bool:
    """Whether a rollback has the procedure of the one that was cut short, as far as that recorded one."""
    begun = procedures(instead) if instead else set()
    return not begun or begun == procedures(run)


def procedures(rollback: Run) -> set[str]:
    """The procedure that a rollback began with; none where it was cut short before."""
    return {record.procedure for record in rollback.of(RollbackBegun)}


def said_again(run: Run, instead: Run | None, _: Phase) -> bool:
    """Whether *run* repeats every statement of *instead*: person, role and subject; False if that holds none."""
    words = set() if instead is None else set(map(word, instead.records)) - {None}
    return bool(words) and words <= set(map(word, run.records))


def word(record: Record) -> tuple[str, ...] | None:
    """The kind, subject, person and role of a statement; None for any other record."""
    match record:
        case Attestation() | Clear():
            return type(record).__name__, record.criterion, record.by, record.role
        case PlanChange():
            return type(record).__name__, record.phase, record.by, record.role
        case Revoke():
            return type(record).__name__, record.of, record.by, record.role
        case Override():
            return type(record).__name__, record.phase, record.by
    return None


WORTH: dict[str, Callable[[Run, Run | None, Phase], bool]] = {
    "load": lambda run, _, phase: judged_run(run, ALL, phase).valid,
    "gate": ran_its_stages,
    PEOPLE: said_again,
    "rollback": carried_out_again,
}
