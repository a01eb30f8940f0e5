"""The switches of a backend in a cluster: steps of the plan's procedures by kubectl, reverted by an undo."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import replace
from typing import Any

from rollout.drill.course import Course
from rollout.drill.outcome import CannotTell, Failed
from rollout.evidence import Record
from rollout.plan import Plan
from rollout.plan.procedure import StepAction
from rollout.rollback.carry_out import Rollback, Stopped
from rollout.rollback.deployment import Aim, Deployment, deployment_named, hash_of
from rollout.rollback.pod_variables import Document
from rollout.rollback.resolved import Choice, ResolvedStep, resolved_step
from rollout.target.kubectl import KubectlRefused, Unconfirmed, kubectl_of
from rollout.target.obstacle import needed
from xcodereviewer.target import XcrTarget

TEMPLATE, REPLICAS = "template", "replicas"  # keys of the kept state
FLAG_VARIABLE = "USE_BACKEND_API"
GATEWAY = (502, 503, 504)  # a proxy answers in place of a stopped backend


def refuse_unprepared(target: XcrTarget, plan: Plan) -> None:
    """TargetError without kubectl, or where *target* does not name a deployment that a step of *plan* acts on."""
    kubectl_of(target)
    for procedure in plan.procedures:
        for name, step in procedure.named_steps:
            resolved_step(name, step, target, Choice())


class Unrecorded:
    """A journal that drops the records of single steps; the drill writes its own record."""

    def append(self, record: Record) -> None: ...


class ClusterSwitches:
    """Moves the users of *target* by the rollback steps of *plan*; each change is checked to reach every pod."""

    answers_of_others = GATEWAY

    def __init__(self, target: XcrTarget, plan: Plan, course: Course) -> None:
        self.target, self.plan, self.course, self.before = target, plan, course, course.before
        self.numbers: dict[str, int] = {}
        self.internal_users: tuple[str, ...] = needed(target, "internal_users")
        self.kubectl = kubectl_of(target)
        self.replicas = 0
        self.rollback = Rollback(self.kubectl, Unrecorded(), frozenset(), {}, lambda *_: None)

    def step(self, do: str, choice: Choice | None = None, values: dict[str, str] | None = None) -> ResolvedStep:
        """The first step of the plan with the action *do*, and with *values* if given; CannotTell if there is none."""
        for procedure in self.plan.procedures:
            for name, step in procedure.named_steps:
                if step.action and step.action.do == do and fits(step.action, values):
                    return resolved_step(name, step, self.target, choice or Choice())
        raise CannotTell(f"no step of the plan's procedures does {do}: {values or 'nothing to exercise'}")

    def do(self, each: ResolvedStep) -> None:
        """Carry out one step; Failed if it took no effect, CannotTell if the cluster does not answer or refuses it."""
        try:
            self.rollback.do(each)
        except Stopped as stop:
            if stop.seen:
                raise Failed(f"step {each.name}: {stop}") from None
            raise CannotTell(f"step {each.name}: {stop}") from None

    def there(self) -> Deployment:
        """The current deployment; CannotTell if it cannot be read."""
        try:
            return deployment_named(self.kubectl, self.step("scale").deployment)
        except (KubectlRefused, Unconfirmed) as error:
            raise CannotTell(str(error)) from None

    @property
    def place(self) -> str:
        """The key of this deployment in the kept states of drills."""
        return f"deployment {self.step('scale').deployment} in {self.kubectl.namespace} of {self.kubectl.context}"

    @contextmanager
    def put_back(self) -> Iterator[None]:
        """Undo to the original revision after the block, also if it fails; this exercises the undo."""
        before = self.there()
        if state := before.under_way():
            raise CannotTell(f"{before.name} is not rolled out, so nothing is begun: {state}")
        self.replicas, self.numbers = before.replicas, numbers_of(before)
        self.before.keep(self.place, {TEMPLATE: before.template, REPLICAS: str(before.replicas)})
        try:
            yield
        except BaseException:
            with suppress(Failed, CannotTell):
                self.undo(before.template, before.replicas)
            raise
        self.undo(before.template, before.replicas)

    def undo(self, template: str, replicas: int) -> None:
        """Restore the original revision, with *template*, and the original number of pods; an error is told with the way."""
        try:
            self.numbers = numbers_of(self.there())
            step = self.step("undo", Choice(revision=self.numbers.get(template), template=template))
            self.do(
                replace(step, aim=Aim(template=template))
            )  # what was found had a share of users, which is put back too
            self.scale(replicas)
        except BaseException as error:
            why = str(error) or type(error).__name__
            self.course.not_put_back = f"not put back: {self.place}: {why}; {self.way_back(template, replicas)}"
            raise
        self.before.is_put_back(self.place)

    def way_back(self, template: str, replicas: int) -> str:
        """The commands that restore the original revision and the original number of pods."""
        about = f"deployment/{self.step('scale').deployment}"
        again = f"rollout drill rollback --target {self.target.name}"
        if template not in self.numbers:
            return f"{again} puts it back"
        undo = self.kubectl.command("rollout", "undo", about, f"--to-revision={self.numbers[template]}")
        scale = self.kubectl.command("scale", about, f"--replicas={replicas}")
        return f"{again} puts it back, or {' '.join(undo)} and {' '.join(scale)}"

    def is_left(self) -> bool:
        """Whether a killed drill left its changes here; CannotTell if another drill is at work."""
        return self.before.left_at(self.place) is not None

    def end_killed(self) -> None:
        """Revert the changes of a killed drill; a deployment newer than the drill stays."""
        left = self.before.left_at(self.place)
        if left and self.is_of_drill(left[TEMPLATE]):
            self.undo(left[TEMPLATE], int(left[REPLICAS]))
        else:
            self.before.is_put_back(self.place)

    def is_of_drill(self, template: str) -> bool:
        """Whether the deployment equals the revision with *template*, apart from the variables that a drill sets."""
        there = self.there()
        found = next((each for each in there.sets if hash_of(each) == template), None)
        if found is None:
            raise CannotTell(
                f"a killed drill left {there.name}, which keeps no revision with template {template} any more"
            )
        return self.unset(found) == self.unset(there.document)

    def unset(self, document: Document) -> Document:
        """The pod specification of a deployment or replica set, without the variables that a drill sets."""
        pod: dict[str, Any] = deepcopy(dict(document["spec"]["template"]["spec"]))
        mine = (FLAG_VARIABLE, self.target.kubernetes_percentage_variable)
        for container in pod.get("containers", ()):
            container["env"] = [each for each in container.get("env", ()) if each["name"] not in mine]
        return pod

    def scale(self, replicas: int) -> None:
        """Set the number of pods."""
        down = self.step("scale")
        words = (*down.words[:-1], f"--replicas={replicas}")
        step = down.step.model_copy(update={"post_check": "rolled-out"})
        self.do(replace(down, step=step, words=words, aim=Aim(replicas=replicas)))

    def share(self, percent: int) -> None:
        """Set the percentage, with the flag on."""
        lower = self.step("lower-percentage", Choice(percent=percent))
        values = {**lower.aim.values, FLAG_VARIABLE: "true"}
        words = (*lower.words[:3], *(f"{name}={value}" for name, value in values.items()))
        self.do(replace(lower, words=words, aim=Aim(values)))

    def disable(self) -> None:
        """Turn the flag off, by the step of the plan."""
        self.do(self.step("set-env", values={FLAG_VARIABLE: "false"}))

    def down(self) -> None:
        """Scale to no pod, by the step of the plan."""
        self.do(self.step("scale"))

    def up(self) -> None:
        """Scale to the original number of pods."""
        self.scale(self.replicas)


def numbers_of(there: Deployment) -> dict[str, int]:
    """The kept revisions of a deployment: the hash of the template → its number."""
    return {template: number for number, template in there.revisions.items()}


def fits(action: StepAction, values: dict[str, str] | None) -> bool:
    """Whether an action sets exactly *values*; always True for None."""
    return values is None or action.values == values
