"""The judge is total: whatever stands in a journal, it answers, and nonsense never meets a criterion."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rollout.evidence.records import LoadFacts, Sample, Slot, TestOutcome, WatchFacts
from rollout.evidence.row import columns
from rollout.plan import load_plan
from tests.evidence.raw import spoiled
from tests.judge.ledgers import NOW, PLAN, judged, start

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-5, 10**6)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)
FIELDS = (
    "criteria",
    "criterion",
    "node",
    "outcome",
    "measured",
    "samples",
    "due",
    "passed",
    "role",
    "accepted",
    "answers",
    "until",
    "phase",
    "journals",
    "names",
    "planned",
    "second",
    "nodes",
    "value",
)
RECORDS = st.dictionaries(st.sampled_from(FIELDS), VALUES, max_size=6)
KINDS = st.sampled_from(
    [
        "test-outcome",
        "tests-collected",
        "slot",
        "attestation",
        "override",
        "drill",
        "stage-finished",
        "load-second",
        "load-workers",
    ]
)


def no_nonsense(folder: Path) -> None:
    """Nothing but the ledger's own order may be met."""
    decision = judged(folder)
    assert [finding.id for finding in decision.findings if finding.verdict == 0] in ([], ["stage.evidence-intact"])


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(
    producer=st.sampled_from(["pytest", "watch", "load", "drill", "attest", "gate"]),
    records=st.lists(st.tuples(KINDS, RECORDS), max_size=6),
)
def test_odd_records_never_meet_and_never_raise(producer: str, records: list[tuple[str, dict[str, Any]]]) -> None:
    """
    Sealed records of any shape lead to a decision, and no criterion is met by them.
    """
    with TemporaryDirectory() as name:
        folder = Path(name)
        with start(
            folder,
            producer,
            checks={"stage.answers": ["smoke/test_a.py::test_a"]},
            watch=WatchFacts(interval_s=1, step="all"),
            load=LoadFacts(users=1, actions_per_minute=1, slice_s=1, least_requests=1, hold_s=None),
            columns=columns((500, 1000)),
        ) as journal:
            for kind, fields in records:
                journal.write({"kind": kind, "t": NOW, **fields})
        no_nonsense(folder)


@pytest.mark.parametrize(
    "facts",
    [{}, {"watch": 3}, {"watch": {}}, {"checks": "many"}, {"checks": {"stage.answers": 5}}, {"load": []}],
    ids=str,
)
@pytest.mark.parametrize("producer", ["pytest", "watch", "load"])
def test_odd_beginnings_are_no_evidence(tmp_path: Path, producer: str, facts: dict[str, Any]) -> None:
    """
    A run whose first record lacks what its producer writes proves nothing.
    """
    with start(tmp_path, "gate") as journal:
        journal.append(Slot(due=NOW, number=0, samples={"celery.queue_tasks": Sample(value=1)}))
        journal.append(TestOutcome(node="a", criteria=("stage.answers",), outcome="passed", duration_s=0.1, message=""))
    spoiled(journal.path, "run-started", producer=producer, **facts)
    no_nonsense(tmp_path)


def test_the_small_plan_and_the_real_one_use_the_same_sources() -> None:
    """
    Every source that the real plan uses, apart from load, is exercised here.
    """
    small = {criterion.source.value for criterion in PLAN.criteria}
    assert {criterion.source.value for criterion in load_plan().criteria} - small == {"load"}
