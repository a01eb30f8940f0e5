"""A run by hand in whose middle another release was deployed: nobody knows which of both it measured, so it proves nothing."""

from dataclasses import replace

from rollout.evidence import Run, State


def of_one_release(run: Run) -> Run:
    """The run as it is, or as one that was cut short where another release answered when it ended: it accuses, and proves nothing."""
    if run.state is not State.COMPLETE or not run.other_release:
        return run
    return replace(run, state=State.TORN, complaint=f"{run.path.name}: {words(run)}")


def words(run: Run) -> str:
    """What happened to a run in whose middle another release was deployed."""
    return f"another release, {run.other_release}, answered when it ended: it is evidence of no one release"
