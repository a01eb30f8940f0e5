"""The suite that one rollout adds to the engine, and its loading by the name in the plan."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rollout.clean_text import clean
from rollout.plan import Plan
from rollout.project import ProjectError, current_project
from rollout.sources.source import SourceType
from rollout.target import Target
from rollout.target.loading import named_target, refuse_variables, validated
from rollout.target.release import MOST_CHARACTERS, UNKNOWN, names_nothing
from rollout.values import STANDIN

if TYPE_CHECKING:
    from rollout.target.probe import Probe


@dataclass(frozen=True)
class Embedded:
    """
    An embedded default target: `python -m MODULE up` starts it.

    *facts* turns the state that the started process writes into settings of the target.
    """

    module: str
    facts: Callable[[Mapping[str, Any]], dict[str, Any]]


def no_probes() -> "tuple[Probe, ...]":
    """The default of *probes*: `rollout doctor` runs the engine's own probes only."""
    return ()


def says_no_release(_target: Target) -> str | None:
    """The default of *release*: the suite cannot ask a system; the target file or `--release` names the release."""
    return None


@dataclass(frozen=True)
class Suite:
    """
    The checks of one rollout and what they need.

    *target* is the model of its targets; its `prefix` is the prefix of their variables. *release* asks a running
    system which build it is. *tests* are folders of pytest, cheapest first, and *locustfile* the load users, both
    below the project. *expectations* is the file with the criteria that each fault of the *embedded* target breaks.
    *sources* take samples of its own metrics. *preload* names modules that the tests of this suite import anyway.
    *fixtures* is the module of its fixtures, `fixtures` of the project if empty. *probes* gives the probes that
    `rollout doctor` runs in addition.
    """

    name: str
    target: type[Target] = Target
    release: Callable[[Target], str | None] = says_no_release
    embedded: Embedded | None = None
    tests: tuple[str, ...] = ("smoke", "integration")
    locustfile: str = "load/locustfile.py"
    expectations: Path | None = None
    sources: tuple[SourceType, ...] = ()
    preload: tuple[str, ...] = ()
    fixtures: str = ""
    probes: "Callable[[], tuple[Probe, ...]]" = no_probes

    @property
    def prefix(self) -> str:
        """The prefix of the environment variables of its targets."""
        return self.target.prefix

    def target_named(self, name: str) -> Target:
        """The target of `targets/<name>.toml` with its secrets; TargetError with one line for each fault."""
        return named_target(self.target, name, current_project().targets)

    def target_of(self, state: Mapping[str, Any]) -> Target:
        """The embedded target, from its *state* only: secrets in the environment belong to other targets."""
        assert self.embedded is not None
        refuse_variables(self.target, STANDIN, os.environ)
        facts = {**self.embedded.facts(state), "name": STANDIN, "environment": STANDIN}
        return validated(self.target, "the state of the stand-in", facts)

    def observed_release(self, target: Target) -> str:
        """The release under verification: from the target file, else from the system; `unknown` if neither names one."""
        said = clean(target.release or self.release(target) or "").strip()[:MOST_CHARACTERS]
        return UNKNOWN if names_nothing(said) else said


def load_suite(name: str | None) -> Suite:
    """
    The suite of that *name*: `SUITE` of a module in the project directory or among the installed packages.

    Without a name the engine works alone: tests in smoke/ and integration/, targets with the generic settings.
    Raises ProjectError where there is none.
    """
    if name is None:
        return Suite("generic")
    found = current_project().suite(name)
    if not isinstance(found, Suite):
        raise ProjectError(f"the SUITE of module {name!r} is no suite; make it one: SUITE = rollout.suite.Suite(…)")
    return found


def suite_of(plan: Plan) -> Suite:
    """The suite that *plan* names."""
    return load_suite(plan.suite)
