"""Services close to their limit, counted by the real counters and judged by the real judge."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from random import Random
from statistics import median

import numpy as np
import pytest

from rollout.evidence.records import LoadSecond
from rollout.judge.verdict import Verdict
from rollout.locust_plugin.generator.counters import Counters
from rollout.statistics import first_alarm
from tests.judge.loads import START, Load, judged
from tests.load.runs import run, server

RUNS = 200
PER_SECOND = 20
Answer = Callable[[Random], tuple[float, bool]]


def latency(p95_ms: float) -> Answer:
    """Answers of which exactly 5 % take longer than *p95_ms*."""
    return lambda random: (p95_ms * (0.4 + 0.6 * random.random() / 0.95), False)


def failing(share: float) -> Answer:
    """Fast answers of which a share fails."""
    return lambda random: (20.0, random.random() < share)


def load(answer: Answer, seed: int, seconds: int = 60) -> Load:
    """A load run of a minute, counted request by request."""
    random = Random(seed)
    counters = Counters((500.0, 1000.0))
    for at in range(seconds * PER_SECOND):
        second = START + at // PER_SECOND
        counters.due(second, "projects.list")
        counters.done(second, "projects.list", *answer(random))
    return Load(seconds=[record(*taken) for taken in counters.take()["seconds"]])


def record(second: int, _planned: int, _sent: int, names: dict[str, list[float]]) -> LoadSecond:
    """A second as the recorder writes it."""
    return LoadSecond(second=second, planned=PER_SECOND, sent=PER_SECOND, names=names)


def verdicts(criterion: str, answer: Answer, runs: int = RUNS) -> list[Verdict]:
    """The verdicts about one criterion over seeded runs."""
    return [judged(criterion, load(answer, seed)).verdict for seed in range(runs)]


@pytest.mark.slow
@pytest.mark.parametrize("criterion", ["fast", "certainly-fast"])
def test_495_and_505_ms_are_told_apart(criterion: str) -> None:
    """
    Rounded percentiles call both 500 ms; here the verdict points the wrong way in at most 5 % of 200 runs each.
    """
    below, above = verdicts(criterion, latency(495)), verdicts(criterion, latency(505))
    assert sum(verdict >= Verdict.BROKEN for verdict in below) <= 0.05 * RUNS
    assert above.count(Verdict.MET) <= 0.05 * RUNS


@pytest.mark.slow
def test_two_percent_of_errors_break_one_percent_and_trigger_nothing() -> None:
    """
    Between budget and trigger lies NO-GO, not rollback.
    """
    found = verdicts("errors", failing(0.02))
    assert found.count(Verdict.BROKEN) >= 0.95 * RUNS
    assert found.count(Verdict.TRIGGERED) <= 0.05 * RUNS


def test_ten_percent_of_errors_trigger_within_a_minute() -> None:
    """
    The median of 200 seeded runs: after how many seconds the trigger of 5 % fires.
    """
    needed = []
    for seed in range(RUNS):
        bad = np.random.default_rng(seed).binomial(PER_SECOND, 0.10, 600)
        alarm = first_alarm(bad, np.full(600, PER_SECOND), Fraction(5, 100))
        needed.append(1e9 if alarm is None else alarm.end + 1)
    assert median(needed) <= 60


@pytest.mark.slow
@pytest.mark.parametrize(("p95_ms", "code"), [(480, 0), (520, 10)])
def test_real_runs_agree(tmp_path: Path, p95_ms: int, code: int) -> None:
    """
    Servers whose 95th percentile lies 4 % below and above the limit, over real connections.
    """
    with server("--p95-ms", str(p95_ms)) as url:
        done = run(url, tmp_path, "-t", "20s", "--early-stop", "never")
    assert done.code == code, done.output
