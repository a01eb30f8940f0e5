"""In a round the plan's own rules say what does not hold, and one decision ends it."""

import time
from collections.abc import Iterator
from contextlib import ExitStack, nullcontext
from pathlib import Path

import pytest

from rollout.at_work import WorkSoFar
from rollout.evidence import Journal
from rollout.evidence.reader import read_run
from rollout.evidence.records import Canary, GamedayAlarm, GamedayDecided, Slot, WatchFacts
from rollout.gameday.commitment import Hidden
from rollout.gameday.losses import Losses, looked_at
from rollout.gameday.play import GamedayRound, Setting, Tell, untold
from rollout.gameday.round_plan import round_plan
from rollout.plan import load_plan
from rollout.target import Target


class Users:
    """Users whose *work* a test says; nobody can look at the end of it where there is none."""

    def __init__(self, work: WorkSoFar, end: WorkSoFar | None = None) -> None:
        self.work, self.end = work, end

    def so_far(self) -> WorkSoFar:
        return self.work

    def roll_back(self) -> None:
        raise AssertionError("PUT /feature-flags: no answer")

    def in_the_end(self) -> WorkSoFar:
        assert self.end is not None, "nothing answers"
        return self.end


class Games:
    """Rounds that have begun in a *folder*; their journals are closed by the *stack*."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack

    def game(self, by: str = "") -> GamedayRound:
        """A round in which a person *by* name decides, or the watch; it has begun."""
        game = self.unbegun(lambda _: None, by)
        game.journal = self.open(Journal(game.setting.folder, game.setting.origin("gameday")))
        return game

    def unbegun(self, tell: Tell, by: str = "") -> GamedayRound:
        """A round that tells its lines."""
        folder = self.folder / (by or "alone")
        system = Target.model_validate({"name": "standin", "environment": "standin", "base_url": "http://127.0.0.1:1"})
        setting = Setting(round_plan(load_plan()), "phase3", system, "2.0.0", 40.0, folder, by)
        return GamedayRound(setting, 14, tell)

    def losses(self, game: GamedayRound, users: Users) -> Losses:
        """What the users of a round miss."""
        return Losses(self.open(game.setting.journal_of_users()), users)

    def open(self, journal: Journal) -> Journal:
        """A journal that stays open until the end of the test."""
        self.stack.callback(journal.abandon)
        return journal


@pytest.fixture
def games(tmp_path: Path) -> Iterator[Games]:
    """Begins rounds."""
    with ExitStack() as stack:
        yield Games(tmp_path, stack)


def test_a_write_that_users_miss_is_an_alarm_by_the_rule_of_the_plan(games: Games) -> None:
    """
    No acknowledged write may be lost; without a person the watch decides at once, and once.
    """
    game = games.game()
    losses = games.losses(game, Users(WorkSoFar(written=9, missing=("project 7",))))
    game.judge()
    assert game.decided is None
    losses.write()
    game.judge()
    game.judge()
    assert (list(game.alarms), game.stop.is_set()) == (["phase3.no-data-loss"], True)
    run = read_run(game.journal.path)
    (alarm,) = run.of(GamedayAlarm)
    assert (alarm.verdict, alarm.reason) == ("TRIGGERED", "1 missing: project 7")
    assert [each.by for each in run.of(GamedayDecided)] == [""]


def test_a_person_decides_whatever_the_watch_says(games: Games) -> None:
    """
    An alarm is told and left to them; who decides after the end is too late.
    """
    game = games.game("Kim")
    games.losses(game, Users(WorkSoFar(written=9, altered=("project 7",)))).write()
    game.judge()
    assert game.alarms
    assert game.decided is None
    game.decide()
    game.decide()
    assert [each.by for each in read_run(game.journal.path).of(GamedayDecided)] == ["Kim"]
    late = games.game("Lee")
    late.stop.set()
    late.decide()
    assert late.decided is None


def test_each_loss_is_told_once(games: Games) -> None:
    """
    However often users look.
    """
    game = games.game()
    users = Users(WorkSoFar(written=3, missing=("project 1",)))
    losses = games.losses(game, users)
    losses.write()
    losses.write()
    users.work = WorkSoFar(written=5, missing=("project 1", "project 4"), altered=("project 2",))
    losses.write()
    told = [(each.missing, each.altered) for each in read_run(losses.journal.path).of(Canary)]
    assert told == [(("project 1",), ()), (("project 4",), ("project 2",))]


def test_a_rollback_that_does_not_take_effect_says_why(games: Games) -> None:
    """
    A switch that cannot be reached helps nobody.
    """
    left, why = games.game().roll_back(Users(WorkSoFar()))
    assert (left, why) == (None, "PUT /feature-flags: no answer")


def test_where_nobody_can_look_in_the_end_nothing_is_said_about_loss() -> None:
    """
    What was seen meanwhile stays.
    """
    seen = WorkSoFar(requests=5, written=2)
    assert looked_at(Users(seen)) == (seen, True)
    assert looked_at(Users(seen, WorkSoFar(written=2, missing=("project 1",)))) == (
        WorkSoFar(written=2, missing=("project 1",)),
        False,
    )


def test_users_who_cannot_get_to_work_are_the_trouble_of_the_round(tmp_path: Path) -> None:
    """
    The round is opened as any other, and says that nobody can tell.
    """
    said: list[str] = []
    game = Games(tmp_path, ExitStack()).unbegun(said.append)

    def begin(_: Target) -> nullcontext[Users]:
        raise AssertionError("POST /register: no answer")

    account = game.play(Hidden("redis-full", 5.0), begin, lambda *_: None)
    assert (account.how, account.opened.trouble) == ("could not tell", "POST /register: no answer")
    assert (account.opened.fault, account.opened.injected) == ("redis-full", None)
    assert not [line for line in said if "redis-full" in line]


@pytest.mark.parametrize(
    ("waited", "trouble"),
    [
        ((0.0, 90.0), ""),
        ((None, None), ""),
        ((), ""),
        ((60.0, 90.0, 1.0), "the stand-in got no processor in 2 of 3 looks: play on a calm machine"),
    ],
)
def test_a_round_on_a_machine_without_a_processor_tells_nothing(
    games: Games, waited: tuple[float | None, ...], trouble: str
) -> None:
    """
    Neither that nobody noticed, nor that an alarm was false.
    """
    game = games.game()
    about, facts = game.setting.origin("watch"), WatchFacts(interval_s=1.0)
    journal = games.open(Journal(game.setting.watched, about, watch=facts))
    for number, percent in enumerate(waited):
        journal.append(Slot(due=1.0 + number, number=number, samples={}, target_waited_percent=percent))
    assert untold(game.setting.watched) == trouble


def test_what_was_decided_after_the_fault_was_noticed_on_any_machine(games: Games) -> None:
    """
    A decision before it, or without one, may come from the machine.
    """
    game = games.game("Kim")
    journal = games.open(Journal(game.setting.watched, game.setting.origin("watch"), watch=WatchFacts(interval_s=1.0)))
    journal.append(Slot(due=1.0, number=0, samples={}, target_waited_percent=90.0))
    busy = "the stand-in got no processor in 1 of 1 looks: play on a calm machine"
    assert game.untold(time.time()) == busy
    injected = time.time()
    game.decide()
    assert [game.untold(injected), game.untold(time.time() + 1.0), game.untold(None)] == ["", busy, busy]
