"""What people use instead: each tool's requests, processor time and percentiles on the same server."""

import json
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.processes import ran

CONNECTIONS = 20


@dataclass(frozen=True)
class Outcome:
    """What one tool said; percentiles in milliseconds, None where it does not tell."""

    per_second: float
    cpu_ms: float
    p95: float | None
    p99: float | None


@dataclass(frozen=True)
class Tool:
    """A tool by its executable: how it is called for some seconds, and how its words are read."""

    name: str
    version: tuple[str, ...]
    command: Callable[[str, int, Path], Sequence[str]]
    read: Callable[[str, Path], tuple[float, float | None, float | None]]

    @property
    def there(self) -> bool:
        return shutil.which(self.name) is not None

    def measure(self, url: str, seconds: int, folder: Path) -> Outcome:
        """One run; requests per second by its own count."""
        done = ran(self.command(f"{url}/", seconds, folder))
        per_second, p95, p99 = self.read(done.output, folder)
        return Outcome(per_second, 1000 * done.cpu_s / max(per_second * seconds, 1), p95, p99)

    def said_version(self) -> str:
        """The first number with dots in what it says about itself."""
        found = re.search(r"\d+\.\d+(\.\d+)?", ran((self.name, *self.version)).output)
        return found[0] if found else ""


def read_wrk(output: str, _folder: Path) -> tuple[float, float | None, float | None]:
    """wrk tells p99, and 90 % before it."""
    rate = float(number(r"Requests/sec:\s+([\d.]+)", output) or 0)
    found = re.search(r"99%\s+([\d.]+)(us|ms|s)", output)
    return rate, None, float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]] if found else None


def read_hey(output: str, _folder: Path) -> tuple[float, float | None, float | None]:
    """hey tells p95 and p99 in seconds."""
    rate = float(number(r"Requests/sec:\s+([\d.]+)", output) or 0)
    p95, p99 = (number(rf"{share}%+ in ([\d.]+) secs", output) for share in (95, 99))
    return rate, p95 and 1000 * p95, p99 and 1000 * p99


def read_autocannon(output: str, _folder: Path) -> tuple[float, float | None, float | None]:
    """autocannon tells 97.5 %, not 95 %, and 99 %."""
    document = json.loads(output[output.index("{") : output.rindex("}") + 1])
    return float(document["requests"]["average"]), None, float(document["latency"]["p99"])


def number(pattern: str, text: str) -> float | None:
    """The number that a pattern finds."""
    found = re.search(pattern, text)
    return float(found[1]) if found else None


def seconds_of(seconds: int) -> str:
    """A duration as most tools want it."""
    return f"{seconds}s"


TOOLS = (
    Tool(
        "wrk",
        ("-v",),
        lambda url, s, _: (
            "wrk",
            "-t1",
            f"-c{CONNECTIONS}",
            f"-d{seconds_of(s)}",
            "--timeout",
            "10s",
            "--latency",
            url,
        ),
        read_wrk,
    ),
    Tool("hey", ("-h",), lambda url, s, _: ("hey", "-z", seconds_of(s), "-c", str(CONNECTIONS), url), read_hey),
    Tool(
        "autocannon",
        ("--version",),
        lambda url, s, _: ("autocannon", "-j", "-n", "-d", str(s), "-c", str(CONNECTIONS), url),
        read_autocannon,
    ),
)
