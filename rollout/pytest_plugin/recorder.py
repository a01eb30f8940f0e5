"""Write outcomes to journals, one per phase; only the controller process writes."""

import os
from pathlib import Path
from typing import Any, cast

import pytest
from _pytest.mark.expression import Expression

from rollout.checks import checks_by_criterion
from rollout.evidence import Journal
from rollout.evidence.records import ObstacleKind, TestObstacle, TestOutcome, TestsCollected
from rollout.origin import origin
from rollout.project import current_project
from rollout.pytest_plugin.failure_words import FAILURE
from rollout.pytest_plugin.last_request import LAST_REQUEST
from rollout.pytest_plugin.looked_in import LOOKED, left_folders, sources, touches_suites
from rollout.pytest_plugin.marks import COLLECTED, NOT_APPLICABLE
from rollout.pytest_plugin.narrowed import is_narrowed
from rollout.pytest_plugin.obstacles import DEPTH, OBSTACLE
from rollout.pytest_plugin.part_outcomes import BLANK, found_in, is_crash, outcome_of, severity
from rollout.pytest_plugin.report_properties import is_plain, property_of
from rollout.pytest_plugin.run_target import LIFE, PLAN, SUITE, open_target
from rollout.pytest_plugin.target_wait import TARGET_WAITED
from rollout.same_release import SameRelease
from rollout.target.redact import Redactor
from rollout.target.settings import STATE_VARIABLE
from rollout.values import STANDIN

NO_EVIDENCE = (
    "collectonly",
    "setuponly",
    "setupplan",
    "showfixtures",
    "show_fixtures_per_test",
)  # options with which no test body runs
MESSAGE_CHARACTERS = 64_000  # of one message in a journal, so that lists stay whole; reports shorten them
OURS = ("criterion", NOT_APPLICABLE, OBSTACLE, DEPTH, LAST_REQUEST, FAILURE, TARGET_WAITED)


class OutcomeRecorder:
    """Merges the reports of setup, call and teardown into one outcome, and closes the journals of the selected phases."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.journals: dict[str, Journal] = {}
        self.collected: dict[str, list[str]] = {}
        self.checks: dict[str, list[str]] = {}
        self.open: dict[str, dict[str, Any]] = {}
        self.crashed: dict[str, dict[str, Any]] = {}
        self.redact = Redactor()
        self.release = ""
        self.target = ""
        self.build: SameRelease | None = None
        self.other = ""
        self.sources: dict[str, str] = {}
        self.looked: set[str] = set()
        self.unread = False

    def phases(self) -> list[str]:
        """The phases that the `-m` expression selects; all of them without one."""
        names = [phase.id for phase in self.config.stash[PLAN].phases]
        text = self.config.getoption("-m")
        if not text:
            return names
        expression = Expression.compile(text)
        return [name for name in names if expression.evaluate(lambda mark, /, _name=name, **_: mark == _name)]

    def begin(self) -> None:
        """Open the target and a journal for each phase selected."""
        if self.journals or any(self.config.getoption(name, default=False) for name in NO_EVIDENCE):
            return
        target = open_target(self.config)
        self.sources = sources(self.config)
        self.redact = Redactor(target)
        plan, suite = self.config.stash[PLAN], self.config.stash[SUITE]
        by_hand = self.config.getoption("--parent") is None
        self.build = SameRelease(suite, target) if by_hand else None  # a gate checks this itself
        self.release = self.build.release if self.build else suite.observed_release(target)
        self.target = target.name
        checks = self.checks = checks_by_criterion(plan)
        for phase in self.phases():
            about = origin(
                plan,
                phase,
                target,
                self.release,
                "pytest",
                parent=self.config.getoption("--parent"),
                narrowed=is_narrowed(self.config),
            )
            mine = {name: nodes for name, nodes in checks.items() if name.startswith(f"{phase}.")}
            folder = self.config.getoption("--journals")
            self.journals[phase] = Journal(
                Path(folder) if folder else current_project().journals_of(target.name, phase), about, checks=mine
            )

    @pytest.hookimpl(trylast=True)
    def pytest_report_header(self, config: pytest.Config) -> str:
        """The line with target and phases, before any test runs."""
        return f"rollout: target {config.getoption('--target') or STANDIN}, phases {', '.join(self.phases()) or 'none'}"

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Start recording if a selected test has a criterion."""
        if any(name == "criterion" for item in session.items for name, _ in item.user_properties):
            self.collected = self.config.stash.get(COLLECTED, {})
            self.looked = self.config.stash.get(LOOKED, set())
            self.begin()

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note a collection error: the checks in that file are unknown."""
        self.unread = self.unread or report.failed

    def left(self) -> tuple[str, ...]:
        """The folders of the suite that this run did not collect completely."""
        return tuple(self.sources) if self.unread else left_folders(self.config, self.sources, self.looked)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Open the target once, before the first worker of pytest-xdist starts, and pass its state file to each worker."""
        if not touches_suites(self.config):
            return
        self.begin()
        if path := os.environ.get(STATE_VARIABLE):
            node.workerinput[STATE_VARIABLE] = path

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any, error: object | None) -> None:
        """Take over the collected tests and read files of a worker."""
        told = getattr(node, "workeroutput", {})
        self.collected = self.collected or told.get("collected", {})
        self.looked.update(told.get("looked", ()))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep the worst outcome of setup, call and teardown; write it after the teardown."""
        entry = self.open.setdefault(report.nodeid, dict(BLANK))
        found = found_in(report)
        if severity(found) > severity(entry):
            entry |= found
        entry["duration_s"] += getattr(report, "duration", 0.0)
        entry["properties"] = report.user_properties or entry["properties"]
        entry["ran"] = entry["ran"] or report.when == "call"
        if report.when == "teardown":
            self.write(report.nodeid, self.open.pop(report.nodeid))
        elif is_crash(report):
            self.crashed[report.nodeid] = self.open.pop(report.nodeid)

    def write(self, nodeid: str, entry: dict[str, Any]) -> None:
        """Append one record to the journal of each phase that the test is evidence for."""
        properties = entry["properties"]
        ids = [value for name, value in properties if name == "criterion"] or self.criteria_of(nodeid)
        measured = {name: value for name, value in properties if name not in OURS and is_plain(value)}
        outcome, message = outcome_of(entry)
        for phase, journal in self.journals.items():
            mine = [full_id for full_id in ids if full_id.startswith(f"{phase}.")]
            if mine:
                record = TestOutcome(
                    node=nodeid,
                    criteria=tuple(mine),
                    outcome=outcome,
                    duration_s=round(entry["duration_s"], 4),
                    message=for_journal(self.redact(message)),
                    measured=measured,
                    obstacle=self.obstacle(entry["obstacle"]),
                    depth=property_of(properties, DEPTH) or 0,
                    target_waited_percent=entry["waited"],
                )
                journal.append(record)

    def obstacle(self, told: dict[str, str] | None) -> TestObstacle | None:
        """The record of an obstacle, without secrets; None if there is none."""
        if told is None:
            return None
        kind, said = told["kind"], {name: self.redact(told[name]) for name in ("cause", "way_out")}
        return TestObstacle(kind=cast("ObstacleKind", kind), **said)

    def criteria_of(self, nodeid: str) -> list[str]:
        """The criteria of a test whose reports name none: as collected, else as in its source."""
        function = nodeid.partition("[")[0]
        told = [full_id for full_id, nodes in self.collected.items() if nodeid in nodes]
        return told or [full_id for full_id, nodes in self.checks.items() if function in nodes]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session, exitstatus: int) -> None:
        """Close the journals; only those of a run that was not interrupted get their end record."""
        for nodeid, entry in self.crashed.items():
            self.write(nodeid, entry)
        self.other = self.build.other() if self.build else ""
        for phase, journal in self.journals.items():
            mine = {name: tuple(nodes) for name, nodes in self.collected.items() if name.startswith(f"{phase}.")}
            journal.append(TestsCollected(nodes=mine, sources=self.sources, left=self.left()))
            if exitstatus in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED):
                journal.finish(exit=int(exitstatus), unfinished=tuple(self.open), other=self.other)
            else:
                journal.abandon()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table of each phase with evidence of this run, and an error if the release changed during it."""
        if self.other:
            terminalreporter.write_line(
                f"rollout: error: another release answers now, {self.other}: run it again for it"
            )
        if self.config.getoption("--parent") is None:
            from rollout.pytest_plugin.summary import phase_tables  # no process of a gate needs the judge

            phase_tables(terminalreporter, self.config.stash[PLAN], self.journals, self.release, self.target)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        """Close unfinished journals without an end record, and end the target."""
        for journal in self.journals.values():
            if not journal.finished:
                journal.abandon()
        config.stash[LIFE].close()


def for_journal(message: str) -> str:
    """A message as a journal keeps it: one beyond MESSAGE_CHARACTERS is cut and says by how much."""
    more = len(message) - MESSAGE_CHARACTERS
    return message if more <= 0 else f"{message[:MESSAGE_CHARACTERS]}… and {more:,} more characters"
