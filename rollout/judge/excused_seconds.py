"""The seconds of a comparison that say nothing about a release: who sent the pairs had no link or no processor to spare."""

from msgspec import structs

from rollout.evidence import Run
from rollout.evidence.load_readings import SHARES, is_share
from rollout.evidence.records import ComparisonPairs, OwnReading
from rollout.judge.load_validity import CPU_PERCENT
from rollout.judge.starved import STARVED_PERCENT, starved_run

STARVED = "the target got no processor"


def excused_seconds(run: Run) -> dict[int, str]:
    """
    Second → why pairs of it accuse nobody, in words.

    Only the process that sent the pairs excuses them. Of a second in which it measured nothing of the target, a target
    that was kept from a processor for the run as a whole was so then too.
    """
    starved = starved_run(run)
    told = [(record.second, excuse(record.reading, starved)) for record in run.of(ComparisonPairs)]
    accusing = {second for second, why in told if not why}
    return {second: why for second, why in told if second not in accusing}


def excuse(reading: OwnReading | None, starved: bool) -> str:
    """
    Why the pairs of one second accuse nobody, in words; empty if they do. *starved*: that of the run as a whole.

    A reading that cannot be excuses nothing.
    """
    waited = reading.target_waited_percent if reading else None
    if reading and no_share(reading):
        return ""
    if reading and reading.offline:
        return "the generator's own link was down"
    if starved if waited is None else waited >= STARVED_PERCENT:
        return STARVED
    if reading and used(reading) >= CPU_PERCENT:
        return "the generator was saturated"
    return ""


def used(reading: OwnReading) -> float:
    """The share of a processor that a process used and waited for, in percent."""
    return reading.cpu_percent + reading.steal_percent + (reading.waited_percent or 0.0)


def no_share(reading: OwnReading) -> str:
    """The first share of a processor in a reading that is none, with its name; empty without one."""
    told = structs.asdict(reading)
    return next(
        (f"{name} {told[name]:g}" for name in SHARES if told[name] is not None and not is_share(name, told[name])), ""
    )


def impossible(run: Run) -> str:
    """
    The first share of a processor that is none, told by who sent the pairs or by a generator, in words; empty without one.
    """
    readings = (record.reading for record in run.of(ComparisonPairs) if record.reading)
    told = next(filter(None, map(no_share, readings)), "") or next(iter(run.readings.impossible().values()), "")
    return (
        f"nobody knows how busy the generator was: it told {told}, which no share of a processor can be" if told else ""
    )
