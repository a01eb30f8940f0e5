"""Requests per second and processor time per request, side by side on one server in one run."""

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.measured import answered_per_second, by_locust, by_us, journal
from benchmarks.processes import ours, plain, ran, server
from benchmarks.tools import CONNECTIONS, TOOLS, Outcome

SECONDS = 12
ROUNDS = 3
OVERLOAD = 1.15  # our arrivals are planned: a little more than the plain client manages, so that neither waits
PER_USER = 100.0
Measure = Callable[[str, Path], Outcome]


def compared() -> dict[str, Outcome]:
    """The median of some rounds in which all take turns, so that a busy moment hits everybody."""
    start_s = ran([sys.executable, "-c", "import locust.main"]).cpu_s
    found: dict[str, list[Outcome]] = {}
    with server() as served, TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            for kind in ("Fast", "Bare", "Usual"):
                out = Path(folder) / f"{kind}-{number}"
                found.setdefault(kind, []).append(by_plain(served.url, kind, out, start_s))
            rate = found["Fast"][-1].per_second
            found.setdefault("ours", []).append(by_ours(served.url, Path(folder) / f"ours-{number}", rate, start_s))
            for tool in TOOLS:
                if tool.there:
                    found.setdefault(tool.name, []).append(tool.measure(served.url, SECONDS, Path(folder)))
    return {name: middle(outcomes) for name, outcomes in found.items()}


def by_plain(url: str, kind: str, out: Path, start_s: float) -> Outcome:
    """Locust as it comes, as fast as it can."""
    done = plain(url, kind, CONNECTIONS, SECONDS, out)
    said = by_locust(out)
    return Outcome(said.n / SECONDS, 1000 * (done.cpu_s - start_s) / max(said.n, 1), said.p95, said.p99)


def by_ours(url: str, folder: Path, rate: float, start_s: float) -> Outcome:
    """Our generator with everything on, at a little more than *rate* arrivals a second."""
    users = max(1, round(OVERLOAD * rate / PER_USER))
    done = ours(url, folder, "flood", "-t", f"{SECONDS}s", "-u", str(users))
    run = journal(folder)
    said = by_us(run)
    return Outcome(answered_per_second(run), 1000 * (done.cpu_s - start_s) / max(said.n, 1), said.p95, said.p99)


def middle(outcomes: list[Outcome]) -> Outcome:
    """The median of each number."""
    return Outcome(
        median(each.per_second for each in outcomes),
        median(each.cpu_ms for each in outcomes),
        median(each.p95 for each in outcomes) if outcomes[0].p95 is not None else None,
        median(each.p99 for each in outcomes) if outcomes[0].p99 is not None else None,
    )
