"""What is reported beside what is true, on servers whose behaviour is known."""

from pathlib import Path

import pytest

from benchmarks.processes import ours, plain, server
from benchmarks.run_figures import by_locust, by_us, journal, stall_truth

pytestmark = pytest.mark.slow


def test_a_stalling_server_is_reported_as_it_is(tmp_path: Path) -> None:
    """
    A server that stands still 2 s in every 20 s: p95 and p99 within 5 % of the truth, where locust alone says 30 ms.
    """
    with server("--latency-ms", "30", "--stall", "20,2") as served:
        done = ours(served.url, tmp_path / "journals", "steady", "--gaps", "uniform")
        closed = plain(served.url, "Fast", 20, 40, tmp_path / "plain", per_second=5)
    run = journal(tmp_path / "journals")
    said, p95_p99 = by_us(run), stall_truth(run, served.began, 20, 2, 30)
    assert (said.p95, said.p99) == pytest.approx(p95_p99, rel=0.05), done.output
    assert by_locust(tmp_path / "plain").p95 < p95_p99[0] / 3, closed.output


def test_a_constant_latency_is_reported_as_it_is(tmp_path: Path) -> None:
    """
    Every answer takes a second: the median, p95 and p99 say so within 5 %, whatever else this machine does.
    """
    with server("--latency-ms", "1000") as served:
        done = ours(served.url, tmp_path, "steady", "-t", "20s")
    said = by_us(journal(tmp_path))
    assert (said.p50, said.p95, said.p99) == pytest.approx((1000, 1000, 1000), rel=0.05), done.output
