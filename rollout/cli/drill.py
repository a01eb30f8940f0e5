"""`rollout drill NAME`: exercise a rollback procedure, and write down what was seen."""

import json
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console

from rollout.clean_text import clean
from rollout.cli.drill_progress import DrillProgress
from rollout.cli.options import Journals, PlanFile, Release, TargetName, WithFaults, rules_of
from rollout.cli.output import console, write
from rollout.cli.terminable import terminable
from rollout.drill.carried_out import DrillEnd, carried_out
from rollout.drill.course import Course
from rollout.drill.exercise import Exercise, exercise_named, shown_by
from rollout.drill.found_before import PRODUCER, FoundBefore, earlier_drills
from rollout.embedded import target_at_hand
from rollout.evidence import Journal
from rollout.evidence.records import Drill, DrillErred
from rollout.extensions import DRILLS
from rollout.gate.lock import ROLLBACK, at_work
from rollout.judge.finding import Case
from rollout.judge.recovery_time import too_slow
from rollout.judge.verdict import EXIT_CODES, Outcome
from rollout.kept import on_stderr
from rollout.origin import OF_NO_PHASE, origin
from rollout.plan import Plan
from rollout.project import current_project
from rollout.same_release import SameRelease
from rollout.suite import suite_of
from rollout.target import Action, Target, TargetError
from rollout.target.obstacle import NotConfigured, needed
from rollout.values import STANDIN

MOST_LINES = 10  # of a list; longer lists are in the record only
STYLES = {"passed": "green", "failed": "red", "could not tell": "yellow"}


def drill_names() -> list[str]:
    """The completions for NAME."""
    return [entry.name for entry in DRILLS.entries()]


Name = Annotated[
    str, typer.Argument(metavar="NAME", help="which drill: restore, rollback, failures, …", autocompletion=drill_names)
]
Parent = Annotated[str | None, typer.Option("--parent", metavar="RUN", help="the run that started this")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON document instead of lines")]


def drill(
    name: Name,
    target: TargetName = None,
    release: Release = None,
    plan: PlanFile = None,
    with_faults: WithFaults = False,
    as_json: AsJson = False,
    journals: Journals = None,
    parent: Parent = None,
) -> int:
    """
    Exercise a rollback procedure (restore, rollback), or failures. Exit 0 if it works, 10 if it does not or nobody can tell.

    The target has to allow `drill`. The restore reads the live database, writes rows of its own there where `write` is allowed, and makes copies in scratch databases, which go again; failures are exercised on a stand-in of their own.
    """
    rules = rules_of(plan)
    suite = suite_of(rules)
    exercise = exercise_named(name)
    shown_by(rules, exercise)  # fails before a stand-in is started
    out = console()
    told = progress(out, as_json)
    at_hand = target_at_hand(suite, target, with_faults=with_faults, tell=on_stderr)
    with terminable(), ExitStack() as alone, at_hand as system:
        refuse_unfit(name, exercise, system, rules)
        criteria = shown_on(rules, exercise, system)
        build = None if parent else SameRelease(suite, system)  # a gate checks this itself
        if exercise.allows_outside and system.environment != STANDIN:
            alone.enter_context(at_work(current_project().results / system.name, ROLLBACK))
        seen = release or (build.release if build else suite.observed_release(system))
        earlier = earlier_drills(folder_of(each, system, journals) for each in criteria or [name])
        with ExitStack() as stack:
            written = {
                each: stack.enter_context(journal_of(rules, each, system, seen, journals, parent=parent, drill=name))
                for each in criteria or [name]
            }
            ended = ended_by(exercise, system, rules, Course(told, FoundBefore([*written.values()], earlier)))
            other = build.other() if build else ""
            records = {criterion: ended.record(criterion) for criterion in written}
            for criterion, journal in written.items():
                journal.append(records[criterion])
                journal.finish(other=other)
    paths = [journal.path for journal in written.values()]
    slow = [f"{each}: {why}" for each in criteria if (why := beyond_limit(rules, each, records[each]))]
    if as_json:
        facts = {"drill": name, "target": system.name, "release": seen, "other_release": other, "criteria": criteria}
        found = document(facts | {"too_slow": slow}, ended, paths)
        write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    else:
        show(out, name, ended, paths)
        show_faults(out, slow, other)
    return EXIT_CODES[Outcome.GO if ended.how == "passed" and not slow and not other else Outcome.NO_GO]


def ended_by(exercise: Exercise, system: Target, rules: Plan, course: Course) -> DrillEnd:
    """The result of a drill; at an interruption what could not be put back is told, since no record will."""
    try:
        return carried_out(exercise, system, rules, course)
    except KeyboardInterrupt:
        if course.not_put_back:
            on_stderr(clean(course.not_put_back))
        raise


def progress(out: Console, as_json: bool) -> DrillProgress | None:
    """The display of the progress: on *out*; beside a JSON document on standard error, if that is a terminal."""
    if not as_json:
        return DrillProgress(out)
    errors = Console(stderr=True, highlight=False)
    return DrillProgress(errors) if errors.is_terminal else None


def shown_on(rules: Plan, exercise: Exercise, system: Target) -> list[str]:
    """The full ids of the criteria that a drill shows on a target; TargetError if the plan requires another environment."""
    every = shown_by(rules, exercise)
    if not every:
        return []
    places = {each: rules.environment_of(each.partition(".")[0], rules.criterion(each)) for each in every}
    here = [each for each in every if system.environment in (STANDIN, places[each]) or places[each] is None]
    if not here:
        where = " and ".join(sorted({str(place) for place in places.values()}))
        raise TargetError(f"{every[0]} is shown on {where}, and target {system.name!r} is {system.environment}")
    return here


def refuse_unfit(name: str, exercise: Exercise, system: Target, rules: Plan) -> None:
    """Raise TargetError with the way out if a drill needs a stand-in, or lacks a permission, a setting or a program."""
    outside = system.environment != STANDIN
    if exercise.embedded_only and outside:
        raise TargetError(
            f"drill {name} exercises the embedded stand-in only, and target {system.name!r} is {system.environment}:"
            " leave --target out"
        )
    system.refuse_unless(Action.DRILL, *(exercise.allows_outside if outside else ()))
    try:
        for need in (*exercise.needs, *(exercise.needs_outside if outside else ())):
            needed(system, need)
    except NotConfigured as error:
        raise TargetError(str(error)) from None
    if outside:
        exercise.refuse_outside(system, rules)


def journal_of(
    rules: Plan, criterion: str, system: Target, release: str, folder: Path | None, **more: str | None
) -> Journal:
    """
    A journal in the phase of a criterion, or in *folder* if it is given, with *more* facts of its origin.

    For a drill without a criterion its name takes the place of the criterion, and the journal belongs to no phase.
    """
    about = origin(rules, phase_of(criterion), system, release, PRODUCER, **more)
    return Journal(folder_of(criterion, system, folder), about, checks={criterion: ()})


def folder_of(criterion: str, system: Target, folder: Path | None) -> Path:
    """The folder of the journals about a criterion: *folder* if it is given, else that of its phase."""
    return folder or current_project().journals_of(system.name, phase_of(criterion))


def phase_of(criterion: str) -> str:
    """The phase of a criterion; OF_NO_PHASE for the name of a drill."""
    return criterion.partition(".")[0] if "." in criterion else OF_NO_PHASE


def document(facts: dict[str, Any], ended: DrillEnd, journals: list[Path]) -> dict[str, Any]:
    """The end of a drill as JSON."""
    return {
        **facts,
        "ended": ended.how,
        "reason": ended.reason,
        "value": ended.value,
        "counts": dict(ended.counts),
        "listed": list(ended.listed),
        "recovery_s": None if ended.recovery_s is None else round(ended.recovery_s, 3),
        "steps": [{"name": name, "seconds": round(seconds, 3)} for name, seconds in ended.times.items()],
        "journals": [str(path) for path in journals],
    }


def show(out: Console, name: str, ended: DrillEnd, journals: list[Path]) -> None:
    """Print the end of a drill."""
    value = f" ({ended.value})" if ended.value else ""
    out.print(f"drill {name} {ended.how}{value}: {ended.reason}", style=STYLES[ended.how], markup=False, soft_wrap=True)
    if len(ended.listed) <= MOST_LINES:
        for line in ended.listed:
            out.print(f"  {clean(line)}", markup=False, soft_wrap=True)
    for path in journals:
        out.print(f"  {path}", style="dim", markup=False, soft_wrap=True)


def beyond_limit(rules: Plan, criterion: str, record: Drill | DrillErred) -> str:
    """Why a drill that passed breaks a criterion all the same: its recovery took too long; empty where it does not."""
    case = Case(rules.criterion(criterion), rules.phase(phase_of(criterion)), (), 0.0)
    return too_slow(case, record) if isinstance(record, Drill) and record.passed else ""


def show_faults(out: Console, slow: list[str], other: str) -> None:
    """Print why a drill that passed shows nothing: it was too slow for a criterion, or another release answers now."""
    said = [f"slower than the plan allows: {each}" for each in slow]
    if other:
        said.append(f"another release answers now, {clean(other)}: run it again for it")
    for line in said:
        out.print(f"drill: {line}", style=STYLES["failed"], markup=False, soft_wrap=True)
