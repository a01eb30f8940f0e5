"""`rollout gameday`: what it refuses, and an opening that is checked again."""

import json
from pathlib import Path

import pytest

from rollout.cli.gameday import refuse_unfit
from rollout.suite import Suite
from tests.cli.project import TARGET, Project
from tests.gameday.rounds import AT, NOTHING, alarm, committed, decided, journal_of, opened
from xcodereviewer.suite import SUITE


def test_no_fault_is_caused_on_a_real_target(project: Project) -> None:
    """
    None is marked safe: one line with the way out, and nothing is asked of it.
    """
    said = project.run("gameday", "stage", "--target", TARGET)
    assert (said.code, said.out) == (64, "")
    assert said.err == (
        f"rollout: gameday: no fault is marked safe for a real target, so none is caused on '{TARGET}': leave --target out,"
        " and practise on the stand-in\n"
    )


def test_a_suite_without_users_at_work_has_no_game_day() -> None:
    """
    Nor a round in which nobody could notice anything; offender and way out on one line.
    """
    with pytest.raises(
        ValueError, match="no users at work are installed for suite 'generic': add an entry of its name"
    ):
        refuse_unfit(Suite("generic"), None, 40)
    with pytest.raises(ValueError, match="a round of 5 s leaves no time to notice anything; 15s at least"):
        refuse_unfit(SUITE, None, 5)


@pytest.mark.parametrize("arguments", [(), ("stage", "--check", "x.jsonl")])
def test_a_round_is_played_or_checked(project: Project, arguments: tuple[str, ...]) -> None:
    """
    Neither nor, and both, are refused.
    """
    said = project.run("gameday", *arguments)
    assert said.code == 64
    assert "name a phase to play a round of, or the journal of a round with --check; not both" in said.err


def test_the_opening_of_a_round_can_be_checked_by_anybody(project: Project, tmp_path: Path) -> None:
    """
    The same account again, for people and for machines.
    """
    journal = journal_of(tmp_path, [committed(), alarm(1.5), decided(1.6), opened(rolled_back=AT + 2, lost=1)])
    said = project.run("gameday", "--check", str(journal))
    assert said.code == 0
    assert said.out.splitlines()[:5] == [
        "noticed: hidden was redis-full",
        "noticed after 1.5 s by phase3.redis-memory",
        "the watch decided to roll back after 1.6 s",
        "every user had left the new backend after 2.0 s",
        "of 90 requests of users 0 failed; of 9 writes 1 were lost or altered",
    ]
    told = json.loads(project.run("gameday", "--check", str(journal), "--json").out)
    assert (told["ended"], told["fault"], told["noticed_after_s"], told["lost"]) == ("noticed", "redis-full", 1.5, 1)


def test_a_wrong_opening_is_refused_when_it_is_checked(project: Project, tmp_path: Path) -> None:
    """
    Exit 10, whatever the opening says.
    """
    journal = journal_of(tmp_path, [committed(), opened(NOTHING)])
    said = project.run("gameday", "--check", str(journal))
    assert said.code == 10
    assert said.out.startswith("refused: the opening does not fit the commitment")
    missing = project.run("gameday", "--check", str(tmp_path / "none.jsonl"))
    assert missing.code == 64
    assert "no journal at" in missing.err
