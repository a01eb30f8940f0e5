"""A comparison on a machine that had no link or no processor to spare calls for no rollback."""

from typing import Any

import pytest

from rollout.evidence import Record
from rollout.evidence.records import LoadGenerator, LoadOffline
from rollout.judge.verdict import Verdict
from tests.judge.loads import START, Load, judged
from tests.judge.test_degradation import END, pairs

COMPARED = range(-90, -30)


def readings(when: range, **told: float) -> list[Record]:
    """What the generator recorded about itself while the two were compared."""
    numbers: dict[str, Any] = {"cpu_percent": 20.0, **told}
    return [LoadGenerator(worker="w", second=START + at, **numbers) for at in when]


def offline(when: range) -> list[Record]:
    """The generator says that it had no link."""
    return [LoadOffline(worker="w", second=START + at) for at in when]


STARVED = {"more": readings(COMPARED, target_waited_percent=50.0)}
STARVED_AS_A_WHOLE = {"target_waited": dict.fromkeys(range(60), 95.0)}
EXCUSES: dict[str, tuple[dict[str, Any], str]] = {
    "link": ({"more": offline(COMPARED)}, "the generator's own link was down"),
    "busy": ({"more": readings(COMPARED, cpu_percent=99.0)}, "the generator was saturated"),
    "waiting": ({"more": readings(COMPARED, cpu_percent=40.0, waited_percent=45.0)}, "the generator was saturated"),
    "starved": (STARVED, "the target got no processor"),
    "starved as a whole": (STARVED_AS_A_WHOLE, "the target got no processor"),
}


def compared(release_ms: float | None, facts: dict[str, Any]) -> Load:
    """A load with a comparison before it."""
    return Load(**{**facts, "more": [*pairs(release_ms), END, *facts.get("more", ())]})


@pytest.mark.parametrize("release_ms", [96.0, None], ids=["slow", "no answer"])
@pytest.mark.parametrize("excuse", sorted(EXCUSES))
def test_an_excused_machine_accuses_no_release(excuse: str, release_ms: float | None) -> None:
    """
    Twice as slow, or no answer at all: UNPROVEN, with the reason.
    """
    facts, why = EXCUSES[excuse]
    finding = judged("not-slower", compared(release_ms, facts))
    assert finding.verdict is Verdict.UNPROVEN
    assert finding.reason == f"{why} in 60 of 60 s of the comparison"


@pytest.mark.parametrize("excuse", sorted(EXCUSES))
def test_an_excused_machine_proves_no_release(excuse: str) -> None:
    """
    But one that was not slower in spite of a target without a processor was not slower.
    """
    facts, why = EXCUSES[excuse]
    proves = why == "the target got no processor"
    assert judged("not-slower", compared(40.0, facts)).verdict is (Verdict.MET if proves else Verdict.UNPROVEN)


@pytest.mark.parametrize(
    "facts",
    [
        {"more": offline(range(-90, -70))},
        {"more": offline(range(60))},
        {"more": readings(COMPARED, cpu_percent=84.0)},
        {"more": readings(COMPARED, target_waited_percent=49.0)},
        {**STARVED_AS_A_WHOLE, "more": readings(COMPARED, target_waited_percent=0.0)},
    ],
    ids=["a third without a link", "no link afterwards", "not saturated", "not starved", "starved afterwards"],
)
def test_seconds_in_order_still_call_for_a_rollback(facts: dict[str, Any]) -> None:
    """
    Only excused seconds are left out, and what was measured while the two were compared counts for them.
    """
    assert judged("not-slower", compared(96.0, facts)).verdict is Verdict.TRIGGERED


@pytest.mark.parametrize(("seconds", "verdict"), [(3, Verdict.MET), (4, Verdict.UNPROVEN)])
def test_a_proof_may_have_a_few_excused_seconds(seconds: int, verdict: Verdict) -> None:
    """
    5 % of them, which count for the proof all the same.
    """
    finding = judged("not-slower", compared(40.0, {"more": offline(range(-90, -90 + seconds))}))
    assert (finding.verdict, finding.n) == (verdict, 600)
