"""`rollout doctor` as a process, on a target where everything is hostile: it says what is wrong, and stays small and clean."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.hostile.moods import QUICK, always
from tests.hostile.server import Mood, hostile_server
from tests.hostile.suite import ended
from tests.target.allowed import ADMIN, USER

PLAN = Path(__file__).parents[1] / "cli" / "plan.toml"
CONFIGURATION = 64
END_S = 120
MOST_MB = 250
CONTROLS = b'{"status": "\\u001b[31mred \\u202eevil", "version": "\\u001b]0;title\\u0007 1.0"}'
PLACES = ("base_url", "baseline_url", "frontend_url", "frontend_http_url", "prometheus_url", "grafana_url")


@pytest.mark.parametrize(
    "mood",
    [
        pytest.param(QUICK["gzip bombs"], id="gzip bombs"),
        pytest.param(QUICK["not HTTP"], id="not HTTP"),
        pytest.param(always("200 OK", CONTROLS), id="control characters"),
    ],
)
def test_a_doctor_says_what_is_wrong_whatever_the_target_does(mood: Mood, tmp_path: Path) -> None:
    """
    Exit 64 and no traceback, no secret and no control character, in less memory than the bodies would take.
    """
    command = [sys.executable, "-m", "rollout", "doctor", "--target", "sick"]
    secret = {f"XCR_{name.upper()}": word for name, word in (ADMIN | USER).items() if name.endswith("password")}
    with hostile_server(mood) as server:
        project(tmp_path, server.address)
        surroundings = {**os.environ, **secret, "XCR_PROMETHEUS_TOKEN": "told-to-nobody"}
        with (
            (tmp_path / "said").open("wb") as out,
            subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=out, env=surroundings) as process,
        ):
            code, peak_mb = ended(process, END_S)
    said = (tmp_path / "said").read_text(encoding="utf-8")
    assert code == CONFIGURATION, said
    assert "next: " in said
    assert not [
        each for each in ("Traceback", "\x1b", "\u202e", "\x07", "told-to-nobody", *secret.values()) if each in said
    ]
    assert peak_mb < MOST_MB


def project(folder: Path, address: str) -> None:
    """A project with one target, on which everything is at *address*."""
    (folder / "plan.toml").write_text(f'suite = "xcodereviewer"\n{PLAN.read_text(encoding="utf-8")}', encoding="utf-8")
    names = [f'{name} = "{word}"' for name, word in (ADMIN | USER).items() if name.endswith("email")]
    places = [f'{name} = "{address}"' for name in PLACES]
    (folder / "targets").mkdir()
    facts = ["environment = 'staging'", "prometheus_job = 'x'", "flags_path = '/config.json'", *places, *names]
    (folder / "targets" / "sick.toml").write_text("\n".join(facts), encoding="utf-8")
