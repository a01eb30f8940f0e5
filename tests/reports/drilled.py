"""Journals of drills of a release, and the decision about predeploy from them."""

from collections.abc import Mapping
from pathlib import Path

from rollout.evidence import Ledger, read_ledger
from rollout.evidence.records import Drill, DrillStep
from rollout.judge.decide import decide
from rollout.judge.decision import Decision
from rollout.origin import OF_NO_PHASE
from rollout.plan import load_plan
from tests.dated import DatedJournal
from tests.reports.evidence import NOW, RELEASE, origin

HOUR = 3600.0
RESTORE: Mapping[str, float] = {
    "preflight": 0.4,
    "dump": 6.1,
    "restore": 9.8,
    "compare": 3.2,
    "find the backup": 0.01,
    "restore the backup": 8.7,
    "check the backup": 2.9,
}
ROLLBACK: Mapping[str, float] = {
    "put 50 % on the new backend": 1.2,
    "lower the percentage to 25 %": 0.9,
    "lower the percentage to 10 %": 0.8,
    "lower the percentage to 0 %": 0.9,
    "disable the flag": 10.1,
    "scale down": 2.4,
    "scale up again": 3.3,
}


def drill(
    folder: Path,
    criterion: str,
    times: Mapping[str, float],
    at: float,
    passed: bool = True,
    within: float | None = None,
    phase: str = "predeploy",
) -> None:
    """Write one drill with the steps of *times*, each with a deadline of *within* seconds."""
    with DatedJournal(folder, origin(load_plan(), "drill", phase=phase), t=at) as journal:
        journal.append(
            Drill(
                criterion=criterion if phase == OF_NO_PHASE else f"{phase}.{criterion}",
                passed=passed,
                reason="what was exercised works" if passed else "3 of 21 users are still on the new backend",
                value="24 tables are back in 9.8 s" if passed else "failed after 19.6 s",
                steps=tuple(DrillStep(name=name, seconds=took, within_s=within) for name, took in times.items()),
                counts={"rows": 2_000_090, "table_count": 24, "lost_rows": round(times["dump"])}
                if "dump" in times
                else {},
                recovery_s=times["restore"] + times["compare"] if "restore" in times else None,
            )
        )


def drilled(folder: Path) -> tuple[Decision, Ledger]:
    """Three restores, the last of which took the longest, and a rollback whose flag did not switch off."""
    for number, factor in enumerate((0.6, 0.8, 1.0)):
        times = {name: took * factor for name, took in RESTORE.items()}
        drill(folder, "restore-drilled", times, NOW - HOUR * (3 - number))
    drill(folder, "rollback-drilled", ROLLBACK, NOW - HOUR, passed=False, within=10.0)
    return decided(folder)


def decided(folder: Path) -> tuple[Decision, Ledger]:
    """The decision about predeploy from the journals in *folder*."""
    ledger = read_ledger([folder])
    return decide(load_plan(), "predeploy", ledger, float(NOW), release=RELEASE, window_s=120.0), ledger
