"""The tables of docs/benchmarks.md."""

from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from os import cpu_count
from platform import python_version
from typing import Any

from benchmarks.accuracy import Percentiles
from benchmarks.tools import TOOLS, ToolFigures
from benchmarks.verdicts import VerdictShare

LEDGER_AIM_S, LEDGER_AIM_MB = 8, 300
NAMES = {
    "truth": "**truth**",
    "ours": "**this project**, everything on",
    "Fast": "locust FastHttpUser, same look into the answer",
    "Bare": "locust FastHttpUser, not looking",
    "Usual": "locust HttpUser, same look into the answer",
}


def header(load: tuple[float, float]) -> str:
    """The time and machine of the measurement; *load* is the load average before and after."""
    tools = ", ".join(f"{tool.name} {tool.said_version()}".rstrip() for tool in TOOLS if tool.there) or "no other tool"
    absent = ", ".join(tool.name for tool in TOOLS if not tool.there)
    missing = f" Not on this machine: {absent}." if absent else ""
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d %H:%M} UTC on {cpu_count()} cores, load average {load[0]:.1f} before and"
        f" {load[1]:.1f} after; Python {python_version()}, locust {version('locust')}, {tools}.{missing}"
    )


def accuracy_table(found: Mapping[str, Percentiles]) -> str:
    """The percentiles of each tool on a server, and their distance from the truth."""
    p95, p99 = found["truth"]
    rows = ["| generator | p95 ms | off by | p99 ms | off by |", "|---|--:|--:|--:|--:|"]
    for name, (said95, said99) in found.items():
        rows.append(
            f"| {NAMES.get(name, name)} | {ms(said95)} | {off(said95, p95)} | {ms(said99)} | {off(said99, p99)} |"
        )
    return "\n".join(rows)


def speed_table(found: Mapping[str, ToolFigures]) -> str:
    """Throughput and cost, as ratios to the plain fast client."""
    plain = found["Fast"]
    rows = [
        "| generator | requests/s | of FastHttpUser | CPU ms per request | of FastHttpUser |",
        "|---|--:|--:|--:|--:|",
    ]
    for name, each in found.items():
        rows.append(
            f"| {NAMES.get(name, name)} | {each.per_second:,.0f} | {each.per_second / plain.per_second:.2f} |"
            f" {each.cpu_ms:.3f} | {each.cpu_ms / plain.cpu_ms:.2f} |"
        )
    return "\n".join(rows)


def cost_line(found: Mapping[str, float]) -> str:
    """The line about processor time at the same rate."""
    ours, fast, usual = (found[name] for name in ("ours", "Fast", "Usual"))
    return (
        f"At the same rate and at the same time, one request costs {ours:.3f} ms of processor time with everything on,"
        f" {fast:.3f} ms with FastHttpUser and {usual:.3f} ms with HttpUser. Per core that is {100 * fast / ours:.0f} % of"
        f" FastHttpUser's throughput (aim: 95 %) and {usual / ours:.1f} times HttpUser's (aim: 3). On a busy machine this"
        " is steadier than the table above."
    )


def verdict_table(found: list[VerdictShare]) -> str:
    """The time until certainty around a limit of 5 %, at 20 requests per slice of 1 s."""
    rows = ["| true share of slow | certain | median seconds | median requests |", "|--:|---|--:|--:|"]
    for each in found:
        word, at, often = (
            ("kept", each.met_at, each.met) if each.met >= each.broken else ("broken", each.broken_at, each.broken)
        )
        if at is None or often < 50:
            rows.append(f"| {5 * each.ratio:.2f} % | open in most runs | more than 4000 | |")
        else:
            rows.append(f"| {5 * each.ratio:.2f} % | {word} in {often:.0f} % of runs | {at:.0f} | {20 * at:,.0f} |")
    return "\n".join(rows)


def judging_table(found: list[dict[str, Any]]) -> str:
    """Time and memory of the judge."""
    rows = ["| requests | seconds of evidence × names | judged in | peak memory |", "|--:|---|--:|--:|"]
    for each in found:
        rows.append(f"| {each['requests']:,} | {each['shape']} | {each['seconds']} s | {each['peak_mb']} MB |")
    return "\n".join(rows)


def ledger_table(found: dict[str, Any]) -> str:
    """Time and memory to verify and judge a large ledger."""
    judged = round(found["seconds"] - found["read_s"], 2)
    return "\n".join(
        (
            "| records | on disk | read and verified in | judged in | peak memory |",
            "|--:|--:|--:|--:|--:|",
            f"| {found['records']:,} | {found['bytes'] / 1e6:.0f} MB | {found['read_s']} s | {judged} s | {found['peak_mb']} MB |",
        )
    )


def ledger_aims(found: dict[str, Any]) -> str:
    """Whether the time and the memory of a large ledger are within their aims, and by how much the time misses its own."""
    over = round(found["seconds"] - LEDGER_AIM_S, 1)
    missed = f"{over} s more than the aim of {LEDGER_AIM_S} s" if over > 0 else f"within the aim of {LEDGER_AIM_S} s"
    memory = "within" if found["peak_mb"] < LEDGER_AIM_MB else "beyond"
    return f"Reading and judging together take {found['seconds']:.1f} s on this machine, {missed}; the memory is {memory} its aim."


def ms(value: float | None) -> str:
    """Milliseconds as text, or words if the tool does not report them."""
    return "not told" if value is None else f"{value:,.0f}"


def off(value: float | None, truth: float | None) -> str:
    """The distance of a value from the truth, as text."""
    return "" if value is None or not truth else f"{100 * (value / truth - 1):+.1f} %"
