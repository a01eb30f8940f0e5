"""The groups of entry points by which installed packages extend the engine, and the protocol of each group's entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from rollout.project import said

WAY_OUT = "mend the package or uninstall it"


class ExtensionError(ValueError):
    """An entry of an installed package that cannot be loaded, in one line."""


@dataclass(frozen=True)
class ExtensionGroup:
    """
    One group of entry points, by its *name* in a pyproject.toml.

    *takes* is the protocol of an entry as `module:name`; *brings* describes what an entry adds.
    """

    name: str
    takes: str
    brings: str

    def entries(self) -> list[EntryPoint]:
        """What is installed, in the order of the names."""
        return sorted(entry_points(group=self.name), key=lambda entry: entry.name)

    def loaded(self) -> list[Any]:
        """The objects that installed packages name, in the order of the names."""
        return [self.load(entry) for entry in self.entries()]

    def load(self, entry: EntryPoint) -> Any:
        """The object that an entry names; ExtensionError for any error while its package is loaded."""
        try:
            return entry.load()
        except (Exception, SystemExit) as error:
            raise ExtensionError(f"{self.of_package(entry)} cannot be loaded: {said(error)}; {WAY_OUT}") from error

    def called(self, entry: EntryPoint, *words: object) -> Any:
        """The result of calling the entry's object with *words*; ExtensionError for any error in its package."""
        entered = self.load(entry)
        try:
            return entered(*words)
        except (Exception, SystemExit) as error:
            raise ExtensionError(f"{self.of_package(entry)} failed: {said(error)}; {WAY_OUT}") from error

    def of_package(self, entry: EntryPoint) -> str:
        """An entry with its group and its package."""
        package = f" of package {entry.dist.name}" if entry.dist else ""
        return f"{self.name}: {entry.name}{package} ({entry.value})"


SOURCES = ExtensionGroup("rollout.sources", "rollout.sources.source:SourceType", "samples of metrics")
RENDERERS = ExtensionGroup("rollout.renderers", "rollout.render:Renderer", "files of a decision")
REPORTS_BEGIN = ExtensionGroup("rollout.reports_begin", "rollout.render:Begin", "work of renderers beside the reading")
TERMINAL = ExtensionGroup("rollout.terminal", "rollout.render:Show", "a decision on the terminal")
PROOF = ExtensionGroup("rollout.proof", "rollout.render:ProofRenderer", "files of the proof that checks can fail")
LOAD_REPORTS = ExtensionGroup(
    "rollout.load_reports", "rollout.locust_plugin.controller.load_reports:LoadReport", "a load run on the terminal"
)
CAPACITY_REPORTS = ExtensionGroup(
    "rollout.capacity_reports",
    "rollout.locust_plugin.controller.load_reports:CapacityReport",
    "a capacity search, shown",
)
DRILLS = ExtensionGroup("rollout.drills", "rollout.drill.exercise:Exercise", "exercises of rollback procedures")
NOTIFIERS = ExtensionGroup("rollout.notifiers", "rollout.notify:Notifier", "the decision of a gate, told to people")
AT_WORK = ExtensionGroup(
    "rollout.at_work", "rollout.at_work:Begin", "users at work in a game day, by the name of their suite"
)
ALERTS = ExtensionGroup(
    "rollout.alerts", "rollout.alert_rules:AlertExpression", "what Prometheus tells, by the metric of the registry"
)
GROUPS = (
    *(SOURCES, RENDERERS, REPORTS_BEGIN, TERMINAL, PROOF, LOAD_REPORTS, CAPACITY_REPORTS),
    *(DRILLS, NOTIFIERS, AT_WORK, ALERTS),
)


def extensions() -> Iterator[tuple[ExtensionGroup, list[EntryPoint]]]:
    """Every group with what packages of this environment add to it."""
    return ((group, group.entries()) for group in GROUPS)


def unusable() -> Iterator[str]:
    """One line for each entry that cannot be loaded."""
    for group, entries in extensions():
        for entry in entries:
            try:
                group.load(entry)
            except ExtensionError as error:
                yield str(error)
