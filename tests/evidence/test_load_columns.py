"""Columns hold what the records said, and add it up exactly."""

from math import isclose

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rollout.evidence import load_columns
from rollout.evidence.load_columns import LoadSeconds
from rollout.evidence.load_readings import LoadReadings
from rollout.evidence.records import LoadGenerator, LoadSecond, Unreadable

NAME = st.sampled_from(["list", "open", "start"])
NUMBER = st.integers(0, 300) | st.integers(0, 10**9) | st.floats(-1, 1e9)
ROW = st.lists(NUMBER.map(float), min_size=8, max_size=8)
SECOND = st.builds(
    LoadSecond,
    second=st.integers(1000, 1020),
    planned=st.integers(0, 99),
    sent=st.integers(0, 99),
    names=st.dictionaries(NAME, ROW, max_size=3),
)
SECONDS = st.lists(SECOND, max_size=12)


def columns_of(seconds: list[LoadSecond]) -> LoadSeconds:
    """The records as columns."""
    found = LoadSeconds(8)
    for second in seconds:
        found.add(second)
    return found


@given(seconds=SECONDS)
def test_the_records_come_back(seconds: list[LoadSecond]) -> None:
    """
    Whatever was taken in is there again, in order, however it was packed.
    """
    found = columns_of(seconds)
    assert list(found) == seconds
    assert len(found) == len(seconds)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three rows fill a chunk."""
    monkeypatch.setattr(load_columns, "CHUNK", 24)


@pytest.mark.usefixtures("small_chunks")
@pytest.mark.parametrize("names", [None, {"list"}, {"list", "open"}, {"nobody"}])
def test_sums_are_those_of_the_records(names: set[str] | None) -> None:
    """
    Every second has the sum of its rows, those of other names left out and silent seconds included.
    """
    rows = {"list": [1.0, 2, 0, 0, 0, 0.5, 0, 0], "open": [3.0, 0, 0, 0, 0, 70000.25, 0, 0]}
    seconds = [
        LoadSecond(second=1000 + at % 7 * 2, planned=at, sent=1, names=dict(list(rows.items())[: at % 3]))
        for at in range(30)
    ]
    sums = columns_of(seconds).sums(names)
    assert (sums.start, sums.planned.size) == (1000, 13)
    for at in range(13):
        mine = [second for second in seconds if second.second == 1000 + at]
        assert sums.planned[at] == sum(second.planned for second in mine)
        for number in range(8):
            values = [
                row[number] for second in mine for name, row in second.names.items() if names is None or name in names
            ]
            assert isclose(sums.rows[at, number], sum(values))


@pytest.mark.usefixtures("small_chunks")
def test_a_name_has_its_sums_over_a_stretch() -> None:
    """
    Seconds outside do not count, and a name that does not occur inside is left out.
    """
    row = [2.0, 2, 0, 0, 0, 5.5, 0, 0]
    seconds = [LoadSecond(second=at, planned=2, sent=2, names={"list": row}) for at in range(10)]
    seconds.append(LoadSecond(second=99, planned=2, sent=2, names={"open": row}))
    found = columns_of(seconds).by_name(3, 6)
    assert list(found) == ["list"]
    assert (found["list"].n, found["list"].total_ms) == (8, 22.0)


def test_a_row_of_another_width_is_refused() -> None:
    """
    The message has the name and both widths.
    """
    with pytest.raises(Unreadable, match=r"names\['open'\]: 3 numbers, the run has 8 columns"):
        columns_of([LoadSecond(second=1, planned=1, sent=1, names={"list": [0.0] * 8, "open": [0.0] * 3})])


def test_sums_that_were_asked_for_last_are_remembered() -> None:
    """
    Several criteria about the same names add up once.
    """
    found = columns_of([LoadSecond(second=1, planned=1, sent=1, names={"list": [1.0] * 8})])
    assert found.sums({"list"}) is found.sums({"list"})
    assert found.sums() is not found.sums({"list"})


def test_readings_come_back_and_have_a_mean_by_worker() -> None:
    """
    A second in which nothing was sent has no lag, and not every kernel tells how long a process waited.
    """
    readings = [
        LoadGenerator(
            worker=f"w-{at % 2}",
            second=at,
            cpu_percent=10.0 * at,
            lag_p99_ms=None if at == 3 else 1.5,
            waited_percent=None if at == 2 else 1.0 * at,
            target_waited_percent=None if at == 4 else 10.0 * at,
        )
        for at in range(6)
    ]
    found = LoadReadings()
    for reading in readings:
        found.add(reading)
    assert list(found) == readings
    assert found.means("cpu_percent", 2, 5) == {"w-0": 30.0, "w-1": 40.0}
    assert found.means("waited_percent", 2, 5) == {"w-0": 4.0, "w-1": 4.0}
    assert found.means("waited_percent", 2, 2) == {}
    assert found.mean("target_waited_percent") == (0 + 10 + 20 + 30 + 50) / 6
    assert LoadReadings().mean("target_waited_percent") is None
    assert found.seconds(["target_waited_percent"], 20.0) == {2, 3, 5}
    assert found.means("cpu_percent", 100, 200) == {}


@pytest.mark.parametrize(
    ("numbers", "kind"),
    [
        ([0.0, 255.0], "uint8"),
        ([256.0], "uint16"),
        ([65535.0], "uint16"),
        ([65536.0], "uint32"),
        ([2.0**32 - 1], "uint32"),
        ([2.0**32], "float64"),
        ([-1.0, 3.0], "float64"),
        ([0.5], "float64"),
    ],
)
def test_a_column_takes_the_smallest_type_that_holds_it_exactly(numbers: list[float], kind: str) -> None:
    """
    What is negative, broken or larger stays as it is.
    """
    packed = load_columns.compact(np.array(numbers))
    assert (packed.dtype.name, packed.tolist()) == (kind, numbers)


def at_seconds(*seconds: int) -> LoadSeconds:
    """Records about some seconds."""
    return columns_of([LoadSecond(second=at, planned=1, sent=1, names={"list": [1.0] * 8}) for at in seconds])


def test_only_seconds_after_a_moment_are_kept() -> None:
    """
    One that began with it is gone; where all are later nothing is copied.
    """
    found = at_seconds(10, 11, 12)
    assert [each.second for each in found.after(11.0)] == [12]
    assert [each.second for each in found.after(10.5)] == [11, 12]
    assert found.after(9.5) is found
    assert found.after(10.0) is not found
    assert found.span() == (10, 12)
    assert (LoadSeconds(8).span(), len(LoadSeconds(8).after(1.0))) == ((), 0)


@pytest.mark.parametrize(("length", "odd"), [(load_columns.LONGEST_S, False), (load_columns.LONGEST_S + 1, True)])
def test_a_run_that_claims_more_than_forty_days_has_the_sums_near_its_middle_second(length: int, odd: bool) -> None:
    """
    One forged second must not take all memory, and takes no other second away.
    """
    sums = at_seconds(1000, 1001, 1000 + length - 1).sums()
    assert bool(sums.odd) is odd
    assert (sums.start, sums.planned.size) == (1000, 2 if odd else length)
    assert sums.planned.sum() == (2 if odd else 3)


def test_no_record_has_no_sums_and_no_name() -> None:
    """
    And nothing is wrong with that.
    """
    sums = LoadSeconds(8).sums()
    assert (sums.start, sums.planned.size, sums.sent.size, sums.rows.shape, sums.odd) == (0, 0, 0, (0, 8), "")
    assert LoadSeconds(8).by_name(0, 99) == {}


@pytest.mark.parametrize(
    ("told", "odd"),
    [
        ({"cpu_percent": 0.0}, {}),
        ({"cpu_percent": 12.0, "steal_percent": -0.5}, {"w": "steal_percent -0.5"}),
        ({"cpu_percent": 12.0, "steal_percent": float("nan")}, {"w": "steal_percent nan"}),
        ({"cpu_percent": 12.0, "waited_percent": -1.0}, {"w": "waited_percent -1"}),
        ({"cpu_percent": 12.0, "waited_percent": float("inf")}, {"w": "waited_percent inf"}),
        ({"cpu_percent": float("nan"), "waited_percent": -1.0}, {"w": "cpu_percent nan"}),
        ({"cpu_percent": 900.0, "waited_percent": 300.0, "steal_percent": 100.0, "target_waited_percent": 100.0}, {}),
        ({"cpu_percent": 12.0, "steal_percent": 100.1}, {"w": "steal_percent 100.1"}),
        ({"cpu_percent": 12.0, "target_waited_percent": 100.1}, {"w": "target_waited_percent 100.1"}),
    ],
)
def test_a_share_of_a_processor_that_cannot_be_is_told(told: dict[str, float], odd: dict[str, str]) -> None:
    """
    The first one of a worker, in whatever second.
    """
    found = LoadReadings()
    found.add(LoadGenerator(worker="v", second=5, cpu_percent=1.0))
    found.add(LoadGenerator(worker="w", second=5, **told))
    assert found.impossible() == odd
    assert found.span() == (5.0, 5.0)
