"""A comparison by a process that had no link or no processor to spare calls for no rollback."""

from dataclasses import replace as replace_run
from typing import Any

import pytest
from msgspec.structs import replace

from rollout.evidence import Record
from rollout.evidence.load_readings import LoadReadings
from rollout.evidence.records import ComparisonPairs, LoadGenerator, LoadOffline, OwnReading
from rollout.judge.verdict import Verdict
from tests.judge.loads import START, Load, judged, second
from tests.judge.test_degradation import END, pairs

COMPARED = range(-210, -30)


def reading(**told: Any) -> OwnReading:
    """What the process that sent the pairs measured about itself in a second."""
    return OwnReading(**{"cpu_percent": 20.0, **told})


def compared(release_ms: float | None, own: dict[int, OwnReading], **facts: Any) -> Load:
    """A load with a comparison before it; *own* are the readings of some of its seconds."""
    told: list[Record] = []
    for each in pairs(release_ms):
        assert isinstance(each, ComparisonPairs)
        told.append(replace(each, reading=own.get(each.second - START)))
    return Load(**{**facts, "more": [*told, END, *facts.get("more", ())]})


STARVED = {"target_waited": dict.fromkeys(range(60), 95.0)}  # as a whole
EXCUSES: dict[str, tuple[OwnReading | None, dict[str, Any], str]] = {
    "link": (reading(offline=True), {}, "the generator's own link was down"),
    "busy": (reading(cpu_percent=99.0), {}, "the generator was saturated"),
    "waiting": (reading(cpu_percent=40.0, waited_percent=45.0), {}, "the generator was saturated"),
    "stolen": (reading(cpu_percent=40.0, steal_percent=45.0), {}, "the generator was saturated"),
    "starved": (reading(target_waited_percent=50.0), {}, "the target got no processor"),
    "starved as a whole": (None, STARVED, "the target got no processor"),
    "starved as a whole, not measured": (reading(), STARVED, "the target got no processor"),
}


def excused(release_ms: float | None, excuse: str) -> tuple[Load, str]:
    """A comparison with the same excuse in each second, and the excuse in words."""
    each, facts, why = EXCUSES[excuse]
    return compared(release_ms, dict.fromkeys(COMPARED, each) if each else {}, **facts), why


@pytest.mark.parametrize("release_ms", [96.0, None], ids=["slow", "no answer"])
@pytest.mark.parametrize("excuse", sorted(EXCUSES))
def test_an_excused_machine_accuses_no_release(excuse: str, release_ms: float | None) -> None:
    """
    Twice as slow, or no answer at all: UNPROVEN, with the reason.
    """
    load, why = excused(release_ms, excuse)
    finding = judged("not-slower", load)
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == f"{why} in 180 of 180 s of the comparison"


@pytest.mark.parametrize("excuse", sorted(EXCUSES))
def test_an_excused_machine_proves_no_release(excuse: str) -> None:
    """
    But one that was not slower in spite of a target without a processor was not slower.
    """
    load, why = excused(40.0, excuse)
    proves = why == "the target got no processor"
    assert judged("not-slower", load).verdict is (Verdict.MET if proves else Verdict.UNPROVEN)


@pytest.mark.parametrize(
    "share",
    [
        {"cpu_percent": float("nan")},
        {"steal_percent": -50.0},
        {"waited_percent": -50.0},
        {"waited_percent": float("inf")},
        {"steal_percent": 101.0},
        {"target_waited_percent": 6000.0},
    ],
)
def test_an_impossible_share_of_a_processor_proves_nothing(share: dict[str, float]) -> None:
    """
    One second is enough: nobody knows how busy that machine was.
    """
    finding = judged("not-slower", compared(40.0, {-60: reading(**{"cpu_percent": 99.0, **share})}))
    assert finding.verdict is Verdict.UNPROVEN
    assert "which no share of a processor can be" in finding.reason


IMPOSSIBLE = {"cpu_percent": 99.0, "target_waited_percent": 6000.0, "offline": True}


@pytest.mark.parametrize("release_ms", [96.0, None], ids=["slow", "no answer"])
def test_an_impossible_share_of_a_processor_excuses_nothing(release_ms: float | None) -> None:
    """
    Neither one that the pairs tell, nor one of a generator, which would raise the mean of the run.
    """
    once = [LoadGenerator(worker="w", second=START + 5, cpu_percent=20.0, target_waited_percent=6000.0)]
    for load in (
        compared(release_ms, dict.fromkeys(COMPARED, reading(**IMPOSSIBLE))),
        compared(release_ms, {}, more=once),
    ):
        assert judged("not-slower", load).verdict is Verdict.TRIGGERED
    assert "which no share of a processor can be" in judged("not-slower", compared(40.0, {}, more=once)).reason


def test_one_reading_of_a_load_is_not_the_run_as_a_whole() -> None:
    """
    Without the readings of the other seconds, nobody knows that the target got no processor in them.
    """
    once = [LoadGenerator(worker="w", second=START + 5, cpu_percent=20.0, target_waited_percent=99.0)]
    run = compared(96.0, {}, more=once).run()
    kept = LoadReadings()
    kept.add(once[0])
    assert judged("not-slower", replace_run(run, readings=kept)).verdict is Verdict.TRIGGERED


@pytest.mark.parametrize("percent", [100.5, 6000.0, float("inf")])
def test_an_impossible_wait_of_the_target_mutes_no_outage(percent: float) -> None:
    """
    The target waits for at most all of the time in which it could run.
    """
    down = [second(at, err=20 if 10 <= at < 50 else 0) for at in range(60)]
    for waits, verdict in ((100.0, Verdict.UNPROVEN), (percent, Verdict.TRIGGERED)):
        load = Load(seconds=down, target_waited=dict.fromkeys(range(60), waits))
        assert judged("errors", load).verdict is verdict


@pytest.mark.parametrize(
    ("own", "facts"),
    [
        (dict.fromkeys(range(-90, -70), reading(offline=True)), {}),
        (dict.fromkeys(COMPARED, reading(cpu_percent=84.0)), {}),
        (dict.fromkeys(COMPARED, reading(target_waited_percent=49.0)), {}),
        (dict.fromkeys(COMPARED, reading(target_waited_percent=0.0)), STARVED),
    ],
    ids=["a third without a link", "not saturated", "not starved", "starved afterwards"],
)
def test_seconds_in_order_still_call_for_a_rollback(own: dict[int, OwnReading], facts: dict[str, Any]) -> None:
    """
    Only excused seconds are left out, and what was measured while the two were compared counts for them.
    """
    assert judged("not-slower", compared(96.0, own, **facts)).verdict is Verdict.TRIGGERED


@pytest.mark.parametrize(
    "other",
    [
        [LoadOffline(worker="w9", second=START + at) for at in COMPARED],
        [LoadGenerator(worker="w9", second=START + at, cpu_percent=99.0) for at in COMPARED],
        [ComparisonPairs(second=START + at, pairs={}, reading=reading(offline=True)) for at in COMPARED],
    ],
    ids=["a worker had no link", "a worker was saturated", "another record of the same second"],
)
def test_only_who_sent_the_pairs_excuses_them(other: list[Record]) -> None:
    """
    A worker of the load that comes after has sent none of them.
    """
    assert judged("not-slower", compared(96.0, {}, more=other)).verdict is Verdict.TRIGGERED


def test_one_reading_stands_for_its_own_second_alone() -> None:
    """
    Where the target starved in the run as a whole, seconds in which nobody looked are excused all the same.
    """
    finding = judged("not-slower", compared(96.0, {-210: reading(target_waited_percent=0.0)}, **STARVED))
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == "the target got no processor in 179 of 180 s of the comparison"


@pytest.mark.parametrize(("seconds", "verdict"), [(9, Verdict.MET), (10, Verdict.UNPROVEN)])
def test_a_proof_may_have_a_few_excused_seconds(seconds: int, verdict: Verdict) -> None:
    """
    5 % of them, which count for the proof all the same.
    """
    own = dict.fromkeys(range(-210, -210 + seconds), reading(offline=True))
    finding = judged("not-slower", compared(40.0, own))
    assert (finding.verdict, finding.n) == (verdict, 1800)
