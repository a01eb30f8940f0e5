"""A run by hand in whose middle another release was deployed accuses, and proves nothing."""

from dataclasses import replace

import pytest
from msgspec import structs

from rollout.evidence import JournalState, Ledger, Run
from rollout.evidence.records import RunFinished, RunStarted, StageFinished
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.judge.load_attempts import judged_run
from rollout.judge.load_evidence import ALL
from rollout.judge.problem import ProblemKind
from rollout.judge.two_releases import each_of_one_release, of_one_release
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.judge.loads import PLAN as LOAD_PLAN
from tests.judge.loads import Load, judged
from tests.properties.ledgers import bad, good, outcomes, run, started

OTHER = "2.0.1"
ENDED = f"another release, {OTHER}, answered when it ended: it is evidence of no one release"


def with_other(one: Run) -> Run:
    """The same run, at whose end another release answered."""
    kept = [each for each in one.records if not isinstance(each, RunFinished)]
    return replace(one, records=(*kept, RunFinished(t=one.newest, records=len(kept), other=OTHER)))


def finding(name: str, *runs: Run) -> Finding:
    """The finding of that name."""
    made = decide(PLAN, "stage", Ledger(runs), NOW, release=RELEASE)
    return next(each for each in made.findings if each.id == f"stage.{name}")


def test_a_run_of_two_releases_proves_nothing() -> None:
    """
    Checks that passed count as not run, and the ledger says why and what to do.
    """
    mixed = with_other(good("pytest", 1, NOW - 100))
    assert finding("answers", mixed).verdict.name == "UNPROVEN"
    found = finding("evidence-intact", mixed)
    assert found.reason == f"{mixed.path.name}: {ENDED}"
    assert found.next == ProblemKind.TWO_RELEASES.value


def test_a_run_of_two_releases_accuses() -> None:
    """
    What failed may have failed before the other release came: a deployment wipes nothing away.
    """
    assert finding("answers", with_other(bad("pytest", 1, NOW - 100))).verdict.name == "BROKEN"


def test_a_later_whole_run_makes_up_for_one_of_two_releases() -> None:
    """
    In the same place, as for a run that was cut short.
    """
    mixed, whole = with_other(good("pytest", 1, NOW - 100)), good("pytest", 2, NOW - 50)
    assert finding("evidence-intact", mixed, whole).verdict.name == "MET"
    assert finding("answers", mixed, whole).verdict.name == "MET"


@pytest.mark.parametrize("state", [JournalState.TORN, JournalState.FORGED, JournalState.OPEN])
def test_what_is_not_whole_has_its_complaint_already(state: JournalState) -> None:
    """
    Only a run with its end tells what answered then.
    """
    one = good("pytest", 1, NOW - 100)
    assert of_one_release(one) is one
    cut = Run(one.path, state, with_other(one).records, "why")
    assert of_one_release(cut) is cut


def test_a_load_of_two_releases_says_so() -> None:
    """
    It is not called cut short.
    """
    mixed = of_one_release(with_other(Load().run()))
    assert judged_run(mixed, ALL, LOAD_PLAN.phase("stage")).problem == ENDED


def gate(number: int, at: float, other: str = "", *children: Run) -> Run:
    """A gate whose one stage left these journals, and at whose end another release may have answered."""
    journals = {child.path.stem: child.tail for child in children}
    stage = StageFinished(stage="smoke", exit=0, seconds=1.0, journals=journals, worked=not other, other=other)
    return run(started("gate", number, at), [stage])


def child(number: int, at: float, of: int) -> Run:
    """Checks that passed, in the name of the gate of that number."""
    end = RunFinished(records=3)
    return run(started("pytest", number, at, parent=started("gate", of, at).run), [*outcomes("passed"), end])


def test_what_a_gate_saw_of_a_stage_holds_for_its_journals() -> None:
    """
    Their own ends tell of one release: the gate looks for its stages. Nothing of it is a proof, whatever comes later.
    """
    mixed = child(1, NOW - 100, of=8)
    begun = gate(8, NOW - 110, OTHER, mixed)
    assert finding("answers", begun, mixed).verdict.name == "UNPROVEN"
    assert ENDED in finding("evidence-intact", begun, mixed).reason
    (_, found) = each_of_one_release((begun, mixed))
    assert (found.state, found.other_release) == (JournalState.TORN, OTHER)
    later = child(2, NOW - 50, of=9)
    again = gate(9, NOW - 60, "", later)
    assert finding("evidence-intact", begun, mixed, again, later).verdict.name == "MET"
    assert finding("answers", begun, mixed, again, later).evidence == (later.path.stem,)


def test_a_gate_tells_nothing_of_what_another_one_started() -> None:
    """
    Nor of what was run by hand beside it, nor of a stage that ended with the release that it began with.
    """
    foreign, by_hand = child(1, NOW - 100, of=7), good("pytest", 2, NOW - 90)
    begun = gate(8, NOW - 110, OTHER, foreign, by_hand)
    assert each_of_one_release((begun, foreign, by_hand)) == (begun, foreign, by_hand)
    mine = child(3, NOW - 100, of=8)
    same = gate(8, NOW - 110, "", mine)
    assert each_of_one_release((same, mine)) == (same, mine)


def test_a_stage_of_two_releases_adds_no_certainty() -> None:
    """
    One run of 60 slices is not certain, and one that measured two releases lends it none.
    """
    parent = started("gate", 8, NOW).run
    mixed, whole = Load(name="mixed").run(), Load(name="whole").run()
    first, *rest = mixed.records
    assert isinstance(first, RunStarted)
    mixed = replace(mixed, records=(structs.replace(first, parent=parent), *rest))
    stage = StageFinished(stage="load", exit=0, seconds=1.0, journals={"mixed": ""}, worked=False, other=OTHER)
    found = each_of_one_release((run(started("gate", 8, NOW), [stage]), mixed, whole))
    assert judged("certainly-fast", mixed, whole).verdict.name == "MET"
    assert judged("certainly-fast", *found[1:]).verdict.name == "UNPROVEN"
    assert judged("certainly-fast", found[1]).reason == ENDED
