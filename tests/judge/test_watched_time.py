"""Only time between two samples was watched, and a window needs to end calmly."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import read_ledger
from rollout.evidence.records import Sample, Slot, WatchFacts
from rollout.judge.decide import decide
from rollout.judge.finding import Finding
from rollout.plan import Plan
from tests.judge.ledgers import NOW, PLAN, sample, slots, start


def looked(folder: Path, *looks: int, every: Any = 30.0, after: Any = None, **values: Any) -> None:
    """A round with the looks of these numbers, the last possible one of which is due now; *values* are of single looks."""
    begin = NOW - 7200
    facts = WatchFacts(interval_s=every, for_s=3600, step="all", after=after)
    with start(folder, "watch", at=begin + looks[0] * every, watch=facts) as journal:
        for number in looks:
            up = values.get(f"at_{number}", 1.0)
            samples = {"celery.queue_tasks": sample(up if up is None else 3.0), "celery.workers_count": sample(up)}
            samples["service.available"] = (
                Sample(error="no way in") if up is None else Sample(value=up, text=f"up {up:g}")
            )
            journal.append(Slot(due=begin + number * every, number=number, samples=samples))


def plan_with(name: str, **more: Any) -> Plan:
    """The small plan, with more said about one criterion."""
    changed = tuple(item.model_copy(update=more) if item.id == name else item for item in PLAN.criteria)
    return PLAN.model_copy(update={"criteria": changed})


def found(folder: Path, name: str = "watched", plan: Plan = PLAN, **more: Any) -> Finding:
    """The finding about that criterion."""
    decision = decide(plan, "stage", read_ledger([folder]), NOW, **more)
    return next(finding for finding in decision.findings if finding.id == f"stage.{name}")


def test_a_gap_is_not_watched_time(tmp_path: Path) -> None:
    """
    One look is missing: the minute around it does not count, though the hour is over.
    """
    looked(tmp_path, *range(60), *range(61, 121))
    finding = found(tmp_path)
    assert (finding.verdict.name, finding.reason) == ("UNPROVEN", "60 s more to watch")
    assert finding.number == pytest.approx(59 / 60)


def test_a_gap_extends_the_window(tmp_path: Path) -> None:
    """
    Two looks more make up for the one that is missing.
    """
    looked(tmp_path, *range(60), *range(61, 123))
    finding = found(tmp_path)
    assert (finding.verdict.name, finding.reason) == ("MET", "122 of 123 slots, longest gap 60 s")


def test_the_last_sample_watches_nothing_after_it(tmp_path: Path) -> None:
    """
    One look is no time at all, and two are one interval.
    """
    looked(tmp_path / "one", 0)
    looked(tmp_path / "two", 0, 1)
    assert [found(tmp_path / name).number for name in ("one", "two")] == [0, pytest.approx(1 / 120)]


@pytest.mark.parametrize(
    ("longest", "verdict"),
    [
        pytest.param(None, "UNPROVEN", id="the interval of the monitor"),
        pytest.param(60.0, "MET", id="as far as the plan permits"),
        pytest.param(29.0, "UNPROVEN", id="no interval of the monitor is close enough"),
    ],
)
def test_the_plan_says_how_far_apart_two_samples_may_be(tmp_path: Path, longest: float | None, verdict: str) -> None:
    """
    A step of a minute counts where the plan permits a minute.
    """
    looked(tmp_path, *range(60), *range(61, 121))
    assert found(tmp_path, plan=plan_with("watched", longest_interval=longest)).verdict.name == verdict


@pytest.mark.parametrize("last", [110, 111])
def test_the_last_part_of_the_window_must_be_calm(tmp_path: Path, last: int) -> None:
    """
    A failed probe within the last twelfth of the hour leaves it open and says until when to watch on.
    """
    looked(tmp_path, *range(121), **{f"at_{last}": 0.0})
    finding = found(tmp_path)
    assert finding.verdict.name == ("MET" if last == 110 else "UNPROVEN")
    assert (
        "not steady: 1 bad slot in the last 5 min, the last at 2027-01-15 06:55:30 UTC: up 0" in finding.reason
    ) is (last == 111)


def test_a_slot_without_any_sample_is_not_calm_either(tmp_path: Path) -> None:
    """
    The monitor saw nothing: the window is extended, and ends calmly or not at all.
    """
    looked(tmp_path, *range(124), at_121=None)
    assert "no way in; watch until" in found(tmp_path).reason


@pytest.mark.parametrize(("missing", "verdict"), [(1, "MET"), (2, "UNPROVEN")], ids=["1 of 124", "2 of 126"])
def test_a_hundredth_of_the_slots_may_be_missing(tmp_path: Path, missing: int, verdict: str) -> None:
    """
    However long it was watched: 99 % of the slots in it are needed.
    """
    gone = (20, 40)[:missing]
    looked(tmp_path, *[number for number in range(140) if number not in gone])
    finding = found(tmp_path)
    assert finding.verdict.name == verdict
    assert ("the window must be watched again" in finding.reason) is (missing == 2)


def test_a_long_gap_is_not_made_up_for(tmp_path: Path) -> None:
    """
    An hour allows gaps of 90 s at a look every 30 s; two minutes are too long, however much follows.
    """
    plan = plan_with("watched", longest_interval=120.0)
    looked(tmp_path, *range(60), *range(63, 121))
    assert found(tmp_path, plan=plan).reason == "118 of 121 slots, longest gap 120 s: the window must be watched again"


def test_another_release_in_between_restarts_the_window(tmp_path: Path) -> None:
    """
    Half an hour before it and an hour and a half after it: only what came after counts.
    """
    looked(tmp_path, *range(60))
    looked(tmp_path, *range(60, 121), after="1.9")
    assert found(tmp_path).reason == "30 min more to watch"


def test_a_journal_that_goes_on_restarts_nothing(tmp_path: Path) -> None:
    """
    The same two journals of one release are an hour.
    """
    looked(tmp_path, *range(60))
    looked(tmp_path, *range(60, 121))
    assert found(tmp_path).verdict.name == "MET"


def test_a_broken_level_before_another_release_still_accuses(tmp_path: Path) -> None:
    """
    The window begins anew, the accusation does not grow old.
    """
    looked(tmp_path, *range(60), **{f"at_{number}": 0.0 for number in range(30)})
    looked(tmp_path, *range(60, 90), after="1.9")
    assert found(tmp_path, "available").verdict.name == "BROKEN"


@pytest.mark.parametrize("window", [3.0, 7.0, 10.0, 11.0, 60.0, 97.0, 172_800.0])
def test_a_window_is_watched_whole_at_any_length(tmp_path: Path, window: float) -> None:
    """
    Case 29: thirty intervals of any length, written to the millisecond, make the window.
    """
    every = min(30.0, float(f"{window / 30:g}"))
    count = round(window / every)
    at = [round(NOW - window + number * every, 3) for number in range(count + 1)]
    facts = WatchFacts(interval_s=every, for_s=window, step="all")
    with start(tmp_path, "watch", at=NOW - window, watch=facts) as journal:
        for number, due in enumerate(at):
            journal.append(Slot(due=due, number=number, samples={"service.available": sample(1.0)}))
    finding = found(tmp_path, window_s=window, plan=plan_with("watched", max_age=10.0**6))
    assert (finding.verdict.name, finding.n) == ("MET", count + 1)


@pytest.mark.parametrize(
    ("longest", "reason"),
    [
        pytest.param(60.0, "118 min of 118 min lie between samples that are more than 60 s apart", id="too seldom"),
        pytest.param(120.0, "peak of 31 samples", id="often enough"),
        pytest.param(None, "peak of 31 samples", id="the plan does not say"),
    ],
)
def test_a_level_that_is_sampled_too_seldom_proves_nothing(tmp_path: Path, longest: float | None, reason: str) -> None:
    """
    Case 23: the plan has the longest interval of each metric.
    """
    looked(tmp_path, *range(60), every=120.0)
    assert found(tmp_path, "queue", plan_with("queue", longest_interval=longest)).reason == reason


def test_a_trigger_needs_samples_that_are_close_enough(tmp_path: Path) -> None:
    """
    Two looks at a full queue with a quarter of an hour between them do not show that it was full all the time.
    """
    trigger = {"op": ">", "value": 500, "unit": "tasks"}
    document = {item.id: item for item in PLAN.criteria}["queue"].model_dump(mode="json") | {"max_age": "1d"}
    full = type(PLAN.criteria[0]).model_validate({**document, "trigger": trigger})
    plan = PLAN.model_copy(update={"criteria": tuple(full if item.id == "queue" else item for item in PLAN.criteria)})
    slots(tmp_path / "far", [900.0], until=NOW - 900)
    slots(tmp_path / "far", [900.0])
    slots(tmp_path / "near", [900.0] * 3)
    assert found(tmp_path / "far", "queue", plan).verdict.name == "BROKEN"
    assert found(tmp_path / "near", "queue", plan).verdict.name == "TRIGGERED"


def test_time_in_which_every_source_erred_proves_nothing(tmp_path: Path) -> None:
    """
    Case 23: the error rule holds for the time watched as for every other metric.
    """
    plan = plan_with("watched", longest_interval=180.0)
    looked(tmp_path, *range(1300), every=3.0, **{f"at_{number}": None for number in range(600, 605)})
    assert found(tmp_path, plan=plan).reason == "5 samples in a row are missing: no way in"


def test_a_step_of_one_and_a_half_intervals_is_a_gap(tmp_path: Path) -> None:
    """
    A look that came 14 s late leaves time that nobody saw, however short it is.
    """
    begin = NOW - 3600
    facts = WatchFacts(interval_s=30.0, for_s=3600, step="all")
    with start(tmp_path, "watch", at=begin, watch=facts) as journal:
        for number in range(121):
            late = 14.0 if number == 60 else 0.0
            journal.append(
                Slot(due=begin + number * 30 + late, number=number, samples={"service.available": sample(1.0)})
            )
    assert found(tmp_path).number == pytest.approx((3600 - 44) / 3600)


@pytest.mark.parametrize(("first", "second"), [(1.0, 30.0), (30.0, 1.0)], ids=["a load before it", "a load after it"])
def test_two_monitors_side_by_side_leave_no_gap(tmp_path: Path, first: float, second: float) -> None:
    """
    Where one of them looks more often, the step to the other's next look is as far as that one looks.
    """
    last = NOW - 3600
    slots(tmp_path, [3.0] * 60, every=first, until=last + first)
    slots(tmp_path, [3.0] * 60, every=second, until=last + 20 + 60 * second)
    assert found(tmp_path).number == pytest.approx((59 * first + 20 + 59 * second) / 3600)


def test_what_a_killed_monitor_saw_is_no_watched_time(tmp_path: Path) -> None:
    """
    Its journal has no end, so nobody knows what is missing in it.
    """
    slots(tmp_path, [3.0] * 121, finish=False)
    finding = found(tmp_path)
    assert (finding.number, finding.n, finding.reason) == (0, 0, "1 h more to watch")


def test_a_long_interval_forgives_no_more_at_the_end_than_the_plan_permits(tmp_path: Path) -> None:
    """
    A look every quarter of an hour is half an interval short, and the plan wants one every minute.
    """
    plan = plan_with("watched", longest_interval=60.0)
    slots(tmp_path, [3.0] * 119)
    slots(tmp_path, [3.0], every=900.0, until=NOW + 900 - 60)
    assert found(tmp_path, plan=plan).reason == "60 s more to watch"


@pytest.mark.parametrize(("missing", "verdict"), [(5, "MET"), (7, "UNPROVEN")], ids=["18 s", "24 s"])
def test_a_gap_is_too_long_though_hardly_a_slot_is_missing(tmp_path: Path, missing: int, verdict: str) -> None:
    """
    An hour allows 18.75 s without a look; 7 of 1 200 slots are less than a hundredth.
    """
    plan = plan_with("watched", longest_interval=60.0)
    looked(tmp_path, *range(600), *range(600 + missing, 1250), every=3.0)
    finding = found(tmp_path, plan=plan)
    assert finding.verdict.name == verdict
    assert ("longest gap 24 s: the window must be watched again" in finding.reason) is (missing == 7)


def test_samples_that_are_missing_now_and_then_prove_nothing_either(tmp_path: Path) -> None:
    """
    Case 23: 8 of 121 are more than 5 %, though never two in a row.
    """
    looked(tmp_path / "many", *range(121), **{f"at_{number}": None for number in range(10, 90, 10)})
    looked(tmp_path / "some", *range(121), **{f"at_{number}": None for number in range(10, 70, 10)})
    assert found(tmp_path / "many", "queue").reason == "8 of 121 samples are missing: no way in"
    assert found(tmp_path / "some", "queue").verdict.name == "MET"


@pytest.mark.parametrize(("far", "verdict"), [(3, "MET"), (8, "UNPROVEN")], ids=["5 % of the time", "13 % of the time"])
def test_a_twentieth_of_the_time_may_be_sampled_too_seldom(tmp_path: Path, far: int, verdict: str) -> None:
    """
    Case 23: 60 s are permitted, and a few looks came after 61 s.
    """
    begin, at = NOW - 7200, 0.0
    facts = WatchFacts(interval_s=60.0, for_s=3600, step="all")
    with start(tmp_path, "watch", at=begin, watch=facts) as journal:
        for number in range(61):
            at += 61.0 if number < far else 60.0
            samples = {"celery.queue_tasks": sample(3.0), "celery.workers_count": sample(1)}
            journal.append(Slot(due=begin + at, number=number, samples=samples))
    assert found(tmp_path, "queue", plan_with("queue", longest_interval=60.0)).verdict.name == verdict


def test_time_between_two_rounds_of_a_phase_is_nobody_s(tmp_path: Path) -> None:
    """
    A phase without a window may be watched in the morning and in the evening: the day between is not sampled too seldom.
    """
    slots(tmp_path, [3.0] * 20, until=NOW - 40_000)
    slots(tmp_path, [3.0] * 20)
    assert found(tmp_path, "queue", plan_with("queue", longest_interval=60.0)).verdict.name == "MET"


def test_a_slot_in_which_no_source_answered_is_bad_where_nobody_probes(tmp_path: Path) -> None:
    """
    A phase that samples its queue only is not calm while the broker cannot be asked.
    """
    begin = NOW - 7200
    facts = WatchFacts(interval_s=30.0, for_s=3600, step="all")
    with start(tmp_path, "watch", at=begin, watch=facts) as journal:
        for number in range(130):
            samples = {"celery.queue_tasks": sample(None if number == 125 else 3.0)}
            journal.append(Slot(due=begin + number * 30, number=number, samples=samples))
    assert found(tmp_path).reason.startswith("not steady: 1 bad slot in the last 5 min")


def test_a_monitor_that_was_killed_does_not_spoil_the_window_after_it(tmp_path: Path) -> None:
    """
    What it saw is a gap of half a minute at the most, and whole journals around it are watched time.
    """
    looked(tmp_path, *range(60))
    slots(tmp_path, [3.0], until=NOW - 7200 + 60 * 30 + 45, finish=False)
    looked(tmp_path, *range(60, 121))
    assert found(tmp_path).verdict.name == "MET"


def test_a_break_is_not_forgotten_for_too_few_samples(tmp_path: Path) -> None:
    """
    The newer window is whole and good, and has fewer samples than the plan wants.
    """
    looked(tmp_path, *range(30), **{f"at_{number}": 0.0 for number in range(30)})
    looked(tmp_path, *range(60, 181))
    assert found(tmp_path, "available", plan_with("available", least=121)).verdict.name == "MET"
    assert found(tmp_path, "available", plan_with("available", least=122)).verdict.name == "BROKEN"


def test_without_a_window_nothing_more_has_to_be_watched(tmp_path: Path) -> None:
    """
    A phase whose steps ask for no time wants none.
    """
    looked(tmp_path, *range(121))
    phase = PLAN.phases[0]
    steps = tuple(step.model_copy(update={"monitor": None}) for step in phase.steps)
    found_now = found(tmp_path, plan=PLAN.model_copy(update={"phases": (phase.model_copy(update={"steps": steps}),)}))
    assert found_now.value == "1 h of 0 s watched"
