"""The seconds of a comparison that say nothing about a release: its machine had no link or no processor to spare."""

from rollout.evidence import Run
from rollout.evidence.records import ComparisonPairs, LoadOffline
from rollout.judge.load_validity import CPU_PERCENT
from rollout.judge.starved import STARVED_PERCENT, WAITED, starved_run

STARVED = "the target got no processor"


def excused_seconds(run: Run) -> dict[int, str]:
    """
    Second → why pairs of it accuse nobody, in words.

    Where nobody measured the machine while the two were compared, a target that was kept from a processor for the run as
    a whole was so then too.
    """
    seconds = {record.second for record in run.of(ComparisonPairs)}
    readings = run.readings
    told = readings.by_second(seconds)
    starved = readings.seconds((WAITED,), STARVED_PERCENT) if told or not starved_run(run) else seconds
    kinds = {
        "the generator's own link was down": {record.second for record in run.of(LoadOffline)},
        STARVED: starved,
        "the generator was saturated": readings.seconds(
            ("cpu_percent", "waited_percent", "steal_percent"), CPU_PERCENT
        ),
    }
    return {second: why for why, some in reversed(kinds.items()) for second in some & seconds}
