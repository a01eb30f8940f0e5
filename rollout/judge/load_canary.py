"""Judge acknowledged writes: one that is missing or altered afterwards calls for rollback, no statistics."""

from rollout.evidence.records import Canary
from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import Attempts, attempts, unproven
from rollout.judge.verdict import Verdict
from rollout.values import in_full, some

SHOWN = 5


def judge_canary(case: Case) -> Finding:
    """Every run counts for a loss; only the newest can prove that nothing was lost."""
    found = attempts(case, "all")
    records = [record for judged in found.all for record in judged.attempt.run.of(Canary)]
    lost = [label for record in records for label in (*record.missing, *record.altered)]
    written = sum(record.written for record in records)
    if lost:
        told = finding(case, found, Verdict.TRIGGERED, loss(records), lost, written)
        return told.model_copy(update={"listed": in_full(lost, SHOWN)})
    newest = list(found.all[-1].attempt.run.of(Canary)) if found.all else []
    if not newest:
        reason = "no load has run" if not found.all else "the newest run ended before its writes were verified"
        return unproven(case, found, reason)
    if reason := next(filter(None, map(problem, newest)), found.newest_problem):
        return unproven(case, found, reason, f"{sum(each.verified for each in newest)} verified")
    if (one_run := sum(each.written for each in newest)) < case.criterion.least:
        return unproven(case, found, f"{one_run} of at least {case.criterion.least} acknowledged writes")
    return finding(case, found, Verdict.MET, "every acknowledged write was read back unchanged", lost, written)


def problem(record: Canary) -> str:
    """Why the canaries of one run prove nothing, empty if they do."""
    written, verified = record.written, record.verified
    if written != verified:
        return f"{written - verified} of {written} acknowledged writes could not be read back"
    return "" if written else "nothing was written"


def loss(records: list[Canary]) -> str:
    """What was lost, by name."""
    parts = []
    missing, altered = (record.missing for record in records), (record.altered for record in records)
    for fate, found in (("missing", missing), ("altered", altered)):
        labels = [label for some in found for label in some]
        if labels:
            parts.append(f"{len(labels)} {fate}: {some(labels, SHOWN)}")
    return "; ".join(parts)


def finding(case: Case, found: Attempts, verdict: Verdict, reason: str, lost: list[str], written: int) -> Finding:
    """The finding with its numbers."""
    return case.finding(
        verdict,
        reason,
        f"{len(lost)} of {written} writes lost",
        number=float(len(lost)),
        n=written,
        n_unit="writes",
        margin="" if lost else "1 lost write would trigger a rollback",
        attempts=len(found.all),
        evidence=found.evidence(),
    )
