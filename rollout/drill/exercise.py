"""
The interface of a drill: an entry of the group `rollout.drills`, by the name of the entry; and the installed drills.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import EntryPoint
from typing import Any

from rollout.drill.course import Course
from rollout.drill.outcome import Passed
from rollout.extensions import DRILLS
from rollout.nearest import unknown
from rollout.plan import Criterion, EvidenceSource, Plan
from rollout.target.settings import Action


@dataclass(frozen=True)
class Exercise:
    """
    One drill, which shows the *criterion* of that id in every phase that has it; without an id it decides nothing.

    *carry_out* exercises a target under a plan and returns Passed. It raises Failed where the exercised procedure does
    not work, and CannotTell, or an Obstacle, where the drill could not find out. *needs* are the settings without
    which it does not begin. A drill that is *embedded_only* never touches a real target. Elsewhere than on the
    stand-in it needs the settings *needs_outside* too, and the permissions *allows_outside*; *refuse_outside* raises
    TargetError there for anything else that it lacks, before a journal is opened. *revision* reads the revision of the
    schema of a database that was restored; None where the drill restores none. *vital* are the tables without whose rows
    a backup of a live database that has some proves nothing.
    """

    criterion: str
    sentence: str
    carry_out: Callable[[Any, Plan, Course], Passed]  # each suite has a model of its own for targets
    needs: tuple[str, ...] = ()
    embedded_only: bool = False
    needs_outside: tuple[str, ...] = ()
    allows_outside: tuple[Action, ...] = ()
    refuse_outside: Callable[[Any, Plan], None] = lambda target, plan: None
    revision: Callable[[Any], str | None] | None = None
    vital: tuple[str, ...] = ()


def exercise_named(name: str) -> Exercise:
    """The installed drill of that *name*; ValueError names the nearest one."""
    entries = {entry.name: entry for entry in DRILLS.entries()}
    if name not in entries:
        raise ValueError(unknown("drill", name, list(entries)))
    found: Exercise = DRILLS.load(entries[name])
    return found


def installed_revision() -> Callable[[Any], str | None]:
    """What reads the revision of a restored database's schema; it reads none where no installed drill knows one."""
    every: list[Exercise] = [DRILLS.load(entry) for entry in DRILLS.entries()]
    return next((each.revision for each in every if each.revision), lambda connection: None)


def installed_vital() -> tuple[str, ...]:
    """The vital tables of the installed drills."""
    every: list[Exercise] = [DRILLS.load(entry) for entry in DRILLS.entries()]
    return tuple(table for each in every for table in each.vital)


def installed_for(criterion: Criterion) -> Exercise | None:
    """The installed drill that shows a criterion; None for a criterion of another source, or if none is installed."""
    entry = entry_for(criterion)
    return exercise_named(entry.name) if entry else None


def name_of(criterion: Criterion) -> str:
    """The name of the drill that shows a criterion; ValueError where none is installed."""
    entry = entry_for(criterion)
    if entry is None:
        raise ValueError(f"no drill is installed that shows {criterion.id!r}")
    return entry.name


def entry_for(criterion: Criterion) -> EntryPoint | None:
    """The entry of the drill that shows a criterion."""
    if criterion.source is not EvidenceSource.DRILL:
        return None
    return next((entry for entry in DRILLS.entries() if DRILLS.load(entry).criterion == criterion.id), None)


def shown_by(plan: Plan, exercise: Exercise) -> list[str]:
    """
    The full ids of the criteria of *plan* that a drill shows; empty for a drill without a criterion.

    ValueError where the plan lacks the drill's criterion.
    """
    if not exercise.criterion:
        return []
    mine = [each for each in plan.criteria if each.source is EvidenceSource.DRILL and each.id == exercise.criterion]
    if not mine:
        raise ValueError(f"the plan has no criterion {exercise.criterion!r} that a drill shows: nothing would read it")
    return [f"{phase}.{each.id}" for each in mine for phase in each.phases]
