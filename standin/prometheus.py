"""Prometheus's configuration and the alert rules of the rollout plan; the server itself only if it is installed."""

import shutil
from pathlib import Path

from standin import environment
from standin.ports import HOST
from standin.probe import answers_ok
from standin.processes import Child, Command, ProcessTable, spawn, until

RULES = {
    "HighErrorRate": 'sum(rate(http_requests_total{status=~"5.."}[5m])) / sum(rate(http_requests_total[5m])) > 0.05',
    "SlowResponses": "histogram_quantile(0.95, sum by (le) (rate(http_request_duration_seconds_bucket[5m]))) > 1",
    "DatabasePoolExhausted": "db_connections_active / 30 > 0.8",
    "RedisMemoryHigh": "redis_memory_used_bytes / redis_memory_max_bytes > 0.8",
    "CeleryQueueBackedUp": "celery_queue_length > 100",
    "CriticalErrors": 'sum(increase(http_requests_total{status="500"}[5m])) > 0',
}
WRONG = {"HighErrorRate": RULES["HighErrorRate"].replace("> 0.05", "> 0.5")}
MISSING = "CeleryQueueBackedUp"


def rules(threshold_wrong: bool = False, one_missing: bool = False) -> str:
    """The rules file, correct or with a fault."""
    chosen = {**RULES, **(WRONG if threshold_wrong else {})}
    if one_missing:
        del chosen[MISSING]
    entries = [
        f"      - alert: {name}\n        expr: '{expression}'\n        for: 1m" for name, expression in chosen.items()
    ]
    return "\n".join(["groups:", "  - name: xcodereviewer-rollout", "    rules:", *entries, ""])


def configuration(backend_port: int, operations_port: int) -> str:
    """The scrape configuration; port 1 stands for a target that is down."""
    jobs = {"xcodereviewer-backend": backend_port, "redis": operations_port}
    scrapes = [
        f"  - job_name: {job}\n    static_configs:\n      - targets: ['{HOST}:{port}']" for job, port in jobs.items()
    ]
    head = ["global: {scrape_interval: 1s, evaluation_interval: 1s}", "rule_files: [rules.yml]", "scrape_configs:"]
    return "\n".join([*head, *scrapes, ""])


def write(directory: Path, backend_port: int, operations_port: int) -> None:
    """Write both files atomically, also on machines without Prometheus, where they can still be checked."""
    directory.mkdir(exist_ok=True)
    (directory / "rules.yml").write_text(rules(), encoding="utf-8")
    (directory / "prometheus.yml").write_text(configuration(backend_port, operations_port), encoding="utf-8")


def installed() -> str | None:
    """The path of the program; None if it is not installed."""
    return shutil.which("prometheus")


async def start(directory: Path, private: Path, table: ProcessTable, log: Path, port: int) -> Child:
    """Serve what *directory* configures on *port*."""
    argv = [installed() or "prometheus", f"--config.file={directory / 'prometheus.yml'}"]
    argv += [f"--storage.tsdb.path={private / 'prometheus'}", f"--web.listen-address={HOST}:{port}"]
    argv += ["--log.level=warn", "--web.enable-lifecycle"]
    child = spawn(Command("prometheus", argv, log, environment.server(private), directory), table)
    await until(lambda: answers_ok(port, "/-/ready"), child, within=20, every=0.05)
    return child
