"""Each problem of a ledger has a kind, and the next step follows from the kinds, whatever the words are."""

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from rollout.evidence import JournalState, Run
from rollout.evidence.records import RunStarted
from rollout.judge.problem import Problem, ProblemKind, kind_of, problem_of, way_out
from tests.judge.ledgers import NOW
from tests.properties.ledgers import cut, good

TESTS = good("pytest", 1, NOW - 100)


def problems(*kinds: ProblemKind) -> list[Problem]:
    """A problem of each kind."""
    return [Problem("is writing it, the run was cut short, has no beginning", kind) for kind in kinds]


@pytest.mark.parametrize("kind", ProblemKind)
def test_each_kind_has_a_step_of_its_own(kind: ProblemKind) -> None:
    """
    The same words of the problem lead elsewhere.
    """
    assert way_out(problems(kind, kind), "stage") == kind.value.replace("<phase>", "stage")


def test_problems_of_several_kinds_have_several_steps() -> None:
    """
    In the order of the problems, each once.
    """
    both = (ProblemKind.NO_RELEASE, ProblemKind.CUT_SHORT, ProblemKind.NO_RELEASE)
    assert way_out(problems(*both), "stage") == f"{ProblemKind.NO_RELEASE.value}; {ProblemKind.CUT_SHORT.value}"


def test_a_journal_that_cannot_be_believed_is_more_than_any_other_problem() -> None:
    """
    No other step helps before it is back.
    """
    assert way_out(problems(ProblemKind.CUT_SHORT, ProblemKind.LOST), "stage") == ProblemKind.LOST.value
    assert way_out([], "stage") == ""


@pytest.mark.parametrize(
    ("changes", "command"),
    [
        pytest.param({"drill": "restore", "environment": "standin"}, "rollout drill restore", id="the stand-in"),
        pytest.param({"drill": "rollback"}, "rollout drill rollback --target standin-a", id="a target"),
        pytest.param({}, "rollout drill NAME --target standin-a", id="an older journal"),
    ],
)
def test_a_drill_that_was_cut_short_names_its_command(changes: dict[str, str], command: str) -> None:
    """
    The one that carries it out again, for the target that it was about.
    """
    run = cut(good("drill", 2, NOW), 1)
    begun, *others = run.records
    assert isinstance(begun, RunStarted)
    again = replace(run, records=(structs.replace(begun, **{"target": "standin-a", **changes}), *others))
    assert way_out([problem_of(again)], "stage") == f"{ProblemKind.DRILL_CUT_SHORT.value}: {command}"


@pytest.mark.parametrize(
    ("run", "kind"),
    [
        pytest.param(cut(TESTS, 1), ProblemKind.CUT_SHORT, id="without its end"),
        pytest.param(cut(good("drill", 2, NOW), 1), ProblemKind.DRILL_CUT_SHORT, id="a drill without its end"),
        pytest.param(Run(Path("a.jsonl"), JournalState.TORN), ProblemKind.NO_BEGINNING, id="without its beginning"),
        pytest.param(Run(Path("a.jsonl"), JournalState.OPEN), ProblemKind.AT_WORK, id="at work"),
        pytest.param(Run(Path("a.jsonl"), JournalState.FORGED), ProblemKind.LOST, id="spoiled"),
        pytest.param(Run(Path("a.jsonl"), JournalState.UNREADABLE), ProblemKind.LOST, id="unreadable"),
    ],
)
def test_the_state_of_a_run_is_the_kind_of_its_problem(run: Run, kind: ProblemKind) -> None:
    """
    Its complaint is for people.
    """
    assert kind_of(run) is kind
