"""Run the real suites against a hostile server in a separate process, and read its journals."""

import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from rollout.evidence import Ledger, read_ledger
from rollout.evidence.records import TestOutcome
from rollout.target.wait import pause
from tests.memory import peak_mb

ROOT = Path(__file__).resolve().parents[2]
LOOK_S = 0.05


@dataclass(frozen=True)
class Result:
    """The output, journals, time and memory of a run."""

    exit_code: int
    output: str
    ledger: Ledger
    seconds: float
    peak_mb: float

    def outcomes(self) -> list[TestOutcome]:
        """Every outcome of a test, from all journals."""
        return [record for run in self.ledger.runs for record in run.of(TestOutcome)]


def run_suite(folder: Path, port: int, *arguments: str, within: float) -> Result:
    """Run pytest with the server at *port* in place of a stand-in, and journals in *folder*."""
    state = folder / "state.json"
    state.write_text(json.dumps(facts(port, folder)), encoding="utf-8")
    environment = {**os.environ, "ROLLOUT_STANDIN_STATE": str(state)}
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--tb=line", "--journals", str(folder)]
    began = time.monotonic()
    with (folder / "output.txt").open("w", encoding="utf-8") as output:
        process = subprocess.Popen([*command, *arguments], cwd=ROOT, env=environment, stdout=output, stderr=output)
        exit_code, peak_mb = ended(process, within)
    text = (folder / "output.txt").read_text(encoding="utf-8")
    journals = read_ledger(sorted(folder.glob("*.jsonl")))
    return Result(exit_code, text, journals, time.monotonic() - began, peak_mb)


def ended(process: "subprocess.Popen[bytes]", within: float) -> tuple[int, float]:
    """The exit code of *process* and its peak memory in MB; it is killed after *within* seconds."""
    guard, peak = threading.Timer(within, process.kill), 0.0
    guard.start()
    while process.poll() is None:
        peak = max(peak, peak_mb(process.pid))
        pause(LOOK_S)
    guard.cancel()
    return process.returncode, peak


def facts(port: int, folder: Path) -> dict[str, object]:
    """The state of a stand-in in which every address leads to *port*."""
    address = f"http://127.0.0.1:{port}"
    (folder / "catalogue.json").write_text(
        '[{"file": null, "bytes": NaN, "finished_at": "yesterday"}]', encoding="utf-8"
    )
    person = {"email": "rollout@example.com", "password": "Aa1!-not-a-secret"}
    return {
        "version": None,
        "dir": str(folder),
        "base_url": address,
        "frontend_url": f"https://localhost:{port}",
        "frontend_http_url": f"http://localhost:{port}",
        "ca_file": None,
        "postgres_dsn": f"postgresql://reader:secret@127.0.0.1:{port}/db",
        "redis_url": f"redis://:secret@127.0.0.1:{port}/0",
        "broker_url": f"redis://:secret@127.0.0.1:{port}/1",
        "queues": ["celery"],
        "admin": person,
        "user": person,
        "prometheus_url": address,
        "grafana_url": f"{address}/grafana",
        "sentry_dsn": f"http://key@127.0.0.1:{port}/1",
        "backup_dir": str(folder),
        "services": {"postgres": {"port": port}},
    }
