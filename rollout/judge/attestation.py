"""Judge attestations: signatures by role, and the answers of a feedback form."""

from rollout.evidence import JournalState, Run
from rollout.evidence.ledger import moment
from rollout.evidence.records import Attestation
from rollout.judge.digits import telling
from rollout.judge.finding import Case, Finding
from rollout.judge.person import mixed_word, same_person
from rollout.judge.said import reasoned
from rollout.judge.share_budget import of_good
from rollout.judge.statements import signature
from rollout.judge.verdict import Verdict
from rollout.statistics.binomial import lower_bound
from rollout.values import numbered


def said_about(case: Case, *, answers: bool) -> list[tuple[Run, Attestation]]:
    """
    The attestations of the case with their runs: feedback imports if *answers*, else signatures.

    A journal without its end proves nothing, but a refusal in it counts.
    """
    said = [(run, record) for run in case.by("attest") for record in run.of(Attestation) if record.criterion == case.id]
    said = [(run, record) for run, record in said if run.state is JournalState.COMPLETE or not record.accepted]
    return [(run, record) for run, record in said if (record.answers is not None) is answers]


def latest_by_role(case: Case, said: list[tuple[Run, Attestation]]) -> dict[str, Attestation]:
    """Role → its newest attestation: a refusal of any age, or consent within `max_age` that has a name and a reason."""
    newest = {record.role: record for _, record in said if not record.accepted or signs(record)}
    return {role: record for role, record in newest.items() if not record.accepted or case.is_fresh(record.t)}


def signs(record: Attestation) -> bool:
    """Whether consent has a reason, and a name that is not made of several scripts to look like another one."""
    return reasoned(record) and not mixed_word(record.by)


def signed_twice(latest: dict[str, Attestation]) -> tuple[str, list[str]]:
    """The name that signed for several roles, and these roles; empty if each has another name. A demo is nobody's name."""
    people = {role: record.by for role, record in latest.items() if not record.demo}
    for name in people.values():
        roles = [role for role, other in people.items() if same_person(name, other)]
        if len(roles) > 1:
            return name, roles
    return "", []


def judge_signatures(case: Case) -> Finding:
    """
    MET if each role of the criterion is signed by another person; without roles, if the limit on signatures holds.
    """
    said = said_about(case, answers=False)
    latest = latest_by_role(case, said)
    verdict, why = signed(case, latest)
    needed = max(len(case.criterion.roles), 1)
    return case.finding(
        verdict,
        why,
        "; ".join(signature(record) for record in latest.values()) or "no signature",
        number=float(len(latest)),
        n=len(latest),
        n_unit="signatures",
        margin=f"{needed - len(latest)} more needed" if verdict is not Verdict.MET else "1 refusal would break it",
        attempts=len(said),
        evidence=tuple(dict.fromkeys(run.path.stem for run, _ in said)),
    )


def signed(case: Case, latest: dict[str, Attestation]) -> tuple[Verdict, str]:
    """Verdict and reason from the newest attestation of each role."""
    limit = case.criterion.limit
    refused = next((record for record in latest.values() if not record.accepted), None)
    missing = [role for role in case.criterion.roles if role not in latest]
    name, several = signed_twice(latest)
    if refused is not None:
        return Verdict.BROKEN, f"{refused.by} ({refused.role}) refused: {refused.statement}"
    if missing:
        return Verdict.UNPROVEN, f"not signed by: {', '.join(missing)}"
    if not latest:
        return Verdict.UNPROVEN, "nobody has attested it"
    if several:
        return Verdict.UNPROVEN, f"{name} signed as {' and as '.join(several)}: each role needs another person"
    if limit is not None and not limit.holds(len(latest)):
        return Verdict.UNPROVEN, f"{len(latest)} signed, needs {limit}"
    return Verdict.MET, "attested"


def refusal(said: list[tuple[Run, Attestation]]) -> tuple[Run, Attestation] | None:
    """The newest refusal that stands; imported answers of the same role end it. None if there is none."""
    newest = {record.role: (run, record) for run, record in said}
    return next((each for each in reversed(newest.values()) if not each[1].accepted), None)


def judge_answers(case: Case) -> Finding:
    """
    BROKEN by a refusal that stands; else the share of satisfied answers of the newest import, compared in integers.
    """
    imports, refusals = said_about(case, answers=True), said_about(case, answers=False)
    said = sorted([*imports, *(each for each in refusals if not each[1].accepted)], key=lambda each: moment(each[0]))
    if refused := refusal(said):
        return judge_refusal(case, *refused, attempts=len(said))
    if not imports:
        return case.finding(Verdict.UNPROVEN, "no feedback was imported", "no answers", n_unit="answers")
    run, record = imports[-1]
    n, good = record.answers or 0, record.satisfied or 0
    limit = case.criterion.limit
    if not 0 <= good <= n or n == 0 or limit is None:
        return case.finding(Verdict.UNPROVEN, f"invalid counts: {good} of {n} satisfied", "invalid", n_unit="answers")
    budget = of_good(limit)
    verdict, why = satisfied(case, record)
    return case.finding(
        verdict,
        why,
        f"{telling(good * 100 / n, case.criterion.limit, 1, 'f')} % satisfied",
        number=good * 100 / n,
        n=n,
        n_unit="answers",
        bound=f"95 % sure that more than {telling(lower_bound(good, n) * 100, limit, 0, 'f')} % of all users are satisfied",
        margin=f"{budget.room(n - good, n)} more unsatisfied answers would break it"
        if budget.kept(n - good, n)
        else "",
        attempts=len(said),
        evidence=(run.path.stem,),
    )


def judge_refusal(case: Case, run: Run, record: Attestation, *, attempts: int) -> Finding:
    """The BROKEN finding about a refusal that stands; answers of other roles do not change it."""
    return case.finding(
        Verdict.BROKEN,
        f"{record.by} ({record.role}) refused: {record.statement}",
        "refused",
        n_unit="answers",
        margin=f"answers imported by the {record.role} would end it",
        attempts=attempts,
        evidence=(run.path.stem,),
    )


def satisfied(case: Case, record: Attestation) -> tuple[Verdict, str]:
    """Verdict and reason from one feedback import whose counts are possible."""
    n, good, limit = record.answers or 0, record.satisfied or 0, case.criterion.limit
    if n < case.criterion.least:
        return Verdict.UNPROVEN, f"{numbered(n, 'answer', 'answers')}, needs {case.criterion.least}"
    if limit is None or not of_good(limit).kept(n - good, n):
        return Verdict.BROKEN, "below the limit"
    if not case.is_fresh(record.t):
        return Verdict.UNPROVEN, "the answers are older than they may be"
    return Verdict.MET, "more than the limit"
