"""Columns hold what the records said, and add it up exactly."""

from math import isclose

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
    assert found.means("cpu_percent", 100, 200) == {}
