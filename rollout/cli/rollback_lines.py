"""The output of `rollout rollback`: the change of each step, its progress, and the state after a stop."""

import shlex
from collections.abc import Collection, Iterable, Iterator, Mapping

from rich.console import Console

from rollout.rollback.carry_out import Stopped
from rollout.rollback.database_switch import MAINTENANCE, psql, switch
from rollout.rollback.deployment import Deployment
from rollout.rollback.resolved import Reading, ResolvedStep, changes
from rollout.rollback.restore_into import RestoreInto
from rollout.target.kubectl import Kubectl
from rollout.target.message import one_line
from rollout.values import as_text

MOST_CHARACTERS = 1000
LIST = "\\l+ "  # psql's command that lists a database with its comment
STYLES = {"begun": "dim", "held": "green", "failed": "red", "told": "yellow", "left-out": "dim"}
CHECKS = {  # what has to hold, in words
    "deployment-exists": "the deployment can be read",
    "revision-exists": "the revision to go back to is kept",
    "database-is-new": "no database has that name",
    "rolled-out": "the new state has reached every pod, and no older one is left",
    "no-pods": "no pod is left",
    "restored": "the new database is whole",
}
WORDS = {"begun": "sent", "told": "to do", "left-out": "left out"}


def show_steps(
    out: Console,
    kubectl: Kubectl,
    title: str,
    steps: Iterable[ResolvedStep],
    there: Mapping[str, Reading],
    restore: RestoreInto | None = None,
) -> None:
    """Print each step with its command, the change to the deployments *there*, and the check; databases are only read."""
    line(out, title, "bold")
    for number, each in enumerate(steps, start=1):
        line(out, f"{number}. {each.name}: {command(kubectl, each, restore)}")
        for text in facts(kubectl, each, there, restore):
            line(out, f"- {text}", "dim")


def command(kubectl: Kubectl, each: ResolvedStep, restore: RestoreInto | None) -> str:
    """The whole command of a step, or its text in the plan; none for a restore that nobody asked for."""
    if each.is_unasked:
        return f"no command: nothing is restored without --restore-into NEW, and never by `{each.step.run}` over the live database"
    if each.database and restore:
        return shlex.join(restore.command)
    if each.words and each.lacks_revision:
        return f"{each.step.run}: no command, since no revision before that of now is known"
    return " ".join(kubectl.command(*each.words)) if each.words else each.step.run


def facts(
    kubectl: Kubectl, each: ResolvedStep, there: Mapping[str, Reading], restore: RestoreInto | None
) -> Iterator[str]:
    """The facts about a step, one per line."""
    if each.step.condition:
        yield f"{each.step.condition}{f': --with {each.name} includes it' if each.is_optional else ''}"
    if each.told:
        yield each.told
        return
    changed = restore.changes() if each.database and restore else would_change(each, there[each.deployment])
    yield from (f"changes {text}" for text in changed)
    again = "may be sent again" if each.step.idempotent else "is never sent twice"
    after = f"after, within {as_text(each.step.within or 0)}: {CHECKS[str(each.step.post_check)]}"
    yield f"before: {CHECKS[str(each.step.pre_check)]}; {after}; {again}"
    if each.database and restore:
        yield from switch_lines(kubectl, each, restore)


def switch_lines(kubectl: Kubectl, each: ResolvedStep, restore: RestoreInto) -> Iterator[str]:
    """The commands that point the application to the new database of a step."""
    variable = restore.target.kubernetes_database_variable
    told = (each.deployment, variable, restore.ready.with_roles)
    return switch(restore.facts, restore.database.name, kubectl.command, *told)


def would_change(each: ResolvedStep, there: Reading) -> list[str]:
    """The change of a step, computed from the current deployment; the reason if that cannot be read."""
    if not isinstance(there, Deployment):
        return [f"nobody knows what: {there}"]
    return list(changes(each, there)) or ["nothing: it is so already"]


def show_state(
    out: Console, kubectl: Kubectl, restore: RestoreInto | None, each: ResolvedStep, state: str, said: str
) -> None:
    """Print the state of a step; once a database is restored, how to switch to it."""
    text = command(kubectl, each, restore) if state == "begun" else said
    instead = "instead of " if each.step.destructive else ""
    words = f"{instead}{each.step.run}: {text}" if state == "told" else text
    line(out, f"{each.name} {WORDS.get(state, state)}: {words}", STYLES[state])
    if state == "held" and each.database and restore:
        for fact in switch_lines(kubectl, each, restore):
            line(out, f"- {fact}")


def show_stop(out: Console, kubectl: Kubectl, restore: RestoreInto | None, stop: Stopped, go_on: str) -> None:
    """Print the state in which a rollback stopped, and the safe next steps."""
    line(out, f"stopped at {stop.step.name}: {stop}", "red")
    if stop.step.database and restore:
        line(out, f"look: {psql(restore.facts, MAINTENANCE, LIST + restore.database.name)}")
    else:
        line(out, f"look: {' '.join(kubectl.command('describe', f'deployment/{stop.step.deployment}'))}")
    line(out, f"go on: {go_on}")
    if stop.step.database and restore and stop.seen:
        begin = f"{go_on.removesuffix(' --resume')} --restore-into OTHER --backup FILE"
        line(out, f"or with another backup: {begin}")


def show_end(out: Console, steps: Iterable[ResolvedStep], included: Collection[str]) -> None:
    """Print the steps that took effect, and those left to people."""
    every = list(steps)
    done = [each.name for each in every if not each.told and (not each.is_optional or each.name in included)]
    line(out, f"took effect: {', '.join(done) or 'nothing, every step is left to people'}", "green")
    if told := [each.name for each in every if each.told and not each.is_unasked]:
        line(out, f"left to people: {', '.join(told)}", "yellow")


def line(out: Console, text: str, style: str = "") -> None:
    """Print one line, without invisible characters and secrets: it contains values of the cluster."""
    out.print(one_line(text, MOST_CHARACTERS), style=style, markup=False, soft_wrap=True)
