"""`rollout rollback PHASE`: carry out a procedure of the plan, or print its steps (dry run)."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import replace
from typing import Annotated

import typer

from rollout.cli.options import PhaseName, PlanFile, Release, TargetName, rules_of
from rollout.cli.output import console
from rollout.cli.rollback_place import Beginning, Place, kubectl_for
from rollout.cli.terminable import terminable
from rollout.gate.lock import ROLLBACK, at_work
from rollout.nearest import unknown
from rollout.plan.procedure import Procedure
from rollout.project import current_project
from rollout.rollback.new_database import NewDatabase
from rollout.rollback.resolved import Choice, ResolvedStep, percent_below, procedure_named
from rollout.rollback.resume import earlier_in
from rollout.suite import suite_of
from rollout.target import Action, TargetError
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
RestoreTo = Annotated[
    str | None,
    typer.Option("--restore-into", metavar="NEW", help="carry out the step that restores: into this new database"),
]
WhichBackup = Annotated[
    str | None, typer.Option("--backup", metavar="FILE", help="which backup of the catalogue; default: the newest")
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="print each command and what it would change; send nothing")]
Confirm = Annotated[str | None, typer.Option("--confirm", metavar="NAME", help="the target's name, typed out")]
Resume = Annotated[bool, typer.Option("--resume", help="go on with the rollback that stopped or was killed")]

ACTIONS = {"--percent": "lower-percentage", "--to-revision": "undo", "--restore-into": "restore"}


def rollback(
    phase: PhaseName,
    target: TargetName = None,
    procedure: Named = None,
    with_: Included = None,
    percent: Percent = None,
    to_revision: ToRevision = None,
    restore_into: RestoreTo = None,
    backup: WhichBackup = None,
    dry_run: DryRun = False,
    confirm: Confirm = None,
    resume: Resume = False,
    release: Release = None,
    plan: PlanFile = None,
) -> int:
    """
    Carry a rollback procedure of the plan out on a target, step by step, each checked. Exit 0 if every step took effect, else 10.

    The target has to allow `rollback`, and its name is typed out. A backup is restored only where `--restore-into` names a new database; it is checked, and the switch to it is printed and left to people. The live database is only read.
    """
    rules = rules_of(plan)
    rules.phase(phase)
    suite = suite_of(rules)
    if target in (None, STANDIN):
        raise TargetError("the stand-in runs in no cluster: name a target, or exercise it: rollout drill rollback")
    system = suite.target_named(str(target))
    place = Place(rules, plan, phase, system, kubectl_for(system), console())
    with terminable(), ExitStack() as stack:
        options = {"--percent": percent, "--to-revision": to_revision, "--restore-into": restore_into}
        refuse_idle(place.named(procedure, dry_run or resume), options)
        if dry_run:
            refuse_with_dry_run(resume, confirm)
        else:
            system.refuse_unless(Action.ROLLBACK)
            stack.enter_context(at_work(current_project().results / system.name, ROLLBACK))
        if resume:
            begin = resumed(place, procedure, with_, {**options, "--backup": backup})
        else:
            database = new_database(restore_into, backup)
            choice = Choice(frozenset(with_ or ()), lower(place, percent), to_revision, database=database)
            if dry_run:
                every = [step for each in place.named(procedure, True) for step in place.steps(each, choice)]
                refuse_unknown_steps(every, choice.included)
                return place.dry_run(procedure, choice)
            begin = begun(place, procedure, choice)
        return place.carry_out(begin, confirm, release or suite.observed_release(system))


def lower(place: Place, percent: int | None) -> int:
    """The share of users to go down to, in percent; by default that of the phase before."""
    return percent_below(place.rules, place.phase) if percent is None else percent


def new_database(name: str | None, backup: str | None) -> NewDatabase | None:
    """The new database of the options; ValueError for a name that can be none, or a backup without a database."""
    if name is None and backup is not None:
        raise ValueError("--backup: it is restored into a new database only: add --restore-into NEW")
    return None if name is None else NewDatabase(name, backup or "")


def begun(place: Place, name: str | None, choice: Choice) -> Beginning:
    """A new rollback; ValueError for an unknown procedure or step."""
    procedure = procedure_named(place.rules, place.phase, name)
    refuse_unknown_steps(place.steps(procedure, choice), choice.included)
    return Beginning(procedure, choice)


def resumed(place: Place, name: str | None, with_: list[str] | None, options: Mapping[str, object]) -> Beginning:
    """The interrupted rollback with its original choices; ValueError for an option that would change them."""
    earlier = earlier_in(place.journals)
    told = earlier.begun
    if any(given is not None for given in options.values()) or name not in (None, told.procedure):
        raise ValueError(
            f"--resume goes on with {told.procedure} as it was begun; leave the other choices out, or --resume"
        )
    included = frozenset(told.included) | frozenset(with_ or ())
    database = NewDatabase(told.database, told.backup, told.sha256, told.mark) if told.database else None
    choice = Choice(included, told.percent, told.revision, told.template, database)
    return replace(begun(place, told.procedure, choice), earlier=earlier)


def refuse_unknown_steps(steps: list[ResolvedStep], included: frozenset[str]) -> None:
    """Raise ValueError for a step in --with that has no condition, or that another option includes."""
    for each in steps:
        if each.name in included and each.step.action and each.step.action.do == "restore":
            raise ValueError(f"--with {each.name}: --restore-into NEW includes that step; leave the option out")
    optional = [each.name for each in steps if each.is_optional]
    for name in sorted(included - set(optional)):
        raise ValueError(f"--with: {unknown('step with a condition', name, optional)}")


def refuse_idle(procedures: list[Procedure], options: Mapping[str, object]) -> None:
    """Raise ValueError for an option that no step of the procedures uses."""
    actions = {step.action.do for each in procedures for _, step in each.named_steps if step.action}
    for option, given in options.items():
        if given is not None and ACTIONS[option] not in actions:
            raise ValueError(f"{option}: no step of {procedures[0].id} does {ACTIONS[option]}; leave it out")


def refuse_with_dry_run(resume: bool, confirm: str | None) -> None:
    """Raise ValueError for options that a dry run does not use."""
    if resume or confirm is not None:
        raise ValueError("--dry-run sends nothing: leave --resume and --confirm out")
