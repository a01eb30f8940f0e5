"""The output of `rollout rollback`: the change of each step, its progress, and the state after a stop."""

from collections.abc import Collection, Iterable, Iterator

from rich.console import Console

from rollout.rollback.carry_out import Stopped
from rollout.rollback.deployment import deployment_named
from rollout.rollback.resolved import ResolvedStep, changes
from rollout.target.kubectl import Kubectl, KubectlRefused, Unconfirmed
from rollout.target.message import one_line
from rollout.values import as_text

MOST_CHARACTERS = 1000
STYLES = {"begun": "dim", "held": "green", "failed": "red", "told": "yellow", "left-out": "dim"}
WORDS = {"begun": "sent", "told": "to do", "left-out": "left out"}


def show_steps(out: Console, kubectl: Kubectl, title: str, steps: Iterable[ResolvedStep]) -> None:
    """Print each step with its command, the change and the check; the cluster is only read."""
    line(out, title, "bold")
    for number, each in enumerate(steps, start=1):
        line(out, f"{number}. {each.name}: {command(kubectl, each)}")
        for text in facts(kubectl, each):
            line(out, f"- {text}", "dim")


def command(kubectl: Kubectl, each: ResolvedStep) -> str:
    """The whole command of a step, or its text in the plan."""
    return " ".join(kubectl.command(*each.words)) if each.words else each.step.run


def facts(kubectl: Kubectl, each: ResolvedStep) -> Iterator[str]:
    """The facts about a step, one per line."""
    if each.step.condition:
        yield f"{each.step.condition}{f': --with {each.name} includes it' if each.is_optional else ''}"
    if each.told:
        yield each.told
        return
    yield from (f"changes {text}" for text in would_change(kubectl, each))
    again = "may be sent again" if each.step.idempotent else "is never sent twice"
    yield f"first {each.step.pre_check}, then {each.step.post_check} within {as_text(each.step.within or 0)}; {again}"


def would_change(kubectl: Kubectl, each: ResolvedStep) -> list[str]:
    """The change of a step, computed from the current deployment; the reason if that cannot be read."""
    try:
        found = list(changes(each, deployment_named(kubectl, each.deployment)))
    except (KubectlRefused, Unconfirmed) as error:
        return [f"nobody knows what: {error}"]
    return found or ["nothing: it is so already"]


def show_state(out: Console, kubectl: Kubectl, each: ResolvedStep, state: str, said: str) -> None:
    """Print the state of a step."""
    text = command(kubectl, each) if state == "begun" else said
    instead = "instead of " if each.step.destructive else ""
    words = f"{instead}{each.step.run}: {text}" if state == "told" else text
    line(out, f"{each.name} {WORDS.get(state, state)}: {words}", STYLES[state])


def show_stop(out: Console, kubectl: Kubectl, stop: Stopped, go_on: str) -> None:
    """Print the state in which a rollback stopped, and the safe next steps."""
    line(out, f"stopped at {stop.step.name}: {stop}", "red")
    line(out, f"look: {' '.join(kubectl.command('describe', f'deployment/{stop.step.deployment}'))}")
    line(out, f"go on: {go_on}")


def show_end(out: Console, steps: Iterable[ResolvedStep], included: Collection[str]) -> None:
    """Print the steps that took effect, and those left to people."""
    every = list(steps)
    done = [each.name for each in every if not each.told and (not each.is_optional or each.name in included)]
    line(out, f"took effect: {', '.join(done) or 'nothing, every step is left to people'}", "green")
    if told := [each.name for each in every if each.told]:
        line(out, f"left to people: {', '.join(told)}", "yellow")


def line(out: Console, text: str, style: str = "") -> None:
    """Print one line, without invisible characters and secrets: it contains values of the cluster."""
    out.print(one_line(text, MOST_CHARACTERS), style=style, markup=False, soft_wrap=True)
