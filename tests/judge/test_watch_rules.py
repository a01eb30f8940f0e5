"""Corners of the rules about samples: which step they are about, how far apart they may be, and what stands before a window."""

from pathlib import Path
from typing import Any

import pytest

from rollout.evidence import JournalState, Run, read_ledger
from rollout.evidence.records import Sample, Slot, WatchFacts
from rollout.judge.decide import decide
from rollout.judge.finding import Case, Finding
from rollout.judge.sample_round import SampleRound
from rollout.judge.sampling import longest_run
from rollout.judge.slots import slots_of, window_of
from rollout.judge.watched_time import begins_anew, latest_window, long_enough, seen_between, watched
from rollout.plan import Plan
from tests.judge.ledgers import NOW, PLAN, slots, watched_rounds
from tests.properties.ledgers import run, started

HALF = {"id": "half", "exposure": "half of them", "percent": 50, "monitor": "30min"}
ALL = {"id": "all", "exposure": "everyone", "percent": 100, "monitor": "1h"}


def plan(name: str, steps: list[dict[str, Any]] | None = None, **more: Any) -> Plan:
    """The small plan with one criterion beside the watched time of its steps."""
    document = PLAN.model_dump(mode="json", exclude_none=True)
    document["phases"][0] |= {"deadline": "1w", "steps": steps or [ALL]}
    watched = {item["id"]: item for item in document["criteria"]}["watched"]
    hours = {"all": 1, "half": 0.5}
    covered = [
        {
            **watched,
            "id": f"watched-{step['id']}",
            "step": step["id"],
            "limit": {**watched["limit"], "value": hours[step["id"]]},
        }
        for step in steps or [ALL]
    ]
    (item,) = [each for each in document["criteria"] if each["id"] == name]
    document["criteria"] = [{**each, "max_age": "1d"} for each in ({**item, **more}, *covered)]
    return Plan.model_validate(document)


def found(folder: Path, name: str, asked: Plan) -> Finding:
    """What the judge makes of the journals about one criterion."""
    findings = decide(asked, "stage", read_ledger([folder]), NOW).findings
    return next(each for each in findings if each.id == f"stage.{name}")


def test_samples_at_one_step_say_nothing_about_another(tmp_path: Path) -> None:
    """
    Whoever watched everyone has not watched the half.
    """
    slots(tmp_path, [3.0] * 120)
    two = plan("queue", [HALF, ALL], step="half")
    assert found(tmp_path, "queue", two).reason == "nobody watched"
    assert found(tmp_path, "queue", plan("queue", [HALF, ALL], step="all")).verdict.name == "MET"


@pytest.mark.parametrize(("value", "verdict"), [(95.0, "MET"), (99.0, "UNPROVEN")])
def test_availability_that_must_be_certain_needs_enough_probes(tmp_path: Path, value: float, verdict: str) -> None:
    """
    120 good probes are certain of 95 %, and not of 99 %.
    """
    slots(tmp_path, [1.0] * 120)
    limit = {"op": ">", "value": value, "unit": "%"}
    finding = found(tmp_path, "available", plan("available", support="required", limit=limit))
    assert finding.verdict.name == verdict
    if verdict == "UNPROVEN":
        assert finding.reason == "0 of 120 probes failed: too few to be sure of > 99 %"
    assert found(tmp_path, "available", plan("available", limit=limit)).verdict.name == "MET"


WATCHED = 60.0


def test_samples_that_cannot_be_relied_on_have_the_next_step_of_what_was_not_shown(tmp_path: Path) -> None:
    """
    A queue below its limit whose source erred too often is not shown, and is told so.
    """
    slots(tmp_path, [*[1.0] * 100, *[None] * 5, *[1.0] * 16])
    asked = plan("queue", next_unproven="mend the way in", next_broken="add workers")
    assert found(tmp_path, "queue", asked).next == "mend the way in"


def rounds(
    *dues: float, every: float = WATCHED, state: JournalState = JournalState.COMPLETE, number: int = 1, **more: Any
) -> Run:
    """A run of the monitor with rounds at these seconds; a negative one saw nothing."""
    seen = {"celery.queue_tasks": Sample(value=1.0)}
    nothing = {"celery.queue_tasks": Sample(error="no way in")}
    records = [
        Slot(due=NOW - 10_000 + abs(due), number=at, samples=seen if due >= 0 else nothing)
        for at, due in enumerate(dues)
    ]
    facts = WatchFacts(interval_s=every, for_s=3600, step="all", **more)
    return run(started("watch", number, NOW - 10_000, watch=facts), list(records), state)


def case(*runs: Run, window_s: float | None = None, **more: Any) -> Case:
    """The case of the queue from these runs."""
    asked = plan("queue", **more)
    return Case(asked.criterion("stage.queue"), asked.phase("stage"), runs, NOW, window_s=window_s)


def dues(found: list[SampleRound]) -> list[float]:
    """When the slots were due, in the seconds of `rounds`."""
    return [slot.due - NOW + 10_000 for slot in found]


def test_time_counts_between_samples_that_are_close_enough() -> None:
    """
    The plan says how far apart, else it is the interval that the monitor kept; at the limit still counts.
    """
    asked = case(rounds(0, 60, 120, 300))
    first, second, third, late = slots_of(asked)
    assert seen_between(asked, first, second) == 60.0
    assert seen_between(asked, third, late) == 0.0
    assert watched(asked, slots_of(asked)) == 120.0
    wide = case(rounds(0, 60, 120, 300), longest_interval="180s")
    assert watched(wide, slots_of(wide)) == 300.0
    strict = case(rounds(0, 60, 120, 300), longest_interval="59s")
    assert watched(strict, slots_of(strict)) == 0.0


def test_the_longer_of_two_intervals_counts() -> None:
    """
    Where two monitors followed each other.
    """
    asked = case(rounds(0, 60), rounds(160, 260, every=100.0, number=2))
    assert watched(asked, slots_of(asked)) == 260.0


def test_rounds_without_a_sample_and_cut_runs_are_no_watched_time() -> None:
    """
    The time around them was not seen.
    """
    blind = case(rounds(0, 60, -120, 180, 240))
    assert watched(blind, slots_of(blind)) == 120.0
    cut = case(rounds(0, 60, 120, state=JournalState.TORN))
    assert watched(cut, slots_of(cut)) == 0.0


@pytest.mark.parametrize(("seconds", "enough"), [(300.0, True), (270.0, True), (269.0, False)])
def test_half_an_interval_may_be_missing_at_the_end(seconds: float, enough: bool) -> None:
    """
    Of a window of 300 s with rounds a minute apart.
    """
    asked = case(rounds(0, 60), window_s=300.0)
    assert long_enough(asked, seconds, slots_of(asked)) is enough
    narrow = case(rounds(0, 60), window_s=300.0, longest_interval="20s")
    assert not long_enough(narrow, 289.0, slots_of(narrow))
    assert long_enough(narrow, 290.0, slots_of(narrow))


def test_the_window_reaches_back_as_far_as_it_takes() -> None:
    """
    A gap is not watched, so more of what was before it counts; without a window everything does.
    """
    whole = case(rounds(*range(0, 1201, 60)), window_s=300.0)
    assert dues(latest_window(whole, slots_of(whole))) == [900, 960, 1020, 1080, 1140, 1200]
    gap = case(rounds(0, 60, 120, 180, 240, 900, 960), window_s=300.0)
    assert dues(latest_window(gap, slots_of(gap))) == [0, 60, 120, 180, 240, 900, 960]
    short = case(rounds(0, 60), window_s=300.0)
    assert dues(latest_window(short, slots_of(short))) == [0, 60]
    assert latest_window(short, []) == []


def test_a_window_begins_anew_after_another_release() -> None:
    """
    What was watched before it was about something else.
    """
    before, after = rounds(0, 60, 120), rounds(180, 240, number=2, after="1.9.0")
    asked = case(before, after, window_s=300.0)
    found = slots_of(asked)
    assert begins_anew(found[2], found[3])
    assert not begins_anew(found[3], found[4])
    assert dues(latest_window(asked, found)) == [180, 240]
    same = case(before, rounds(180, 240, number=2), window_s=300.0)
    assert dues(latest_window(same, slots_of(same))) == [0, 60, 120, 180, 240]


def test_the_length_of_a_window_is_that_of_the_step_or_of_the_rehearsal() -> None:
    """
    The longest where a criterion names no step.
    """
    both = plan("queue", [HALF, ALL])
    of_all = Case(both.criterion("stage.queue"), both.phase("stage"), (), NOW)
    assert window_of(of_all) == 3600.0
    of_half = plan("queue", [HALF, ALL], step="half")
    assert window_of(Case(of_half.criterion("stage.queue"), of_half.phase("stage"), (), NOW)) == 1800.0
    assert window_of(case(window_s=60.0)) == 60.0


def test_the_same_slot_told_twice_is_one() -> None:
    """
    The later run has it.
    """
    first, again = rounds(0, 60), rounds(60, 120, number=2)
    found = slots_of(case(first, again))
    assert dues(found) == [0, 60, 120]
    assert found[1].run is again


@pytest.mark.parametrize(
    ("value", "number"), [(0.0, 0.0), (-1.0, None), (float("inf"), None), (float("nan"), None), (None, None)]
)
def test_a_value_that_cannot_be_is_missing(value: float | None, number: float | None) -> None:
    """
    Negative, infinite, or no number at all.
    """
    samples = {"a": Sample(value=value, error="" if value is not None else "no way in")}
    slot = SampleRound.of(NOW, 1.0, samples, rounds(0))
    assert slot.numbers.get("a") == number
    assert "b" not in slot.numbers
    assert slot.text("b") == "not sampled"


@pytest.mark.parametrize(("flags", "length"), [("", 0), ("0", 0), ("1", 1), ("0110111", 3), ("1110", 3), ("1101", 2)])
def test_the_longest_run_of_errors(flags: str, length: int) -> None:
    """
    Wherever it stands.
    """
    assert longest_run([flag == "1" for flag in flags]) == length


@pytest.mark.parametrize(
    ("lowest", "verdict", "value"),
    [
        (25.0, "MET", "lowest 25 % (free)"),
        (12.0, "BROKEN", "lowest 12 % (free)"),
        (3.0, "TRIGGERED", "lowest 3 % (free)"),
    ],
)
def test_of_a_level_where_more_is_better_the_lowest_counts(
    tmp_path: Path, lowest: float, verdict: str, value: str
) -> None:
    """
    The limit says which side is bad where the metric leaves it to the plan: a full disk is not met by its emptiest moment.
    """
    metric = "prometheus.free_disk_percent"
    limits: dict[str, Any] = {
        "limit": {"op": ">", "value": 20, "unit": "%"},
        "trigger": {"op": "<", "value": 5, "unit": "%"},
    }
    free = [80.0] * 60 + [lowest] * 60
    samples = [{metric: Sample(value=each, text="free"), "service.available": Sample(value=1.0)} for each in free]
    watched_rounds(tmp_path, samples)
    judged = found(tmp_path, "queue", plan("queue", metric=metric, zero_is_valid=False, liveness=None, **limits))
    assert (judged.verdict.name, judged.value) == (verdict, value)
