"""Judge acknowledged writes: one that is missing or altered afterwards calls for rollback, no statistics."""

from typing import Any

from rollout.evidence import Record
from rollout.judge.finding import Case, Finding
from rollout.judge.load_attempts import Attempts, attempts, unproven
from rollout.judge.verdict import Verdict

SHOWN = 5


def judge_canary(case: Case) -> Finding:
    """Every run counts for a loss; only the newest can prove that nothing was lost."""
    found = attempts(case, "all")
    records = [record for judged in found.all for record in judged.attempt.run.of("canary")]
    lost = [label for record in records for label in (*record["missing"], *record["altered"])]
    written = sum(counted(record, "written") for record in records)
    if lost:
        return finding(case, found, Verdict.TRIGGERED, loss(records), lost, written)
    newest = next(found.all[-1].attempt.run.of("canary"), None) if found.all else None
    if newest is None:
        reason = "no load has run" if not found.all else "the newest run ended before its writes were verified"
        return unproven(case, found, reason)
    if reason := doubt(newest) or found.newest_doubt:
        return unproven(case, found, reason, f"{counted(newest, 'verified')} verified")
    return finding(case, found, Verdict.MET, "every acknowledged write was read back unchanged", lost, written)


def doubt(record: Record) -> str:
    """Why the canaries of one run prove nothing, empty if they do."""
    written, verified = counted(record, "written"), counted(record, "verified")
    if written != verified:
        return f"{written - verified} of {written} acknowledged writes could not be read back"
    return "" if written else "nothing was written"


def loss(records: list[Record]) -> str:
    """What was lost, by name."""
    parts = []
    for fate in ("missing", "altered"):
        labels = [str(label) for record in records for label in record[fate]]
        if labels:
            more = f" and {len(labels) - SHOWN} more" if len(labels) > SHOWN else ""
            parts.append(f"{len(labels)} {fate}: {', '.join(labels[:SHOWN])}{more}")
    return "; ".join(parts)


def counted(record: Record, field: str) -> int:
    """A count of the record; ValueError for anything else."""
    value: Any = record[field]
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError(f"canary.{field} is no count: {value!r}")
    return value


def finding(case: Case, found: Attempts, verdict: Verdict, reason: str, lost: list[Any], written: int) -> Finding:
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
