"""Other load tools: their requests, processor time and percentiles on the same server."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ran

CONNECTIONS = 20
ROUNDS = 600  # of each of artillery's users, since their duration cannot be set
K6 = """import http from "k6/http";
export const options = { scenarios: { one: %s } };
export default function () { http.get("%s"); }
"""


@dataclass(frozen=True)
class ToolFigures:
    """The figures of one tool; percentiles in milliseconds, None if it does not report one."""

    per_second: float
    cpu_ms: float
    p95: float | None
    p99: float | None


@dataclass(frozen=True)
class Load:
    """The load for a tool: *rate* requests per second if it can plan them, else as fast as the answers allow."""

    url: str
    seconds: int
    folder: Path
    rate: int | None = None


@dataclass(frozen=True)
class ToolReport:
    """The report of a tool: requests, their rate per second, and percentiles in milliseconds."""

    n: float
    per_second: float
    p95: float | None
    p99: float | None


@dataclass(frozen=True)
class Tool:
    """A tool: its executable, its command line, and the parser of its output."""

    name: str
    version: tuple[str, ...]
    command: Callable[[Load], Sequence[str]]
    read: Callable[[str, Load], ToolReport]

    @property
    def there(self) -> bool:
        return shutil.which(self.name) is not None

    def measure(self, load: Load) -> ToolFigures:
        """Run the tool once."""
        load.folder.mkdir(parents=True, exist_ok=True)
        done = ran(self.command(load), ARTILLERY_DISABLE_TELEMETRY="true", K6_NO_USAGE_REPORT="true")
        told = self.read(done.output, load)
        return ToolFigures(told.per_second, 1000 * done.cpu_s / max(told.n, 1), told.p95, told.p99)

    def said_version(self) -> str:
        """The first version number in its output."""
        found = re.search(r"\d+\.\d+(\.\d+)?", ran((self.name, *self.version)).output)
        return found[0] if found else ""


def wrk(load: Load) -> Sequence[str]:
    """A closed loop in one thread."""
    return ("wrk", "-t1", f"-c{CONNECTIONS}", f"-d{load.seconds}s", "--timeout", "10s", "--latency", load.url)


def read_wrk(output: str, load: Load) -> ToolReport:
    """wrk reports p90 and p99."""
    rate = float(number(r"Requests/sec:\s+([\d.]+)", output) or 0)
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    p99 = float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]] if found else None
    return ToolReport(rate * load.seconds, rate, None, p99)


def hey(load: Load) -> Sequence[str]:
    """A closed loop."""
    return ("hey", "-z", f"{load.seconds}s", "-c", str(CONNECTIONS), load.url)


def read_hey(output: str, load: Load) -> ToolReport:
    """hey reports p95 and p99 in seconds."""
    rate = float(number(r"Requests/sec:\s+([\d.]+)", output) or 0)
    p95, p99 = (number(rf"{share}%+ in ([\d.]+) secs", output) for share in (95, 99))
    return ToolReport(rate * load.seconds, rate, p95 and 1000 * p95, p99 and 1000 * p99)


def autocannon(load: Load) -> Sequence[str]:
    """A closed loop."""
    return ("autocannon", "-j", "-n", "-d", str(load.seconds), "-c", str(CONNECTIONS), load.url)


def read_autocannon(output: str, load: Load) -> ToolReport:
    """autocannon reports p97.5, not p95, and p99."""
    document = json.loads(output[output.index("{") : output.rindex("}") + 1])
    rate = float(document["requests"]["average"])
    return ToolReport(rate * load.seconds, rate, None, float(document["latency"]["p99"]))


def k6(load: Load) -> Sequence[str]:
    """A closed loop, or its constant arrival rate."""
    closed = {"executor": "constant-vus", "vus": CONNECTIONS, "duration": f"{load.seconds}s"}
    planned = {
        "executor": "constant-arrival-rate",
        "rate": load.rate,
        "duration": f"{load.seconds}s",
        "preAllocatedVUs": 300,
    }
    script = load.folder / "k6.js"
    script.write_text(K6 % (json.dumps(planned if load.rate else closed), load.url), encoding="utf-8")
    told = load.folder / "k6.json"
    return ("k6", "run", "-q", "--summary-trend-stats", "p(95),p(99)", "--summary-export", str(told), str(script))


def read_k6(_output: str, load: Load) -> ToolReport:
    """k6 reports everything."""
    metrics = json.loads((load.folder / "k6.json").read_text(encoding="utf-8"))["metrics"]
    requests, took = metrics["http_reqs"], metrics["http_req_duration"]
    return ToolReport(requests["count"], requests["rate"], took["p(95)"], took["p(99)"])


def artillery(load: Load) -> Sequence[str]:
    """A fixed number of requests in a closed loop, or an arrival rate."""
    ask: dict[str, object] = {"get": {"url": "/"}}
    planned = {"duration": load.seconds, "arrivalRate": load.rate}
    closed = {"duration": 1, "arrivalCount": CONNECTIONS}
    script = {
        "config": {"target": load.url.rstrip("/"), "phases": [planned if load.rate else closed]},
        "scenarios": [{"flow": [ask] if load.rate else [{"loop": [ask], "count": ROUNDS}]}],
    }
    file = load.folder / "artillery.json"
    file.write_text(json.dumps(script), encoding="utf-8")
    return ("artillery", "run", "-q", "-o", str(load.folder / "told.json"), str(file))


def read_artillery(_output: str, load: Load) -> ToolReport:
    """artillery reports everything, and its start and end."""
    whole = json.loads((load.folder / "told.json").read_text(encoding="utf-8"))["aggregate"]
    n, took = whole["counters"]["http.responses"], whole["summaries"]["http.response_time"]
    seconds = (whole["lastHistogramAt"] - whole["firstHistogramAt"]) / 1000
    return ToolReport(n, n / max(seconds, 1), took["p95"], took["p99"])


def number(pattern: str, text: str) -> float | None:
    """The number that a pattern finds; None if it finds none."""
    found = re.search(pattern, text)
    return float(found[1]) if found else None


TOOLS = (
    Tool("wrk", ("-v",), wrk, read_wrk),
    Tool("hey", ("-h",), hey, read_hey),
    Tool("autocannon", ("--version",), autocannon, read_autocannon),
    Tool("k6", ("version",), k6, read_k6),
    Tool("artillery", ("--version",), artillery, read_artillery),
)
