"""The settings of a target that are missing: what the checks ask for is what the doctor says they wait for."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rollout.checks import checks_by_criterion
from rollout.cli.examination import probes_of
from rollout.embedded import booted
from rollout.evidence import read_ledger
from rollout.evidence.records import TestOutcome
from rollout.needed_settings import needed_settings, statements_of
from rollout.plan import Plan, load_plan
from rollout.readiness import allowed_on, lacks, shown_here
from rollout.sources.needs import is_set
from rollout.target import Action
from rollout.target.obstacle import place
from rollout.target.probe import looks
from rollout.target.secret_fields import secret_fields, variable
from tests.permissions.walks import make_project
from xcodereviewer.suite import SUITE
from xcodereviewer.target import XcrTarget

pytestmark = [pytest.mark.stack, pytest.mark.slow]

NAME = "full"
ALLOWED = ("load", "write", "probe")
PLAN = load_plan()
CHECKS = checks_by_criterion(PLAN)
COMMAND = (sys.executable, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", "--target", NAME)
EVERY = needed_settings(PLAN, tuple(map(Action, ALLOWED)))
NEEDED = [name for name in XcrTarget.model_fields if any(name in EVERY[each] for each in CHECKS)]
BARE = XcrTarget(name=NAME, environment="staging", base_url="http://127.0.0.1")
LEFT_OUT = [name for name in NEEDED if not is_set(name, BARE)]  # the others have a default
TOLD_ELSEWHERE = {
    "secrets_rotated_at"
}  # the configuration of the stand-in says it too, so that nothing asks for the setting


class FullTarget(NamedTuple):
    """A system that a file describes in full: its *target*, what stands in the file and in the environment, and where."""

    target: XcrTarget
    facts: dict[str, Any]
    folder: Path

    def called(self, environment: str) -> "FullTarget":
        """The same system as one of another environment, where other criteria are shown."""
        target = self.target.model_copy(update={"environment": environment})
        return self._replace(target=target, facts={**self.facts, "environment": environment})


@pytest.fixture(scope="module")
def readers() -> dict[str, set[str]]:
    """Each setting → the checks whose code, or that of their fixtures and helpers, names it."""
    named = {node: set(names_in(statements_of(PLAN, [node]))) for nodes in CHECKS.values() for node in nodes}
    return {setting: {node for node, names in named.items() if setting in names} for setting in NEEDED}


def names_in(statements: list[ast.stmt]) -> Iterator[str]:
    """The attributes and texts in some code."""
    for node in (node for statement in statements for node in ast.walk(statement)):
        if isinstance(node, ast.Attribute):
            yield node.attr
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value.partition(".")[0]


@pytest.fixture(scope="module")
def deployed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FullTarget]:
    """A stand-in as a staging of which everything is told, in a project of its own."""
    folder = tmp_path_factory.mktemp("project")
    with booted(SUITE, os.getpid(), baseline=True) as state:
        told = {**SUITE.embedded.facts(state), "environment": "staging", "allow": ALLOWED} if SUITE.embedded else {}
        make_project(folder, state["base_url"], ALLOWED, "staging")
        target = XcrTarget(**told, name=NAME)
        facts = target.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        secrets = {name: getattr(target, name).get_secret_value() for name in secret_fields(XcrTarget) & facts.keys()}
        yield FullTarget(target, {**facts, **secrets}, folder)


def outcomes(deployed: FullTarget, missing: tuple[str, ...], nodes: list[str], name: str) -> dict[str, TestOutcome]:
    """What each of the checks *nodes* came to where the *missing* settings are not there."""
    told = {key: value for key, value in deployed.facts.items() if key not in (*missing, "name")}
    secrets = {variable(XcrTarget, key): str(told.pop(key)) for key in secret_fields(XcrTarget) & told.keys()}
    file = deployed.folder / "targets" / f"{NAME}.toml"
    file.write_text("".join(f"{key} = {toml(value)}\n" for key, value in told.items()), encoding="utf-8")
    own = {key: value for key, value in os.environ.items() if not key.startswith("XCR_")}
    journals = deployed.folder / "journals" / name
    command = [*COMMAND, "--journals", str(journals), *nodes]
    done = subprocess.run(command, cwd=deployed.folder, env={**own, **secrets}, capture_output=True, text=True)
    if not journals.is_dir():  # an assertion in a fixture would be an obstacle, and skip what needs it
        raise ValueError(done.stdout + done.stderr)
    found = [record for run in read_ledger([journals]).runs for record in run.of(TestOutcome)]
    worst_last = sorted(found, key=lambda each: (each.outcome == "failed", each.obstacle is not None))
    return {each.node.partition("[")[0]: each for each in worst_last}


def toml(value: object) -> str:
    """A value of JSON as TOML writes it."""
    if isinstance(value, dict):
        return (
            f"{{{', '.join(f'{json.dumps(key)} = {toml(each)}' for key, each in value.items() if each is not None)}}}"
        )
    if isinstance(value, list):
        return f"[{', '.join(map(toml, value))}]"
    return json.dumps(value)


def waiting(plan: Plan, setting: str, target: XcrTarget) -> dict[str, list[str]]:
    """The criteria that wait for a setting by what the doctor says, with their checks."""
    needs = needed_settings(plan, allowed_on(target))
    return {name: CHECKS[name] for name in shown_here(plan, target) if name in CHECKS and setting in needs[name]}


class Group(NamedTuple):
    """Settings that are left out in one run of *nodes*, the checks that read one of them, *there* where they are shown."""

    there: FullTarget
    nodes: dict[str, set[str]]  # setting → its checks, which no other setting of the group has

    def takes(self, there: FullTarget, nodes: set[str]) -> bool:
        """Whether one more setting with these checks can be left out in the same run."""
        return self.there == there and not any(nodes & mine for mine in self.nodes.values())


def groups(deployed: FullTarget, readers: dict[str, set[str]]) -> list[Group]:
    """Every setting of LEFT_OUT in one group, most checks first: no check of a group reads two of its settings."""
    found: list[Group] = []
    for there, setting, nodes in sorted(runs(deployed, readers), key=lambda run: -len(run[2])):
        group = next((each for each in found if each.takes(there, nodes)), None)
        if group is None:
            found.append(group := Group(there, {}))
        group.nodes[setting] = nodes
    return found


def runs(deployed: FullTarget, readers: dict[str, set[str]]) -> Iterator[tuple[FullTarget, str, set[str]]]:
    """Where each setting is waited for, with the checks that read it."""
    places = [deployed, deployed.called("production")]
    for setting in LEFT_OUT:
        there, criteria = next((each, mine) for each in places if (mine := waiting(PLAN, setting, each.target)))
        yield there, setting, {node for mine in criteria.values() for node in mine} & readers[setting]


@pytest.fixture(scope="module")
def left_out(deployed: FullTarget, readers: dict[str, set[str]]) -> dict[str, Group]:
    """Each setting → the group that it is left out with."""
    return {setting: group for group in groups(deployed, readers) for setting in group.nodes}


@pytest.fixture(scope="module")
def outcomes_of(left_out: dict[str, Group]) -> Callable[[str], dict[str, TestOutcome]]:
    """What the checks of a setting come to without it, from one run of its group."""
    ran: dict[str, dict[str, TestOutcome]] = {}

    def found(setting: str) -> dict[str, TestOutcome]:
        there, nodes = left_out[setting]
        name = "-".join(nodes)
        if name not in ran:
            ran[name] = outcomes(there, tuple(nodes), sorted(set().union(*nodes.values())), f"run-{len(ran)}")
        return {node: each for node, each in ran[name].items() if node in nodes[setting]}

    return found


@pytest.mark.parametrize("setting", LEFT_OUT)
def test_a_setting_that_is_missing_is_asked_for_by_whoever_waits_for_it(
    setting: str, left_out: dict[str, Group], outcomes_of: Callable[[str], dict[str, TestOutcome]]
) -> None:
    """
    The criteria with a check that asks for it are those that the doctor names, and no check that passes with it is broken without.
    """
    there, found = left_out[setting].there, outcomes_of(setting)
    criteria = waiting(PLAN, setting, there.target)
    asked = {node for node, each in found.items() if asks(each, setting, there)}
    assert asked or setting in TOLD_ELSEWHERE
    assert {name for name, mine in criteria.items() if asked & set(mine)} == named_by_the_doctor(there, setting)
    assert broken_without(found, there, f"with {setting}") == {}


def named_by_the_doctor(there: FullTarget, missing: str) -> set[str]:
    """The criteria that wait for a setting by what the doctor finds where that one is not there."""
    target = XcrTarget(**{name: value for name, value in there.facts.items() if name != missing})
    lacking = lacks(PLAN, target, tuple(looks(probes_of(SUITE), target)))
    return {each.criterion for each in lacking if each.criterion in CHECKS and place(target, missing) in each.way_out}


def test_the_doctor_names_every_criterion_of_which_a_check_asks_for_a_setting(deployed: FullTarget) -> None:
    """
    With all of them missing at once: no check asks for one of which the doctor does not say that the criterion waits for it,
    and no check that passes with them is broken without.
    """
    every = sorted({node for name in shown_here(PLAN, deployed.target) for node in CHECKS.get(name, ())})
    found = outcomes(deployed, tuple(NEEDED), every, "nothing")
    known = {setting: waiting(PLAN, setting, deployed.target) for setting in NEEDED}
    asked = {(node, setting) for node, each in found.items() for setting in NEEDED if asks(each, setting, deployed)}
    assert asked
    assert [pair for pair in asked if not any(pair[0] in mine for mine in known[pair[1]].values())] == []
    assert broken_without(found, deployed, "all") == {}


def broken_without(found: dict[str, TestOutcome], deployed: FullTarget, name: str) -> dict[str, str]:
    """The checks among *found* that failed and do not where everything is told, and what they said."""
    broken = sorted(node for node, each in found.items() if each.outcome == "failed")
    told = outcomes(deployed, (), broken, name) if broken else {}
    return {node: found[node].message for node in broken if told[node].outcome != "failed"}


def asks(found: TestOutcome, setting: str, deployed: FullTarget) -> bool:
    """Whether a check says that it waits for a setting, or for a part of it."""
    where = place(deployed.target, setting)
    way_out = found.obstacle.way_out if found.obstacle else ""
    return where in way_out or where.replace(f"`{setting}`", f"`{setting}.") in way_out
