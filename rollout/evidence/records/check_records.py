"""The records of the pytest plugin: which tests were collected, and the outcome of each."""

from typing import ClassVar, Literal

import msgspec

from rollout.evidence.records.record import Amount, Count, Record, Scalar

TestStatus = Literal["passed", "skipped", "failed", "error", "not-applicable", "other-step"]
ObstacleKind = Literal["not-configured", "not-permitted", "not-reached", "defect"]


class TestObstacle(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What kept a test from its subject: a *cause* that others may share, and what removes it where that is known."""

    __test__: ClassVar[bool] = False

    kind: ObstacleKind
    cause: str
    way_out: str = ""


class TestOutcome(Record, frozen=True, tag="test-outcome"):
    """
    The outcome of one test, written by the pytest plugin; *measured* holds its recorded properties.

    With an *obstacle* the test did not get to its subject; its outcome is `skipped`, and `error` where its process crashed. *depth* is how many fixtures it
    builds on: a check with fewer is more basic. *target_waited_percent* is set where something came too late for the
    test: the share of its time in which a target on this machine could run and got no processor. Older journals have
    none of these fields.
    """

    __test__: ClassVar[bool] = False  # pytest collects classes of such a name

    node: str
    criteria: tuple[str, ...]
    outcome: TestStatus
    duration_s: float
    message: str
    measured: dict[str, Scalar] = msgspec.field(default_factory=dict)
    obstacle: TestObstacle | None = None
    depth: Count = 0
    target_waited_percent: Amount | None = None


class TestsCollected(Record, frozen=True, tag="tests-collected"):
    """
    The tests that pytest collected for each criterion, parameters included.

    *sources* maps the folders of tests of the suite to a hash of their source, *left* are those in which this run did
    not look for every check; both are empty in older journals.
    """

    __test__: ClassVar[bool] = False

    nodes: dict[str, tuple[str, ...]]
    sources: dict[str, str] = msgspec.field(default_factory=dict)
    left: tuple[str, ...] = ()
