"""
What makes up for a run that was cut short, or for a stage that failed: later attempts of the same kind in the same place.

An attempt counts if it came to its end, nobody chose among its tests, and it was worth something: a load valid under the
plan, a watch that saw something, a drill that was carried out. Runs of tests add up until every check of the source ran.
"""

from collections.abc import Callable, Iterable, Sequence

from rollout.evidence import Run, State
from rollout.evidence.records import Drill, Slot, TestOutcome
from rollout.judge.load_attempts import judged_run
from rollout.judge.load_evidence import ALL
from rollout.plan import Phase

PEOPLE = "attest"
Place = tuple[str, str]  # environment and target


def attempted_again(
    runs: Iterable[Run], producer: str, place: Place | None, since: float, phase: Phase, folders: Sequence[str] = ()
) -> bool:
    """
    Whether *runs* of *phase* that began after *since* make up for one of *producer* at *place* (None: wherever that was).

    *folders* are those of the tests that must have run, all of them if there are none.
    """
    later = [run for run in runs if is_whole(run, producer) and run.started.t > since]
    there = [run for run in later if producer == PEOPLE or place in (None, run.place)]
    if producer == "pytest":
        return bool(there) and not unseen(there, folders)
    return any(producer not in WORTH or WORTH[producer](run, phase) for run in there)


def is_whole(run: Run, producer: str) -> bool:
    """Whether a run of *producer* came to its end with all that it began, and nobody chose among its tests."""
    return run.producer == producer and run.state is State.COMPLETE and not run.started.narrowed and not run.unfinished


def unseen(runs: Sequence[Run], folders: Sequence[str]) -> set[str]:
    """The checks of *folders* that the newest of some test runs found in the source and that none of them brought to an outcome."""
    found = {node for nodes in runs[-1].started.checks.values() for node in nodes}
    wanted = {node for node in found if not folders or node.startswith(tuple(f"{folder}/" for folder in folders))}
    return wanted - {record.node.partition("[")[0] for run in runs for record in run.of(TestOutcome)}


def saw_something(run: Run, _: Phase) -> bool:
    """Whether a monitor had a sample at all."""
    return any(sample.value is not None for slot in run.of(Slot) for sample in slot.samples.values())


WORTH: dict[str, Callable[[Run, Phase], bool]] = {
    "load": lambda run, phase: judged_run(run, ALL, phase).valid,
    "watch": saw_something,
    "drill": lambda run, _: any(True for _ in run.of(Drill)),
}
