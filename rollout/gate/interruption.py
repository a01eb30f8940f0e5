"""What a gate says is left when it is told to stop."""

from rollout.gate.stages import Job


def left_behind(job: Job) -> str:
    """What an interrupted gate leaves, in words."""
    data = (
        f"; test data called rollout-… may be left on {job.target.url()}" if job.target.environment != "standin" else ""
    )
    return (
        f"interrupted: the stages were ended, their journals are in {job.journals}{data};"
        f" no decision is current, the one before is kept in {job.journals.parent / 'decisions'}"
    )
