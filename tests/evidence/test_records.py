"""Every kind of record comes back as it was written, and what does not fit is named by file, line and field."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rollout.evidence import Journal, JournalState, Origin, Record, records
from rollout.evidence.reader import read_run
from rollout.evidence.records import KINDS, LoadFacts, RunFinished, RunStarted, Sample, WatchFacts
from rollout.evidence.row import columns
from rollout.evidence.seal import sealed
from tests.evidence.raw import resealed, spoiled
from tests.judge.ledgers import everything, judged, reason, run_of_tests, verdict

ORIGIN = Origin(producer="load", phase="phase1", target="t", environment="staging", release="r", plan="p")
LOAD = LoadFacts(users=1, actions_per_minute=60, slice_s=1, least_requests=1, hold_s=None)
COLUMNS = columns((500, 1000))

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
TEXTS = st.lists(TEXT, max_size=3).map(tuple)
COUNT = st.integers(0, 10**12)
MOMENT = st.floats(0, 2e11)
NUMBER = st.floats(allow_nan=False, allow_infinity=False)
AMOUNT = st.floats(0, 1e12)
SAMPLE = st.builds(Sample, value=st.none() | NUMBER, text=TEXT, error=TEXT, used=st.none() | NUMBER)
ROW = st.lists(st.floats(-1e12, 1e12), min_size=len(COLUMNS), max_size=len(COLUMNS))
SCALAR = st.booleans() | st.integers() | NUMBER | TEXT
STEP = st.builds(records.CapacityStep, per_second=NUMBER, n=COUNT, broken=TEXTS, generator=TEXT)
STEPS = st.lists(st.builds(records.DrillStep, name=TEXT, seconds=AMOUNT), max_size=2).map(tuple)
WRITTEN: dict[str, st.SearchStrategy[Record]] = {
    "test-outcome": st.builds(
        records.TestOutcome,
        t=MOMENT,
        node=TEXT,
        criteria=TEXTS,
        outcome=st.sampled_from(["passed", "failed", "error", "skipped", "not-applicable", "other-step"]),
        duration_s=NUMBER,
        message=TEXT,
        measured=st.dictionaries(TEXT, SCALAR, max_size=2),
    ),
    "tests-collected": st.builds(records.TestsCollected, nodes=st.dictionaries(TEXT, TEXTS, max_size=2)),
    "load-second": st.builds(
        records.LoadSecond, second=COUNT, planned=COUNT, sent=COUNT, names=st.dictionaries(TEXT, ROW, max_size=2)
    ),
    "load-window": st.builds(records.LoadWindow, first=COUNT, last=st.none() | COUNT, ready=COUNT),
    "load-workers": st.builds(records.LoadWorkers, present=COUNT, expected=COUNT, lost=TEXTS),
    "load-generator": st.builds(
        records.LoadGenerator,
        worker=TEXT,
        second=COUNT,
        cpu_percent=AMOUNT,
        steal_percent=NUMBER,
        lag_p99_ms=st.none() | NUMBER,
    ),
    "load-exception": st.builds(records.LoadException, text=TEXT),
    "load-offline": st.builds(
        records.LoadOffline, worker=TEXT, second=COUNT, names=st.none() | st.dictionaries(TEXT, ROW, max_size=2)
    ),
    "load-refused": st.builds(records.LoadRefused, second=COUNT, names=st.dictionaries(TEXT, COUNT, max_size=2)),
    "load-scenarios": st.builds(records.LoadScenarios, names=st.dictionaries(TEXT, TEXT, max_size=2)),
    "load-stopped": st.builds(records.LoadStopped, reason=TEXT),
    "load-histogram": st.builds(records.LoadHistogram, name=TEXT, encoded=TEXT),
    "load-beside": st.builds(
        records.ComparisonPairs,
        second=COUNT,
        pairs=st.dictionaries(
            TEXT, st.lists(st.tuples(st.none() | AMOUNT, st.none() | AMOUNT), max_size=2), max_size=2
        ),
        reading=st.none()
        | st.builds(records.OwnReading, cpu_percent=AMOUNT, steal_percent=NUMBER, offline=st.booleans()),
    ),
    "load-beside-end": st.builds(records.ComparisonEnd, reason=TEXT, text=TEXT),
    "canary": st.builds(records.Canary, written=COUNT, verified=COUNT, missing=TEXTS, altered=TEXTS),
    "slot": st.builds(records.Slot, due=MOMENT, number=COUNT, samples=st.dictionaries(TEXT, SAMPLE, max_size=2)),
    "attestation": st.builds(
        records.Attestation,
        criterion=TEXT,
        by=TEXT,
        role=TEXT,
        statement=TEXT,
        accepted=st.booleans(),
        answers=st.none() | st.integers(0, 10**6),
        satisfied=st.none() | st.integers(0, 10**6),
    ),
    "override": st.builds(records.Override, phase=TEXT, by=TEXT, why=TEXT, until=MOMENT),
    "plan-change": st.builds(records.PlanChange, phase=TEXT, by=TEXT, role=TEXT, statement=TEXT, meaning=TEXT),
    "clear": st.builds(records.Clear, criterion=TEXT, by=TEXT, role=TEXT, statement=TEXT),
    "revoke": st.builds(records.Revoke, of=TEXT, by=TEXT, role=TEXT, statement=TEXT),
    "stage-finished": st.builds(
        records.StageFinished,
        stage=TEXT,
        exit=st.integers(),
        seconds=NUMBER,
        journals=st.dictionaries(TEXT, TEXT, max_size=2),
    ),
    "stage-left-out": st.builds(records.StageLeftOut, stage=TEXT, lacking=TEXTS),
    "stopped-early": st.builds(records.StoppedEarly, after=TEXT, outcome=TEXT, left_out=TEXTS),
    "drill": st.builds(
        records.Drill,
        criterion=TEXT,
        passed=st.booleans(),
        reason=TEXT,
        value=TEXT,
        steps=STEPS,
        counts=st.dictionaries(TEXT, COUNT, max_size=2),
    ),
    "drill-erred": st.builds(records.DrillErred, criterion=TEXT, reason=TEXT, steps=STEPS),
    "drill-found": st.builds(
        records.DrillFound,
        place=TEXT,
        found=st.dictionaries(TEXT, TEXT, max_size=2),
        put_back=st.booleans(),
    ),
    "rollback-begun": st.builds(
        records.RollbackBegun,
        t=MOMENT,
        procedure=TEXT,
        included=TEXTS,
        percent=COUNT,
        revision=st.none() | COUNT,
        template=st.none() | TEXT,
        resumes=TEXT,
    ),
    "rollback-step": st.builds(
        records.RollbackStep,
        t=MOMENT,
        step=TEXT,
        state=st.sampled_from(["begun", "held", "failed", "told", "left-out"]),
        command=TEXTS,
        said=TEXT,
        seconds=AMOUNT,
    ),
    "gameday-committed": st.builds(
        records.GamedayCommitted, t=MOMENT, commitment=st.just("a1" * 32), candidates=COUNT, for_s=AMOUNT, by=TEXT
    ),
    "gameday-alarm": st.builds(
        records.GamedayAlarm,
        t=MOMENT,
        criterion=TEXT,
        verdict=st.sampled_from(["BROKEN", "TRIGGERED"]),
        reason=TEXT,
    ),
    "gameday-decided": st.builds(records.GamedayDecided, t=MOMENT, by=TEXT),
    "gameday-opened": st.builds(
        records.GamedayOpened,
        t=MOMENT,
        fault=TEXT,
        after_s=AMOUNT,
        salt=TEXT,
        injected=st.none() | MOMENT,
        rolled_back=st.none() | MOMENT,
        not_rolled_back=TEXT,
        requests=COUNT,
        failed=COUNT,
        written=COUNT,
        lost=st.none() | COUNT,
        trouble=TEXT,
    ),
    "capacity": st.builds(
        records.Capacity, rungs=st.lists(STEP, max_size=2).map(tuple), highest_per_second=st.none() | NUMBER
    ),
}


def journal_of(folder: Path, *written: Record) -> Path:
    """A complete journal with some records between its start and its end."""
    with Journal(folder, ORIGIN, load=LOAD, columns=COLUMNS) as journal:
        for record in written:
            journal.append(record)
    return journal.path


def test_every_kind_is_tried() -> None:
    """
    The records of this file are all there are, beside the first and the last.
    """
    assert {*WRITTEN, "run-started", "run-finished"} == set(KINDS)


@pytest.mark.parametrize("kind", sorted(WRITTEN))
def test_what_is_written_comes_back(kind: str) -> None:
    """
    A record of any kind with any content is the same after writing and reading.
    """

    @settings(max_examples=25, deadline=None)
    @given(record=WRITTEN[kind])
    def comes_back(record: Record) -> None:
        with TemporaryDirectory() as name:
            run = read_run(journal_of(Path(name), record))
        assert run.state is JournalState.COMPLETE, run.complaint
        assert list(run.of(type(record))) == [record]

    comes_back()


def test_the_first_and_the_last_record_come_back(tmp_path: Path) -> None:
    """
    Whose evidence it is, the facts of the producer and the end are read as they were written.
    """
    watch = WatchFacts(interval_s=30, for_s=60, step="half")
    about = ORIGIN.model_copy(update={"producer": "watch", "parent": "x", "window_s": 60.0})
    with Journal(tmp_path, about, watch=watch, checks={"phase1.a": ["test_a"]}) as journal:
        journal.finish(exit=1, unfinished=["test_b"])
    run = read_run(journal.path)
    (finished,) = run.of(RunFinished)
    assert (run.started.parent, run.started.window_s, run.started.watch) == ("x", 60.0, watch)
    assert run.started.checks == {"phase1.a": ("test_a",)}
    assert (finished.records, finished.exit, finished.unfinished) == (1, 1, ("test_b",))


def test_the_first_record_says_everything_about_its_origin() -> None:
    """
    What an origin holds is what `run-started` holds, by the same names.
    """
    assert set(Origin.model_fields) <= {field.name for field in msgspec.structs.fields(RunStarted)}


EXAMPLES: dict[str, Record] = {
    "test-outcome": records.TestOutcome(node="n", criteria=("c",), outcome="passed", duration_s=1, message=""),
    "tests-collected": records.TestsCollected(nodes={"c": ("n",)}),
    "load-second": records.LoadSecond(second=1, planned=1, sent=1, names={"list": [1, 1, 0, 0, 0, 5.0, 0, 0]}),
    "load-window": records.LoadWindow(first=1, last=2, ready=1),
    "load-workers": records.LoadWorkers(present=1, expected=1, lost=()),
    "load-generator": records.LoadGenerator(worker="w", second=1, cpu_percent=1, steal_percent=1, lag_p99_ms=1),
    "load-exception": records.LoadException(text="x"),
    "load-offline": records.LoadOffline(worker="w", second=1),
    "load-refused": records.LoadRefused(second=1, names={"list": 1}),
    "load-scenarios": records.LoadScenarios(names={"list": "reviewer"}),
    "load-stopped": records.LoadStopped(reason="x"),
    "load-histogram": records.LoadHistogram(name="list", encoded="x"),
    "load-beside": records.ComparisonPairs(second=1, pairs={"list": [(1.0, None)]}),
    "load-beside-end": records.ComparisonEnd(reason="certain", text=""),
    "canary": records.Canary(written=1, verified=1, missing=(), altered=()),
    "slot": records.Slot(due=1, number=1, samples={"a": Sample(value=1)}),
    "attestation": records.Attestation(
        criterion="c", by="b", role="r", statement="s", accepted=True, answers=2, satisfied=1
    ),
    "override": records.Override(phase="p", by="b", why="w", until=1),
    "stage-finished": records.StageFinished(stage="s", exit=0, seconds=1, journals={"a": "b"}),
    "stage-left-out": records.StageLeftOut(stage="load", lacking=("write",)),
    "stopped-early": records.StoppedEarly(after="s", outcome="NO-GO", left_out=("load",)),
    "drill": records.Drill(criterion="c", passed=True, reason="r", value="v"),
    "drill-erred": records.DrillErred(criterion="c", reason="r"),
    "drill-found": records.DrillFound(place="p", found={"a": "b"}, put_back=True),
    "rollback-begun": records.RollbackBegun(
        procedure="p", included=("a",), percent=5, revision=2, template="t", resumes="r"
    ),
    "rollback-step": records.RollbackStep(step="s", state="held", command=("kubectl",), said="x", seconds=1),
    "gameday-committed": records.GamedayCommitted(commitment="a1" * 32, candidates=14, for_s=40, by="b"),
    "gameday-alarm": records.GamedayAlarm(criterion="c", verdict="BROKEN", reason="r"),
    "gameday-decided": records.GamedayDecided(by="b"),
    "gameday-opened": records.GamedayOpened(
        fault="f",
        after_s=5,
        salt="s",
        injected=1,
        rolled_back=2,
        not_rolled_back="n",
        requests=3,
        failed=1,
        written=2,
        lost=1,
        trouble="t",
    ),
    "capacity": records.Capacity(rungs=(records.CapacityStep(per_second=1),), highest_per_second=1),
}
GARBAGE = [pytest.param([[1]], id="lists"), pytest.param({"a": [[[]]]}, id="tables")]
FIELDS = [
    pytest.param(kind, field.name, id=f"{kind}.{field.name}")
    for kind, example in EXAMPLES.items()
    for field in msgspec.structs.fields(type(example))
    if field.name != "t"
]


@pytest.mark.parametrize("garbage", GARBAGE)
@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_garbage_in_any_field_is_named(tmp_path: Path, kind: str, field: str, garbage: Any) -> None:
    """
    A sealed record that no producer writes makes its journal unreadable, with file, line and field.
    """
    path = spoiled(journal_of(tmp_path, EXAMPLES[kind]), kind, **{field: garbage})
    run = read_run(path)
    assert run.state is JournalState.UNREADABLE
    assert not run.trusted
    assert run.complaint.startswith(f"{path.name}: line 2: {kind}: {field}")
    assert len(run.records) == 1


@pytest.mark.parametrize("field", ["users", "actions_per_minute", "least_requests", "hold_s"])
@pytest.mark.parametrize(("number", "fits"), [(0, False), (-0.5, False), (0.001, True)])
def test_a_load_asks_for_more_than_nothing(field: str, number: float, fits: bool) -> None:
    """
    Of users, of what they do, of requests and of time.
    """
    facts = {"users": 1, "actions_per_minute": 1, "slice_s": 1, "least_requests": 1, "hold_s": 1, field: number}
    text = msgspec.json.encode(facts)
    if fits:
        assert getattr(msgspec.json.decode(text, type=LoadFacts), field) == number
    else:
        with pytest.raises(msgspec.ValidationError, match=field):
            msgspec.json.decode(text, type=LoadFacts)


@pytest.mark.parametrize(("kind", "field"), FIELDS)
def test_a_field_that_is_gone_is_named_or_has_its_default(tmp_path: Path, kind: str, field: str) -> None:
    """
    What older writers never wrote may be missing; nothing else may.
    """
    run = read_run(spoiled(journal_of(tmp_path, EXAMPLES[kind]), kind, **{field: None}))
    required = {each.name for each in msgspec.structs.fields(KINDS[kind]) if each.required}
    if field in required:
        assert run.state is JournalState.UNREADABLE
        assert f"line 2: {kind}: " in run.complaint
        assert f"`{field}`" in run.complaint
    else:
        assert run.state is JournalState.COMPLETE


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"load": {}}, "run-started: load: "),
        ({"load": None}, "run-started: a load run needs `load`"),
        ({"load": {"users": -3}}, "run-started: load.users: "),
        ({"load": {**msgspec.to_builtins(LOAD), "pace": []}}, "run-started: load.pace: "),
        ({"columns": ["n", "due"]}, "run-started: `columns` begin ['n', 'due']"),
        ({"known": "everything"}, "run-started: known: "),
        ({"window_s": "60s"}, "run-started: window_s: "),
        ({"producer": "watch"}, "run-started: a run of the monitor needs `watch`"),
    ],
    ids=str,
)
def test_an_odd_beginning_is_named(tmp_path: Path, fields: dict[str, Any], where: str) -> None:
    """
    Without a readable first record nobody knows whose evidence it is: nothing of it is believed.
    """
    run = read_run(spoiled(journal_of(tmp_path), "run-started", **fields))
    assert run.state is JournalState.UNREADABLE
    assert f"line 1: {where}" in run.complaint
    assert run.release is None


def test_a_row_of_another_width_is_named(tmp_path: Path) -> None:
    """
    Each row has as many numbers as the run has columns.
    """
    path = journal_of(tmp_path, EXAMPLES["load-second"])
    run = read_run(spoiled(path, "load-second", names={"list": [1, 2]}))
    assert run.complaint == f"{path.name}: line 2: load-second: names['list']: 2 numbers, the run has 8 columns"


def test_a_kind_of_a_newer_writer_is_not_skipped(tmp_path: Path) -> None:
    """
    What cannot be understood may be an accusation, so its journal is not believed.
    """
    run = read_run(spoiled(journal_of(tmp_path, EXAMPLES["drill"]), "drill", kind="exercise"))
    assert run.state is JournalState.UNREADABLE
    assert run.complaint.endswith("line 2: kind: 'exercise' is unknown to this version")


def test_a_field_of_a_newer_writer_is_ignored(tmp_path: Path) -> None:
    """
    A new field may say more, never something else.
    """
    assert read_run(spoiled(journal_of(tmp_path, EXAMPLES["drill"]), "drill", more=[1])).state is JournalState.COMPLETE


@pytest.mark.parametrize("field", ["t", "seq", "kind"])
def test_a_line_without_its_envelope_is_named(tmp_path: Path, field: str) -> None:
    """
    Number, kind and time belong to every line.
    """
    run = read_run(spoiled(journal_of(tmp_path, EXAMPLES["drill"]), "drill", **{field: None}))
    assert run.state is JournalState.UNREADABLE
    assert f"line 2: Object missing required field `{field}`" in run.complaint


def test_a_sealed_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    """
    Endless nesting is refused like any other nonsense.
    """
    path = resealed(journal_of(tmp_path, EXAMPLES["drill"]), lambda fields: fields)
    lines = path.read_bytes().splitlines(keepends=True)
    text, _ = sealed({"kind": "drill"})
    nested = b'{"deep":' + b"[" * 100_000 + b"]" * 100_000 + b"," + text.encode()[1:]
    path.write_bytes(lines[0] + nested)
    assert not read_run(path).trusted


def test_an_unreadable_journal_holds_the_decision(tmp_path: Path) -> None:
    """
    The judge believes nothing of it and says which file, line and field it was.
    """
    everything(tmp_path)
    spoiled(run_of_tests(tmp_path), "test-outcome", outcome="fine")
    decision = judged(tmp_path)
    assert verdict(decision, "evidence-intact") == "UNPROVEN"
    assert "line 2: test-outcome: outcome: Invalid enum value 'fine'" in reason(decision, "evidence-intact")
