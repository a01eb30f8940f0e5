"""Judge what people must say: signatures by role, and the answers of a feedback form."""

from rollout.evidence import Run, State
from rollout.evidence.records import Attestation
from rollout.judge.finding import Case, Finding
from rollout.judge.share_budget import of_good
from rollout.judge.verdict import Verdict
from rollout.statistics.binomial import lower_bound


def said_about(case: Case, *, answers: bool) -> list[tuple[Run, Attestation]]:
    """What was attested within `max_age`: imports of *answers*, or signatures. Nobody's silence is consent."""
    runs = [run for run in case.fresh("attest") if run.state is State.COMPLETE]
    said = [(run, record) for run in runs for record in run.of(Attestation) if record.criterion == case.id]
    return [(run, record) for run, record in said if (record.answers is not None) is answers]


def judge_signatures(case: Case) -> Finding:
    """Each role named must have signed; with none named, one person, or as many as the limit asks for."""
    said = said_about(case, answers=False)
    latest = {record.role: record for _, record in said}
    refused = [record for record in latest.values() if not record.accepted]
    missing = [role for role in case.criterion.roles if role not in latest]
    limit = case.criterion.limit
    few = limit is not None and not limit.holds(len(latest))
    verdict = Verdict.BROKEN if refused else case.missing() if missing or few or not latest else Verdict.MET
    needed = max(len(case.criterion.roles), 1)
    why = f"{refused[0].by} ({refused[0].role}) refused: {refused[0].statement}" if refused else ""
    why = why or (
        f"not signed by: {', '.join(missing)}"
        if missing
        else "nobody has attested it"
        if not latest
        else f"{len(latest)} signed, needs {limit}"
        if few
        else "attested"
    )
    return case.finding(
        verdict,
        why,
        "; ".join(f"{record.by} ({record.role}): {record.statement}" for record in latest.values()) or "no signature",
        number=float(len(latest)),
        n=len(latest),
        n_unit="signatures",
        margin=f"{needed - len(latest)} more needed" if verdict is not Verdict.MET else "1 refusal would break it",
        attempts=len(said),
        evidence=tuple(dict.fromkeys(run.path.stem for run, _ in said)),
    )


def judge_answers(case: Case) -> Finding:
    """The share of satisfied answers of the newest import, compared in integers."""
    said = said_about(case, answers=True)
    if not said:
        return case.finding(case.missing(), "no feedback was imported", "no answers", n_unit="answers")
    run, record = said[-1]
    n, good = record.answers or 0, record.satisfied or 0
    limit = case.criterion.limit
    if not 0 <= good <= n or n == 0 or limit is None:
        return case.finding(case.missing(), f"invalid counts: {good} of {n} satisfied", "invalid", n_unit="answers")
    enough = n >= case.criterion.least
    budget = of_good(limit)
    holds = budget.kept(n - good, n)
    verdict = Verdict.BROKEN if not holds and enough else case.missing() if not enough else Verdict.MET
    why = (
        f"{n} answers, needs {case.criterion.least}"
        if not enough
        else "more than the limit"
        if holds
        else "below the limit"
    )
    return case.finding(
        verdict,
        why,
        f"{good * 100 / n:.1f} % satisfied",
        number=good * 100 / n,
        n=n,
        n_unit="answers",
        bound=f"95 % sure that more than {lower_bound(good, n) * 100:.0f} % of all users are satisfied",
        margin=f"{budget.room(n - good, n)} more unsatisfied answers would break it" if holds else "",
        attempts=len(said),
        evidence=(run.path.stem,),
    )
