"""Which runs count for a phase, a release and an environment; what is odd about them is told."""

from dataclasses import replace
from pathlib import Path

import pytest

from rollout.evidence import JournalState, Ledger, Run
from rollout.judge.selection import Selection, select
from rollout.plan import Plan
from tests.judge.ledgers import NOW, PLAN, RELEASE
from tests.properties.ledgers import good, run, started

TESTS = good("pytest", 1, NOW - 100)
DRILL = good("drill", 2, NOW - 50)


def on(environment: str | None, **of_criteria: str) -> Plan:
    """The small plan in an environment, some criteria in another one."""
    phases = tuple(phase.model_copy(update={"environment": environment}) for phase in PLAN.phases)
    criteria = tuple(item.model_copy(update={"environment": of_criteria.get(item.id)}) for item in PLAN.criteria)
    return PLAN.model_copy(update={"phases": phases, "criteria": criteria})


def chosen(*runs: Run, plan: Plan = PLAN, release: str = RELEASE, now: float = NOW) -> Selection:
    """What counts of these runs."""
    return select(plan, "stage", Ledger(runs), release, now)


def said(found: Selection) -> tuple[str, ...]:
    """What stands against a selection, in words."""
    return tuple(problem.text for problem in found.problems)


def test_runs_of_the_phase_and_release_count_in_their_order() -> None:
    """
    Oldest first, whatever the order of files.
    """
    other = good("pytest", 3, NOW - 70, release="other"), good("pytest", 4, NOW - 60, phase="other")
    assert chosen(DRILL, TESTS, *other).runs == (TESTS, DRILL)


def test_a_whole_selection_has_no_doubt() -> None:
    """
    One target, one environment, names that fit.
    """
    found = chosen(TESTS, DRILL)
    assert (said(found), found.notes, found.rehearsal) == ((), (), False)
    assert (found.targets, found.environments) == ("blue", "staging")


def test_two_runs_of_one_id_prove_nothing() -> None:
    """
    The second accuses as one that was cut short, and is named.
    """
    first = started("pytest", 1, NOW - 40)
    other = run(first, list(TESTS.records[1:]))
    other = replace(other, tail="another")
    found = chosen(TESTS, other)
    assert [each.state for each in found.runs] == [JournalState.COMPLETE, JournalState.TORN]
    assert said(found)[0] == f"{other.path.name}: has the run id of {TESTS.path.name}, and is another run"


def test_a_copy_is_left_out_and_named() -> None:
    """
    The file that is called as its content says is the original.
    """
    copy = replace(TESTS, path=Path("0.jsonl"))
    found = chosen(copy, TESTS)
    assert found.runs == (TESTS,)
    assert said(found) == (f"0.jsonl: is a copy of {TESTS.path.name}",)


def test_a_false_name_accuses_and_proves_nothing() -> None:
    """
    The file's name tells producer and run.
    """
    false = replace(TESTS, path=Path("00-pytest-00000000.jsonl"))
    found = chosen(false)
    assert found.runs[0].state is JournalState.TORN
    assert said(found) == (
        f"00-pytest-00000000.jsonl: is named otherwise than its content: run {TESTS.run_id[:8]} of pytest",
    )


@pytest.mark.parametrize(("ahead", "with_problem"), [(60.0, False), (60.5, True)])
def test_a_minute_ahead_is_a_matter_of_clocks(ahead: float, with_problem: bool) -> None:
    """
    Beyond it a run is dated after now.
    """
    item = good("pytest", 5, NOW + ahead)
    found = chosen(item)
    assert (found.runs[0].state is JournalState.TORN) == with_problem
    assert said(found) == ((f"{item.path.name}: is dated after now: look at the clocks",) if with_problem else ())


def test_slots_of_the_future_are_dated_after_now() -> None:
    """
    A watch that began today and has slots of tomorrow.
    """
    item = good("watch", 6, NOW - 60)
    assert "dated after now" in said(chosen(item))[0]


def test_real_targets_leave_the_stand_in_out() -> None:
    """
    Its runs do not count, make no rehearsal, and are a problem.
    """
    here = good("drill", 7, NOW - 30, environment="standin", target="standin")
    found = chosen(TESTS, here)
    assert (found.runs, found.rehearsal) == ((TESTS,), False)
    assert "those of the stand-in do not count" in said(found)[0]


def test_the_stand_in_alone_is_a_rehearsal_of_every_environment() -> None:
    """
    Whatever environment the plan names.
    """
    here = good("drill", 7, NOW - 30, environment="standin")
    found = chosen(here, plan=on("production"))
    assert (found.runs, found.rehearsal, said(found)) == ((here,), True, ())
    assert found.of(PLAN.criteria[0]) == (here,)
    assert not chosen().rehearsal


def test_each_criterion_takes_its_environment() -> None:
    """
    One about staging within a phase on production, beside what people said anywhere.
    """
    plan = on("production", drilled="staging")
    there, word = good("pytest", 8, NOW - 20, environment="production"), good("attest", 9, NOW - 10)
    found = chosen(DRILL, there, word, plan=plan)
    assert found.of(plan.criterion("stage.drilled")) == (DRILL, word)
    assert found.of(plan.criterion("stage.answers")) == (there, word)
    assert found.newest(plan.criterion("stage.answers")) is there
    assert found.newest(plan.criterion("stage.drilled")) is DRILL


def test_runs_in_an_environment_that_nobody_asks_for_are_noted() -> None:
    """
    They do not count, and the note says what does.
    """
    found = chosen(TESTS, plan=on("production"))
    assert found.runs == ()
    assert found.notes == ("1 run on staging not counted: decided on production",)


def test_several_places_are_a_doubt_where_one_is_meant() -> None:
    """
    Two environments where the plan names none; two targets of one environment.
    """
    there = good("drill", 3, NOW - 30, environment="production")
    assert said(chosen(TESTS, there)) == ("the evidence is from production and staging: the plan names no environment",)
    green = good("drill", 4, NOW - 30, target="green")
    assert said(chosen(TESTS, green)) == ("the evidence about staging is from several targets: blue, green",)
    assert said(chosen(TESTS, good("attest", 5, NOW, target="green"))) == ()


def test_a_release_without_a_name_is_a_doubt() -> None:
    """
    Where there is evidence at all.
    """
    item = good("pytest", 3, NOW - 30, release="unknown")
    assert said(chosen(item, release="unknown")) == ("the release is not known: name it with --release",)
    assert said(chosen(release="unknown")) == ()


def test_a_journal_that_nobody_can_place_is_listed() -> None:
    """
    It may be about this release: it stays among the files, with its complaint.
    """
    forged = Run(Path("x.jsonl"), JournalState.FORGED, complaint="x.jsonl: was altered")
    found = chosen(TESTS, forged)
    assert found.journals == (TESTS, forged)
    assert said(found) == ("x.jsonl: was altered",)
    assert found.runs == (TESTS,)
