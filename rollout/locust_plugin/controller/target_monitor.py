"""Start a monitor of the target's metrics beside a load, in its own process, for runs without a gate."""

import subprocess
import sys
from pathlib import Path

from rollout.locust_plugin.controller.run_setup import RunSetup
from rollout.plan import EvidenceSource
from rollout.project import current_project

SLOTS = 30
LONGEST_S = 30.0
END_S = 10


def start_monitor(setup: RunSetup, plan: Path) -> subprocess.Popen[bytes] | None:
    """
    Start `rollout watch` for the time of the load; None if a gate does it, or if the phase has no metric.

    `rollout.gate.guard` ends it when this process ends for any reason.
    """
    asked = {criterion.source for criterion in setup.plan.measured_on(setup.target.environment, setup.phase.id)}
    if setup.origin.parent or EvidenceSource.METRIC not in asked or setup.hold_s is None:
        return None
    for_s = setup.ramp_s + setup.hold_s + (setup.profile.beside if setup.compares else 0)
    command = [sys.executable, "-m", "rollout.gate.guard", sys.executable, "-m", "rollout", "watch", setup.phase.id]
    command += ["--for", f"{for_s:g}s", "--every", f"{min(LONGEST_S, for_s / SLOTS):g}s", "--no-decision"]
    command += ["--target", setup.target.name, "--release", setup.origin.release, "--plan", str(plan)]
    command += ["--journals", str(setup.journals.resolve())]
    return subprocess.Popen(command, cwd=current_project().root, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)


def end_monitor(monitor: "subprocess.Popen[bytes] | None") -> None:
    """Ask the monitor to write its end record and exit; after END_S seconds it is killed."""
    if monitor is None:
        return
    monitor.terminate()
    try:
        monitor.wait(timeout=END_S)
    except subprocess.TimeoutExpired:
        monitor.kill()
        monitor.wait()
