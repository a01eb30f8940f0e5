"""Which processes a gate starts: only what the phase has criteria for, and what the target allows."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from rollout.gate.stages import QUIET, Job, stages
from rollout.plan import load_plan
from rollout.suite import Suite
from rollout.target import Target

PLAN = Path(__file__).parents[1] / "cli" / "plan.toml"


def job(phase: str = "stage", keep: tuple[str, ...] = (), window_s: float | None = None, **more: Any) -> Job:
    """A gate of the small plan; only criteria of the sources *keep* are left in it, if named."""
    plan = load_plan(PLAN)
    if keep:
        kept = tuple(item for item in plan.criteria if item.source.value in keep)
        plan = plan.model_copy(update={"criteria": kept})
    facts = {
        "name": "t",
        "environment": "staging",
        "base_url": "http://127.0.0.1:9",
        "allow": ["load", "write"],
        **more,
    }
    return Job(plan, Suite("small"), PLAN, plan.phase(phase), Target.model_validate(facts), "2.0", window_s, "g")


def names(asked: Job) -> list[str]:
    """The stages, each with what runs beside it."""
    return [" + ".join([stage.name, *(each.name for each in stage.parallel)]) for stage in stages(asked)]


def option(asked: Job, stage: str, name: str) -> str:
    """The value of an option of a stage's command."""
    every = [each for found in stages(asked) for each in (found, *found.parallel)]
    command = next(each.command for each in every if each.name == stage)
    return command[command.index(name) + 1]


def test_cheap_stages_come_first_and_the_monitor_runs_beside_the_load() -> None:
    """
    A system that does not even answer is not put under load.
    """
    assert names(job()) == ["smoke", "integration", "load + watch"]


def test_every_stage_goes_by_the_plan_of_the_gate() -> None:
    """
    The load is shaped by it, and the monitor knows its intervals from it.
    """
    for stage in ("smoke", "integration", "load", "watch"):
        assert option(job(), stage, "--plan") == str(PLAN)


@pytest.mark.parametrize("allow", [[], ["load"], ["write"]])
def test_without_both_permissions_there_is_no_load(allow: list[str]) -> None:
    """
    Load users write; the monitor watches all the same.
    """
    assert names(job(allow=allow)) == ["smoke", "integration", "watch"]


def test_a_stand_in_allows_everything() -> None:
    """
    It is there to be put under load.
    """
    assert names(job(environment="standin", allow=[])) == ["integration and smoke", "load + watch"]


def test_suites_run_side_by_side_on_a_stand_in_alone() -> None:
    """
    A real target may hold off everybody on this machine while one check provokes its rate limit.
    """
    embedded, real = stages(job(environment="standin"))[0], stages(job())[0]
    assert embedded.command[3:5] == ("integration", "smoke")
    assert embedded.command[embedded.command.index("-n") + 1] == "3"
    assert real.command[3:5] == ("smoke", "-m")
    assert "-n" not in real.command


@pytest.mark.parametrize(
    ("keep", "expected"),
    [
        (("attestation",), []),
        (("tests", "attestation"), ["smoke", "integration"]),
        (("load", "attestation"), ["load"]),
        (("metric", "attestation"), ["watch"]),
    ],
)
def test_what_no_criterion_asks_for_is_left_out(keep: tuple[str, ...], expected: list[str]) -> None:
    """
    A phase of signatures starts no process at all.
    """
    assert names(job(keep=keep)) == expected


def test_every_process_knows_whose_evidence_it_brings() -> None:
    """
    Target, release, folder and gate are told to each.
    """
    asked = job()
    for stage in ("smoke", "integration", "load", "watch"):
        told = [option(asked, stage, name) for name in ("--target", "--release", "--journals", "--parent")]
        assert told == ["t", "2.0", str(asked.journals), "g"]


@pytest.mark.parametrize(
    ("asked", "length", "every"),
    [
        pytest.param(job(), "182s", "6.06667s", id="as long as load and comparison"),
        pytest.param(job(window_s=60.0), "60s", "2s", id="as long as the rehearsal"),
        pytest.param(job(window_s=7200.0), "7200s", "30s", id="every 30 s at most"),
        pytest.param(job(keep=("metric", "attestation"), allow=[]), "62s", "2.06667s", id="as long as load alone"),
    ],
)
def test_the_monitor_takes_at_least_30_samples(asked: Job, length: str, every: str) -> None:
    """
    Its window is the rehearsal's, else the time that the load takes.
    """
    assert (option(asked, "watch", "--for"), option(asked, "watch", "--every")) == (length, every)


def test_a_stage_takes_no_plugin_away_that_the_project_loads() -> None:
    """
    Hypothesis is told by its own plugin that its start is over: without that word each of its checks ends with a warning, which is an error.
    """
    settings = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))
    loaded = [word for word in settings["tool"]["pytest"]["ini_options"]["addopts"] if not word.startswith("-")]
    assert "hypothesispytest" in loaded
    assert {f"no:{name}" for name in loaded}.isdisjoint(QUIET)
