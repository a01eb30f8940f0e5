"""What each tool says about a server of known behaviour, beside the truth; all at once, each on a server of its own."""

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
    """p95 and p99 in milliseconds of a server that stands still 2 s in every 20 s: the truth of planned arrivals, and what each says."""
    return KnownServer(("--latency-ms", str(LATENCY_MS), "--stall", f"{EVERY_S},{STALL_S}")).compared()


def known() -> dict[str, Percentiles]:
    """The same of a server whose p95 and p99 are known beforehand."""
    return KnownServer(("--p95-ms", str(P95_MS)), truth=(P95_MS, P99_MS)).compared()


@dataclass(frozen=True)
class KnownServer:
    """A server's options, and its true p95 and p99 if they do not depend on when it is asked."""

    options: tuple[str, ...]
    truth: Percentiles | None = None

    def compared(self) -> dict[str, Percentiles]:
        """The truth, and what each says."""
        others = {"Fast": self.by_plain("Fast"), "Usual": self.by_plain("Usual")}
        others |= {tool.name: self.by_tool(tool) for tool in TOOLS if tool.there}
        with ThreadPoolExecutor() as pool, TemporaryDirectory() as folder:
            mine = pool.submit(self.by_ours, Path(folder) / "ours")
            asked = {name: pool.submit(ask, Path(folder) / name) for name, ask in others.items()}
            truth, said = mine.result()
            return {"truth": truth, "ours": said, **{name: found.result() for name, found in asked.items()}}

    def by_ours(self, folder: Path) -> tuple[Percentiles, Percentiles]:
        """The truth about the arrivals that were planned, and what we say."""
        with server(*self.options) as served:
            ours(served.url, folder, "steady", "--gaps", "uniform", "-t", f"{SECONDS}s")
        run = journal(folder)
        said = by_us(run)
        truth = self.truth or stall_truth(run, served.began, EVERY_S, STALL_S, LATENCY_MS)
        return truth, (said.p95, said.p99)

    def by_plain(self, kind: str) -> Callable[[Path], Percentiles]:
        """Locust as it comes, at the same rate where it can keep it."""

        def ask(folder: Path) -> Percentiles:
            with server(*self.options) as served:
                plain(served.url, kind, CONNECTIONS, SECONDS, folder, PER_USER)
            said = by_locust(folder)
            return said.p95, said.p99

        return ask

    def by_tool(self, tool: Tool) -> Callable[[Path], Percentiles]:
        """Another tool with as many connections, or at the same rate where it can plan its requests."""

        def ask(folder: Path) -> Percentiles:
            with server(*self.options) as served:
                outcome = tool.measure(Load(f"{served.url}/", SECONDS, folder, round(PER_USER * CONNECTIONS)))
            return outcome.p95, outcome.p99

        return ask
