"""Compare the percentiles of each tool with the truth on a server of known behaviour; all run in parallel on separate servers."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.processes import ours, plain, server
from benchmarks.run_figures import by_locust, by_us, journal, stall_truth
from benchmarks.tools import CONNECTIONS, TOOLS, Load, Tool

EVERY_S, STALL_S, LATENCY_MS = 20, 2, 30
P95_MS = 200.0
P99_MS = P95_MS * (0.4 + 0.6 * 0.99 / 0.95)  # latencies are uniform from 0.4 times p95 on
SECONDS = 60
PER_USER = 5.0
Percentiles = tuple[float | None, float | None]


def stalled() -> dict[str, Percentiles]:
    """p95 and p99 in ms of a server that stalls for 2 s in every 20 s: the truth for planned arrivals, and the result of each tool."""
    return KnownServer(("--latency-ms", str(LATENCY_MS), "--stall", f"{EVERY_S},{STALL_S}")).compared()


def known() -> dict[str, Percentiles]:
    """p95 and p99 in ms of a server for which both are known beforehand: the truth, and the result of each tool."""
    return KnownServer(("--p95-ms", str(P95_MS)), truth=(P95_MS, P99_MS)).compared()


@dataclass(frozen=True)
class KnownServer:
    """A server's options, and its true p95 and p99 in ms if they do not depend on the time of the requests."""

    options: tuple[str, ...]
    truth: Percentiles | None = None

    def compared(self) -> dict[str, Percentiles]:
        """Name → p95 and p99: the truth, and the result of each tool."""
        others = {"Fast": self.by_plain("Fast"), "Usual": self.by_plain("Usual")}
        others |= {tool.name: self.by_tool(tool) for tool in TOOLS if tool.there}
        with ThreadPoolExecutor() as pool, TemporaryDirectory() as folder:
            mine = pool.submit(self.by_ours, Path(folder) / "ours")
            asked = {name: pool.submit(ask, Path(folder) / name) for name, ask in others.items()}
            truth, said = mine.result()
            return {"truth": truth, "ours": said, **{name: found.result() for name, found in asked.items()}}

    def by_ours(self, folder: Path) -> tuple[Percentiles, Percentiles]:
        """The truth for the planned arrivals, and our result."""
        with server(*self.options) as served:
            ours(served.url, folder, "steady", "--gaps", "uniform", "-t", f"{SECONDS}s")
        run = journal(folder)
        said = by_us(run)
        truth = self.truth or stall_truth(run, served.began, EVERY_S, STALL_S, LATENCY_MS)
        return truth, (said.p95, said.p99)

    def by_plain(self, kind: str) -> Callable[[Path], Percentiles]:
        """The result of plain Locust, at the same rate as far as it can keep it."""

        def ask(folder: Path) -> Percentiles:
            with server(*self.options) as served:
                plain(served.url, kind, CONNECTIONS, SECONDS, folder, PER_USER)
            said = by_locust(folder)
            return said.p95, said.p99

        return ask

    def by_tool(self, tool: Tool) -> Callable[[Path], Percentiles]:
        """The result of another tool, at the same rate if it can plan requests, else with as many connections."""

        def ask(folder: Path) -> Percentiles:
            with server(*self.options) as served:
                outcome = tool.measure(Load(f"{served.url}/", SECONDS, folder, round(PER_USER * CONNECTIONS)))
            return outcome.p95, outcome.p99

        return ask
