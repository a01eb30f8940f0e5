"""`rollout rollback PHASE`: carry a procedure of the plan out, or print what it would do."""

import sys
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from rollout.cli.options import PhaseName, PlanFile, Release, TargetName, rules_of
from rollout.cli.output import console
from rollout.cli.rollback_lines import line, show_end, show_state, show_steps, show_stop
from rollout.cli.terminable import terminable
from rollout.evidence import Journal
from rollout.evidence.records import RollbackBegun
from rollout.judge.verdict import EXIT_CODES, Outcome
from rollout.nearest import unknown
from rollout.origin import origin
from rollout.plan import Plan
from rollout.plan.procedure import Procedure
from rollout.project import current_project
from rollout.rollback.carry_out import Rollback, Stopped
from rollout.rollback.resolved import (
    Choice,
    ResolvedStep,
    percent_below,
    procedure_named,
    procedures_of,
    resolved,
    with_revision,
)
from rollout.rollback.resume import PRODUCER, Earlier, earlier_in, rollbacks_in
from rollout.suite import suite_of
from rollout.target import Action, Target, TargetError
from rollout.target.kubectl import Kubectl, KubectlRefused, Unconfirmed, kubectl_of
from rollout.target.obstacle import NotConfigured
from rollout.values import STANDIN

Named = Annotated[
    str | None, typer.Option("--procedure", metavar="ID", help="which procedure; needed where the phase has several")
]
Included = Annotated[
    list[str] | None,
    typer.Option("--with", metavar="STEP", help="a step with a condition that holds; more than one may be named"),
]
Percent = Annotated[
    int | None,
    typer.Option("--percent", min=0, max=100, help="share of users to go down to; default: that of the phase before"),
]
ToRevision = Annotated[
    int | None,
    typer.Option("--to-revision", min=1, help="what an undo goes back to; default: the one before that of now"),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="print each command and what it would change; send nothing")]
Confirm = Annotated[str | None, typer.Option("--confirm", metavar="NAME", help="the target's name, typed out")]
Resume = Annotated[bool, typer.Option("--resume", help="go on with the rollback that stopped or was killed")]


def rollback(
    phase: PhaseName,
    target: TargetName = None,
    procedure: Named = None,
    with_: Included = None,
    percent: Percent = None,
    to_revision: ToRevision = None,
    dry_run: DryRun = False,
    confirm: Confirm = None,
    resume: Resume = False,
    release: Release = None,
    plan: PlanFile = None,
) -> int:
    """
    Carry a rollback procedure of the plan out on a target, step by step, each checked. Exit 0 if every step took effect, else 10.

    The target has to allow `rollback`, and its name is typed out. No database is restored: what to do is printed, and left to people.
    """
    rules = rules_of(plan)
    rules.phase(phase)
    suite = suite_of(rules)
    if target in (None, STANDIN):
        raise TargetError("the stand-in runs in no cluster: name a target, or exercise it: rollout drill rollback")
    system = suite.target_named(str(target))
    place = Place(rules, phase, system, kubectl_for(system), console())
    with terminable():
        refuse_idle(place.named(procedure, dry_run or resume), percent, to_revision)
        if dry_run:
            refuse_with_dry_run(resume, confirm)
            return place.dry_run(procedure, chosen(place, with_, percent, to_revision))
        system.refuse_unless(Action.ROLLBACK)
        begin = resumed(place, procedure, with_, percent, to_revision) if resume else None
        begin = begin or begun(place, procedure, chosen(place, with_, percent, to_revision))
        return place.carry_out(begin, confirm, release or suite.observed_release(system))


def kubectl_for(system: Target) -> Kubectl:
    """kubectl for the target; TargetError where a setting is missing."""
    try:
        return kubectl_of(system)
    except NotConfigured as error:
        raise TargetError(str(error)) from None


@dataclass(frozen=True)
class Beginning:
    """What is carried out: a *procedure* with what people chose, and the *earlier* call that it goes on with."""

    procedure: Procedure
    choice: Choice
    earlier: Earlier | None = None

    def record(self) -> RollbackBegun:
        """The evidence of it."""
        return RollbackBegun(
            procedure=self.procedure.id,
            included=tuple(sorted(self.choice.included)),
            percent=self.choice.percent,
            revision=self.choice.revision,
            template=self.choice.template,
            resumes=self.earlier.run if self.earlier else "",
        )


@dataclass(frozen=True)
class Place:
    """Where a rollback happens: a phase of the plan on a target, and where what happens is printed."""

    rules: Plan
    phase: str
    system: Target
    kubectl: Kubectl
    out: Console

    @property
    def journals(self) -> Path:
        return current_project().journals_of(self.system.name, self.phase)

    def title(self, procedure: Procedure) -> str:
        """What is carried out, and where."""
        where = f"{self.kubectl.namespace} of {self.kubectl.context}"
        return f"{procedure.title} ({procedure.id}) of {self.phase} on {self.system.name}, {where}"

    def steps(self, procedure: Procedure, choice: Choice) -> list[ResolvedStep]:
        """The steps of a procedure here."""
        return resolved(procedure, self.phase, self.system, choice)

    def named(self, name: str | None, every: bool) -> list[Procedure]:
        """The procedure of that *name*; without one *every* procedure of the phase, or the only one."""
        if name is None and every:
            return procedures_of(self.rules, self.phase)
        return [procedure_named(self.rules, self.phase, name)]

    def dry_run(self, name: str | None, choice: Choice) -> int:
        """Print what each procedure of the phase, or the one of that *name*, would do; nothing is sent."""
        for each in self.named(name, True):
            try:
                settled = with_revision(each, self.phase, self.system, choice, self.kubectl)
            except (KubectlRefused, Unconfirmed):
                settled = choice  # each step tells that nobody answered
            show_steps(self.out, self.kubectl, f"{self.title(each)}: nothing is sent", self.steps(each, settled))
        return EXIT_CODES[Outcome.GO]

    def carry_out(self, begin: Beginning, confirm: str | None, release: str) -> int:
        """Ask for the target's name, then do each step and write it down."""
        rollbacks_in(self.journals)  # one at a time
        try:
            choice = with_revision(begin.procedure, self.phase, self.system, begin.choice, self.kubectl)
        except (KubectlRefused, Unconfirmed) as error:
            line(self.out, f"not begun, nothing was sent: {error}", "red")
            return EXIT_CODES[Outcome.NO_GO]
        begin = replace(begin, choice=choice)
        steps = self.steps(begin.procedure, choice)
        show_steps(self.out, self.kubectl, self.title(begin.procedure), steps)
        refuse_unconfirmed(self.system.name, confirm)
        return self.written(begin, steps, release)

    def written(self, begin: Beginning, steps: list[ResolvedStep], release: str) -> int:
        """Do each step, with a journal of it."""
        about = origin(self.rules, self.phase, self.system, release, PRODUCER)
        before = begin.earlier.states if begin.earlier else {}
        with Journal(self.journals, about) as journal:
            journal.append(begin.record())
            tell = partial(show_state, self.out, self.kubectl)
            try:
                Rollback(self.kubectl, journal, begin.choice.included, before, tell).carry_out(steps)
            except Stopped as stop:
                journal.finish(exit=EXIT_CODES[Outcome.NO_GO])
                show_stop(self.out, self.kubectl, stop, self.go_on(begin.procedure))
                return EXIT_CODES[Outcome.NO_GO]
            except KeyboardInterrupt:
                line(self.out, f"interrupted; go on: {self.go_on(begin.procedure)}")
                raise
        show_end(self.out, steps, begin.choice.included)
        line(self.out, f"written down in {journal.path}", "dim")
        return EXIT_CODES[Outcome.GO]

    def go_on(self, procedure: Procedure) -> str:
        """The command that goes on with a rollback that stopped."""
        return f"rollout rollback {self.phase} --target {self.system.name} --procedure {procedure.id} --resume"


def chosen(place: Place, with_: list[str] | None, percent: int | None, to_revision: int | None) -> Choice:
    """What the options say; the share of users of the phase before where they do not."""
    lower = percent_below(place.rules, place.phase) if percent is None else percent
    return Choice(frozenset(with_ or ()), lower, to_revision)


def begun(place: Place, name: str | None, choice: Choice) -> Beginning:
    """A new rollback; ValueError for a procedure or a step that there is not."""
    procedure = procedure_named(place.rules, place.phase, name)
    refuse_unknown_steps(place.steps(procedure, choice), choice.included)
    return Beginning(procedure, choice)


def resumed(
    place: Place, name: str | None, with_: list[str] | None, percent: int | None, to_revision: int | None
) -> Beginning:
    """The rollback that stopped or was killed, with what was chosen then; ValueError for a choice that would change it."""
    earlier = earlier_in(place.journals)
    if percent is not None or to_revision is not None or name not in (None, earlier.begun.procedure):
        raise ValueError(
            f"--resume goes on with {earlier.begun.procedure} as it was begun; leave the other choices out, or --resume"
        )
    told = earlier.begun
    choice = Choice(frozenset(told.included) | frozenset(with_ or ()), told.percent, told.revision, told.template)
    return replace(begun(place, told.procedure, choice), earlier=earlier)


def refuse_unknown_steps(steps: list[ResolvedStep], included: frozenset[str]) -> None:
    """Raise ValueError for a step of --with that is none with a condition."""
    optional = [each.name for each in steps if each.is_optional]
    for name in sorted(included - set(optional)):
        raise ValueError(f"--with: {unknown('step with a condition', name, optional)}")


def refuse_idle(procedures: list[Procedure], percent: int | None, to_revision: int | None) -> None:
    """Raise ValueError for a choice that no step of the procedures reads."""
    actions = {step.action.do for each in procedures for _, step in each.named_steps if step.action}
    for option, given, action in (("--percent", percent, "lower-percentage"), ("--to-revision", to_revision, "undo")):
        if given is not None and action not in actions:
            raise ValueError(f"{option}: no step of {procedures[0].id} does {action}; leave it out")


def refuse_with_dry_run(resume: bool, confirm: str | None) -> None:
    """Raise ValueError for options that a dry run does not read."""
    if resume or confirm is not None:
        raise ValueError("--dry-run sends nothing: leave --resume and --confirm out")


def refuse_unconfirmed(name: str, confirm: str | None) -> None:
    """Raise ValueError unless the target's name was typed out, as an option or at the terminal."""
    if confirm is None and not sys.stdin.isatty():
        raise ValueError(f"nothing was sent: type the name of the target out: --confirm {name}")
    typed = typer.prompt("Type the name of the target") if confirm is None else confirm
    if typed != name:
        raise ValueError(f"nothing was sent: {typed!r} is not the name of the target, which is {name!r}")
