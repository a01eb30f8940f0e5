"""Judge what only an exercise can show: the newest drill decides."""

from rollout.evidence import State
from rollout.evidence.records import Drill
from rollout.judge.finding import Case, Finding
from rollout.judge.verdict import Verdict


def judge_drill(case: Case) -> Finding:
    """MET by the newest complete drill that passed lately, BROKEN by one that failed at any time."""
    drills = [
        (run, record)
        for run in case.by("drill")
        for record in run.of(Drill)
        if record.criterion == case.id and (run.state is State.COMPLETE or not record.passed)
    ]
    if not drills:
        return case.finding(Verdict.UNPROVEN, "never exercised", "no drill", n_unit="drills")
    run, record = drills[-1]
    stale = record.passed and not case.is_fresh(record.t)
    verdict = Verdict.UNPROVEN if stale else Verdict.MET if record.passed else Verdict.BROKEN
    return case.finding(
        verdict,
        "the last drill is older than it may be" if stale else record.reason,
        record.value,
        n=len(drills),
        n_unit="drills",
        margin="1 failing drill would break it" if record.passed and not stale else "1 passing drill is needed",
        attempts=len(drills),
        evidence=(run.path.stem,),
    )
