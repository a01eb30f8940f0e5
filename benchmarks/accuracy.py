"""What each tool says about a server that stalls, beside the truth; all at once, each on a server of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.measured import by_locust, by_us, journal, stall_truth
from benchmarks.processes import ours, plain, server
from benchmarks.tools import CONNECTIONS, TOOLS, Tool

EVERY_S, STALL_S, LATENCY_MS = 20, 2, 30
SECONDS = 60
PER_USER = 5.0
Percentiles = tuple[float | None, float | None]


def stalled() -> dict[str, Percentiles]:
    """p95 and p99 in milliseconds: the truth of planned arrivals, and what each says."""
    others = {"Fast": by_plain("Fast"), "Usual": by_plain("Usual")}
    others |= {tool.name: by_tool(tool) for tool in TOOLS if tool.there}
    with ThreadPoolExecutor() as pool, TemporaryDirectory() as folder:
        mine = pool.submit(by_ours, Path(folder) / "ours")
        asked = {name: pool.submit(ask, Path(folder) / name) for name, ask in others.items()}
        truth, said = mine.result()
        return {"truth": truth, "ours": said, **{name: found.result() for name, found in asked.items()}}


def options() -> tuple[str, ...]:
    """A server that stands still 2 s in every 20 s."""
    return ("--latency-ms", str(LATENCY_MS), "--stall", f"{EVERY_S},{STALL_S}")


def by_ours(folder: Path) -> tuple[Percentiles, Percentiles]:
    """The truth about the arrivals that were planned, and what we say."""
    with server(*options()) as served:
        ours(served.url, folder, "steady", "--gaps", "uniform", "-t", f"{SECONDS}s")
    run = journal(folder)
    said = by_us(run)
    return stall_truth(run, served.began, EVERY_S, STALL_S, LATENCY_MS), (said.p95, said.p99)


def by_plain(kind: str) -> Callable[[Path], Percentiles]:
    """Locust as it comes, at the same rate where it can keep it."""

    def ask(folder: Path) -> Percentiles:
        with server(*options()) as served:
            plain(served.url, kind, CONNECTIONS, SECONDS, folder, PER_USER)
        said = by_locust(folder)
        return said.p95, said.p99

    return ask


def by_tool(tool: Tool) -> Callable[[Path], Percentiles]:
    """Another tool with as many connections."""

    def ask(folder: Path) -> Percentiles:
        with server(*options()) as served:
            outcome = tool.measure(served.url, SECONDS, folder)
        return outcome.p95, outcome.p99

    return ask
