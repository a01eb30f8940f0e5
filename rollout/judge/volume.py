"""Judge whether there was a load run at all: requests that were answered, not merely sent."""

from rollout.evidence import Run, State
from rollout.judge.finding import Case, Finding
from rollout.judge.load import judge_load
from rollout.judge.verdict import Verdict

METRIC = "load.requests_count"


def judge_load_source(case: Case) -> Finding:
    """The verdict on a criterion of source load."""
    found = judge_load(case)
    if case.criterion.metric != METRIC or found.verdict is not Verdict.MET or case.criterion.limit is None:
        return found
    runs = [run for run in case.fresh("load") if run.state is State.COMPLETE and run.started["phase"] == case.phase.id]
    answered = sum(map(answers, runs))
    if case.criterion.limit.holds(answered):
        return found
    reason = f"only {answered} of {found.n} requests were answered without an error"
    return found.model_copy(
        update={
            "verdict": case.missing(),
            "reason": reason,
            "number": float(answered),
            "margin": "",
            "next": case.criterion.next,
        }
    )


def answers(run: Run) -> int:
    """The requests of a run that were answered without an error."""
    columns = run.started["columns"]
    n, err = columns.index("n"), columns.index("err")
    return sum(row[n] - row[err] for record in run.of("load-second") for row in record["names"].values())
