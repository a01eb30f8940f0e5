"""The settings of a target that are missing: what the checks ask for is what the doctor says they wait for."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from rollout.checks import checks_by_criterion
from rollout.embedded import booted
from rollout.evidence import read_ledger
from rollout.evidence.records import TestOutcome
from rollout.needed_settings import needed_settings
from rollout.plan import Plan, load_plan
from rollout.readiness import allowed_on, shown_here
from rollout.target.obstacle import place
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
EVERY = needed_settings(PLAN)
NEEDED = [name for name in XcrTarget.model_fields if any(name in EVERY[each] for each in CHECKS)]


class FullTarget(NamedTuple):
    """A system that a file describes in full: its *target*, what stands in the file and in the environment, and where."""

    target: XcrTarget
    facts: dict[str, Any]
    folder: Path


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


def test_the_doctor_names_every_criterion_of_which_a_check_asks_for_a_setting(deployed: FullTarget) -> None:
    """
    With all of them missing at once: no check asks for one of which the doctor does not say that the criterion waits for it.
    """
    every = sorted({node for name in shown_here(PLAN, deployed.target) for node in CHECKS.get(name, ())})
    found = outcomes(deployed, tuple(NEEDED), every, "nothing")
    known = {setting: waiting(PLAN, setting, deployed.target) for setting in NEEDED}
    asked = {
        (node, setting)
        for node, each in found.items()
        for setting in NEEDED
        if each.obstacle and place_in(each.obstacle.way_out, setting, deployed)
    }
    assert asked
    assert [pair for pair in asked if not any(pair[0] in mine for mine in known[pair[1]].values())] == []


def place_in(way_out: str, setting: str, deployed: FullTarget) -> bool:
    """Whether a way out asks for a setting, or for a part of it."""
    where = place(deployed.target, setting)
    return where in way_out or where.replace(f"`{setting}`", f"`{setting}.") in way_out
