"""A budget while its load runs: which seconds have settled, what is bet on, and whether a rollback is on its way."""

import pytest

from rollout.evidence.row import FIXED, Row
from rollout.judge.finding import Case
from rollout.judge.prospect import LASTING_S, SETTLED_S, BudgetSecond, GeneratorSoFar, Prospect, prospects
from tests.judge.loads import PLAN, START, Load, second

GOOD = [20, 20, 0, 0, 0, 800.0, 0, 0]


def prospect(name: str = "errors", slice_s: float = 1, **scenarios: str) -> Prospect:
    """One budget of the small plan."""
    case = Case(PLAN.criterion(f"stage.{name}"), PLAN.phase("stage"), (), START + 100.0)
    (found,) = prospects([case], slice_s, (500.0, 1000.0), scenarios, GeneratorSoFar())
    return found


def see(found: Prospect, seconds: int, row: list[float], since: int = 0) -> None:
    """Some equal seconds."""
    for at in range(since, since + seconds):
        found.see(START + at, {"projects.list": Row.read(row)})


def test_a_second_counts_what_is_bad_for_the_limit_and_for_the_trigger() -> None:
    """
    Failed are those without an answer too; slow ones are bad for a latency alone.
    """
    row = Row.read([20, 18, 2, 1, 0, 800.0, 4, 1])
    errors, fast = prospect(), prospect("fast")
    for each in (errors, fast):
        each.see(START, {"projects.list": row})
    assert errors.seconds[START] == BudgetSecond(bad=3, alarming=3, failed=3, total=19, due=20)
    assert fast.seconds[START] == BudgetSecond(bad=7, alarming=0, failed=3, total=19, due=20)


def test_a_budget_of_one_name_counts_it_and_its_scenario_alone() -> None:
    """
    Under its own name or that of the users who send it.
    """
    found = prospect("lists", opened="projects.list")
    rows = {name: Row.read([5, 5, 1, 0, 0, 9.0, 0, 0]) for name in ("projects.list", "opened", "login")}
    found.see(START, rows)
    assert found.seconds[START].total == 10


@pytest.mark.parametrize(("failed", "expected"), [(30, False), (31, True)])
def test_a_rollback_may_follow_where_the_last_half_minute_is_beyond_the_trigger(failed: int, expected: bool) -> None:
    """
    31 of 600 requests are more than 5 %; what was before does not count.
    """
    found = prospect()
    see(found, 5, [20, 20, 20, 0, 0, 800.0, 0, 0])
    for at in range(LASTING_S):
        errors = failed // LASTING_S + (at < failed % LASTING_S)
        see(found, 1, [20, 20, errors, 0, 0, 800.0, 0, 0], since=5 + at)
    assert found.brewing(START + 5 + LASTING_S + SETTLED_S) is expected


def test_no_rollback_is_on_its_way_without_a_trigger_or_a_request() -> None:
    """
    A budget without one ends the run at once; of nothing nothing follows.
    """
    found = prospect("fast")
    see(found, 60, [20, 20, 20, 0, 0, 800.0, 0, 0])
    assert not found.brewing(START + 60)
    assert not prospect().brewing(START + 60)
    assert not prospect().alarm(START + 60)


@pytest.mark.parametrize(("slice_s", "now", "slices"), [(1, 12, 0), (1, 13, 1), (5, 16, 0), (5, 17, 1), (5, 22, 2)])
def test_slices_are_bet_on_once_they_have_settled(slice_s: int, now: int, slices: int) -> None:
    """
    Twelve seconds after their end, whole ones only, and each of them once.
    """
    found = prospect(slice_s=slice_s)
    see(found, 60, GOOD)
    for _ in range(2):
        found.bet(START, START + now)
        assert found.kept.slices == slices
        assert found.counted == (0, 20 * slice_s * slices)


def test_a_second_with_open_requests_is_waited_for_until_their_timeout() -> None:
    """
    An outage whose last requests are still open is no outage of three slices yet.
    """
    found = prospect()
    see(found, 29, [20, 20, 20, 0, 0, 800.0, 0, 0])
    see(found, 1, [20, 3, 3, 0, 0, 120.0, 0, 0], since=29)
    assert not found.alarm(START + 30)
    assert not found.alarm(START + 29 + SETTLED_S)
    assert found.alarm(START + 30 + SETTLED_S)


def test_a_budget_that_the_rest_of_the_hold_can_keep_is_not_lost() -> None:
    """
    Of 1 200 requests of a minute fewer than 12 may fail: eleven at its beginning leave room, twelve do not.
    """
    for failed, lost in ((11, False), (12, True)):
        found = prospect()
        see(found, 1, [20, 20, failed, 0, 0, 800.0, 0, 0])
        see(found, 29, GOOD, since=1)
        found.bet(START, START + 30 + SETTLED_S)
        assert found.unkeepable is lost


@pytest.mark.parametrize(
    ("planned", "sent", "late", "sound"), [(20, 19, 0, True), (20, 18, 0, False), (100, 100, 2, False)]
)
def test_a_generator_is_sound_where_it_sent_in_time_what_was_planned(
    planned: int, sent: int, late: int, sound: bool
) -> None:
    """
    95 of 100 arrivals, and one of a hundred late.
    """
    found = GeneratorSoFar()
    found.see({"list": Row.read([sent, sent, 0, 0, late, 0.0, 0, 0])}, planned, sent)
    assert found.sound is sound
    found.offline.add(START)
    assert not found.sound


def test_certainty_is_needed_only_where_the_plan_requires_it() -> None:
    """
    74 good slices for a share of 5 %.
    """
    assert prospect("certainly-fast").needed() == 74
    assert prospect("fast").needed() == 0


def test_earlier_attempts_are_continued() -> None:
    """
    Both bets begin with what a run before left them.
    """
    case = Case(PLAN.criterion("stage.errors"), PLAN.phase("stage"), (Load().run(),), START + 100.0)
    (found,) = prospects([case], 1, (500.0, 1000.0), {}, GeneratorSoFar())
    assert (found.kept.slices, found.broken.slices, found.lost) == (60, 60, False)
    assert (found.slice_s, found.profile[0]) == (1, 60.0)


def test_an_attempt_that_did_not_count_the_latency_of_the_limit_bets_nothing() -> None:
    """
    Where a limit moved, the load of the same release begins all the same.
    """
    rows = [second(at, names={"projects.list": Row(due=20, n=20, total_ms=800.0).numbers()}) for at in range(60)]
    other = Load(seconds=rows, columns=FIXED).run()
    case = Case(PLAN.criterion("stage.fast"), PLAN.phase("stage"), (other,), START + 100.0)
    (found,) = prospects([case], 1, (500.0, 1000.0), {}, GeneratorSoFar())
    assert (found.kept.slices, found.lost) == (0, False)
