"""The steps of one procedure for one target: the command of each, its aim, and what it would change."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from rollout.nearest import unknown
from rollout.plan import Plan
from rollout.plan.procedure import Procedure, ProcedureStep, StepAction
from rollout.rollback.deployment import Aim, Deployment, deployment_named
from rollout.rollback.new_database import NewDatabase
from rollout.target.kubectl import Kubectl, KubectlRefused, Unconfirmed
from rollout.target.obstacle import place
from rollout.target.settings import Target, TargetError

PEOPLES = "left to people"
OVERWRITES = (
    "left to people, it overwrites data, and never over the live database: rollout drill restore --target {target}"
    " shows which backup holds; restore it into a new database (createdb --template=template0 NEW; pg_restore"
    " --exit-on-error --dbname=NEW BACKUP), compare, then let the backend use NEW"
)
NOT_ASKED = (
    "carried out only where it is asked for: --restore-into NEW restores a backup into the new database NEW, checks it"
    " and prints the switch; the live database is only read"
)

Reading = Deployment | KubectlRefused | Unconfirmed  # a deployment, or why it could not be read


@dataclass(frozen=True)
class Choice:
    """
    The choices of people for a rollback.

    *included* are the chosen steps with a condition, *percent* the share of users to go down to. *revision* and the
    hash of its *template* are what an undo goes back to; None is the one before the current one. *database* is the new
    one of a restore; None where nothing is restored. *off* are the values of the plan's flags that an undo never leaves.
    """

    included: frozenset[str] = frozenset()
    percent: int = 0
    revision: int | None = None
    template: str | None = None
    database: NewDatabase | None = None
    off: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class ResolvedStep:
    """
    One step by *name*: the *words* that kubectl gets about a *deployment*, and its *aim*.

    A step for people has no words; *told* is the instruction to them. That of a restore has none either; *database* is
    the new one.
    """

    name: str
    step: ProcedureStep
    deployment: str = ""
    words: tuple[str, ...] = ()
    aim: Aim = field(default_factory=Aim)
    told: str = ""
    database: NewDatabase | None = None

    @property
    def is_optional(self) -> bool:
        """Whether it is carried out only where people include it, since it has a condition."""
        return bool(self.words and self.step.condition)

    @property
    def lacks_revision(self) -> bool:
        """Whether it is an undo of which nobody named the revision, and the cluster told none."""
        return is_undo(self.step.action) and not self.words[-1].startswith("--to-revision=")

    @property
    def is_unasked(self) -> bool:
        """Whether it restores a database and nobody named one."""
        return self.told == NOT_ASKED


def procedures_of(plan: Plan, phase: str) -> list[Procedure]:
    """The procedures with a step that belongs to the rollback of *phase*; ValueError where there is none."""
    found = [item for item in plan.procedures if item.steps_of(plan.phase(phase).id)]
    if not found:
        others = [each.id for each in plan.phases if any(item.steps_of(each.id) for item in plan.procedures)]
        raise ValueError(
            f"the plan has no rollback procedure for {phase}; phases with one: {', '.join(others) or 'none'}"
        )
    return found


def procedure_named(plan: Plan, phase: str, name: str | None) -> Procedure:
    """The procedure of that *name*, or the only one of *phase*; ValueError names the existing ones."""
    every = {item.id: item for item in procedures_of(plan, phase)}
    if name is None and len(every) == 1:
        return next(iter(every.values()))
    if name is None:
        raise ValueError(f"which procedure? --procedure {' or '.join(every)}")
    if name not in every:
        raise ValueError(f"--procedure: {unknown(f'procedure of {phase}', name, list(every))}")
    return every[name]


def resolved(procedure: Procedure, phase: str, target: Target, choice: Choice) -> list[ResolvedStep]:
    """Each step of a *procedure* for *phase* on *target*; TargetError for a deployment that the target does not name."""
    return [resolved_step(name, step, target, choice) for name, step in procedure.steps_of(phase)]


def resolved_step(name: str, step: ProcedureStep, target: Target, choice: Choice) -> ResolvedStep:
    """One step; left to people without an action, or where the target names no variable for the percentage."""
    action = step.action
    if action is None:
        return ResolvedStep(name, step, told=OVERWRITES.format(target=target.name) if step.destructive else PEOPLES)
    if action.do == "restore":
        return restore_step(name, step, action, target, choice)
    if action.do == "lower-percentage" and not target.kubernetes_percentage_variable:
        setting = place(target, "kubernetes_percentage_variable")
        return ResolvedStep(name, step, told=f"{PEOPLES}, down to {choice.percent} %: kubectl does it with {setting}")
    deployment = deployment_of(name, action, target)
    return ResolvedStep(name, step, deployment, words(action, deployment, target, choice), aim(action, target, choice))


def restore_step(name: str, step: ProcedureStep, action: StepAction, target: Target, choice: Choice) -> ResolvedStep:
    """A step that restores into the chosen database; left out where none is chosen."""
    if choice.database is None:
        return ResolvedStep(name, step, told=NOT_ASKED)
    return ResolvedStep(name, step, deployment_of(name, action, target), database=choice.database)


def deployment_of(step: str, action: StepAction, target: Target) -> str:
    """The name of the deployment that a step is about; TargetError where the target does not name it."""
    names = target.kubernetes_deployments
    if action.deployment not in names:
        way_out = f"set {place(target, 'kubernetes_deployments')}"
        raise TargetError(f"step {step}: {unknown('deployment', action.deployment, list(names))}: {way_out}")
    return names[action.deployment]


def with_revision(procedure: Procedure, phase: str, target: Target, choice: Choice, kubectl: Kubectl) -> Choice:
    """
    The choice with the revision that an undo of the *procedure* goes back to.

    KubectlRefused where no earlier revision is kept; ValueError, with the ones that are safe, where the chosen one is not
    kept, raises the share of users or turns a flag on.
    """
    undo = next(((name, step.action) for name, step in procedure.steps_of(phase) if is_undo(step.action)), None)
    if undo is None or undo[1] is None or choice.template is not None:
        return choice
    there = deployment_named(kubectl, deployment_of(undo[0], undo[1], target))
    number = choice.revision or there.earlier
    kept = ", ".join(map(str, there.revisions)) or "none"
    if number is None:
        raise KubectlRefused(f"{there.name} keeps no revision before {there.revision}, that of now; kept: {kept}")
    if number not in there.revisions:
        raise ValueError(f"--to-revision: {there.name} keeps no revision {number}; kept: {kept}")
    variable = target.kubernetes_percentage_variable
    if why := there.raised_by(there.revisions[number], variable, choice.off):
        raise ValueError(f"--to-revision {number}: {why}; {safe_choice(there, Aim(lowered=variable, off=choice.off))}")
    return replace(choice, revision=number, template=there.revisions[number])


def safe_choice(there: Deployment, aim: Aim) -> str:
    """The revisions that an undo may go back to, as an option, in words; *aim* tells what it may not raise or turn on."""
    safe = there.safe_revisions(aim.lowered, aim.off)
    return f"safe: {' or '.join(f'--to-revision {each}' for each in safe)}" if safe else "no other revision is safe"


def flags_off(plan: Plan) -> dict[str, str]:
    """The values of variables that the plan's procedures set: with them users are off."""
    actions = (step.action for each in plan.procedures for _, step in each.named_steps)
    return {name: value for each in actions if each and each.do == "set-env" for name, value in each.values.items()}


def is_undo(action: StepAction | None) -> bool:
    """Whether an action restores an earlier revision."""
    return action is not None and action.do == "undo"


def aim(action: StepAction, target: Target, choice: Choice) -> Aim:
    """The aim of an action for the deployment."""
    if action.do == "undo":
        return Aim(template=choice.template, lowered=target.kubernetes_percentage_variable, off=choice.off)
    if action.do == "lower-percentage":
        variable = str(target.kubernetes_percentage_variable)
        return Aim({variable: str(choice.percent)}, lowered=variable)
    return Aim(action.values, action.replicas)


def words(action: StepAction, deployment: str, target: Target, choice: Choice) -> tuple[str, ...]:
    """The arguments for kubectl."""
    about = f"deployment/{deployment}"
    if action.do == "scale":
        return ("scale", about, f"--replicas={action.replicas}")
    if action.do == "undo":
        return ("rollout", "undo", about, *([f"--to-revision={choice.revision}"] if choice.revision else []))
    return ("set", "env", about, *(f"{name}={value}" for name, value in aim(action, target, choice).values.items()))


def readings(steps: Iterable[ResolvedStep], kubectl: Kubectl) -> dict[str, Reading]:
    """The deployments of *steps*, by name, each as it was read once."""
    return {name: reading(kubectl, name) for name in dict.fromkeys(each.deployment for each in steps if each.words)}


def reading(kubectl: Kubectl, name: str) -> Reading:
    """A deployment, or why it cannot be read."""
    try:
        return deployment_named(kubectl, name)
    except (KubectlRefused, Unconfirmed) as error:
        return error


def refuse_raised(steps: Iterable[ResolvedStep], there: Mapping[str, Reading]) -> None:
    """ValueError for a step that could raise the share of users; the reason itself where that could not be read."""
    for each in steps:
        if not each.aim.share:
            continue
        found = there[each.deployment]
        if not isinstance(found, Deployment):
            raise found
        if why := found.raised(each.aim):
            raise ValueError(f"--percent {each.aim.share:g}: {why}")


def percent_below(plan: Plan, phase: str) -> int:
    """
    The highest share of users of an earlier phase that is below that of *phase*, in percent; 0 where there is none.
    """
    shares = {each.id: max((step.percent or 0 for step in each.steps), default=0) for each in plan.phases}
    before = [each.id for each in plan.phases]
    before = before[: before.index(phase)]
    return int(max((shares[each] for each in before if shares[each] < shares[phase]), default=0))


def changes(each: ResolvedStep, there: Deployment) -> Iterator[str]:
    """What a step would change of a deployment, a line each; nothing where its aim is reached already."""
    wanted = each.aim
    for name, value in wanted.values.items():
        if there.value(name) != value:
            yield f"{name}: {there.value(name)} → {value}; {there.replicas} pods are replaced"
    if wanted.replicas is not None and wanted.replicas != there.replicas:
        yield f"replicas: {there.replicas} → {wanted.replicas}"
    if is_undo(each.step.action) and wanted.template is None:
        yield f"nothing: {there.name} keeps no revision before {there.revision}, that of now"
    if wanted.template is not None and wanted.template != there.template:
        yield (
            f"template: {there.template} → {wanted.template}, image {there.images(there.template)} → "
            f"{there.images(wanted.template)}; {there.replicas} pods are replaced"
        )
        yield from there.variables_to(wanted.template)
