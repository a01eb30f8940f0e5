"""What stands against a ledger: each problem in its own words, and none where all is there."""

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from rollout.evidence import JournalState, Ledger, Record, Run
from rollout.evidence.records import (
    Attestation,
    Drill,
    DrillErred,
    PlanChange,
    RollbackBegun,
    RunFinished,
    Sample,
    Slot,
    StageFinished,
    TestOutcome,
    TestsCollected,
)
from rollout.evidence.register import Entry, JournalRegister, Line
from rollout.judge.integrity import ledger_problems, superseded
from rollout.judge.watched_again import DecisionScope
from tests.judge.ledgers import CHECK, NOW, PLAN, RELEASE
from tests.judge.loads import PLAN as LOAD_PLAN
from tests.judge.loads import START, Load
from tests.properties.ledgers import cut, good, outcomes, run, started

STAGE = DecisionScope(PLAN, PLAN.phase("stage"))
TESTS, DRILL = good("pytest", 1, NOW - 100), good("drill", 2, NOW - 50)


def problems(
    *runs: Run, registers: tuple[JournalRegister, ...] = (), stored: dict[str, str] | None = None
) -> list[str]:
    """What stands against these runs."""
    return [each.text for each in ledger_problems(Ledger(runs, stored or {}, registers), runs, STAGE, RELEASE)]


def made_up(torn: Run, *others: Run, registers: tuple[JournalRegister, ...] = ()) -> bool:
    """Whether other runs make up for one that has no end."""
    runs = (torn, *others)
    return superseded(torn, runs, STAGE, Ledger(runs, {}, registers))


def saw(*stems: str) -> Run:
    """A run that saw these journals when it began."""
    return run(started("drill", 9, NOW - 10, known=stems), list(DRILL.records[1:]))


def gate(number: int, *stages: Record) -> Run:
    """A gate with these stages."""
    return run(started("gate", number, NOW - 200), list(stages))


def stage(*children: Run, tail: str | None = None) -> StageFinished:
    """A stage that left these journals."""
    journals = {child.path.stem: child.tail if tail is None else tail for child in children}
    return StageFinished(stage="smoke", exit=0, seconds=1.0, journals=journals)


def test_a_whole_ledger_has_no_doubt() -> None:
    """
    Runs that saw each other and are all there.
    """
    assert problems(TESTS, DRILL, saw(TESTS.path.stem, DRILL.path.stem)) == []


def test_a_journal_that_a_later_one_saw_is_missed() -> None:
    """
    Journals of the time before registers list what they saw.
    """
    witness = saw(TESTS.path.stem)
    assert problems(DRILL, witness) == [f"{TESTS.path.stem}.jsonl: is missing: {witness.path.stem} saw it"]


def test_the_journal_of_a_gate_is_missed_by_its_stages() -> None:
    """
    A run names the gate that started it.
    """
    first = started("pytest", 3, NOW - 20, parent="0" * 16)
    child = run(first, list(TESTS.records[1:]))
    assert problems(child) == [f"{child.path.name}: the journal of its gate (run {'0' * 16}) is missing"]
    parent = gate(4)
    assert problems(parent, run(structs.replace(first, parent=parent.run_id), list(TESTS.records[1:]))) == []


def test_a_gate_vouches_for_its_own_children_only() -> None:
    """
    What another gate started may have ended otherwise.
    """
    listed = gate(4, stage(TESTS, tail="other"))
    assert problems(listed, TESTS) == []
    mine = run(started("pytest", 1, NOW - 100, parent=listed.run_id), list(TESTS.records[1:]))
    promised = gate(4, stage(mine, tail="other"))
    assert problems(promised, mine) == [f"{mine.path.stem}.jsonl: was replaced since {promised.path.name} read it"]
    assert problems(gate(4, stage(mine)), mine) == []


def test_a_child_that_is_gone_or_cannot_be_read_is_missed() -> None:
    """
    It may have been the gate's own.
    """
    listed = gate(4, stage(TESTS, tail="end"))
    assert problems(listed) == [f"{TESTS.path.stem}.jsonl: is missing: {listed.path.name} counts on it"]
    forged = replace(TESTS, state=JournalState.FORGED, complaint="forged")
    assert problems(listed, forged) == [
        "forged",
        f"{TESTS.path.stem}.jsonl: was replaced since {listed.path.name} read it",
    ]


def test_a_stored_decision_misses_what_it_saw() -> None:
    """
    Its journals are there as they were; one that was open then may have grown.
    """
    stem = TESTS.path.stem
    assert problems(TESTS, stored={stem: TESTS.tail}) == []
    assert problems(TESTS, stored={stem: "open"}) == []
    assert problems(TESTS, stored={stem: "other"}) == [f"{stem}.jsonl: was replaced since the stored decision read it"]
    assert problems(stored={stem: "other"}) == [f"{stem}.jsonl: is missing: the stored decision counts on it"]


def test_a_run_that_was_cut_short_stands_until_a_later_whole_one_of_its_producer() -> None:
    """
    Neither an earlier run, nor one of another producer, nor one that was cut short too makes up for it.
    """
    torn = cut(TESTS, 1)
    later, earlier = good("pytest", 5, NOW - 90), good("pytest", 6, NOW - 110)
    assert made_up(torn, later)
    assert not made_up(torn, earlier)
    assert not made_up(torn, DRILL)
    assert not made_up(torn, cut(later, 2))
    assert problems(torn, earlier) == [torn.complaint]
    assert problems(torn, later) == []


@pytest.mark.parametrize(
    "later",
    [
        pytest.param(good("pytest", 5, NOW - 90, narrowed=True), id="somebody chose among its tests"),
        pytest.param(good("pytest", 5, NOW - 90, target="green"), id="on another target"),
        pytest.param(good("pytest", 5, NOW - 90, environment="production"), id="in another environment"),
        pytest.param(
            run(started("pytest", 5, NOW - 90), [*outcomes("passed"), RunFinished(records=3, unfinished=("a",))]),
            id="it left a test without an outcome",
        ),
        pytest.param(good("pytest", 5, NOW - 100), id="begun before the other had ended"),
    ],
)
def test_what_is_no_whole_attempt_in_the_same_place_makes_up_for_nothing(later: Run) -> None:
    """
    Cases 5 and 13: the run that was cut short stays a problem.
    """
    torn = cut(TESTS, 1)
    assert not made_up(torn, later)
    assert made_up(torn, later, good("pytest", 6, NOW - 80))


def test_two_runs_that_together_carried_out_every_check_make_up_for_one() -> None:
    """
    On a real target each folder of tests is a run of its own.
    """
    both = {"stage.answers": (CHECK, "integration/test_b.py::test_it")}
    torn, first = cut(TESTS, 1), good("pytest", 5, NOW - 90, checks=both)
    parameter = "integration/test_b.py::test_it[a]"
    only_collected = run(
        started("pytest", 6, NOW - 80, checks=both), [TestsCollected(nodes={"stage.answers": (parameter,)})]
    )
    second = run(
        started("pytest", 7, NOW - 70, checks=both),
        [TestOutcome(node=parameter, criteria=("stage.answers",), outcome="passed", duration_s=0.1, message="")],
    )
    assert not made_up(torn, first)
    assert not made_up(torn, second)
    assert not made_up(torn, first, only_collected)
    assert made_up(torn, first, second)


def test_an_attempt_has_to_be_worth_something() -> None:
    """
    Cases 5 and 13: a watch that saw nothing, a drill that was not carried out and a load that is not valid make up for nothing.
    """
    blind = [Slot(due=NOW - 80, number=0, samples={"celery.queue_tasks": Sample(error="no way in")})]
    for producer, poor in (("watch", blind), ("drill", [])):
        torn = cut(good(producer, 1, NOW - 100), 1)
        assert not made_up(torn, run(started(producer, 5, NOW - 90), list(poor)))
        assert made_up(torn, good(producer, 6, NOW - 80))
    load, asked = Load(begins=START - 5.0), DecisionScope(LOAD_PLAN, LOAD_PLAN.phase("stage"))
    torn = replace(Load(begins=START - 90.0, seconds=[], state=JournalState.TORN).run(), complaint="cut short")
    for later, expected in ((load.run(), True), (Load(users=5).run(), False)):
        runs = (torn, later)
        assert superseded(torn, runs, asked, Ledger(runs)) is expected


def test_a_drill_that_was_cut_short_is_made_up_for_by_one_of_the_same_procedure() -> None:
    """
    Case 13: its journal tells what it was begun for; the drill of another procedure is none, nor one that could not tell.
    """
    begun = started("drill", 1, NOW - 100, checks={"stage.restored": ()})
    torn = cut(run(begun, []), 1)
    restored = Drill(criterion="stage.restored", passed=True, reason="so", value="2 s")
    unclear = DrillErred(criterion="stage.restored", reason="no disk")
    assert not made_up(torn, good("drill", 5, NOW - 90))
    assert not made_up(torn, good("drill", 5, NOW - 90), run(started("drill", 6, NOW - 80), [unclear]))
    assert made_up(torn, run(started("drill", 6, NOW - 80), [restored]))
    said = cut(run(started("drill", 1, NOW - 100), [restored]), 2)
    assert not made_up(said, good("drill", 5, NOW - 90))
    assert made_up(said, run(started("drill", 6, NOW - 80), [restored]))


def test_a_drill_of_which_nobody_knows_the_procedure_is_made_up_for_by_all_of_them() -> None:
    """
    Case 13: journals of before do not tell it, and of one that was emptied nothing is left.
    """
    torn = cut(good("drill", 1, NOW - 100), 1)
    restored = run(
        started("drill", 3, NOW - 200), [Drill(criterion="stage.restored", passed=True, reason="so", value="2 s")]
    )
    again = run(
        started("drill", 7, NOW - 70), [Drill(criterion="stage.restored", passed=False, reason="so", value="2 s")]
    )
    assert made_up(torn, good("drill", 5, NOW - 90))
    assert not made_up(torn, restored, good("drill", 5, NOW - 90))
    assert made_up(torn, restored, good("drill", 5, NOW - 90), again)


def test_a_rollback_that_was_cut_short_is_made_up_for_by_one_of_the_same_procedure() -> None:
    """
    Case 13: what a killed emergency left is not made good by lowering a percentage; one that was killed before it said what is, by any.
    """
    emergency, gradual = RollbackBegun(procedure="emergency"), RollbackBegun(procedure="gradual")
    torn = cut(run(started("rollback", 1, NOW - 100), [emergency]), 2)
    assert not made_up(torn, run(started("rollback", 5, NOW - 90), [gradual]))
    assert made_up(torn, run(started("rollback", 6, NOW - 80), [emergency]))
    assert made_up(cut(torn, 1), run(started("rollback", 5, NOW - 90), [gradual]))


def test_only_an_attempt_of_the_same_kind_makes_up_for_one_that_was_cut_short() -> None:
    """
    Case 5: of a kind that needs nothing more its end is enough, and the end of another kind is none.
    """
    torn = cut(run(started("other", 1, NOW - 100), []), 1)
    assert not made_up(torn, good("pytest", 2, NOW - 80), good("drill", 3, NOW - 70), good("watch", 4, NOW - 60))
    assert made_up(torn, run(started("other", 5, NOW - 50), []))


def test_a_run_of_which_only_its_register_knows_the_place_is_made_up_for_there() -> None:
    """
    Cases 5 and 13: nothing is left of the file, and its register tells where and when it began.
    """
    nameless = Run(TESTS.path, JournalState.TORN, complaint="no beginning")
    begun = Line(
        event="begun",
        prev="",
        t=NOW - 100,
        stem=TESTS.path.stem,
        run="",
        producer="pytest",
        environment="staging",
        target="blue",
    )
    known = JournalRegister("register-a", {TESTS.path.stem: Entry("register-a", begun)}, frozenset())
    later = good("pytest", 5, NOW - 90)
    assert made_up(nameless, later, registers=(known,))
    assert not made_up(nameless, good("pytest", 5, NOW - 90, target="green"), registers=(known,))
    assert not made_up(nameless, good("pytest", 5, NOW - 110), registers=(known,))


def test_an_open_journal_is_worth_what_a_torn_one_is() -> None:
    """
    Case 14: who is at work may still find something; a later whole run makes up for it all the same.
    """
    at_work = replace(cut(TESTS, 1), state=JournalState.OPEN, complaint="process 7 is writing it")
    assert problems(at_work) == ["process 7 is writing it"]
    assert problems(at_work, good("pytest", 5, NOW - 90)) == []


def test_a_run_that_says_nothing_of_itself_is_not_ordered_by_its_name() -> None:
    """
    Case 9: a file that ends before its first record is over has only a name, which anybody can change.
    """
    nameless = Run(Path("a-Z-pytest-00000000.jsonl"), JournalState.TORN, complaint="no beginning")
    assert not made_up(nameless, TESTS, good("pytest", 5, NOW - 90))


def test_a_check_that_the_release_knew_is_not_made_up_for_by_deleting_it() -> None:
    """
    Case 5: the run was killed by a check that is in the source no more; a person may accept that it is gone.
    """
    both = {"stage.answers": (CHECK, "smoke/test_health.py::test_b")}
    torn, later = cut(good("pytest", 1, NOW - 100, checks=both), 1), good("pytest", 5, NOW - 90)
    gone = PlanChange(
        phase="stage",
        meaning="",
        by="Kim",
        role="r",
        statement="s",
        checks={"stage.answers": both["stage.answers"][1:]},
    )
    assert not made_up(torn, later)
    assert made_up(torn, later, run(started("attest", 6, NOW - 80), [gone]))


def test_a_run_of_tests_that_knows_no_check_makes_up_for_nothing() -> None:
    """
    Cases 3 and 5: the folder is empty, and so was what ran.
    """
    torn = cut(good("pytest", 1, NOW - 100, checks={}), 1)
    assert not made_up(torn, run(started("pytest", 5, NOW - 90, checks={}), []))


def test_a_gate_that_was_cut_short_is_made_up_for_by_one_with_its_stages() -> None:
    """
    Case 13: one without any stage, or without those that the first had ended, is none.
    """
    torn = cut(gate(4, stage()), 2)
    other = StageFinished(stage="load", exit=0, seconds=1.0, journals={})
    for later, expected in (([], False), ([other], False), ([other, stage()], True)):
        assert made_up(torn, run(started("gate", 5, NOW - 100), list(later))) is expected


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        pytest.param({}, True, id="the same"),
        pytest.param({"accepted": True}, True, id="the same person changes a refusal"),
        pytest.param({"by": "Bo"}, False, id="another person"),
        pytest.param({"role": "tester"}, False, id="another role"),
        pytest.param({"criterion": "stage.other"}, False, id="about something else"),
    ],
)
def test_a_word_that_was_cut_short_is_made_up_for_by_the_same_person(word: dict[str, str], expected: bool) -> None:
    """
    Case 13: nobody clears another one's refusal; a word that was lost whole is nobody's.
    """
    said = Attestation(criterion="stage.signed", by="Ann", role="owner", statement="no", accepted=False)
    torn = cut(run(started("attest", 1, NOW - 100), [said]), 2)
    later = run(started("attest", 5, NOW - 50), [structs.replace(said, **word)])
    assert made_up(torn, later) is expected
    assert not made_up(cut(torn, 1), later)


def test_a_sample_from_before_its_run_is_a_doubt() -> None:
    """
    Case 2: what is written within seconds was not watched for an hour.
    """
    late = run(started("watch", 1, NOW - 60), [Slot(due=NOW - 3660, number=0, samples={})])
    assert problems(late) == [f"{late.path.name}: tells of samples from 3600 s before it began"]
    assert problems(run(started("watch", 1, NOW - 60), [Slot(due=NOW - 90, number=0, samples={})])) == []


def entry(item: Run, tail: str, **more: str) -> dict[str, Entry]:
    """What a register knows of a run."""
    phase, release = more.get("phase", "stage"), more.get("release", RELEASE)
    begun = Line(event="begun", prev="", t=NOW, stem=item.path.stem, run=item.run_id, phase=phase, release=release)
    return {item.path.stem: Entry("register-a", begun, tail)}


def test_a_register_knows_how_each_journal_ended() -> None:
    """
    One that ended otherwise, or is gone, is a problem.
    """
    stem = TESTS.path.stem
    known = JournalRegister("register-a", entry(TESTS, TESTS.tail), frozenset())
    assert problems(TESTS, registers=(known,)) == []
    assert problems(registers=(known,)) == [f"{stem}.jsonl: is missing: register-a knows it"]
    other = replace(known, entries=entry(TESTS, "other"))
    assert problems(TESTS, registers=(other,)) == [f"{stem}.jsonl: was replaced or shortened since it ended"]
    unended = replace(known, entries=entry(TESTS, ""))
    assert problems(cut(TESTS, 1), registers=(unended,)) == [f"{stem}.jsonl: has no end"]


def test_a_register_is_asked_about_one_phase_and_release() -> None:
    """
    What is missing elsewhere is missed there.
    """
    for more in ({"phase": "other"}, {"release": "other"}):
        known = JournalRegister("register-a", entry(TESTS, "end", **more), frozenset())
        assert problems(registers=(known,)) == []


def test_a_journal_that_a_register_knows_is_missed_once() -> None:
    """
    Its gate does not say the same again.
    """
    listed = gate(4, stage(TESTS, tail="end"))
    known = JournalRegister("register-a", entry(TESTS, "end") | entry(listed, listed.tail), frozenset())
    assert len(problems(listed, registers=(known,))) == 1


def test_a_register_that_lost_lines_or_is_gone_is_missed() -> None:
    """
    Each journal notes the last hash of its register when it began.
    """
    noted = run(started("drill", 7, NOW, register="register-a:abc"), list(DRILL.records[1:]))
    here = JournalRegister("register-a", entry(noted, noted.tail), frozenset({"abc"}))
    assert problems(noted, registers=(here,)) == []
    short = replace(here, hashes=frozenset({"def"}))
    assert problems(noted, registers=(short,)) == [
        f"{noted.path.name}: register-a.log lost lines that were there when this run began"
    ]
    assert problems(noted) == [f"{noted.path.name}: register-a.log is missing: it has to lie beside its journals"]


def test_a_whole_run_that_its_register_does_not_know_is_a_doubt() -> None:
    """
    Case 9: it was copied or made by hand; a run without its end may have died before it could tell its register.
    """
    noted = run(started("drill", 7, NOW, register="register-a:abc"), list(DRILL.records[1:]))
    here = JournalRegister("register-a", {}, frozenset({"abc"}))
    assert problems(noted, registers=(here,)) == [
        f"{noted.path.name}: register-a.log does not know this run: it was copied, or written by hand"
    ]
    copied = replace(here, entries=entry(noted, noted.tail))
    assert problems(noted, registers=(here, copied)) == []
    later = good("drill", 8, NOW + 1)
    assert problems(cut(noted, 1), later, registers=(replace(here, entries=entry(later, later.tail)),)) == []


@pytest.mark.parametrize("fact", ["run", "producer", "phase", "target", "environment", "release"])
def test_a_run_that_says_otherwise_than_its_register_is_a_doubt(fact: str) -> None:
    """
    Cases 9 and 10: sealed anew in place, as if it had been made for this release, in this phase and here.
    """
    begun = structs.replace(entry(TESTS, "")[TESTS.path.stem].begun, **{fact: "other"})
    known = JournalRegister("register-a", {TESTS.path.stem: Entry("register-a", begun)}, frozenset())
    (first, *_) = problems(TESTS, registers=(known,))
    assert first == f"{TESTS.path.name}: was sealed anew: register-a knows it with {fact} other"


def test_a_run_that_names_no_register_is_older_than_registers() -> None:
    """
    Cases 9 and 13: then none lies beside it, and it tells no writer; one that a register knows may name none.
    """
    newer = run(started("drill", 7, NOW, writer="1@boot:2"), list(DRILL.records[1:]))
    beside = JournalRegister("register-a", entry(TESTS, TESTS.tail), frozenset())
    why = "names no register and none knows it: it was copied, or written by hand"
    assert problems(DRILL) == []
    assert problems(newer) == [f"{newer.path.name}: {why}"]
    assert problems(TESTS, DRILL, registers=(beside,)) == [f"{DRILL.path.name}: {why}"]
    assert problems(newer, registers=(replace(beside, entries=entry(newer, newer.tail)),)) == []


def test_the_complaint_of_a_register_is_a_doubt() -> None:
    """
    A chain that does not hold.
    """
    assert problems(registers=(JournalRegister("a", {}, frozenset(), "a line was removed"),)) == ["a line was removed"]
