"""The judge: a pure, total function of plan, ledger and time."""

from dataclasses import replace
from pathlib import Path

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence import records as written
from rollout.evidence.build_name import UNKNOWN
from rollout.judge.attestation import judge_answers, judge_signatures
from rollout.judge.before import aged_until as ages_until
from rollout.judge.before import beginning, standing
from rollout.judge.cleared import after
from rollout.judge.coverage import judge_coverage
from rollout.judge.decision import Decision, Prerequisite, StandingOverride
from rollout.judge.degradation import judge_degradation
from rollout.judge.drill import judge_drill
from rollout.judge.expected_checks import chosen_tests
from rollout.judge.finding import Case, Finding
from rollout.judge.gate_stages import failed_stages
from rollout.judge.integrity import OPEN
from rollout.judge.ledger_findings import intact, required
from rollout.judge.load_budget import judge_share
from rollout.judge.load_canary import judge_canary
from rollout.judge.load_level import judge_requests
from rollout.judge.load_mean import judge_mean
from rollout.judge.metric import judge_availability, judge_gauge
from rollout.judge.missing_runs import explained
from rollout.judge.overdue import overdue
from rollout.judge.problem import people_doubted
from rollout.judge.rules_changed import RULES, rules_changed
from rollout.judge.said import is_said
from rollout.judge.schema_revision import schema_revision
from rollout.judge.selection import Selection, select
from rollout.judge.standin_only import standin_only
from rollout.judge.statements import clearing, demos, in_earnest, missed_checks, revocations, signature, unrevoked
from rollout.judge.tests import judge_tests
from rollout.judge.unseen_checks import unseen_checks
from rollout.judge.users_budget import judge_users
from rollout.judge.verdict import Outcome, Verdict
from rollout.judge.waivers import claimed, nothing_measured, waived, with_problems
from rollout.judge.worst_place import Judge, worst_of_places
from rollout.metrics import MetricKind
from rollout.plan import Criterion, EvidenceSource, Phase, Plan
from rollout.plan.parse import plan_hash

JUDGES: dict[MetricKind, Judge] = {
    MetricKind.FAIL_SHARE: judge_share,
    MetricKind.LATENCY: judge_share,
    MetricKind.MEAN: judge_mean,
    MetricKind.REQUESTS: judge_requests,
    MetricKind.LOSS: judge_canary,
    MetricKind.COMPARISON: judge_degradation,
    MetricKind.GAUGE: judge_gauge,
    MetricKind.AVAILABILITY: judge_availability,
    MetricKind.USERS_FAILED: judge_users,
    MetricKind.USERS_SLOW: judge_users,
    MetricKind.USERS_SERVED: judge_users,
    MetricKind.COVERAGE: judge_coverage,
    MetricKind.EXPOSURE: judge_tests,
    MetricKind.SATISFACTION: judge_answers,
    MetricKind.SIGNATURES: judge_signatures,
}
WITHOUT_METRIC: dict[EvidenceSource, Judge] = {
    EvidenceSource.TESTS: judge_tests,
    EvidenceSource.DRILL: judge_drill,
    EvidenceSource.ATTESTATION: judge_signatures,
}
NO_FILE = Path("no-journal")


def decide(
    plan: Plan,
    phase_id: str,
    ledger: Ledger,
    now: float,
    *,
    release: str | None = None,
    window_s: float | None = None,
    prerequisites: tuple[Prerequisite, ...] | None = None,
    aged_until: float | None = None,
    target: str | None = None,
) -> Decision:
    """
    The decision about *phase_id* of *plan* from *ledger* at *now* (seconds since the epoch).

    *release* defaults to that of the newest run. *window_s* makes it a rehearsal: windows are that short, and the
    phase before is listed instead of required. *prerequisites* are judged from the ledger unless they are given, as in
    a replay. *aged_until* is the moment up to which evidence ages, if not *now*. *target* selects one of several
    targets of the environment; without it the worst target decides for all. ValueError if the plan has no such phase.
    """
    phase = plan.phase(phase_id)
    release = release or newest_run(ledger, phase_id).release or UNKNOWN
    said = in_earnest(select(plan, phase_id, ledger, release, now, window_s, target))
    chosen = with_problems(plan, unrevoked(said))
    about = cases_of(plan, phase, chosen, now if aged_until is None else aged_until, window_s)
    judged, not_applicable, cleared = judged_cases(about, claimed(plan, chosen), chosen)
    findings = [intact(chosen), *rules_changed(plan, chosen), *failed_stages(chosen), *unseen_checks(chosen), *judged]
    if not any(not found.advisory for found in judged):
        findings.append(nothing_measured(phase_id))
    findings += standin_only(phase_id, about)
    if prerequisites is None:
        prerequisites = judged_before(plan, phase, ledger, chosen, now, target)
    if window_s is None:
        findings += [required(phase_id, item, real=not chosen.rehearsal) for item in prerequisites]
    return Decision(
        phase=phase.id,
        title=phase.title,
        target=chosen.targets,
        environment=chosen.environments,
        release=release,
        decided_at=now,
        outcome=outcome(findings, rehearsal=window_s is not None, real=not chosen.rehearsal),
        findings=tuple(findings),
        not_applicable=not_applicable,
        prerequisites=prerequisites,
        window_s=window_s,
        override=None if people_doubted(chosen.problems) else standing_override(chosen.runs, phase_id, now),
        plan=plan_hash(plan),
        journals=judged_journals(ledger, chosen.journals, release),
        attempts=sum(run.producer == "gate" for run in chosen.runs),
        alone=chosen.alone or None,
        remarks=(*remarks_on(chosen), *plan_remarks(findings), *tests_left_out(chosen), *cleared, *revocations(chosen)),
    )


def cases_of(plan: Plan, phase: Phase, chosen: Selection, at: float, window_s: float | None) -> list[Case]:
    """
    One case for each criterion of *phase*, with its own evidence; ages count up to *at* (seconds since the epoch).
    """
    begun = beginning(chosen)
    past = begun is not None and at > begun + phase.deadline
    seen = schema_revision(chosen)
    return [Case(each, phase, chosen.of(each), at, past, window_s, seen) for each in plan.criteria_of(phase.id)]


def remarks_on(chosen: Selection) -> list[str]:
    """
    The first remarks of a decision: the one target that it is about, and attestations that only stand in for people.
    """
    return [*([f"about {chosen.alone} alone"] if chosen.alone else []), *demos(chosen)]


def tests_left_out(chosen: Selection) -> list[str]:
    """Remarks about tests that the newest run left out, and about checks that people accepted as missing."""
    return [*chosen_tests(chosen.runs), *missed_checks(chosen)]


def judged_before(
    plan: Plan, phase: Phase, ledger: Ledger, chosen: Selection, now: float, target: str | None
) -> tuple[Prerequisite, ...]:
    """The phase that *phase* comes after, decided now for the same release in its own environment."""
    if phase.after is None:
        return ()
    before = select(plan, phase.after, ledger, chosen.release, now, target=target)
    at = ages_until(before, chosen, now)
    decision = decide(plan, phase.after, ledger, now, release=chosen.release, aged_until=at, target=target)
    return (standing(decision, before),)


def judged_cases(
    cases: list[Case], claims: dict[str, str], chosen: Selection
) -> tuple[list[Finding], dict[str, str], list[str]]:
    """The findings about *cases*, the waivers that took effect (id → words), and the cleared triggers in words."""
    findings, waivers, cleared = [], {}, []
    for case in cases:
        found = first = explained(case, finding_of(case), chosen)
        clear = clearing(chosen, case.id) if found.verdict is Verdict.TRIGGERED else None
        if clear:
            found = finding_of(replace(case, runs=after(case.runs, clear.t)))
            again = " and fired again" if found.verdict is Verdict.TRIGGERED else ""
            cleared.append(f"trigger of {case.id} cleared by {signature(clear)}{again}")
        if case.id in claims and waived(case, first):
            waivers[case.id] = claims[case.id]
        else:
            findings.append(overdue(case, found))
    return findings, waivers, cleared


def plan_remarks(findings: list[Finding]) -> list[str]:
    """A remark for each plan change that a person accepted."""
    return [f"plan change {found.reason}" for found in findings if found.id.endswith(RULES) and not found.verdict]


def finding_of(case: Case) -> Finding:
    """The worst finding of the judge of its kind."""
    return worst_of_places(judge_of(case.criterion), case)


def judge_of(criterion: Criterion) -> Judge:
    """The judge of a criterion: that of its metric's kind, or of its source where it has no metric."""
    return JUDGES[criterion.measured.kind] if criterion.metric else WITHOUT_METRIC[criterion.source]


def newest_run(ledger: Ledger, phase: str) -> Run:
    """The newest trusted run about *phase*; an empty one where there is none."""
    runs = [run for run in ledger.runs if run.records and run.trusted and run.started.phase == phase]
    return max(runs, key=lambda run: run.started.t, default=Run(path=NO_FILE, state=JournalState.TORN))


def judged_journals(everything: Ledger, mine: tuple[Run, ...], release: str) -> dict[str, str]:
    """
    Stem → last hash of each journal judged; `open` for a journal without an end, which may still grow.

    A missing journal that a register or a replayed decision lists stays listed, so that a replay misses it too.
    """
    there = {run.path.stem for run in everything.runs if run.trusted}
    counted = everything.registered(release) | everything.stored_journals
    lost = {stem: tail for stem, tail in counted.items() if stem not in there}
    seen = {run.path.stem: run.tail if run.state is JournalState.COMPLETE else OPEN for run in mine}
    return {**seen, **lost}


def outcome(findings: list[Finding], *, rehearsal: bool, real: bool) -> Outcome:
    """The worst verdict decides; a rehearsal on a real target never lets anything through."""
    worst = Outcome(max(finding.verdict for finding in findings if not finding.advisory))
    if rehearsal and real:
        return max(worst, Outcome.HOLD)
    return worst


def standing_override(runs: tuple[Run, ...], phase_id: str, now: float) -> StandingOverride | None:
    """The newest override of the phase that has not run out."""
    attested = [run for run in runs if run.producer == "attest" and run.state is JournalState.COMPLETE]
    for record in reversed([record for run in attested for record in run.of(written.Override)]):
        if record.phase == phase_id and record.until > now and is_said(record.by, record.why):
            return StandingOverride(by=record.by, why=record.why, until=record.until)
    return None
