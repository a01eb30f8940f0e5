"""What an interrupted gate reports as left behind."""

from rollout.gate.stages import Job
from rollout.values import STANDIN


def left_behind(job: Job) -> str:
    """What an interrupted gate leaves, in words."""
    data = (
        f"; test data called rollout-… may be left on {job.target.url()}" if job.target.environment != STANDIN else ""
    )
    return (
        f"interrupted: the stages were ended, their journals are in {job.journals}{data};"
        f" no decision is current, the one before is kept in {job.journals.parent / 'decisions'}"
    )
