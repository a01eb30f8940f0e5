"""Requests per second and processor time per request of each tool, on one server in one run."""

import sys
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.processes import ours, plain, ran, server
from benchmarks.run_figures import answered_per_second, by_locust, by_us, journal
from benchmarks.tools import CONNECTIONS, TOOLS, Load, ToolFigures

SECONDS = 10
ROUNDS = 3
# shares of the plain client's rate, since our arrivals are planned
TRIED = (1.2, 1.1, 1.0, 0.95, 0.9, 0.8, 0.7, 0.6, 0.5)
ANSWERED = 0.95
PER_USER = 100.0
ON_TIME_MS = 250.0
Measure = Callable[[str, Path], ToolFigures]


def compared() -> dict[str, ToolFigures]:
    """Tool → its median figures of ROUNDS rounds; the tools alternate, so that a busy machine affects all of them."""
    start_s = ran([sys.executable, "-c", "import locust.main"]).cpu_s
    found: dict[str, list[ToolFigures]] = {}
    with server() as served, TemporaryDirectory() as folder:
        for number in range(ROUNDS):
            for kind in ("Fast", "Bare", "Usual"):
                out = Path(folder) / f"{kind}-{number}"
                found.setdefault(kind, []).append(by_plain(served.url, kind, out, start_s))
            rate = found["Fast"][-1].per_second
            found.setdefault("ours", []).append(by_ours(served.url, Path(folder) / f"ours-{number}", rate, start_s))
            for tool in TOOLS:
                if tool.there:
                    found.setdefault(tool.name, []).append(
                        tool.measure(Load(f"{served.url}/", SECONDS, Path(folder) / f"{tool.name}-{number}"))
                    )
    return {name: middle(outcomes) for name, outcomes in found.items()}


def by_plain(url: str, kind: str, out: Path, start_s: float) -> ToolFigures:
    """The figures of plain Locust at full speed."""
    done = plain(url, kind, CONNECTIONS, SECONDS, out)
    said = by_locust(out)
    return ToolFigures(said.n / SECONDS, 1000 * (done.cpu_s - start_s) / max(said.n, 1), said.p95, said.p99)


def by_ours(url: str, folder: Path, rate: float, start_s: float) -> ToolFigures:
    """The figures of our generator with all features on, at the highest share of *rate* that it can keep."""
    outcome = ToolFigures(0, 0, None, None)
    for share in TRIED:
        users = max(1, round(share * rate / PER_USER))
        done = ours(url, folder / str(share), "flood", "-t", f"{SECONDS}s", "-u", str(users))
        run = journal(folder / str(share))
        said = by_us(run)
        cpu_ms = 1000 * (done.cpu_s - start_s) / max(said.n, 1)
        outcome = ToolFigures(answered_per_second(run), cpu_ms, said.p95, said.p99)
        if outcome.per_second >= ANSWERED * users * PER_USER and (said.p95 or 0) < ON_TIME_MS:
            break
    return outcome


def middle(outcomes: list[ToolFigures]) -> ToolFigures:
    """The median of each figure."""
    return ToolFigures(
        median(each.per_second for each in outcomes),
        median(each.cpu_ms for each in outcomes),
        told([each.p95 for each in outcomes]),
        told([each.p99 for each in outcomes]),
    )


def told(values: list[float | None]) -> float | None:
    """The median of the reported values; None if there are none."""
    known = [value for value in values if value is not None]
    return median(known) if known else None
