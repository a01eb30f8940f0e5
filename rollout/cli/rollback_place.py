"""Carry out `rollout rollback` for a phase of the plan on a target: print its steps and write its journal."""

import shlex
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

import typer
from rich.console import Console

from rollout.cli.drill_progress import DrillProgress
from rollout.cli.rollback_lines import line, show_end, show_state, show_steps, show_stop
from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.evidence import Journal
from rollout.evidence.records import RollbackBegun
from rollout.judge.verdict import EXIT_CODES, Outcome
from rollout.origin import origin
from rollout.plan import Plan
from rollout.plan.procedure import Procedure
from rollout.project import current_project
from rollout.rollback.carry_out import Rollback, Stopped
from rollout.rollback.resolved import (
    Choice,
    ResolvedStep,
    flags_off,
    procedure_named,
    procedures_of,
    readings,
    refuse_raised,
    resolved,
    with_revision,
)
from rollout.rollback.restore_into import RestoreInto, restore_into
from rollout.rollback.resume import PRODUCER, Earlier, rollbacks_in
from rollout.target import Target, TargetError
from rollout.target.kubectl import Kubectl, KubectlRefused, Unconfirmed, kubectl_of
from rollout.target.obstacle import NotConfigured


def kubectl_for(system: Target) -> Kubectl:
    """kubectl for the target; TargetError where a setting is missing."""
    try:
        return kubectl_of(system)
    except NotConfigured as error:
        raise TargetError(str(error)) from None


@dataclass(frozen=True)
class Beginning:
    """A *procedure* with the chosen options, and the *earlier* rollback that it resumes, if any."""

    procedure: Procedure
    choice: Choice
    earlier: Earlier | None = None

    def record(self) -> RollbackBegun:
        """The record of the beginning for the journal."""
        database = self.choice.database
        return RollbackBegun(
            procedure=self.procedure.id,
            included=tuple(sorted(self.choice.included)),
            percent=self.choice.percent,
            revision=self.choice.revision,
            template=self.choice.template,
            database=database.name if database else "",
            backup=database.backup if database else "",
            sha256=database.sha256 if database else "",
            mark=database.mark if database else "",
            resumes=self.earlier.run if self.earlier else "",
        )


@dataclass(frozen=True)
class Place:
    """
    A phase of the plan on a target, with kubectl and the console for the output.

    *plan* is the file of the plan, where the command names one.
    """

    rules: Plan
    plan: Path | None
    phase: str
    system: Target
    kubectl: Kubectl
    out: Console

    @property
    def journals(self) -> Path:
        return current_project().journals_of(self.system.name, self.phase)

    def title(self, procedure: Procedure) -> str:
        """The title line: procedure, phase, target, namespace and context."""
        where = f"{self.kubectl.namespace} of {self.kubectl.context}"
        return f"{procedure.title} ({procedure.id}) of {self.phase} on {self.system.name}, {where}"

    def steps(self, procedure: Procedure, choice: Choice) -> list[ResolvedStep]:
        """The steps of a procedure, resolved for this target."""
        return resolved(procedure, self.phase, self.system, choice)

    def with_revision(self, procedure: Procedure, choice: Choice) -> Choice:
        """The choice with the revision of an undo, which turns on no flag of the plan that is off."""
        safe = replace(choice, off=flags_off(self.rules))
        return with_revision(procedure, self.phase, self.system, safe, self.kubectl)

    def named(self, name: str | None, every: bool) -> list[Procedure]:
        """The procedure *name*; without a name all of the phase if *every*, else its only one."""
        if name is None and every:
            return procedures_of(self.rules, self.phase)
        return [procedure_named(self.rules, self.phase, name)]

    def dry_run(self, name: str | None, choice: Choice) -> int:
        """Print the steps of each procedure of the phase, or of the one called *name*; gives the exit code."""
        restore, obstacles = None, list[Exception]()
        try:
            restore = self.restore(choice)
        except CannotTell as error:
            choice = replace(choice, database=None)
            obstacles.append(error)
        for each in self.named(name, True):
            obstacles += self.shown(each, choice, restore)
        for refused in obstacles:
            if isinstance(refused, ValueError):
                raise refused
        return self.not_begun(obstacles[0]) if obstacles else EXIT_CODES[Outcome.GO]

    def shown(self, procedure: Procedure, choice: Choice, restore: RestoreInto | None) -> Iterator[Exception]:
        """Print the steps of a procedure of a dry run; gives what is refused, or what the cluster did not tell."""
        try:
            choice = self.with_revision(procedure, choice)
        except ValueError as error:
            yield error
        except (KubectlRefused, Unconfirmed):
            pass  # each step then prints that the cluster did not answer
        steps = self.steps(procedure, choice)
        there = readings(steps, self.kubectl)
        show_steps(self.out, self.kubectl, f"{self.title(procedure)}: nothing is sent", steps, there, restore)
        yield from (found for found in there.values() if isinstance(found, Exception))
        try:
            with suppress(KubectlRefused, Unconfirmed):
                refuse_raised(steps, there)
        except ValueError as error:
            yield error

    def restore(self, choice: Choice) -> RestoreInto | None:
        """
        What restores into the chosen database, checked before anything is sent; None where none is chosen.

        CannotTell, with the way out, where it cannot be restored.
        """
        if choice.database is None:
            return None
        try:
            return restore_into(self.system, choice.database, Course(DrillProgress(self.out)))
        except NotConfigured as error:
            raise TargetError(str(error)) from None
        except (CannotTell, Failed) as error:
            way = "another one: --backup FILE; without --restore-into the other steps are carried out"
            raise CannotTell(f"{error}; {way}") from None

    def not_begun(self, error: Exception) -> int:
        """Print why nothing was sent; gives the exit code."""
        line(self.out, f"not begun, nothing was sent: {error}", "red")
        return EXIT_CODES[Outcome.NO_GO]

    def carry_out(self, begin: Beginning, confirm: str | None, release: str) -> int:
        """Ask for the target's name, then carry out each step and write the journal; gives the exit code."""
        rollbacks_in(self.journals)  # raises if another rollback is at work
        try:
            choice = self.with_revision(begin.procedure, begin.choice)
            restore = self.restore(choice)
            begin = replace(begin, choice=replace(choice, database=restore.database if restore else None))
            steps = self.steps(begin.procedure, begin.choice)
            there = readings(steps, self.kubectl)
            refuse_raised(steps, there)
        except (KubectlRefused, Unconfirmed, CannotTell) as error:
            return self.not_begun(error)
        show_steps(self.out, self.kubectl, self.title(begin.procedure), steps, there, restore)
        refuse_unconfirmed(self.system.name, confirm)
        return self.written(begin, steps, restore, release)

    def written(self, begin: Beginning, steps: list[ResolvedStep], restore: RestoreInto | None, release: str) -> int:
        """Carry out each step and write the journal; gives the exit code."""
        about = origin(self.rules, self.phase, self.system, release, PRODUCER)
        before = begin.earlier.sent if begin.earlier else frozenset()
        with Journal(self.journals, about) as journal:
            journal.append(begin.record())
            tell = partial(show_state, self.out, self.kubectl, restore)
            try:
                Rollback(self.kubectl, journal, begin.choice.included, before, tell, restore).carry_out(steps)
            except Stopped as stop:
                journal.finish(exit=EXIT_CODES[Outcome.NO_GO])
                show_stop(self.out, self.kubectl, restore, stop, self.go_on(begin.procedure))
                return EXIT_CODES[Outcome.NO_GO]
            except KeyboardInterrupt:
                line(self.out, f"interrupted; go on: {self.go_on(begin.procedure)}")
                raise
        show_end(self.out, steps, begin.choice.included)
        line(self.out, f"written down in {journal.path}", "dim")
        return EXIT_CODES[Outcome.GO]

    def go_on(self, procedure: Procedure) -> str:
        """The command that resumes an interrupted rollback."""
        plan = ["--plan", str(self.plan)] if self.plan else []
        words = ["rollout", "rollback", self.phase, "--target", self.system.name, "--procedure", procedure.id, *plan]
        return shlex.join([*words, "--resume"])


def refuse_unconfirmed(name: str, confirm: str | None) -> None:
    """Raise ValueError unless *confirm*, or the answer at the terminal, is the target's name."""
    if confirm is None and not sys.stdin.isatty():
        raise ValueError(f"nothing was sent: type the name of the target out: --confirm {name}")
    typed = typer.prompt("Type the name of the target") if confirm is None else confirm
    if typed != name:
        raise ValueError(f"nothing was sent: {typed!r} is not the name of the target, which is {name!r}")
