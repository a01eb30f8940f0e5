"""`rollout rollback PHASE`: carry out a procedure of the plan, or print its steps (dry run)."""

from dataclasses import replace
from typing import Annotated

import typer

from rollout.cli.options import PhaseName, PlanFile, Release, TargetName, rules_of
from rollout.cli.output import console
from rollout.cli.rollback_place import Beginning, Place, kubectl_for
from rollout.cli.terminable import terminable
from rollout.nearest import unknown
from rollout.plan.procedure import Procedure
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


def chosen(place: Place, with_: list[str] | None, percent: int | None, to_revision: int | None) -> Choice:
    """The choices from the options; the default of *percent* is the share of users of the phase before."""
    lower = percent_below(place.rules, place.phase) if percent is None else percent
    return Choice(frozenset(with_ or ()), lower, to_revision)


def begun(place: Place, name: str | None, choice: Choice) -> Beginning:
    """A new rollback; ValueError for an unknown procedure or step."""
    procedure = procedure_named(place.rules, place.phase, name)
    refuse_unknown_steps(place.steps(procedure, choice), choice.included)
    return Beginning(procedure, choice)


def resumed(
    place: Place, name: str | None, with_: list[str] | None, percent: int | None, to_revision: int | None
) -> Beginning:
    """The interrupted rollback with its original choices; ValueError for an option that would change them."""
    earlier = earlier_in(place.journals)
    if percent is not None or to_revision is not None or name not in (None, earlier.begun.procedure):
        raise ValueError(
            f"--resume goes on with {earlier.begun.procedure} as it was begun; leave the other choices out, or --resume"
        )
    told = earlier.begun
    choice = Choice(frozenset(told.included) | frozenset(with_ or ()), told.percent, told.revision, told.template)
    return replace(begun(place, told.procedure, choice), earlier=earlier)


def refuse_unknown_steps(steps: list[ResolvedStep], included: frozenset[str]) -> None:
    """Raise ValueError for a step in --with that has no condition."""
    optional = [each.name for each in steps if each.is_optional]
    for name in sorted(included - set(optional)):
        raise ValueError(f"--with: {unknown('step with a condition', name, optional)}")


def refuse_idle(procedures: list[Procedure], percent: int | None, to_revision: int | None) -> None:
    """Raise ValueError for an option that no step of the procedures uses."""
    actions = {step.action.do for each in procedures for _, step in each.named_steps if step.action}
    for option, given, action in (("--percent", percent, "lower-percentage"), ("--to-revision", to_revision, "undo")):
        if given is not None and action not in actions:
            raise ValueError(f"{option}: no step of {procedures[0].id} does {action}; leave it out")


def refuse_with_dry_run(resume: bool, confirm: str | None) -> None:
    """Raise ValueError for options that a dry run does not use."""
    if resume or confirm is not None:
        raise ValueError("--dry-run sends nothing: leave --resume and --confirm out")
