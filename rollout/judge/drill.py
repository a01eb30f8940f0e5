"""Judge drills: the newest one decides."""

from typing import TypeVar

from rollout.evidence import JournalState, Run
from rollout.evidence.records import Drill, DrillErred
from rollout.judge.finding import Case, Finding
from rollout.judge.recovery_time import history, too_slow, untold
from rollout.judge.said import DRILLS
from rollout.judge.verdict import Verdict

EndRecord = TypeVar("EndRecord", Drill, DrillErred)


def judge_drill(case: Case) -> Finding:
    """
    MET if the newest drill is complete, passed within `max_age`, and ran at the deployed revision of the schema.

    BROKEN if it failed or was too slow, at any age.

    A drill that erred changes neither the verdict nor the age of the drill before it.
    """
    drills = [
        (run, record)
        for run, record in in_order(case, Drill)
        if run.state is JournalState.COMPLETE or not record.passed
    ]
    erred = newest_erred(case)
    if not drills:
        reason = f"the drill could not tell: {erred[1].reason}" if erred else "never exercised"
        evidence = (erred[0].path.stem,) if erred else ()
        return case.finding(Verdict.UNPROVEN, reason, "no drill", n_unit="drills", evidence=evidence)
    run, record = drills[-1]
    slow = too_slow(case, record) if record.passed else ""
    works = record.passed and not slow
    unproven = proves_nothing(case, record) if works else ""
    verdict = Verdict.UNPROVEN if unproven else Verdict.MET if works else Verdict.BROKEN
    reason = unproven or slow or record.reason
    return case.finding(
        verdict,
        f"{reason}; one after it could not tell: {erred[1].reason}" if erred and erred[1].t > record.t else reason,
        record.value,
        n=len(drills),
        n_unit="drills",
        number=record.recovery_s,
        bound=history(case, [each for _, each in drills]),
        margin="1 failing drill would break it" if works and not unproven else "1 passing drill is needed",
        attempts=len(drills),
        evidence=(run.path.stem,),
        listed=record.listed,
    )


def proves_nothing(case: Case, record: Drill) -> str:
    """Why a passed drill proves nothing: too old, at another schema revision, or without a time. Empty if it proves."""
    if not case.is_fresh(record.t):
        return "the last drill is older than it may be"
    if record.revision is not None and case.schema not in (None, record.revision):
        return f"the last drill was at schema revision {record.revision}, and {case.schema} is deployed"
    return untold(case, record)


def newest_erred(case: Case) -> tuple[Run, DrillErred] | None:
    """The newest drill that came to no result, with its run; None if there is none."""
    return next(reversed(in_order(case, DrillErred)), None)


def in_order(case: Case, kind: type[EndRecord]) -> list[tuple[Run, EndRecord]]:
    """The records of one *kind* about the case, with their runs, by the end of each drill."""
    mine = [(run, record) for run in case.by(DRILLS) for record in run.of(kind) if record.criterion == case.id]
    return sorted(mine, key=lambda each: each[1].t)
