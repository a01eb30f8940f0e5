"""Run every command that sends requests on a production target with few permissions, and record the requests."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.permissions.recorder import Arrival, Recorder, recording
from tests.target.allowed import ADMIN, USER
from xcodereviewer.target import LOGIN

ROOT = Path(__file__).resolve().parents[2]
NAME = "recorded"
ON = ("--target", NAME)
LONGEST_S = 300
TESTS = ("-m", "pytest", "-q", "-rs", "--tb=no", "-p", "no:cacheprovider", "--no-header")
LOCUST = ("-m", "locust", "-f", "load/locustfile.py", "--headless", "--phase", "phase3", "-u", "2", "-r", "2")
CONFIRMED = ("--procedure", "emergency", "--confirm", NAME)
SAID = ("--by", "Kim", "--role", "security", "--statement", "done", "--new-release")
WALKS: dict[str, tuple[str, ...]] = {
    "smoke": (*TESTS, "smoke"),
    "integration": (*TESTS, "integration"),
    "load": (*LOCUST, "-t", "2s"),
    "capacity": (*LOCUST, "--capacity"),
    "watch": ("-m", "rollout", "watch", "phase3", "--for", "2s", "--every", "1s"),
    "doctor": ("-m", "rollout", "doctor"),
    "gate": ("-m", "rollout", "gate", "phase3", "--window", "2s"),
    "drill": ("-m", "rollout", "drill", "restore"),
    "attest": ("-m", "rollout", "attest", "predeploy.security-audit", *SAID),
}
ON_ITS_OWN: dict[str, tuple[str, ...]] = {  # commands that send nothing to a real target, with any permissions
    "prove": ("-m", "rollout", "prove", "migrations-at-head"),
    "target": ("-m", "rollout", "target", "check", NAME),
    "decide": ("-m", "rollout", "decide", "phase3", "--target", NAME),
    "rollback": ("-m", "rollout", "rollback", "phase3", "--target", NAME, *CONFIRMED),  # without the permission
    "gameday": ("-m", "rollout", "gameday", "phase3", *ON),  # no fault is safe for a real target
    "trace": ("-m", "rollout", "trace", "--target", NAME),
}
MORE_ON_THEIR_OWN: dict[str, tuple[str, ...]] = {
    "rollback --dry-run": ("-m", "rollout", "rollback", "phase3", "--target", NAME, "--dry-run"),
    "drill rollback": ("-m", "rollout", "drill", "rollback", "--target", NAME),
}
SENDS_NOTHING = ON_ITS_OWN | MORE_ON_THEIR_OWN
CAME_TO = {  # by commands that change a cluster: as far as their permission or a dry run permits
    "rollback": "needs permission rollback",
    "rollback --dry-run": "nothing is sent",
    "drill rollback": "needs permission drill",
}
ALLOWED: dict[str, tuple[str, ...]] = {
    "nothing": (),
    "`probe`": ("probe",),
    "`write`": ("write",),
    "`load`": ("load",),
    "`load`, `write`": ("load", "write"),
    "`fuzz`": ("fuzz",),
    "`rate-limit`": ("rate-limit",),
}
STAGING = ("smoke", "integration")  # run on staging, which shows more; load and watch run on production
DRAWN = ("load", "capacity")  # their requests depend on random choices of the users
HOLD, SHORT_HOLD = 'hold = "2min"', 'hold = "5s"\nleast_requests = 40'  # of the load of phase3, which a gate runs whole
LEAST, FEW = (
    "least = 1000",
    "least = 40",
)  # requests; fewer for the short load, since a plan that its load cannot prove is refused


@dataclass(frozen=True)
class Walk:
    """The output of a command, and the requests that arrived meanwhile."""

    code: int
    output: str
    arrivals: tuple[Arrival, ...]

    @property
    def methods(self) -> str:
        """The received methods in a few words, with sign-ins of the target's accounts separate."""
        reads = ["reads"] if any(each.method in ("GET", "HEAD", "OPTIONS") for each in self.arrivals) else []
        sign_ins = ["sign-ins"] if any(each.sign_in for each in self.arrivals) else []
        changes = sorted({each.method for each in self.arrivals if not each.harmless})
        return ", ".join([*reads, *sign_ins, *changes]) or "nothing"


def make_project(folder: Path, url: str, allow: Iterable[str], environment: str) -> None:
    """Make a copy of this project in *folder*, with one target."""
    for part in ("smoke", "integration", "load"):
        shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ("plan.toml", "conftest.py", "pyproject.toml", "docs/rollout-plan.md", "docs/proof.json"):
        (folder / file).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / file, folder / file)
    shorten(folder / "plan.toml")
    (folder / "targets").mkdir()
    (folder / "targets" / f"{NAME}.toml").write_text(facts(url, allow, environment), encoding="utf-8")


def shorten(plan: Path) -> None:
    """Shorten the load of phase3 to a few seconds."""
    before, phase, after = plan.read_text(encoding="utf-8").partition('id = "phase3"')
    assert HOLD in after
    assert LEAST in after
    short = after.replace(HOLD, SHORT_HOLD, 1).replace(LEAST, FEW)
    plan.write_text(before + phase + short, encoding="utf-8")


def facts(url: str, allow: Iterable[str], environment: str) -> str:
    """The file of a target whose addresses all lead to *url*, with a high request rate."""
    listed = ", ".join(f'"{each}"' for each in allow)
    names = "\n".join(f'{name} = "{value}"' for name, value in {**ADMIN, **USER}.items() if name.endswith("email"))
    return f"""environment = "{environment}"
base_url = "{url}"
baseline_url = "{url}"
frontend_url = "{url}"
cors_origins = ["https://app.example"]
cdn_paths = ["/assets/app.js"]
cdn_headers = ["x-cache"]
queues = ["celery"]
kubernetes_context = "nowhere"
flags_path = "/config.json"
exposure_path = "/api/v1/feature-flags?user_id={{user_id}}"
configuration_path = "/api/v1/monitoring/configuration"
internal_users = ["11", "12", "13", "14", "15", "16", "17", "18", "19", "20"]
public_operations = ["POST {LOGIN}"]
requests_per_second = 10000
allow = [{listed}]
{names}
"""


def walk(command: str, folder: Path, allow: Iterable[str] = (), environment: str = "staging", *words: str) -> Walk:
    """Run *command*, or *words* in its place, to its end in a new project."""
    with recording() as recorder:
        make_project(folder, recorder.url, allow, environment)
        done = subprocess.run(
            [sys.executable, *(words or SENDS_NOTHING.get(command) or (*WALKS[command], *ON))],
            cwd=folder,
            env=surroundings(recorder),
            capture_output=True,
            text=True,
            timeout=LONGEST_S,
            check=False,
        )
        return Walk(done.returncode, done.stdout + done.stderr, tuple(recorder.arrivals))


def surroundings(recorder: Recorder) -> dict[str, str]:
    """The environment of this process with the secrets of the target; the recorder is also the error tracker."""
    own = {name: value for name, value in os.environ.items() if not name.startswith(("XCR_", "LOCUST_", "ROLLOUT_"))}
    secret = {f"XCR_{name.upper()}": value for name, value in {**ADMIN, **USER}.items() if name.endswith("password")}
    host = recorder.url.removeprefix("http://")
    return {**own, **secret, "XCR_SENTRY_DSN": f"http://key@{host}/1", "XCR_EXPIRED_TOKEN": "a.b.c", "COLUMNS": "160"}


def cell(command: str, folder: Path, allowed: tuple[str, ...]) -> str:
    """The requests of *command* with the actions *allowed*, as a cell."""
    found = walk(command, folder, allowed, "staging" if command in STAGING else "production")
    drawn = command in DRAWN and not all(each.harmless for each in found.arrivals)
    return "what its users do" if drawn else found.methods


def row(command: str, folder: Path) -> str:
    """The line of *command* in the table of docs/security.md."""
    cells = [cell(command, folder / str(number), allowed) for number, allowed in enumerate(ALLOWED.values())]
    return f"| {command} | {' | '.join(cells)} |"


def main() -> None:
    """Print the table."""
    print(f"| command | {' | '.join(ALLOWED)} |\n|{'---|' * (len(ALLOWED) + 1)}", flush=True)
    for command in WALKS:
        with TemporaryDirectory() as folder:
            print(row(command, Path(folder)), flush=True)


if __name__ == "__main__":
    main()
