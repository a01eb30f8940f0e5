"""What a decision is made of: the worst verdict, the word of an override, the phase before, and what is said about it."""

from dataclasses import replace
from pathlib import Path

import pytest

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence.records import Override as Said
from rollout.evidence.records import Record, Revoke
from rollout.judge.decide import decide, judged_journals, newest_run, outcome, standing_override
from rollout.judge.decision import Decision, Prerequisite, StandingOverride
from rollout.judge.finding import Finding
from rollout.judge.ledger_findings import intact, required
from rollout.judge.problem import Problem
from rollout.judge.selection import Selection
from rollout.judge.verdict import Outcome, Verdict
from rollout.plan import Plan
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.properties.ledgers import bad, cut, good, meeting, run, signed, started

WORD = Said(phase="stage", by="Kim", why="the owner accepts it", until=NOW + 60)


def finding(verdict: Verdict, *, advisory: bool = False) -> Finding:
    """A finding with that verdict."""
    return Finding(
        id="a", sentence="a", states="a", source="tests", verdict=verdict, reason="", value="", advisory=advisory
    )


def spoken(*records: Record, producer: str = "attest", at: float = NOW - 60, number: int = 1) -> Run:
    """A whole journal of these records."""
    return run(started(producer, number, at), list(records))


def override(*runs: Run, now: float = NOW) -> StandingOverride | None:
    """The override of the small plan's phase that stands."""
    return standing_override(runs, "stage", now)


def test_an_override_stands_until_its_time_is_over() -> None:
    """
    Who, why and until when; at that moment it has run out.
    """
    assert override(spoken(WORD)) == StandingOverride(by="Kim", why="the owner accepts it", until=NOW + 60)
    assert override(spoken(WORD), now=NOW + 60) is None


def test_the_newest_override_that_stands_is_shown() -> None:
    """
    A later one that ran out does not hide an earlier one.
    """
    first, over = (
        Said(phase="stage", by="Ada", why="once", until=NOW + 9),
        Said(phase="stage", by="Bo", why="x", until=1),
    )
    found = override(spoken(first), spoken(WORD, number=2), spoken(over, number=3))
    assert found is not None
    assert found.by == "Kim"


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(spoken(Said(phase="other", by="Kim", why="so", until=NOW + 60)), id="of another phase"),
        pytest.param(spoken(Said(phase="stage", by=" ", why="so", until=NOW + 60)), id="of nobody"),
        pytest.param(spoken(Said(phase="stage", by="Kim", why="", until=NOW + 60)), id="without a reason"),
        pytest.param(spoken(WORD, producer="pytest"), id="in a journal of tests"),
        pytest.param(cut(spoken(WORD), 2), id="in a journal that was cut short"),
    ],
)
def test_an_override_that_is_none(item: Run) -> None:
    """
    It needs the phase, a name, a reason, and a whole journal of people.
    """
    assert override(item) is None


def decision(result: Outcome, *, overridden: bool = True, **more: object) -> Decision:
    """A decision with or without an override."""
    word = StandingOverride(by="Kim", why="so", until=NOW) if overridden else None
    facts: dict[str, object] = {
        "phase": "stage",
        "title": "Stage",
        "target": "t",
        "environment": "staging",
        "release": RELEASE,
        "decided_at": NOW,
        "outcome": result,
        "findings": (),
        "plan": "p",
        "override": word,
    }
    return Decision.model_validate({**facts, **more})


@pytest.mark.parametrize(
    ("result", "code", "line"),
    [
        (Outcome.GO, 0, "GO"),
        (Outcome.HOLD, 40, "GO by override of HOLD (Kim until 2027-01-15 08:00 UTC: so)"),
        (Outcome.NO_GO, 40, "GO by override of NO-GO (Kim until 2027-01-15 08:00 UTC: so)"),
        (Outcome.ROLLBACK, 20, "ROLLBACK"),
    ],
)
def test_an_override_opens_and_never_hides_a_rollback(result: Outcome, code: int, line: str) -> None:
    """
    It changes a HOLD or a NO-GO; a GO needs none.
    """
    made = decision(result)
    assert (made.exit_code, made.line) == (code, line)


@pytest.mark.parametrize(
    ("result", "code"), [(Outcome.GO, 0), (Outcome.HOLD, 30), (Outcome.NO_GO, 10), (Outcome.ROLLBACK, 20)]
)
def test_each_outcome_has_its_exit_code(result: Outcome, code: int) -> None:
    """
    Without an override the word and the code are those of the worst verdict.
    """
    made = decision(result, overridden=False)
    assert (made.exit_code, made.line) == (code, str(result))


def test_everything_that_qualifies_a_decision_stands_in_its_line() -> None:
    """
    The shortened window, what is not applicable, and what people said.
    """
    more = {"window_s": 60.0, "not_applicable": {"a": "why", "b": "why"}, "remarks": ("overrides revoked by Ada",)}
    made = decision(Outcome.GO, overridden=False, **more)
    assert made.line == "GO (rehearsal, window 60 s, 2 not applicable, overrides revoked by Ada)"


def test_the_worst_finding_decides_and_stands_first() -> None:
    """
    Advice decides nothing.
    """
    findings = [finding(Verdict.MET), finding(Verdict.BROKEN), finding(Verdict.TRIGGERED, advisory=True)]
    assert outcome(findings, rehearsal=False, real=True) is Outcome.NO_GO
    made = decision(Outcome.NO_GO, findings=tuple(findings))
    assert [each.verdict for each in made.deciding] == [Verdict.BROKEN, Verdict.MET]


@pytest.mark.parametrize(
    ("rehearsal", "real", "result"),
    [(True, True, Outcome.HOLD), (True, False, Outcome.GO), (False, True, Outcome.GO)],
)
def test_a_rehearsal_on_a_real_target_holds_at_least(rehearsal: bool, real: bool, result: Outcome) -> None:
    """
    On the stand-in it may be GO, and what is worse than HOLD stays so.
    """
    assert outcome([finding(Verdict.MET)], rehearsal=rehearsal, real=real) is result
    assert outcome([finding(Verdict.BROKEN)], rehearsal=rehearsal, real=real) is Outcome.NO_GO


def two_phases() -> Plan:
    """The small plan with a phase before its own, which needs a signature only."""
    document = PLAN.model_dump(mode="json", exclude_none=True)
    (phase,) = document["phases"]
    phase |= {"deadline": "1w"}
    phase["steps"][0] |= {"monitor": "1h"}
    first = {**phase, "id": "before", "steps": [{"id": "all", "exposure": "nobody", "percent": 0}]}
    document["phases"] = [first, {**phase, "after": "before"}]
    agreed = {"id": "agreed", "phases": ["before"], "states": "agreed", "source": "attestation", "next": "ask"}
    document["criteria"] = [{**item, "max_age": "1d"} for item in (agreed, *document["criteria"])]
    return Plan.model_validate(document)


def agreed(number: int = 50, **more: object) -> Run:
    """The signature that the phase before needs."""
    record = signed(True, ("owner",))[0]
    words = type(record)(criterion="before.agreed", by="Kim", role="owner", statement="seen", accepted=True)  # type: ignore[call-arg]
    return run(started("attest", number, NOW - 7000, phase="before", meanings={}, **more), [words])


def test_a_phase_needs_the_go_of_the_one_before_for_the_same_release() -> None:
    """
    Another build's GO opens nothing; a rehearsal only lists it.
    """
    plan = two_phases()
    opened = decide(plan, "stage", Ledger((agreed(), *meeting())), NOW, release=RELEASE)
    assert [item.met for item in opened.prerequisites] == [True]
    assert "stage.after-before" in [each.id for each in opened.findings]
    for runs in (meeting(), (agreed(release="2.0.1"), *meeting())):
        closed = decide(plan, "stage", Ledger(runs), NOW, release=RELEASE)
        assert closed.prerequisites[0].detail == f"before: no evidence about release {RELEASE}"
        assert closed.outcome >= Outcome.HOLD
        rehearsed = decide(plan, "stage", Ledger(runs), NOW, release=RELEASE, window_s=3600)
        assert "stage.after-before" not in [each.id for each in rehearsed.findings]


def test_a_phase_before_that_holds_opens_nothing() -> None:
    """
    Only its GO does, or a GO by an override that stands.
    """
    plan = two_phases()
    holding = run(started("drill", 51, NOW - 7000, phase="before", meanings={}), [])
    closed = decide(plan, "stage", Ledger((holding, *meeting())), NOW, release=RELEASE)
    assert (closed.prerequisites[0].met, closed.prerequisites[0].detail) == (False, "before: HOLD")
    word = Said(phase="before", by="Kim", why="so", until=NOW + 60)
    opening = run(started("attest", 52, NOW - 7000, phase="before", meanings={}), [word])
    opened = decide(plan, "stage", Ledger((holding, opening, *meeting())), NOW, release=RELEASE)
    assert opened.prerequisites[0].met


def test_what_is_required_of_the_phase_before_is_a_finding() -> None:
    """
    It says what to do where it is not met.
    """
    held = Prerequisite(phase="before", met=False, detail="why")
    missing = required("stage", held, real=True)
    assert (missing.verdict, missing.value) == (Verdict.UNPROVEN, "no GO")
    assert missing.next == "bring before to GO for this release: rollout gate before --target NAME"
    assert required("stage", held, real=False).next == "bring before to GO for this release: rollout gate before"
    there = required("stage", Prerequisite(phase="before", met=True, detail="GO"), real=True)
    assert (there.verdict, there.value, there.next) == (Verdict.MET, "GO", "")


def test_the_ledger_itself_is_a_finding() -> None:
    """
    In order only with journals and without problems, of which the first is the reason.
    """
    whole = intact(Selection(PLAN, "stage", RELEASE, journals=meeting()))
    assert (whole.verdict, whole.value, whole.reason) == (Verdict.MET, "4 of 4 journals in order", "every seal holds")
    empty = intact(Selection(PLAN, "stage", RELEASE))
    assert (empty.verdict, empty.reason) == (Verdict.UNPROVEN, "there is no journal")
    odd = intact(
        Selection(PLAN, "stage", RELEASE, journals=meeting()[:2], problems=tuple(map(Problem, ("one", "two", "three"))))
    )
    assert (odd.verdict, odd.reason, odd.value) == (Verdict.UNPROVEN, "one (and 2 more)", "3 doubts")
    assert odd.listed == ("one", "two", "three")
    one = intact(Selection(PLAN, "stage", RELEASE, journals=meeting()[:2], problems=(Problem("one"),)))
    assert (one.reason, one.value, one.listed) == ("one", "1 of 2 journals in order", ())


def test_the_release_of_the_newest_run_is_decided_about() -> None:
    """
    Of the phase, among the runs that can be believed.
    """
    runs = (
        good("pytest", 1, NOW - 50, release="new"),
        good("pytest", 2, NOW - 90, release="old"),
        good("pytest", 3, NOW - 10, release="elsewhere", phase="other"),
        replace(good("pytest", 4, NOW - 5, release="forged"), state=JournalState.FORGED),
        Run(Path("empty.jsonl"), JournalState.TORN),
    )
    assert newest_run(Ledger(runs), "stage").release == "new"
    assert newest_run(Ledger(), "stage").release is None
    assert decide(PLAN, "stage", Ledger(runs), NOW).release == "new"
    assert decide(PLAN, "stage", Ledger(), NOW).release == "unknown"


def test_a_decision_lists_the_journals_that_it_judged() -> None:
    """
    By their last hash, one that may still grow as open; what a replay counts on and is gone stays listed.
    """
    whole, torn = good("pytest", 1, NOW - 50), cut(good("drill", 2, NOW - 40), 1)
    ledger = Ledger((whole, torn), {"gone": "hash", whole.path.stem: "old"})
    listed = judged_journals(ledger, (whole, torn), RELEASE)
    assert listed == {whole.path.stem: whole.tail, torn.path.stem: "open", "gone": "hash"}


def test_a_revoked_override_stands_in_the_line_and_opens_nothing() -> None:
    """
    By the word `override` or by the journal it stood in.
    """
    word = spoken(WORD, number=1)
    for of in ("override", word.run_id, word.path.stem):
        back = spoken(Revoke(of=of, by="Ada", role="owner", statement="no longer"), at=NOW - 30, number=2)
        made = decide(PLAN, "stage", Ledger((word, back)), NOW, release=RELEASE)
        assert (made.override, made.exit_code) == (None, 30)
        assert made.remarks == (f"{'overrides' if of == 'override' else of} revoked by Ada (owner): no longer",)


def test_past_the_deadline_missing_evidence_is_broken() -> None:
    """
    Counted from the first evidence of the release.
    """
    item = good("drill", 1, NOW)
    week = 7 * 86_400.0
    on_time = decide(PLAN, "stage", Ledger((item,)), NOW + week, release=RELEASE)
    late = decide(PLAN, "stage", Ledger((item,)), NOW + week + 1, release=RELEASE)
    assert (on_time.outcome, late.outcome) == (Outcome.HOLD, Outcome.NO_GO)
    assert decide(PLAN, "stage", Ledger(), NOW + 2 * week, release=RELEASE).outcome is Outcome.HOLD


def test_a_signature_starts_no_deadline() -> None:
    """
    People may sign weeks before anything is measured; the time begins with the first measurement.
    """
    week = 7 * 86_400.0
    signed, measured = good("attest", 1, NOW - 2 * week), good("drill", 2, NOW)
    assert decide(PLAN, "stage", Ledger((signed,)), NOW, release=RELEASE).outcome is Outcome.HOLD
    assert decide(PLAN, "stage", Ledger((signed, measured)), NOW + week, release=RELEASE).outcome is Outcome.HOLD
    assert decide(PLAN, "stage", Ledger((signed, measured)), NOW + week + 1, release=RELEASE).outcome is Outcome.NO_GO


def test_gates_are_counted_as_attempts() -> None:
    """
    Runs by hand are none.
    """
    gates = tuple(run(started("gate", number, NOW - 90 + number), []) for number in (1, 2))
    assert decide(PLAN, "stage", Ledger((*gates, bad("pytest", 3, NOW - 5))), NOW, release=RELEASE).attempts == 2
