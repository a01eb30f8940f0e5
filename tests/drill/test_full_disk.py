"""A monitor whose disk is full: it ends by itself, says which file it was, and what it wrote can be read."""

from pathlib import Path

import pytest

from rollout.drill.full_disk import told
from rollout.evidence import Journal, Origin
from rollout.evidence.reader import read_run
from rollout.evidence.recorded_run import Run
from rollout.evidence.records import Sample, Slot, WatchFacts

ORIGIN = Origin(producer="watch", phase="one", target="standin", environment="standin", release="r", plan="p")


def cut_short(folder: Path, looks: int) -> Run:
    """The journal of a monitor that ended after some looks, in the middle of the next one."""
    journal = Journal(folder, ORIGIN, watch=WatchFacts(interval_s=1))
    for number in range(looks):
        journal.append(Slot(due=1.0 + number, number=number, samples={"ready": Sample(value=1)}))
    journal.abandon()
    with journal.path.open("a", encoding="utf-8") as file:
        file.write('{"seq": 9, "pre')
    return read_run(journal.path)


def test_a_monitor_that_ends_in_order_is_told(tmp_path: Path) -> None:
    """
    With how long it took, and how much of it is readable.
    """
    run = cut_short(tmp_path, 3)
    assert told(70, f"rollout: File too large: {run.path}; no GO without evidence", run, 1.25) == (
        "its monitor ended by itself after 1.2 s with exit code 70, said why, and 3 looks are readable"
    )


@pytest.mark.parametrize(
    ("exit_code", "names_it", "looks", "said"),
    [
        (0, True, 3, "its monitor ended with 0, as if nothing were wrong"),
        (-9, True, 3, "its monitor ended with -9"),
        (70, False, 3, "its monitor did not say which file is full: 'rollout: oh'"),
        (70, True, 1, "of its journal 1 looks are readable"),
    ],
    ids=["it hides it", "it was killed", "it does not say why", "what it wrote is gone"],
)
def test_a_monitor_that_does_not_end_in_order_fails_the_drill(
    tmp_path: Path, exit_code: int, names_it: bool, looks: int, said: str
) -> None:
    """
    In the words of what is wrong.
    """
    run = cut_short(tmp_path, looks)
    words = f"rollout: File too large: {run.path}" if names_it else "rollout: oh"
    with pytest.raises(AssertionError) as found:
        told(exit_code, words, run, 1.0)
    assert said in str(found.value)
