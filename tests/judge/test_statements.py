"""What people say about the judgement: with a name and a reason, from a whole journal, until it is taken back."""

import pytest

from rollout.evidence import Run
from rollout.evidence.records import Attestation, Clear, Override, PlanChange, Record, Revoke
from rollout.judge.decide import finding_of
from rollout.judge.finding import Case
from rollout.judge.selection import Selection
from rollout.judge.statements import clearing, plan_change, revocations, unrevoked
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.properties.ledgers import cut, run, started

CLEAR = Clear(t=NOW - 60, criterion="stage.queue", by="Kim", role="owner", statement="it was a drill")
CHANGE = PlanChange(t=NOW - 60, phase="stage", meaning="abc", by="Kim", role="owner", statement="agreed")
WORD = Override(t=NOW - 60, phase="stage", by="Kim", why="so", until=NOW + 60)
CONSENT = Attestation(t=NOW - 60, criterion="stage.signed", by="Kim", role="owner", statement="seen", accepted=True)
REFUSAL = Attestation(t=NOW - 60, criterion="stage.signed", by="Kim", role="owner", statement="no", accepted=False)


def said(*records: Record, at: float = NOW - 60, number: int = 1, producer: str = "attest") -> Run:
    """A whole journal with these records."""
    return run(started(producer, number, at), list(records))


def of(*runs: Run) -> Selection:
    """What counts of these runs."""
    return Selection(PLAN, "stage", RELEASE, runs=runs)


def back(of: str, at: float = NOW - 30, by: str = "Ada", statement: str = "no longer", number: int = 9) -> Run:
    """A journal that takes something back."""
    return said(Revoke(of=of, by=by, role="owner", statement=statement), at=at, number=number)


def left(item: Run, revoke: Run) -> tuple[Record, ...]:
    """What is left of a journal after a revocation."""
    return unrevoked(of(item, revoke)).runs[0].records[1:]


EVERYTHING = said(CLEAR, CHANGE, WORD, CONSENT, REFUSAL)


def test_a_journal_of_people_is_taken_back_by_its_name_or_its_id() -> None:
    """
    All that it lets through; a refusal stays.
    """
    assert left(EVERYTHING, back(EVERYTHING.run_id)) == (REFUSAL,)
    assert left(EVERYTHING, back(EVERYTHING.path.stem)) == (REFUSAL,)


def test_all_overrides_are_taken_back_at_once() -> None:
    """
    And nothing else.
    """
    assert left(EVERYTHING, back("override")) == (CLEAR, CHANGE, CONSENT, REFUSAL)


@pytest.mark.parametrize(
    "revoke",
    [
        pytest.param(back("another"), id="of another journal"),
        pytest.param(back("override", at=NOW - 61), id="said before it"),
        pytest.param(back("override", by=" "), id="without a name"),
        pytest.param(back("override", statement=""), id="without a reason"),
        pytest.param(
            said(Revoke(of="override", by="A", role="o", statement="x"), number=9, producer="drill"), id="of a drill"
        ),
    ],
)
def test_a_revocation_that_is_none(revoke: Run) -> None:
    """
    It needs a later journal of people, a name and a reason.
    """
    assert left(EVERYTHING, revoke) == EVERYTHING.records[1:]
    assert unrevoked(of(EVERYTHING, revoke)).runs[0] == EVERYTHING


def test_who_names_a_journal_takes_it_back_whatever_the_clocks_say() -> None:
    """
    The machine of the other person is a minute behind: the word was there, since it is named.
    """
    assert left(EVERYTHING, back(EVERYTHING.path.stem, at=NOW - 120)) == (REFUSAL,)
    assert left(EVERYTHING, back(EVERYTHING.run_id, at=NOW - 120)) == (REFUSAL,)


def test_a_revocation_counts_from_a_journal_that_was_cut_short() -> None:
    """
    It lets nothing through.
    """
    assert left(EVERYTHING, cut(back("override"), 2)) == (CLEAR, CHANGE, CONSENT, REFUSAL)


def test_a_revocation_of_the_same_moment_counts_and_not_for_itself() -> None:
    """
    A journal does not take itself back.
    """
    assert left(EVERYTHING, back("override", at=NOW - 60)) == (CLEAR, CHANGE, CONSENT, REFUSAL)
    itself = said(WORD, Revoke(of="override", by="Ada", role="owner", statement="x"))
    assert unrevoked(of(itself)).runs[0].records[1:] == itself.records[1:]


def test_runs_that_measured_something_are_never_taken_back() -> None:
    """
    Evidence is no statement.
    """
    tests = said(CLEAR, producer="pytest", number=3)
    assert unrevoked(of(tests, back(tests.run_id))).runs[0].records == tests.records


def test_the_newest_clearing_of_a_criterion_counts() -> None:
    """
    With its journal; of another criterion, without a name or a reason, or cut short it is none.
    """
    newer = Clear(t=NOW - 30, criterion="stage.queue", by="Bo", role="owner", statement="again")
    first, second = said(CLEAR), said(newer, at=NOW - 30, number=2)
    assert clearing(of(first, second), "stage.queue") == newer
    assert clearing(of(first), "stage.other") is None
    assert clearing(of(cut(first, 2)), "stage.queue") is None
    for by, statement in ((" ", "x"), ("Kim", " ")):
        empty = Clear(criterion="stage.queue", by=by, role="owner", statement=statement)
        assert clearing(of(said(empty)), "stage.queue") is None


def test_a_plan_change_is_accepted_for_one_phase_and_one_meaning() -> None:
    """
    The newest one that fits.
    """
    assert plan_change(of(said(CHANGE)), "abc") == CHANGE
    assert plan_change(of(said(CHANGE)), "def") is None
    newer = PlanChange(t=NOW - 60, phase="stage", meaning="abc", by="Bo", role="owner", statement="again")
    assert plan_change(of(said(CHANGE), said(newer, number=2)), "abc") == newer
    for phase, by, statement in (("other", "Kim", "x"), ("stage", "", "x"), ("stage", "Kim", "")):
        none = PlanChange(phase=phase, meaning="abc", by=by, role="owner", statement=statement)
        assert plan_change(of(said(none)), "abc") is None


def test_what_was_taken_back_is_told() -> None:
    """
    With who did it and why; what has no reason is not.
    """
    told = revocations(of(back("override"), back("x", number=8), back("y", by="", number=7)))
    assert told == ["overrides revoked by Ada (owner): no longer", "x revoked by Ada (owner): no longer"]


@pytest.mark.parametrize(("roles", "said"), [([], "1 more needed"), (["owner", "tester"], "2 more needed")])
def test_what_nobody_signed_needs_a_signature_of_each_role_or_one(roles: list[str], said: str) -> None:
    """
    Where the plan names no role one person is enough.
    """
    asked = PLAN.criterion("stage.signed").model_copy(update={"roles": roles})
    assert finding_of(Case(asked, PLAN.phase("stage"), (), NOW)).margin == said
